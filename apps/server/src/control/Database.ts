/**
 * The control database: who has access, invitations, libraries with their quotas, the audit log. One set of statements
 * for SQLite and PostgreSQL: what is decided is decided in one statement, or below the lock that `Audit` takes first.
 */
import * as Migrator from "@effect/sql/Migrator"
import * as SqlClient from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import * as SqliteClient from "@effect/sql-sqlite-node/SqliteClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** What the database may answer with in place of rows. */
export type ControlError = SqlError

const migrations = {
  "0001_begin": Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)`
    yield* sql`CREATE TABLE library (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, sealed INTEGER NOT NULL, folder TEXT NOT NULL,
      quota BIGINT NOT NULL, used BIGINT NOT NULL, reserved BIGINT NOT NULL,
      created_at BIGINT NOT NULL, arrived_at BIGINT NOT NULL)`
    yield* sql`CREATE TABLE access (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, device TEXT NOT NULL, secret_hash TEXT NOT NULL UNIQUE,
      created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, revoked_at BIGINT NOT NULL,
      last_used_at BIGINT NOT NULL, last_used_from TEXT NOT NULL)`
    yield* sql`CREATE TABLE access_library (
      access TEXT NOT NULL REFERENCES access (id), library TEXT NOT NULL REFERENCES library (id),
      PRIMARY KEY (access, library))`
    yield* sql`CREATE INDEX access_of_library ON access_library (library)`
    yield* sql`CREATE TABLE line (
      library TEXT NOT NULL REFERENCES library (id), line TEXT NOT NULL, access TEXT NOT NULL REFERENCES access (id),
      PRIMARY KEY (library, line))`
    yield* sql`CREATE TABLE invitation (
      id TEXT PRIMARY KEY, salt TEXT NOT NULL, code_hash TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL,
      libraries TEXT NOT NULL, access_days INTEGER NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
      tries_left INTEGER NOT NULL, secret_hash TEXT NOT NULL, access TEXT NOT NULL)`
    yield* sql`CREATE TABLE audit (
      number BIGINT PRIMARY KEY, at BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
      detail TEXT NOT NULL, hash TEXT NOT NULL)`
    yield* sql`CREATE TABLE audit_head (id INTEGER PRIMARY KEY, number BIGINT NOT NULL, hash TEXT NOT NULL)`
    yield* sql`INSERT INTO audit_head (id, number, hash) VALUES (1, 0, '')`
  }),
  "0002_proofs": Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE proof (
      library TEXT PRIMARY KEY REFERENCES library (id), due_at BIGINT NOT NULL, started_at BIGINT NOT NULL,
      ended_at BIGINT NOT NULL, ok INTEGER NOT NULL, bytes BIGINT NOT NULL, detail TEXT NOT NULL)`
  }),
  "0003_discarded": Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE discarded (
      library TEXT NOT NULL REFERENCES library (id), name TEXT NOT NULL, at BIGINT NOT NULL, put_again INTEGER NOT NULL,
      PRIMARY KEY (library, name))`
  }),
  "0004_leaving": Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`ALTER TABLE library ADD COLUMN erase_at BIGINT NOT NULL DEFAULT 0`
  }),
  "0005_restores": Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE restore (
      id TEXT PRIMARY KEY, library TEXT NOT NULL REFERENCES library (id), state TEXT NOT NULL, revision INTEGER NOT NULL,
      mode TEXT NOT NULL, source TEXT NOT NULL, position BIGINT NOT NULL, chain_hash TEXT NOT NULL,
      saved_at BIGINT NOT NULL, seen_position BIGINT NOT NULL DEFAULT 0, seen_hash TEXT NOT NULL DEFAULT '',
      entities TEXT NOT NULL, sender TEXT NOT NULL, sender_name TEXT NOT NULL,
      device TEXT NOT NULL, created_at BIGINT NOT NULL, changed_at BIGINT NOT NULL, sent_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL, begun INTEGER NOT NULL, reason TEXT NOT NULL, outcome TEXT NOT NULL,
      request_key TEXT NOT NULL, request_hash TEXT NOT NULL, UNIQUE (sender, request_key))`
    yield* sql`CREATE INDEX restore_of_library ON restore (library, created_at, id)`
  }),
  "0006_restores_here": Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    for (const column of ["wish", "plan", "digest", "undone"])
      yield* sql`ALTER TABLE restore ADD COLUMN ${sql(column)} TEXT NOT NULL DEFAULT ''`
    yield* sql`ALTER TABLE restore ADD COLUMN operation BIGINT NOT NULL DEFAULT 0`
  }),
  "0007_feed": Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE feed (
      id BIGINT PRIMARY KEY, at BIGINT NOT NULL, type TEXT NOT NULL, library TEXT NOT NULL, about TEXT NOT NULL)`
    yield* sql`CREATE INDEX feed_at ON feed (at)`
    yield* sql`CREATE INDEX feed_of_library ON feed (library, type)`
    yield* sql`CREATE TABLE feed_head (id INTEGER PRIMARY KEY, last BIGINT NOT NULL, pruned BIGINT NOT NULL)`
    yield* sql`INSERT INTO feed_head (id, last, pruned) VALUES (1, 0, 0)`
  }),
  "0008_home": Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`ALTER TABLE library ADD COLUMN home TEXT NOT NULL DEFAULT 'device'`
    yield* sql`ALTER TABLE library ADD COLUMN maker TEXT NOT NULL DEFAULT ''`
  }),
  "0009_groups": Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    for (const table of ["library", "access", "invitation"])
      yield* sql`ALTER TABLE ${sql(table)} ADD COLUMN group_name TEXT NOT NULL DEFAULT ''`
    yield* sql`CREATE INDEX library_of_group ON library (group_name, id)`
  })
}

const newest = Object.keys(migrations).length

/** Brings the tables up to what this program knows. Fails when they are of a newer one, or were not brought up. */
const migrate: Effect.Effect<void, ControlError, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* Migrator.make({})({ loader: Migrator.fromRecord(migrations), table: "migration" }).pipe(
    Effect.catchTag("MigrationError", (error) =>
      Effect.fail(
        new SqlError({ cause: error, message: "The control database could not be brought up to date" })
      )
    )
  )
  // The migrator takes a row that could not be written for one that another process wrote.
  const [row] = yield* sql<{ last: number }>`SELECT max(migration_id) AS last FROM migration`
  if (Number(row?.last) !== newest)
    return yield* new SqlError({
      cause: row?.last,
      message: `The control database has the version ${row?.last}; this program knows ${newest}`
    })
})

/** A number as either database gives it: PostgreSQL gives large ones as text. */
export const Integer = Schema.Union(Schema.Int, Schema.NumberFromString.pipe(Schema.int()))

/** The first row of an answer, and all of them, as they must be; a row that is not is a fault of this program. */
export const rowsOf = <A, I>(row: Schema.Schema<A, I>) => {
  const decode = Schema.decodeUnknown(Schema.Array(row))
  return (rows: ReadonlyArray<unknown>): Effect.Effect<ReadonlyArray<A>> => Effect.orDie(decode(rows))
}

/** Several statements as one; one that fails, the last included, leaves nothing behind. */
export const transact = <A, E, R>(
  body: Effect.Effect<A, E, R>
): Effect.Effect<A, E | ControlError, R | SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.withTransaction(body)).pipe(
    // A COMMIT that fails is a defect there.
    Effect.catchSomeDefect((defect) =>
      defect instanceof SqlError ? Option.some(Effect.fail(defect)) : Option.none()
    )
  )

/** The database in a file of its own, durable when a statement has ended. A second program waits for the first. */
export const layerSqlite = (filename: string): Layer.Layer<SqlClient.SqlClient, ControlError> =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`PRAGMA busy_timeout = 5000`
      yield* sql`PRAGMA synchronous = FULL`
      yield* sql`PRAGMA foreign_keys = ON`
      // What is erased is not to be found in the file either.
      yield* sql`PRAGMA secure_delete = ON`
      yield* migrate
    })
  ).pipe(
    Layer.provideMerge(SqliteClient.layer({ filename })),
    Layer.catchAllCause((cause) =>
      Layer.fail(new SqlError({ cause, message: "The control database cannot be opened" }))
    )
  )
