/**
 * A full check with a second thread says what it says without one: of a library that is whole, of one that is damaged in any
 * kind of cell, and of one that others write meanwhile.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest"
import { checkLibrary } from "../../src/check/Check.js"
import { CheckThread } from "../../src/check/CheckThread.js"
import { storageError } from "../../src/sqlite/storageError.js"
import { rounds } from "../support/soak.js"
import { buildWorld, changeCell, columnsOf, tables, unprotected } from "./support/flips.js"
import { seeded } from "./support/seeded.js"
import { appSave, asApp, copyOf, day, save, songChange, start, using } from "./support/world.js"

let folder = ""
let world = ""
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "white-room-thread-"))
  world = join(folder, "world.db")
  buildWorld(world)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
afterEach(() => vi.restoreAllMocks())

const now = start + 4 * day

let copies = 0

/** A copy for one check: on a busy machine the thread of the one before may have its file open a while longer. */
const aCopyOf = (path: string): string => copyOf(path, join(folder, `copy-${copies++}.db`))

/** Everything that a check says, and what it throws. */
const check = (path: string, leastBytes: number, options: { readonly mend?: boolean } = {}) => {
  try {
    return using(path, (session) => checkLibrary(session, { level: "full", ...options }, now, leastBytes))
  } catch (error) {
    const known = storageError(error, path)
    if (known === undefined) throw error
    return known.message.replaceAll(path, "the library")
  }
}

const onOne = (path: string, options?: { readonly mend?: boolean }) =>
  check(path, Number.POSITIVE_INFINITY, options)

/** What the second thread was listened to for: `true` where it said that all is well. */
const listening = () => {
  const heard: Array<boolean> = []
  const begin = CheckThread.prototype.begin
  vi.spyOn(CheckThread.prototype, "begin").mockImplementation(function (this: CheckThread) {
    begin.call(this)
    // Waits until it looks, as it may take longer to begin than all of the check here.
    const { numbers } = this as unknown as { readonly numbers: Int32Array }
    Atomics.wait(numbers, 2, 0, 60_000)
  })
  const objects = CheckThread.prototype.objects
  vi.spyOn(CheckThread.prototype, "objects").mockImplementation(function* (this: CheckThread) {
    const found = yield* objects.call(this)
    if (found !== undefined) heard.push(typeof found === "object")
    return found
  })
  const arrived = CheckThread.prototype.arrived
  vi.spyOn(CheckThread.prototype, "arrived").mockImplementation(function (this: CheckThread) {
    const found = arrived.call(this)
    if (found !== undefined) heard.push(typeof found === "object")
    return found
  })
  return heard
}

describe("a library that is whole", () => {
  it("is found to be whole by both threads, with the same counts", () => {
    const heard = listening()
    const path = copyOf(world, join(folder, "whole.db"))
    const alone = onOne(path)
    expect(heard).toEqual([])
    expect(alone).toMatchObject({ ok: true, damaged: [] })
    expect(check(path, 0)).toEqual(alone)
    expect(heard).toEqual([true])
  })

  it("is small: no thread is started", () => {
    const heard = listening()
    using(copyOf(world, join(folder, "small.db")), (session) => {
      expect(checkLibrary(session, { level: "full" }, now).ok).toBe(true)
      expect(checkLibrary(session, { level: "quick" }, now, 0).ok).toBe(true)
      const subset = { part: 1, of: 1 }
      expect(checkLibrary(session, { level: "full", subset }, now, 0).ok).toBe(true)
    })
    expect(heard).toEqual([])
  })

  it("is open nowhere else when the check has ended: its log can be written back whole", () => {
    listening()
    using(copyOf(world, join(folder, "closed.db")), (session) => {
      save(session, now, songChange("new", "{}"))
      expect(checkLibrary(session, { level: "full" }, now, 0).ok).toBe(true)
      expect(session.db.handle.pragma("wal_checkpoint(TRUNCATE)")).toMatchObject([{ busy: 0, log: 0 }])
    })
  })

  it("is looked at by the first thread alone when the second never begins", () => {
    vi.spyOn(CheckThread.prototype, "begin").mockImplementation(() => {})
    const path = copyOf(world, join(folder, "alone.db"))
    expect(check(path, 0)).toEqual(onOne(path))
  })
})

describe("a library that others write meanwhile", () => {
  const write = (path: string) => asApp(path, (app) => appSave(app, "later", "{}"))

  it("before the second thread sees it: the second is not listened to, and one state is judged", () => {
    const path = copyOf(world, join(folder, "before.db"))
    const alone = onOne(path)
    const heard = listening()
    const begin = CheckThread.prototype.begin
    vi.spyOn(CheckThread.prototype, "begin").mockImplementation(function (this: CheckThread) {
      write(path)
      begin.call(this)
    })
    expect(check(path, 0)).toEqual(alone)
    expect(heard).toEqual([])
  })

  it("after both see it: both judge one state", () => {
    const path = copyOf(world, join(folder, "after.db"))
    const alone = onOne(path)
    const heard = listening()
    const arrived = CheckThread.prototype.arrived
    let calls = 0
    vi.spyOn(CheckThread.prototype, "arrived").mockImplementation(function (this: CheckThread) {
      const found = arrived.call(this)
      if (calls++ === 0) write(path)
      return found
    })
    expect(check(path, 0)).toEqual(alone)
    expect(heard).toEqual([true])
  })
})

describe("a library that is damaged", () => {
  it("in any byte of the file: the same is found", { timeout: 600_000 }, async () => {
    listening()
    const random = seeded(3)
    const path = join(folder, "flipped.db")
    const bytes = readFileSync(world)
    let damaged = 0
    for (let n = 0; n < rounds(6, 60); n++) {
      await new Promise(setImmediate)
      const flipped = Buffer.from(bytes)
      const at = random.int(bytes.length)
      flipped[at] = (flipped[at] ?? 0) ^ (1 << random.int(8))
      copyOf(world, path)
      writeFileSync(path, flipped)
      const copy = aCopyOf(path)
      const together = check(copy, 0, { mend: false })
      expect(together, `byte ${at}`).toEqual(onOne(path, { mend: false }))
      rmSync(copy)
      if (typeof together === "string" || !together.ok) damaged++
    }
    expect(damaged).toBeGreaterThan(0)
  })

  it("in an index alone: SQLite says so on either thread", () => {
    listening()
    const path = copyOf(world, join(folder, "index.db"))
    asApp(path, (db) => {
      // The index goes on with what it had; the table has another row.
      db.unsafeMode(true)
      db.pragma("writable_schema = ON")
      db.exec(
        "UPDATE sqlite_schema SET sql = 'CREATE INDEX event_log_entity ON event_log(subject, entity_id, version)' WHERE name = 'event_log_entity'"
      )
    })
    const together = check(path, 0, { mend: false })
    expect(together).toMatchObject({ ok: false })
    expect(together).toEqual(onOne(path, { mend: false }))
  })

  for (const { table, where, named } of tables)
    it(`in any column of ${table}: the same is found, in the same order`, { timeout: 600_000 }, async () => {
      listening()
      const random = seeded(table.length + 1)
      const path = join(folder, "damaged.db")
      const columns = asApp(copyOf(world, path), (db) => columnsOf(db, table)).filter(
        (column) => !unprotected.has(`${table}.${column}`)
      )
      let damaged = 0
      for (let n = 0; n < rounds(2, 12); n++) {
        const column = columns[random.int(columns.length)] ?? ""
        await new Promise(setImmediate)
        copyOf(world, path)
        changeCell(path, random, { table, column, named }, where)
        const together = check(aCopyOf(path), 0, { mend: false })
        expect(together, column).toEqual(onOne(path, { mend: false }))
        if (typeof together === "string" || !together.ok) damaged++
        // And what is put right by either.
        expect(check(aCopyOf(path), 0), column).toEqual(onOne(path))
      }
      expect(damaged).toBeGreaterThan(0)
    })
})
