/** What only the app can evaluate in its tables: it is named, and everything that does not need it goes on. */
import { describe, expect, it } from "@effect/vitest"
import { NeedsApp } from "@white-room/core"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import { adopt, type Library, openLibrary } from "../../src/index.js"
import { columnDefault } from "../../src/sqlite/columnDefault.js"
import { Database } from "../../src/sqlite/Database.js"
import { appSong, sound, sqlite, temporaryFolder, withTwo } from "../support/libraries.js"
import { phase5Schema } from "../support/phase5.js"

/** SQL as the app runs it, which has a function and a collation of its own. */
const asApp = (path: string, ...statements: ReadonlyArray<string>): void => {
  const app = new Sqlite(path)
  app.function("app_fn", { deterministic: true }, (value: unknown) => value)
  for (const statement of statements) app.exec(statement)
  app.close()
}

/** No collation can be made here, so the index is made with one that sorts the same, and then named otherwise. */
const withCollation = (path: string): void => {
  const app = new Sqlite(path)
  app.exec("CREATE INDEX by_name ON song_data(name COLLATE BINARY)")
  app.unsafeMode()
  app.exec("PRAGMA writable_schema = 1")
  app.exec(
    "UPDATE sqlite_schema SET sql = replace(sql, 'BINARY', 'localizedStandard') WHERE name = 'by_name'"
  )
  app.close()
}

interface Odd {
  readonly what: string
  readonly make: (path: string) => void
  readonly needs: string
  readonly part: string
  readonly cannot: ReadonlyArray<string>
  /** Whether a document alone can be restored. */
  readonly documents: boolean
}

const fn = "the function app_fn"

const schemas: ReadonlyArray<Odd> = [
  {
    what: "a collation in an index",
    make: withCollation,
    needs: "the collation localizedStandard",
    part: "index by_name",
    cannot: ["insert", "update", "delete"],
    documents: true
  },
  {
    what: "a function in an index",
    make: (path) => asApp(path, "CREATE INDEX by_fn ON song_data(app_fn(name))"),
    needs: fn,
    part: "index by_fn",
    cannot: ["insert", "update", "delete"],
    documents: true
  },
  {
    what: "a function in a partial index",
    make: (path) => asApp(path, "CREATE INDEX some ON song_data(name) WHERE app_fn(name) > 'A'"),
    needs: fn,
    part: "index some",
    cannot: ["insert", "update", "delete"],
    documents: true
  },
  {
    what: "a function in a generated column",
    make: (path) => asApp(path, "ALTER TABLE song_data ADD COLUMN g TEXT AS (app_fn(name)) VIRTUAL"),
    needs: fn,
    part: "table song_data",
    cannot: ["insert", "update"],
    documents: false
  },
  {
    what: "a function in a trigger",
    make: (path) =>
      asApp(path, "CREATE TRIGGER calls AFTER UPDATE ON song_data BEGIN SELECT app_fn(NEW.name); END"),
    needs: fn,
    part: "trigger calls",
    cannot: ["update"],
    documents: false
  },
  {
    what: "a table that is gone in a trigger",
    make: (path) =>
      asApp(path, "CREATE TRIGGER writes AFTER UPDATE ON song_data BEGIN INSERT INTO gone VALUES(1); END"),
    needs: "the table main.gone",
    part: "trigger writes",
    cannot: ["update"],
    documents: false
  }
]

const appFile = (...statements: ReadonlyArray<string>) =>
  Effect.map(temporaryFolder, (folder) => {
    const path = `${folder}/white_room.db`
    sqlite(path, phase5Schema, ...statements)
    return path
  })

const document = (library: Library) =>
  sqlite(library.path, "SELECT song_data_json FROM song_data WHERE id = 'a'")

/** Everything that must go on: status, captures, backups, checks, exports, saves that do not need it. */
const goesOn = (library: Library, { needs, part, cannot, documents }: Odd) =>
  Effect.gen(function* () {
    const { limits, songs } = yield* library.upkeep.status
    expect(limits).toEqual([{ table: "song_data", cannot, needs, parts: [part] }])
    expect(songs).toBe(2)
    asApp(library.path, "UPDATE performance_data SET name = name")
    const ruin = new Sqlite(library.path)
    ruin.function("app_fn", { deterministic: true }, (value: unknown) => value)
    if (documents || cannot.includes("insert"))
      ruin.exec(`UPDATE song_data SET song_data_json = '"ruined"' WHERE id = 'a'`)
    ruin.close()
    yield* library.log.capture
    yield* library.backups.take()
    yield* sound(library)
    expect(yield* library.upkeep.check()).toMatchObject({ ok: true })
    yield* library.history.versions({ kind: "song", id: "a" })
    expect(yield* library.songs.list()).toHaveLength(2)
    expect(yield* library.songs.search("song a")).toHaveLength(1)
    expect(yield* library.songs.documentBytes).toBeGreaterThan(0)
    yield* library.upkeep.usage
    yield* library.preferences.upsert({ theme: "dark" })
  })

describe("what only the app has", () => {
  for (const odd of schemas)
    it.scoped(`${odd.what}, in a library: named by status; a restore that needs it fails with its name`, () =>
      Effect.gen(function* () {
        const library = yield* withTwo
        yield* library.backups.take()
        odd.make(library.path)
        yield* goesOn(library, odd)
        if (odd.documents) {
          yield* library.backups
            .restore("b1", { preferenceColumns: [], kinds: ["song"], mode: "exact" })
            .pipe(Effect.tap(() => Effect.sync(() => expect(document(library)).toContain("Song a"))))
        }
        const verb = odd.cannot.includes("delete")
          ? library.songs.delete("b")
          : library.songs.update({ ...(yield* library.songs.read("b")), name: "x" })
        const error = yield* Effect.flip(verb)
        expect(error).toBeInstanceOf(NeedsApp)
        expect(error).toMatchObject({ needs: odd.needs, parts: [odd.part] })
        expect(error.message).toContain(odd.part)
        yield* sound(library)
      })
    )

  for (const odd of schemas)
    it.scoped(`${odd.what}, in an app's database: adopted, and named`, () =>
      Effect.gen(function* () {
        const path = yield* appFile(
          `INSERT INTO ${appSong("a", "Song a")}`,
          `INSERT INTO ${appSong("b", "B")}`
        )
        odd.make(path)
        const report = yield* adopt(path)
        expect(report).toMatchObject({ songs: 2, capturing: true })
        expect(report.limits).toMatchObject([{ needs: odd.needs, cannot: odd.cannot }])
        const library = yield* openLibrary(path)
        yield* goesOn(library, odd)
        const again = yield* adopt(path)
        expect(again.already).toBe(true)
      })
    )

  it.scoped("a rule of the app that a restored row breaks is one of the app's, and named", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      yield* library.backups.take()
      yield* library.songs.delete("a")
      const columns = sqlite(library.path, "SELECT sql FROM sqlite_schema WHERE name = 'song_data'")
      sqlite(
        library.path,
        "ALTER TABLE song_data RENAME TO old",
        columns.replace(/\)\s*$/, ", CHECK (name <> 'Song a'))"),
        "INSERT INTO song_data SELECT * FROM old",
        "DROP TABLE old"
      )
      const error = yield* Effect.flip(library.backups.restore("b1"))
      expect(error).toMatchObject({ _tag: "AppRefused", what: "song Song a (a)", triggers: [] })
      expect(error.message).toContain("CHECK constraint failed")
      yield* sound(library)
    })
  )

  it.scoped("a trigger that SQLite cannot compile for any other reason is said in its words", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(
        library.path,
        "CREATE TABLE other(x)",
        "CREATE TRIGGER two AFTER DELETE ON song_data BEGIN INSERT INTO other VALUES(1, 2); END"
      )
      const { limits } = yield* library.upkeep.status
      expect(limits).toMatchObject([
        { cannot: ["delete"], needs: expect.stringContaining("other"), parts: [] }
      ])
      yield* library.backups.take()
      yield* sound(library)
    })
  )

  it.scoped("a view of the app that nobody here can evaluate is its own affair", () =>
    Effect.gen(function* () {
      const path = yield* appFile(`INSERT INTO ${appSong("a", "Song a")}`)
      asApp(path, "CREATE VIEW shown AS SELECT app_fn(name) AS name FROM song_data")
      expect(yield* adopt(path)).toMatchObject({ songs: 1, limits: [] })
      const library = yield* openLibrary(path)
      yield* library.songs.delete("a")
      yield* library.backups.restore("b1")
      expect(yield* library.upkeep.status).toMatchObject({ songs: 1, limits: [] })
      yield* sound(library)
    })
  )
})

describe("the default of a column", () => {
  const defaults: ReadonlyArray<readonly [sql: string, value: unknown]> = [
    ["(1 -- one\n)", "1"],
    ["(2 /* two */)", "2"],
    ["( 'a' || 'b' )", "ab"],
    ["'it''s'", "it's"],
    ["word", "word"],
    ['"two words"', "two words"],
    ["[in brackets]", "in brackets"],
    ["`tick``ed`", "tick`ed"],
    ["true", "1"],
    ["-5", "-5"],
    ["NULL", null],
    ["x'41'", "A"],
    ["(app_fn('x'))", null],
    ["(zeroblob(2000000000))", null]
  ]

  for (const [sql, value] of defaults)
    it.scoped(`${JSON.stringify(sql)} is taken as SQLite takes it, or not at all`, () =>
      Effect.gen(function* () {
        const path = yield* appFile()
        asApp(path, `ALTER TABLE performance_data RENAME TO old`, `CREATE TABLE one(k, d DEFAULT ${sql})`)
        const db = Database.open(path, { readonly: false })
        const [text] = db.row<[string]>(
          "SELECT dflt_value FROM pragma_table_xinfo('one') WHERE name = 'd'"
        ) ?? [""]
        const cell = columnDefault(db, text)
        const shown = cell instanceof Uint8Array ? new TextDecoder().decode(cell) : cell
        expect(shown === null ? null : String(shown)).toBe(value)
        db.close()
      })
    )

  it.scoped("with a comment in it does no harm to a library", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      yield* library.backups.take()
      sqlite(library.path, "ALTER TABLE song_data ADD COLUMN x TEXT DEFAULT (1 -- c\n)")
      yield* library.songs.delete("a")
      yield* library.backups.restore("b1")
      expect(sqlite(library.path, "SELECT x FROM song_data WHERE id = 'a'")).toBe("1")
      yield* sound(library)
    })
  )
})
