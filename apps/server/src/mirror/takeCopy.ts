/**
 * What a copy of a control database says, taken into a new one: rows of the tables that this program has, each as it must be.
 * The database of the copy is used for nothing else, so that what somebody put into a mirror neither runs nor becomes a path.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { type DiskFull, errorCode } from "@white-room/core"
import { isBlobName } from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Access } from "../control/AccessList.js"
import { Alert } from "../control/Alerts.js"
import { AuditEntry } from "../control/Audit.js"
import { BackupCount } from "../control/BackupCounts.js"
import { type ControlError, Integer, transact } from "../control/Database.js"
import { Digest } from "../control/Digests.js"
import { DiscardedFile } from "../control/Discarded.js"
import { FeedRow } from "../control/Feed.js"
import { Invitation } from "../control/Invitations.js"
import { KeptLibrary } from "../control/Libraries.js"
import { GroupRow } from "../control/LookedAfter.js"
import { tablesOfNodes } from "../control/Migrations.js"
import { Proof } from "../control/Proofs.js"
import { RestoreRow } from "../control/Restores.js"
import { KeptSchedule } from "../control/Schedules.js"
import { Watched } from "../control/Watched.js"
import { type ForeignCopy, type ForeignRow, NotAControlCopy, openForeignCopy } from "./ForeignCopy.js"

const { Struct, String: Text } = Schema

/** An id of a library, which names its folders. */
const LibraryId = Text.pipe(Schema.pattern(/^[a-z0-9][a-z0-9-]{0,62}$/))

const BlobName = Text.pipe(Schema.filter((name) => isBlobName(name)))

/** Each table after those that it refers to, with what a row must be; of a head there is one. */
const tables: ReadonlyArray<readonly [table: string, row: Schema.Schema.AnyNoContext, rows?: 1]> = [
  ["setting", Struct({ name: Text, value: Text })],
  ["library", Struct({ ...KeptLibrary.fields, id: LibraryId })],
  ["access", Access],
  ["access_library", Struct({ access: Text, library: LibraryId })],
  ["line", Struct({ library: LibraryId, line: Text, access: Text })],
  ["invitation", Invitation],
  ["audit", AuditEntry],
  ["audit_head", Struct({ id: Schema.Literal(1), number: Integer, hash: Text }), 1],
  ["proof", Proof],
  ["watched", Watched],
  ["schedule", Struct({ ...KeptSchedule.fields, library: LibraryId })],
  ["group_setting", GroupRow],
  ["digest", Digest],
  ["alert", Alert],
  ["discarded", Struct({ ...DiscardedFile.fields, name: BlobName })],
  ["backup_count", BackupCount],
  ["restore", RestoreRow],
  ["feed", FeedRow],
  ["feed_head", Struct({ id: Schema.Literal(1), last: Integer, pruned: Integer }), 1]
]

const wanted: ReadonlySet<string> = new Set(tables.map(([table]) => table))

const left: ReadonlySet<string> = new Set(tablesOfNodes)

/** Puts rows into a table, where columns that an older copy lacks get their defaults, and looks at them as they are then. */
const putRows = (table: string, row: Schema.Schema.AnyNoContext, rows: ReadonlyArray<ForeignRow>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const put = yield* sql`INSERT INTO ${sql(table)} ${sql.insert(rows).returning("*")}`
    yield* Effect.mapError(Schema.decodeUnknown(Schema.Array(row))(put), () => new NotAControlCopy())
  })

const takeTable = (copy: ForeignCopy, [table, row, most]: (typeof tables)[number]) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const columns = yield* sql<{ name: string }>`SELECT name FROM pragma_table_info(${table})`
    // What a new database begins with.
    yield* sql`DELETE FROM ${sql(table)}`
    let count = 0
    yield* copy.eachRows(
      table,
      columns.map(({ name }) => name),
      (rows) => {
        count += rows.length
        return putRows(table, row, rows)
      }
    )
    if (most !== undefined && count !== most) yield* new NotAControlCopy()
  })

/** A table that was added and is not in the list would be lost without a word: any rebuild says so. */
const checkAll = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const found = yield* sql<{ name: string }>`
    SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'migration' AND name NOT LIKE 'sqlite_%'`
  const missing = found.find(({ name }) => !wanted.has(name) && !left.has(name))
  if (missing !== undefined) yield* Effect.dieMessage(`takeCopy does not know the table ${missing.name}`)
})

/** A row that breaks a rule of its table was not written by this program. */
const isBroken = (error: ControlError): boolean =>
  /^SQLITE_(?:CONSTRAINT|MISMATCH)/.test(errorCode(error.cause))

/**
 * Takes all that a copy in a file of its own says into the database, or nothing: of a copy that is not one, with
 * `NotAControlCopy`.
 */
export const takeCopy = (
  file: string,
  named: string
): Effect.Effect<void, NotAControlCopy | DiskFull | ControlError, SqlClient.SqlClient> =>
  Effect.scoped(
    Effect.gen(function* () {
      const copy = yield* openForeignCopy(file, named, wanted)
      yield* checkAll
      yield* transact(Effect.forEach(tables, (table) => takeTable(copy, table), { discard: true }))
    })
  ).pipe(Effect.catchTag("SqlError", (error) => Effect.fail(isBroken(error) ? new NotAControlCopy() : error)))
