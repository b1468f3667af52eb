/** The tables of the control database, as they came about: one set of statements for SQLite and PostgreSQL. */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { versionOf } from "./Versions.js"

/** How texts are ordered is part of what pages of a list mean: by their bytes, whatever the locale of a PostgreSQL. */
const dialect = Effect.map(SqlClient.SqlClient, (sql) => ({
  sql,
  text: sql.literal(sql.onDialectOrElse({ pg: () => 'TEXT COLLATE "C"', orElse: () => "TEXT" }))
}))

/** What of a table has a part in who may see what. That an access was used, or that something came into a library, has none. */
const partInAccess = {
  access: "name, role, device, secret_hash, expires_at, revoked_at, group_name",
  access_library: "access, library",
  library: "id, name, sealed, erase_at, home, maker, group_name"
}

/** Counts each change of who may see what, whoever makes it: the mark by which what was found out is known to hold. */
const countAccessChanges = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`INSERT INTO access_mark (id, changes) VALUES (1, 0)`
  for (const [table, columns] of Object.entries(partInAccess))
    for (const [name, what] of [
      ["made", "INSERT"],
      ["changed", `UPDATE OF ${columns}`],
      ["gone", "DELETE"]
    ] as const)
      yield* sql`CREATE TRIGGER ${sql(`${table}_${name}`)} AFTER ${sql.literal(what)} ON ${sql(table)}
        BEGIN UPDATE access_mark SET changes = changes + 1; END`
})

/**
 * Each only adds: a column with a default, a table, an index. A program of the version before goes on beside it, reads what is new and passes it
 * over, and leaves it out of what it writes. See `takingAway` for the other kind.
 */
export const steps = {
  "0001_begin": Effect.gen(function* () {
    const { sql, text } = yield* dialect
    yield* sql`CREATE TABLE setting (name ${text} PRIMARY KEY, value ${text} NOT NULL)`
    yield* sql`CREATE TABLE library (
      id ${text} PRIMARY KEY, name ${text} NOT NULL, sealed INTEGER NOT NULL, folder ${text} NOT NULL,
      quota BIGINT NOT NULL, used BIGINT NOT NULL, reserved BIGINT NOT NULL,
      created_at BIGINT NOT NULL, arrived_at BIGINT NOT NULL)`
    yield* sql`CREATE TABLE access (
      id ${text} PRIMARY KEY, name ${text} NOT NULL, role ${text} NOT NULL, device ${text} NOT NULL, secret_hash ${text} NOT NULL UNIQUE,
      created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, revoked_at BIGINT NOT NULL,
      last_used_at BIGINT NOT NULL, last_used_from ${text} NOT NULL)`
    yield* sql`CREATE TABLE access_library (
      access ${text} NOT NULL REFERENCES access (id), library ${text} NOT NULL REFERENCES library (id),
      PRIMARY KEY (access, library))`
    yield* sql`CREATE INDEX access_of_library ON access_library (library)`
    yield* sql`CREATE TABLE line (
      library ${text} NOT NULL REFERENCES library (id), line ${text} NOT NULL, access ${text} NOT NULL REFERENCES access (id),
      PRIMARY KEY (library, line))`
    yield* sql`CREATE TABLE invitation (
      id ${text} PRIMARY KEY, salt ${text} NOT NULL, code_hash ${text} NOT NULL, name ${text} NOT NULL, role ${text} NOT NULL,
      libraries ${text} NOT NULL, access_days INTEGER NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
      tries_left INTEGER NOT NULL, secret_hash ${text} NOT NULL, access ${text} NOT NULL)`
    yield* sql`CREATE TABLE audit (
      number BIGINT PRIMARY KEY, at BIGINT NOT NULL, actor ${text} NOT NULL, action ${text} NOT NULL, subject ${text} NOT NULL,
      detail ${text} NOT NULL, hash ${text} NOT NULL)`
    yield* sql`CREATE TABLE audit_head (id INTEGER PRIMARY KEY, number BIGINT NOT NULL, hash ${text} NOT NULL)`
    yield* sql`INSERT INTO audit_head (id, number, hash) VALUES (1, 0, '')`
  }),
  "0002_proofs": Effect.gen(function* () {
    const { sql, text } = yield* dialect
    yield* sql`CREATE TABLE proof (
      library ${text} PRIMARY KEY REFERENCES library (id), due_at BIGINT NOT NULL, started_at BIGINT NOT NULL,
      ended_at BIGINT NOT NULL, ok INTEGER NOT NULL, bytes BIGINT NOT NULL, detail ${text} NOT NULL)`
  }),
  "0003_discarded": Effect.gen(function* () {
    const { sql, text } = yield* dialect
    yield* sql`CREATE TABLE discarded (
      library ${text} NOT NULL REFERENCES library (id), name ${text} NOT NULL, at BIGINT NOT NULL, put_again INTEGER NOT NULL,
      PRIMARY KEY (library, name))`
  }),
  "0004_leaving": Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`ALTER TABLE library ADD COLUMN erase_at BIGINT NOT NULL DEFAULT 0`
  }),
  "0005_restores": Effect.gen(function* () {
    const { sql, text } = yield* dialect
    yield* sql`CREATE TABLE restore (
      id ${text} NOT NULL, library ${text} NOT NULL REFERENCES library (id), state ${text} NOT NULL, revision INTEGER NOT NULL,
      mode ${text} NOT NULL, source ${text} NOT NULL, position BIGINT NOT NULL, chain_hash ${text} NOT NULL,
      saved_at BIGINT NOT NULL, seen_position BIGINT NOT NULL DEFAULT 0, seen_hash ${text} NOT NULL DEFAULT '',
      entities ${text} NOT NULL, sender ${text} NOT NULL, sender_name ${text} NOT NULL,
      device ${text} NOT NULL, created_at BIGINT NOT NULL, changed_at BIGINT NOT NULL, sent_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL, begun INTEGER NOT NULL, reason ${text} NOT NULL, outcome ${text} NOT NULL,
      request_key ${text} NOT NULL, request_hash ${text} NOT NULL,
      PRIMARY KEY (library, id), UNIQUE (sender, request_key))`
    yield* sql`CREATE INDEX restore_of_library ON restore (library, created_at, id)`
  }),
  "0006_restores_here": Effect.gen(function* () {
    const { sql, text } = yield* dialect
    for (const column of ["wish", "plan", "digest", "undone"])
      yield* sql`ALTER TABLE restore ADD COLUMN ${sql(column)} ${text} NOT NULL DEFAULT ''`
    yield* sql`ALTER TABLE restore ADD COLUMN operation BIGINT NOT NULL DEFAULT 0`
  }),
  "0007_feed": Effect.gen(function* () {
    const { sql, text } = yield* dialect
    yield* sql`CREATE TABLE feed (
      id BIGINT PRIMARY KEY, at BIGINT NOT NULL, type ${text} NOT NULL, library ${text} NOT NULL, about ${text} NOT NULL)`
    yield* sql`CREATE INDEX feed_at ON feed (at)`
    yield* sql`CREATE INDEX feed_of_library ON feed (library, type)`
    yield* sql`CREATE TABLE feed_head (id INTEGER PRIMARY KEY, last BIGINT NOT NULL, pruned BIGINT NOT NULL)`
    yield* sql`INSERT INTO feed_head (id, last, pruned) VALUES (1, 0, 0)`
  }),
  "0008_home": Effect.gen(function* () {
    const { sql, text } = yield* dialect
    yield* sql`ALTER TABLE library ADD COLUMN home ${text} NOT NULL DEFAULT 'device'`
    yield* sql`ALTER TABLE library ADD COLUMN maker ${text} NOT NULL DEFAULT ''`
  }),
  "0009_groups": Effect.gen(function* () {
    const { sql, text } = yield* dialect
    for (const table of ["library", "access", "invitation"])
      yield* sql`ALTER TABLE ${sql(table)} ADD COLUMN group_name ${text} NOT NULL DEFAULT ''`
    yield* sql`CREATE INDEX library_of_group ON library (group_name, id)`
  }),
  "0010_looked_after": Effect.gen(function* () {
    const { sql, text } = yield* dialect
    yield* sql`CREATE TABLE group_setting (
      name ${text} PRIMARY KEY, mail_to ${text} NOT NULL, paused_until BIGINT NOT NULL)`
    yield* sql`CREATE TABLE digest (
      group_name ${text} NOT NULL, channel ${text} NOT NULL, due_at BIGINT NOT NULL, started_at BIGINT NOT NULL,
      outcome ${text} NOT NULL, detail ${text} NOT NULL, PRIMARY KEY (group_name, channel, due_at))`
    yield* sql`CREATE TABLE alert (
      kind ${text} NOT NULL, library ${text} NOT NULL, about ${text} NOT NULL, since BIGINT NOT NULL,
      detail ${text} NOT NULL, mail_at BIGINT NOT NULL, webhook_at BIGINT NOT NULL, tried_at BIGINT NOT NULL,
      PRIMARY KEY (kind, library, about))`
    yield* sql`CREATE TABLE watched (
      library ${text} PRIMARY KEY REFERENCES library (id), line ${text} NOT NULL, position BIGINT NOT NULL,
      newest BIGINT NOT NULL, kept BIGINT NOT NULL, at BIGINT NOT NULL, arrived_at BIGINT NOT NULL)`
  }),
  "0011_reclaimed": Effect.gen(function* () {
    const { sql } = yield* dialect
    yield* sql`ALTER TABLE library ADD COLUMN reclaimed_at BIGINT NOT NULL DEFAULT 0`
  }),
  "0012_heads": Effect.gen(function* () {
    const { sql, text } = yield* dialect
    yield* sql`ALTER TABLE library ADD COLUMN head_line ${text} NOT NULL DEFAULT ''`
    yield* sql`ALTER TABLE library ADD COLUMN head_position BIGINT NOT NULL DEFAULT 0`
    yield* sql`ALTER TABLE library ADD COLUMN head_hash ${text} NOT NULL DEFAULT ''`
  }),
  "0013_backup_counts": Effect.gen(function* () {
    const { sql, text } = yield* dialect
    yield* sql`CREATE TABLE backup_count (
      access ${text} NOT NULL REFERENCES access (id), library ${text} NOT NULL REFERENCES library (id),
      day BIGINT NOT NULL, count BIGINT NOT NULL, PRIMARY KEY (access, library))`
  }),
  "0014_nodes": Effect.gen(function* () {
    const { sql, text } = yield* dialect
    yield* sql`ALTER TABLE library ADD COLUMN fence BIGINT NOT NULL DEFAULT 0`
    yield* sql`CREATE TABLE node (
      address ${text} PRIMARY KEY, number INTEGER NOT NULL, about ${text} NOT NULL, secret ${text} NOT NULL, seen_at BIGINT NOT NULL)`
    yield* sql`CREATE TABLE shard (id ${text} PRIMARY KEY, address ${text} NOT NULL)`
    yield* sql`CREATE INDEX shard_of_node ON shard (address)`
  }),
  "0015_due": Effect.gen(function* () {
    const { sql } = yield* dialect
    yield* sql`ALTER TABLE library ADD COLUMN look_at BIGINT NOT NULL DEFAULT 0`
    yield* sql`CREATE INDEX library_due ON library (home, look_at)`
  }),
  "0016_shared": Effect.gen(function* () {
    const { sql, text } = yield* dialect
    yield* sql`CREATE TABLE wrong_code (address ${text} PRIMARY KEY, minute BIGINT NOT NULL, count BIGINT NOT NULL)`
    yield* sql`CREATE TABLE secret (name ${text} PRIMARY KEY, value ${text} NOT NULL)`
  }),
  "0017_versions": Effect.gen(function* () {
    const { sql } = yield* dialect
    yield* sql`CREATE TABLE version (id INTEGER PRIMARY KEY, least INTEGER NOT NULL)`
    yield* sql`INSERT INTO version (id, least) VALUES (1, 17)`
    yield* sql`ALTER TABLE node ADD COLUMN version INTEGER NOT NULL DEFAULT 0`
  }),
  "0018_access_mark": Effect.gen(function* () {
    const { sql } = yield* dialect
    yield* sql`CREATE TABLE access_mark (id INTEGER PRIMARY KEY, changes BIGINT NOT NULL)`
    // A PostgreSQL is not asked for it: no answer comes from there as quickly.
    yield* sql.onDialectOrElse({ pg: () => Effect.void, orElse: () => countAccessChanges })
  }),
  "0019_runs": Effect.gen(function* () {
    const { sql, text } = yield* dialect
    // A program of the version before erases libraries and knows nothing of it: it refers to none.
    yield* sql`CREATE TABLE run (
      id ${text} NOT NULL, library ${text} NOT NULL, activity ${text} NOT NULL, access ${text} NOT NULL, request_key ${text} NOT NULL,
      restore ${text} NOT NULL, started_at BIGINT NOT NULL, ended_at BIGINT NOT NULL, answer ${text} NOT NULL,
      PRIMARY KEY (library, id))`
    yield* sql`CREATE INDEX run_started ON run (started_at)`
  }),
  "0020_schedules": Effect.gen(function* () {
    const { sql, text } = yield* dialect
    yield* sql`ALTER TABLE library ADD COLUMN schedule_number BIGINT NOT NULL DEFAULT 0`
    // By itself: a program of version 19 that erases a library does not know of it.
    yield* sql`CREATE TABLE schedule (
      library ${text} PRIMARY KEY REFERENCES library (id) ON DELETE CASCADE, content ${text} NOT NULL)`
  })
}

/** The version of the tables that this program knows. */
export const version = versionOf(steps)

/** All tables that are copied, with their keys; one that refers to others comes after them. */
export const tables = {
  setting: ["name"],
  library: ["id"],
  access: ["id"],
  access_library: ["access", "library"],
  line: ["library", "line"],
  invitation: ["id"],
  audit: ["number"],
  audit_head: ["id"],
  proof: ["library"],
  watched: ["library"],
  schedule: ["library"],
  group_setting: ["name"],
  digest: ["group_name", "channel", "due_at"],
  alert: ["kind", "library", "about"],
  discarded: ["library", "name"],
  backup_count: ["access", "library"],
  restore: ["library", "id"],
  feed: ["id"],
  feed_head: ["id"]
} as const

/** What servers that run say of themselves and remember for a moment, which programs may, and what is secret: of no use in a copy, or not to be there. */
export const tablesOfNodes = [
  ...["node", "shard", "version", "secret", "wrong_code", "access_mark"],
  "run"
] as const
