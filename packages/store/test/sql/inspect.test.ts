import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { inspect } from "../../src/sql/inspect.js"
import { ownTables } from "../../src/sqlite/Schema.js"
import { history, song, sound, sqlite } from "../support/libraries.js"
import { causeOf, withSetlist } from "./support.js"

const refused = [
  "INSERT INTO event_log DEFAULT VALUES",
  "insert or ignore into main.event_log(position) values (1)",
  'REPLACE INTO "Event_Log" VALUES (1)',
  "INSERT INTO `event_log` SELECT 1",
  "INSERT INTO [event_log] SELECT 1",
  "INSERT INTO 'event_log' SELECT 1",
  "INSERT/* a */INTO -- b\n event_log SELECT 1",
  "WITH x AS (SELECT 1) INSERT INTO event_log SELECT * FROM x",
  "WITH x AS (SELECT 1) UPDATE command SET actor = 'me'",
  "UPDATE OR REPLACE main.object SET block = 1",
  "DELETE FROM block",
  'DELETE FROM main . "block" WHERE 1',
  "DROP TABLE IF EXISTS library_info",
  "DROP INDEX event_log_entity",
  "CREATE TABLE IF NOT EXISTS profile (name)",
  "CREATE TABLE set_aside (x)",
  "CREATE UNIQUE INDEX mine ON event_log(actor)",
  "CREATE TRIGGER mine AFTER INSERT ON event_log BEGIN SELECT 1; END",
  "CREATE TRIGGER mine AFTER INSERT ON setlist BEGIN DELETE FROM run; END",
  "ALTER TABLE event_log RENAME TO gone",
  "ALTER TABLE setlist RENAME TO set_aside",
  "CREATE TEMP TABLE song_data (id)",
  "CREATE TEMPORARY VIEW block AS SELECT 1",
  "CREATE TABLE temp.block (x)",
  "BEGIN",
  ";; /* now */ COMMIT",
  "\ufeffROLLBACK",
  "END TRANSACTION",
  "SAVEPOINT part",
  "RELEASE part",
  "ATTACH 'other.db' AS other",
  "DETACH other",
  "PRAGMA journal_mode = DELETE",
  "PRAGMA main.synchronous = OFF",
  "PRAGMA writable_schema = 1",
  "PRAGMA wal_checkpoint"
]

const allowed = [
  "SELECT * FROM event_log JOIN block ON block = number",
  "INSERT INTO setlist SELECT entity_id FROM event_log",
  "UPDATE setlist SET block = 1, run = 2 FROM object WHERE object.block = setlist.block",
  "INSERT INTO setlist(song) VALUES ('INTO event_log') ON CONFLICT DO UPDATE SET run = 1",
  "DELETE FROM setlist WHERE song IN (SELECT entity_id FROM event_log)",
  "CREATE TABLE setlist (block INTEGER, run INTEGER REFERENCES concert(run) ON DELETE CASCADE ON UPDATE SET NULL)",
  "CREATE INDEX setlist_run ON setlist(run, block)",
  "CREATE VIEW recent AS SELECT * FROM setlist JOIN concert ON run = place",
  "CREATE TRIGGER mine AFTER UPDATE OF block, run ON setlist BEGIN UPDATE concert SET run = NEW.run; END",
  "ALTER TABLE setlist RENAME COLUMN place TO run",
  "ALTER TABLE song_data ADD COLUMN mood TEXT",
  "DROP TABLE setlist",
  "PRAGMA foreign_keys = ON",
  "PRAGMA main.table_info(event_log)",
  "EXPLAIN QUERY PLAN DELETE FROM setlist",
  ""
]

describe("what the library's connection is not for", () => {
  it.each(refused)("%s", (sql) => {
    expect(inspect(sql).refusal).toBeTypeOf("string")
  })

  it.each([...ownTables])("writing %s", (table) => {
    expect(inspect(`DELETE FROM ${table}`).refusal).toContain(table)
  })

  it.scoped("fails with a reason, and changes nothing", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      yield* library.songs.upsert(song("a"))
      const everything = () =>
        sqlite(library.path, "SELECT sql FROM sqlite_schema", "SELECT hex(chain_hash) FROM event_log")
      const before = everything()
      for (const text of refused) {
        expect(yield* causeOf(sql.unsafe(text))).toMatchObject({ _tag: "InvalidInput", field: "sql" })
        expect(yield* causeOf(sql.withTransaction(sql.unsafe(text).unprepared))).toMatchObject({
          field: "sql"
        })
      }
      expect(everything()).toBe(before)
      expect(yield* history(library)).toHaveLength(1)
      yield* sound(library)
    })
  )
})

describe("what it is for", () => {
  it.each(allowed)("%s", (sql) => {
    expect(inspect(sql).refusal).toBeUndefined()
  })
})
