// What the figures were measured on.
import * as fs from "node:fs"
import { cpus, totalmem } from "node:os"
import path from "node:path"
import Sqlite from "better-sqlite3"
import { median, timed } from "./stats.mjs"

const fileSystems = new Map([
  [0xef53, "ext4"],
  [0x58465342, "xfs"],
  [0x9123683e, "btrfs"],
  [0x01021994, "tmpfs"],
  [0x794c7630, "overlayfs"],
  [0x2fc12fc1, "zfs"],
  [0x1a, "apfs"]
])

/** Median milliseconds to write 4 KiB and have it on the disk. */
const measureSync = (folder) => {
  const file = path.join(folder, "sync-test")
  const handle = fs.openSync(file, "w")
  const page = Buffer.alloc(4096, 1)
  const times = Array.from({ length: 200 }, () =>
    timed(() => {
      fs.writeSync(handle, page)
      fs.fsyncSync(handle)
    })
  )
  fs.closeSync(handle)
  fs.rmSync(file)
  return median(times)
}

export const describeMachine = (folder, tools) => {
  const processors = cpus()
  const db = new Sqlite(":memory:")
  const sqlite = db.prepare("SELECT sqlite_version()").pluck().get()
  db.close()
  return {
    processor: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memoryBytes: totalmem(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    sqlite,
    fileSystem: fileSystems.get(fs.statfsSync(folder).type) ?? "unknown file system",
    syncMs: measureSync(folder),
    tools
  }
}

export const machineLine = (machine) =>
  [
    `${machine.cores} cores (${machine.processor})`,
    machine.platform,
    `node ${machine.node}`,
    `SQLite ${machine.sqlite}`,
    `${machine.fileSystem}, 4 KiB synced in ${machine.syncMs.toFixed(2)} ms`,
    ...machine.tools.map(({ name, version }) => `${name} ${version}`)
  ].join(" · ")
