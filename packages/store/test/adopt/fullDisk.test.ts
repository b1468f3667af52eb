/** Adopting on a disk that is full or fills up on the way: a typed error, and the file and its folder as they were. */
import { execFileSync } from "node:child_process"
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { expect, it, onTestFinished } from "vitest"
import { adoptDatabase, adoptLibrary } from "../../src/adopt/AdoptLibrary.js"
import { Database } from "../../src/sqlite/Database.js"
import { storageError } from "../../src/sqlite/storageError.js"
import { damageOf, scratchFolder, start, using } from "../reliability/support/world.js"
import { appContent, makeAppDatabase } from "../support/appDatabase.js"

const options = { actor: "ada@studio" }

const smallDisk = (megabytes: number): string | undefined => {
  const folder = join(scratchFolder(), "disk")
  mkdirSync(folder)
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder], { stdio: "ignore" })
  } catch {
    return undefined
  }
  onTestFinished(() => void execFileSync("umount", ["-l", folder]))
  return folder
}

const tagOf = (path: string, body: () => unknown): string => {
  try {
    body()
    return "done"
  } catch (error) {
    const known = storageError(error, path)
    if (known === undefined) throw error
    return known._tag
  }
}

it("a full disk is a typed error and changes nothing, however little is missing", (test) => {
  const folder = smallDisk(4)
  if (folder === undefined) return test.skip("no right to mount a small file system")
  const base = makeAppDatabase(join(scratchFolder(), "base.db"))
  const content = appContent(base)
  const path = join(folder, "white_room.db")
  const filler = join(folder, "filler")
  const outcomes = new Set<string>()
  for (const left of [0, 20_480, 65_536, 98_304, 131_072, 163_840, 196_608, 262_144, 393_216, 655_360]) {
    copyFileSync(base, path)
    const bytes = readFileSync(path)
    const { bavail, bsize } = statfsSync(folder)
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - left)))
    const outcome = tagOf(path, () => adoptLibrary(path, options, start))
    outcomes.add(outcome)
    if (outcome !== "done") {
      expect(outcome, `${left} bytes left`).toBe("DiskFull")
      expect(readdirSync(folder).toSorted()).toEqual(["filler", "white_room.db"])
      expect(readFileSync(path).equals(bytes)).toBe(true)
    }
    rmSync(filler)
    expect(adoptLibrary(path, options, start).already).toBe(outcome === "done")
    expect(appContent(path)).toBe(content)
    using(path, (session) => expect(damageOf(session, start)).toEqual([]))
    for (const name of readdirSync(folder)) rmSync(join(folder, name))
  }
  expect([...outcomes].toSorted()).toEqual(["DiskFull", "done"])
})

it("a database that may not grow is left as it is", () => {
  const base = makeAppDatabase(join(scratchFolder(), "base.db"))
  const outcomes = new Set<string>()
  for (const pages of [0, 2, 8, 14, 20, 26, 32, 200]) {
    const path = join(scratchFolder(), "white_room.db")
    copyFileSync(base, path)
    const db = Database.open(path, { readonly: false })
    db.pragma(`max_page_count = ${Number(db.pragma("page_count")) + pages}`)
    const outcome = tagOf(path, () => adoptDatabase(db, path, options, start, () => undefined))
    db.close()
    outcomes.add(outcome)
    if (outcome !== "done") {
      expect(outcome).toBe("DiskFull")
      expect(readFileSync(path).equals(readFileSync(base))).toBe(true)
    }
  }
  expect([...outcomes].toSorted()).toEqual(["DiskFull", "done"])
})
