/**
 * The control database as one file of SQLite, whatever it lies in: the form in which mirrors keep it, and in which it goes from one
 * database into another.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { fileErrorReason, StorageFailed } from "@white-room/core"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type ControlError, layerSqlite, transact } from "./Database.js"
import { tables } from "./Migrations.js"

type Row = Readonly<Record<string, unknown>>

const pageRows = 200

/** An open file, closed with the scope. */
const openFile = (file: string): Effect.Effect<Sqlite.Database, StorageFailed, Scope.Scope> =>
  Effect.acquireRelease(Effect.try({ try: () => new Sqlite(file), catch: failed(file) }), (db) =>
    Effect.sync(() => db.close())
  )

const failed = (file: string) => (error: unknown) =>
  new StorageFailed({ path: file, operation: "copy", detail: fileErrorReason(error) })

const quoted = (name: string): string => `"${name}"`

/** A newer version of this program may have added columns, which this one leaves out. */
const insert = (db: Sqlite.Database, table: string, rows: ReadonlyArray<Row>): void => {
  const known = new Set(
    db.prepare<[string], string>("SELECT name FROM pragma_table_info(?)").pluck().all(table)
  )
  for (const row of rows) {
    const columns = Object.keys(row).filter((column) => known.has(column))
    const holes = columns.map(() => "?").join(", ")
    db.prepare(`INSERT INTO ${quoted(table)} (${columns.map(quoted).join(", ")}) VALUES (${holes})`).run(
      ...columns.map((column) => row[column])
    )
  }
}

/** The rows of a table after one, in the order of its key. */
const page = (
  sql: SqlClient.SqlClient,
  table: string,
  key: ReadonlyArray<string>,
  last: Row | undefined
): Effect.Effect<ReadonlyArray<Row>, ControlError> => {
  const columns = sql.literal(key.map(quoted).join(", "))
  const values = key.map((column) => sql`${String(last?.[column])}`)
  const after = last === undefined ? sql`1 = 1` : sql`(${columns}) > (${sql.csv(values)})`
  return sql<Row>`SELECT * FROM ${sql(table)} WHERE ${after} ORDER BY ${columns} LIMIT ${pageRows}`
}

/** All rows of a PostgreSQL as they were at one moment, into an empty file that has its tables. */
const copyRows = (sql: SqlClient.SqlClient, db: Sqlite.Database, file: string) =>
  transact(
    Effect.gen(function* () {
      yield* sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`
      for (const [table, key] of Object.entries(tables)) {
        yield* Effect.try({
          try: () => db.exec(`DELETE FROM ${quoted(table)}`),
          catch: failed(file)
        })
        for (let last: Row | undefined; ; ) {
          const rows = yield* page(sql, table, key, last)
          yield* Effect.try({ try: () => insert(db, table, rows), catch: failed(file) })
          last = rows.at(-1)
          if (rows.length < pageRows) break
        }
      }
    })
  )

/**
 * Writes the control database, as it is at one moment, into an empty file. The same rows of a PostgreSQL give the same bytes. `scratch` is
 * the path of another file, which is left behind.
 */
export const writeControlFile = (
  file: string,
  scratch: string
): Effect.Effect<void, ControlError | StorageFailed, SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    sql.onDialectOrElse({
      pg: () =>
        Effect.scoped(
          Effect.gen(function* () {
            yield* Effect.provide(Effect.void, layerSqlite(scratch))
            const db = yield* openFile(scratch)
            yield* Effect.try({
              try: () => {
                db.exec("BEGIN")
                db.exec("UPDATE migration SET created_at = '1970-01-01 00:00:00'")
              },
              catch: failed(scratch)
            })
            yield* copyRows(sql, db, scratch)
            yield* Effect.try({
              try: () => {
                db.exec("COMMIT")
                db.prepare("VACUUM INTO ?").run(file)
              },
              catch: failed(file)
            })
          })
        ),
      orElse: () => Effect.asVoid(sql`VACUUM INTO ${file}`)
    })
  )

/**
 * Brings the rows of such a file, which is up to date, into a PostgreSQL in which no server ever was: all, or none. False when there was
 * one.
 */
export const readControlFile = (
  file: string
): Effect.Effect<boolean, ControlError | StorageFailed, SqlClient.SqlClient> =>
  Effect.scoped(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const db = yield* openFile(file)
      const bring = Effect.gen(function* () {
        // Of two who do this, one waits here for the other.
        const [head] = yield* sql<{ number: string }>`UPDATE audit_head SET number = number RETURNING number`
        if (Number(head?.number) !== 0) return false
        yield* sql`DELETE FROM audit_head`
        yield* sql`DELETE FROM feed_head`
        for (const table of Object.keys(tables)) {
          const rows = yield* Effect.try({
            try: () => db.prepare<[], Row>(`SELECT * FROM ${quoted(table)}`).all(),
            catch: failed(file)
          })
          for (let from = 0; from < rows.length; from += pageRows)
            yield* sql`INSERT INTO ${sql(table)} ${sql.insert(rows.slice(from, from + pageRows))}`
        }
        return true
      })
      return yield* transact(bring)
    })
  )
