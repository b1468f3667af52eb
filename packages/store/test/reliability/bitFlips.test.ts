/**
 * Bits that change on the disk: `check --full` finds every one that changes anything a library holds, and says what
 * it belongs to. First in every kind of cell, then anywhere in the file.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openBlock, toHex } from "@white-room/core"
import Sqlite from "better-sqlite3"
import * as Either from "effect/Either"
import { afterAll, beforeAll, expect, it } from "vitest"
import { createBackup } from "../../src/backup/createBackup.js"
import { checkLibrary } from "../../src/check/Check.js"
import type { Damage } from "../../src/index.js"
import { brotli } from "../../src/object/Compression.js"
import { storageError } from "../../src/sqlite/storageError.js"
import { rounds } from "../support/soak.js"
import { buildWorld, changeCell, columnsOf, tables, unprotected } from "./support/flips.js"
import { seeded } from "./support/seeded.js"
import { asApp, copyOf, day, open, save, songChange, start, using } from "./support/world.js"

let folder = ""
let world = ""
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "white-room-flips-"))
  world = join(folder, "world.db")
  buildWorld(world)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Found {
  readonly found: boolean
  readonly words: string
  readonly damaged: ReadonlyArray<Damage>
}

/** What opening and checking says; a typed error says it too. Anything else that is thrown is a bug. */
const check = (path: string): Found => {
  try {
    return using(path, (session) => {
      const { ok, damaged } = checkLibrary(session, { level: "full" }, start + 4 * day)
      return { found: !ok, words: JSON.stringify(damaged), damaged }
    })
  } catch (error) {
    const known = storageError(error, path)
    if (known === undefined) throw error
    return { found: true, words: `${known._tag}: ${known.message}`, damaged: [] }
  }
}

/** What blocks hold. Compression can say one thing in many ways: a bit may change the bytes of a block and nothing more. */
const bodiesOf = (db: Sqlite.Database): ReadonlyArray<string> =>
  db
    .prepare<[], [string, Uint8Array]>(
      "SELECT number || ' ' || raw_bytes || ' ' || typeof(data), CAST(data AS BLOB) FROM block"
    )
    .raw()
    .all()
    .map(([about, data]) => {
      const body = Either.try(() => openBlock(data, brotli))
      return `${about} ${toHex(Either.getOrElse(body, () => data))}`
    })

for (const { table, where, named } of tables)
  it(`a changed bit in any column of ${table} is found and named`, { timeout: 600_000 }, async () => {
    const random = seeded(table.length)
    const path = join(folder, "library.db")
    const columns = asApp(copyOf(world, path), (db) => columnsOf(db, table)).filter(
      (column) => !unprotected.has(`${table}.${column}`) && column !== "tree_position"
    )
    const bodies = asApp(path, bodiesOf).join()
    const missed: Array<string> = []
    for (const column of columns)
      for (let n = 0; n < rounds(1, 8); n++) {
        await new Promise(setImmediate)
        copyOf(world, path)
        const expected = changeCell(path, random, { table, column, named }, where)
        if (expected === undefined) continue
        if (table === "block" && asApp(path, bodiesOf).join() === bodies) continue
        // How long a block is without compression is not part of what it holds.
        const word = column === "raw_bytes" ? "block" : expected
        const { found, words } = check(path)
        if (!found) missed.push(`${column} (${expected}) was not found`)
        else if (!words.includes(word)) missed.push(`${column}: ${words.slice(0, 300)} does not name ${word}`)
      }
    expect(missed).toEqual([])
  })

it("a current tree that stands at a place of the log that is not its own is found", () => {
  const path = join(folder, "library.db")
  // One event further is not a change: that is the marker of the backup which was taken of it.
  for (const position of [0, 3, 12, 1000, -1]) {
    asApp(copyOf(world, path), (db) => db.prepare("UPDATE library_info SET tree_position = ?").run(position))
    expect(check(path).words, `@${position}`).toContain("current tree")
  }
})

/** Everything that can be read in a library, but for the bookkeeping; `undefined` when it cannot be read. */
const dump = (path: string): string | undefined => {
  const db = new Sqlite(path, { readonly: true })
  try {
    const names = db
      .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .all() as ReadonlyArray<{ name: string; sql: string }>
    const skipped = new Set(["migration", "check_result", "profile", "run", "lease"])
    // How the app's own tables are made is the app's affair.
    const apps = new Set(["song_data", "performance_data", "user_preferences"])
    return JSON.stringify(
      names
        .filter(({ name }) => !skipped.has(name))
        .map(({ name, sql }) => {
          const cells = columnsOf(db, name)
            .filter((column) => !unprotected.has(`${name}.${column}`))
            .map((column) => `typeof("${column}") || quote("${column}") || hex("${column}")`)
          const rows = db
            .prepare(`SELECT ${cells.join(" || ',' || ")} FROM ${name}`)
            .pluck()
            .all()
          return [apps.has(name) ? name : sql, name === "block" ? bodiesOf(db) : rows]
        })
    )
  } catch {
    return undefined
  } finally {
    db.close()
  }
}

it("a changed bit anywhere in the file is found, unless it changes nothing that can be read", {
  timeout: 3_600_000
}, async () => {
  const random = seeded(7)
  const path = join(folder, "library.db")
  const bytes = readFileSync(world)
  const whole = dump(world)
  const missed: Array<string> = []
  const tries = rounds(24, 300)
  let found = 0
  for (let n = 0; n < tries; n++) {
    await new Promise(setImmediate)
    const at = random.int(bytes.length)
    const bit = random.int(8)
    const flipped = Buffer.from(bytes)
    flipped[at] = (flipped[at] ?? 0) ^ (1 << bit)
    copyOf(world, path)
    writeFileSync(path, flipped)
    const same = dump(path) === whole
    const result = check(path)
    if (result.found) found++
    else if (!same) missed.push(`byte ${at} (page ${Math.floor(at / 4096) + 1}), bit ${bit}`)
  }
  expect(missed).toEqual([])
  expect(found).toBeGreaterThan(tries / 2)
})

it("damage does not keep a library from being opened, read and backed up where it is sound", () => {
  const path = copyOf(world, join(folder, "library.db"))
  asApp(path, (db) => db.exec("UPDATE block SET data = x'00' WHERE number = (SELECT min(number) FROM block)"))
  const session = open(path)
  try {
    save(session, start + 4 * day, songChange("new", "{}"))
    const backup = createBackup(session, { description: "in spite of it" }, start + 4 * day)
    expect(backup.skipped).toBe(false)
  } finally {
    session.close()
  }
})
