/** A library with everything in it that there is, and bits of it that change. */
import type Sqlite from "better-sqlite3"
import { expect } from "vitest"
import { createBackup } from "../../../src/backup/createBackup.js"
import { captureAll } from "../../../src/capture/Capture.js"
import { restoreFromBackup } from "../../../src/restore/Restore.js"
import { prune } from "../../../src/retention/prune.js"
import { forget } from "../../../src/retention/Trash.js"
import { append } from "../../../src/write/Append.js"
import { type Seeded, seeded } from "./seeded.js"
import {
  appSave,
  asApp,
  damageOf,
  day,
  deletion,
  newLibrary,
  performanceChange,
  preferencesChange,
  save,
  songChange,
  start
} from "./world.js"

/** A library with everything in it that there is. */
export const buildWorld = (path: string): void => {
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

export interface Cell {
  readonly table: string
  readonly column: string
  /** What must appear in the words of the check for this row; SQL over the row. */
  readonly named: string
}

export const columnsOf = (db: Sqlite.Database, table: string): ReadonlyArray<string> =>
  db
    .prepare("SELECT name FROM pragma_table_info(?)")
    .all(table)
    .map((row) => String((row as { name: unknown }).name))

/** Where a wrong cell changes nothing that is kept: bookkeeping that is not part of what a library holds. */
export const unprotected = new Set([
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

export const tables: ReadonlyArray<{
  readonly table: string
  readonly where: string
  readonly named: string
}> = [
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
export const changeCell = (
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
