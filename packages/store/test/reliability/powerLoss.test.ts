/**
 * Power loss, as SQLite's files would be found after it: the database with any part of its write-ahead log that had
 * reached the disk. What was acknowledged is there; a torn end is only an older state, never damage.
 */
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { expect, it } from "vitest"
import type { Session } from "../../src/session/Session.js"
import { rounds } from "../support/soak.js"
import { execute } from "./support/execute.js"
import {
  after,
  differences,
  emptyModel,
  liveState,
  type Model,
  ownBackups,
  stateOfBackup
} from "./support/model.js"
import { bundleOtherProcess, OtherProcess } from "./support/OtherProcess.js"
import { randomCommand } from "./support/randomCommand.js"
import { seeded } from "./support/seeded.js"
import {
  copyOf,
  damageOf,
  gapsOf,
  minute,
  newLibrary,
  open,
  scratchFolder,
  start,
  using
} from "./support/world.js"

/** What is not as a model says: live rows, and the backups that must be there with what they hold. */
const misfits = (session: Session, model: Model): ReadonlyArray<string> => {
  const rows = differences(model.state, liveState(session))
  if (rows.length > 0) return rows
  const present = new Map(ownBackups(session).map((backup) => [backup.description, backup]))
  const lost = [...model.backups.keys()].filter((description) => !present.has(description))
  if (lost.length > 0) return lost.map((description) => `${description} is lost`)
  return [...model.backups].slice(-4).flatMap(([description, state]) => {
    const backup = present.get(description)
    return backup === undefined ? [] : differences(state, stateOfBackup(session, backup))
  })
}

/** The library must be one of these, wholly. */
const expectOneOf = (session: Session, possible: ReadonlyArray<Model>, when: string): void => {
  const wrong: Array<ReadonlyArray<string>> = []
  for (const model of possible) {
    const lines = misfits(session, model)
    if (lines.length === 0) return
    wrong.push(lines)
  }
  expect(wrong, when).toEqual([[]])
}

/** A reader that keeps SQLite from starting the write-ahead log again. */
const holdLog = (path: string): Sqlite.Database => {
  const reader = new Sqlite(path)
  reader.exec("BEGIN; SELECT count(*) FROM event_log")
  return reader
}

it("every connection that writes waits until the disk has it", () => {
  const path = join(scratchFolder(), "library.db")
  const session = newLibrary(path)
  const settings = ["synchronous", "fullfsync", "checkpoint_fullfsync", "journal_mode"].map((name) =>
    session.db.pragma(name)
  )
  session.close()
  expect(settings).toEqual([2, 1, 1, "wal"])
})

it("a write-ahead log that was cut or torn anywhere gives an older state and never damage", {
  timeout: 3_600_000
}, async () => {
  const folder = scratchFolder()
  const [path, base, found] = ["library.db", "base.db", "found.db"].map((name) => join(folder, name)) as [
    string,
    string,
    string
  ]
  const random = seeded(2)
  newLibrary(path).close()
  copyOf(path, base)
  let model = emptyModel
  const steps: Array<{ readonly bytes: number; readonly model: Model }> = [{ bytes: 0, model }]
  const holder = holdLog(path)
  const session = open(path)
  for (let count = 1; count <= 60; count++) {
    const command = randomCommand(random, model, count, folder)
    if (command.do === "copy" || command.do === "create") continue
    const now = start + count * minute
    execute(session, command, now, "ada@studio")
    model = after(model, command, now)
    steps.push({ bytes: statSync(`${path}-wal`).size, model })
  }
  const log = readFileSync(`${path}-wal`)
  session.close()
  holder.close()
  const ends = [
    ...random.sample(steps, 20).map(({ bytes }) => bytes),
    ...Array.from({ length: rounds(12, 600) }, () => random.int(log.length))
  ]
  for (const end of ends) {
    await new Promise(setImmediate)
    copyOf(base, found)
    const tail = random.pick([0, 0, 512, 4096, 9000])
    const torn = Buffer.from(log.subarray(0, end + tail))
    // Sectors that were in flight hold anything.
    for (let at = end; at < torn.length; at += 512)
      if (random.chance(0.6)) torn.fill(random.int(256), at, Math.min(at + 512, torn.length))
    writeFileSync(`${found}-wal`, torn)
    const last = steps.findLastIndex(({ bytes }) => bytes <= end)
    using(found, (recovered) => {
      expect(damageOf(recovered, start), `cut at ${end}`).toEqual([])
      expect(gapsOf(recovered)).toEqual([])
      const next = steps.findLastIndex(({ bytes }) => bytes <= end + tail) + 1
      expectOneOf(
        recovered,
        steps.slice(last, next + 1).map(({ model: possible }) => possible),
        `cut at ${end}`
      )
    })
  }
})

it("the files as they are at any moment hold everything acknowledged before", {
  timeout: 3_600_000
}, async () => {
  const folder = scratchFolder()
  const [path, found] = [join(folder, "library.db"), join(folder, "found.db")]
  const program = await bundleOtherProcess(folder)
  newLibrary(path).close()
  const writer = new OtherProcess(program, "ada@studio")
  const random = seeded(3)
  let model = emptyModel
  let now = start
  await writer.ask({ do: "open", path }, now)
  for (let count = 1; count <= rounds(9, 250); count++) {
    now += minute
    const command = randomCommand(random, model, count, folder)
    const next = after(model, command, now)
    writer.order(command, now)
    const until = performance.now() + random.next() * 12
    await new Promise(setImmediate)
    while (performance.now() < until);
    // By another process: closing a file of SQLite's would give away the locks of this one.
    const holder = holdLog(path)
    execFileSync("cp", [path, found])
    if (existsSync(`${path}-wal`)) execFileSync("cp", [`${path}-wal`, `${found}-wal`])
    holder.close()
    using(found, (copy) => {
      expect(damageOf(copy, now), command.do).toEqual([])
      expectOneOf(copy, [model, next], command.do)
    })
    const answer = await writer.answer()
    expect(answer?.error).toBeUndefined()
    model = next
  }
  await writer.end()
})
