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
import { captureAll } from "../../src/capture/Capture.js"
import { checkLibrary } from "../../src/check/Check.js"
import type { Damage } from "../../src/index.js"
import { brotli } from "../../src/object/Compression.js"
import { restoreFromBackup } from "../../src/restore/Restore.js"
import { prune } from "../../src/retention/prune.js"
import { forget } from "../../src/retention/Trash.js"
import { storageError } from "../../src/sqlite/storageError.js"
import { append } from "../../src/write/Append.js"
import { rounds } from "../support/soak.js"
import { type Seeded, seeded } from "./support/seeded.js"
import {
  appSave,
  asApp,
  copyOf,
  damageOf,
  day,
  deletion,
  newLibrary,
  open,
  performanceChange,
  preferencesChange,
  save,
  songChange,
  start,
  using
} from "./support/world.js"

/** A library with everything in it that there is. */
const buildWorld = (path: string): void => {
  const random = seeded(5)
  const session = newLibrary(path)
  const song = (n: number, size: number) => songChange(`s${n}`, random.text(size))
  const many = Array.from({ length: 20 }, (_, n) => song(n, 15_000))
  append(session, { changes: many, importedFrom: "a folder", commandId: "import-1" }, start)
  save(session, start, performanceChange("p0", "s0", random.text(900)), preferencesChange("dark"))
  createBackup(session, { description: "first", tags: ["tour"] }, start)
  save(session, start + day, song(1, 800), song(2, 20_000), deletion("song", "s3"))
  createBackup(session, { description: "second", profile: "nightly", trigger: "scheduled" }, start + day)
  save(
    session,
    start + day,
    song(4, 900),
    preferencesChange("light", "guest"),
    performanceChange("p1", "s1", "{}")
  )
  asApp(path, (app) => appSave(app, "s5", random.text(500)))
  createBackup(session, { description: "third", pinned: true }, start + 2 * day)
  restoreFromBackup(session, "b1", { only: [{ kind: "song", id: "s3" }] }, start + 2 * day)
  forget(session, ["b2"], "test", start + 2 * day)
  save(session, start + 3 * day, song(6, 700))
  asApp(path, (app) => {
    // A column that only the app knows, and values of every storage class.
    app.exec("ALTER TABLE song_data ADD COLUMN app_data")
    app.prepare("UPDATE song_data SET app_data = ? WHERE id = 's7'").run(random.text(3000))
    app.exec("UPDATE song_data SET app_data = x'00ff' WHERE id = 's8'")
    app.exec("UPDATE song_data SET app_data = 12.5, composer = 'Ada', duration = 61.25 WHERE id = 's9'")
  })
  captureAll(session, start + 3 * day)
  // Tree nodes that nobody needs any more are found too, but there is nothing to name.
  prune(session, {}, start + 3 * day)
  expect(damageOf(session, start + 3 * day)).toEqual([])
  session.close()
}

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

type Stored = { readonly class: string; readonly bytes: Buffer }

/** One bit of a stored value, or its storage class from text to blob and back. */
const flip = (
  random: Seeded,
  { class: storage, bytes }: Stored
): { readonly sql: string; readonly bytes: Buffer } => {
  if ((storage === "text" || storage === "blob") && (bytes.length === 0 || random.chance(0.2)))
    return { sql: storage === "text" ? "CAST(? AS BLOB)" : "CAST(? AS TEXT)", bytes }
  const changed = Buffer.from(bytes)
  // Numbers come as their decimal digits: another last digit stands for a changed bit.
  const numeric = storage === "integer" || storage === "real"
  const at = numeric ? changed.length - 1 : random.int(changed.length)
  changed[at] = numeric
    ? 48 + (((changed[at] ?? 48) - 48 + 1) % 10)
    : (changed[at] ?? 0) ^ (1 << random.int(8))
  const affinity = { integer: "INTEGER", real: "REAL", text: "TEXT" }[storage]
  return {
    sql: affinity === undefined ? "CAST(? AS BLOB)" : `CAST(CAST(? AS TEXT) AS ${affinity})`,
    bytes: changed
  }
}

interface Cell {
  readonly table: string
  readonly column: string
  /** What must appear in the words of the check for this row; SQL over the row. */
  readonly named: string
}

const columnsOf = (db: Sqlite.Database, table: string): ReadonlyArray<string> =>
  db
    .prepare("SELECT name FROM pragma_table_info(?)")
    .all(table)
    .map((row) => String((row as { name: unknown }).name))

/** Where a wrong cell changes nothing that is kept: bookkeeping that is not part of what a library holds. */
const unprotected = new Set([
  "command.request_hash",
  "backup_catalog.expiry_noted_at",
  ...[
    "library_id",
    "min_reader",
    "min_writer",
    "epoch",
    "file_identity",
    "schema_version",
    "counted_sealed",
    "counted_loose"
  ].map((name) => `library_info.${name}`),
  "library_info.created_at",
  "library_info.id"
])

const tables: ReadonlyArray<{ readonly table: string; readonly where: string; readonly named: string }> = [
  { table: "song_data", where: "1", named: "'(' || id || ')'" },
  { table: "performance_data", where: "1", named: "'(' || id || ')'" },
  { table: "user_preferences", where: "1", named: "user_id" },
  // Objects have no name of their own: the check says who needs them.
  { table: "block", where: "number IN (SELECT block FROM object)", named: "'[\"'" },
  { table: "object", where: "1", named: "'[\"'" },
  { table: "event_log", where: "1", named: "'@' || position" },
  { table: "command", where: "first_position > 0", named: "'@' || first_position" },
  { table: "backup_catalog", where: "1", named: "'b' || number" },
  { table: "library_info", where: "1", named: "''" }
]

/** Changes one cell behind the back of the capture triggers. */
const changeCell = (
  path: string,
  random: Seeded,
  { table, column, named }: Cell,
  where: string
): string | undefined =>
  asApp(path, (db) => {
    db.defaultSafeIntegers(true)
    const count = Number(
      (db.prepare(`SELECT count(*) AS n FROM ${table} WHERE ${where}`).get() as { n: bigint }).n
    )
    const key = table === "object" ? "hash" : "rowid"
    const row = db
      .prepare(
        `SELECT ${key} AS k, typeof("${column}") AS c, CAST("${column}" AS BLOB) AS b, ${named} AS named
         FROM ${table} WHERE ${where} ORDER BY ${key} LIMIT 1 OFFSET ?`
      )
      .get(random.int(count)) as { k: bigint | Buffer; c: string; b: Buffer | null; named: string }
    if (row.b === null) return undefined
    const changed = flip(random, { class: row.c, bytes: row.b })
    db.transaction(() => {
      const last = db.prepare("SELECT max(number) AS n, last_position AS p FROM command").get() as {
        n: bigint
        p: bigint
      }
      const live = table.endsWith("_data") || table === "user_preferences"
      if (live) db.prepare("UPDATE command SET last_position = -1 WHERE number = ?").run(last.n)
      db.prepare(`UPDATE OR REPLACE ${table} SET "${column}" = ${changed.sql} WHERE ${key} = ?`).run(
        changed.bytes,
        row.k
      )
      if (live) db.prepare("UPDATE command SET last_position = ? WHERE number = ?").run(last.p, last.n)
    })()
    return row.named
  })

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
      for (let n = 0; n < rounds(1, 15); n++) {
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
  const tries = rounds(24, 600)
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
