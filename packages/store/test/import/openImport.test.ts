/** Files of any kind, friendly and hostile, through `Library.openImport`. */

import { execFileSync } from "node:child_process"
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest"
import { encryptFile } from "../../src/age/Age.js"
import { hostId } from "../../src/file/hostId.js"
import type { ImportChoice } from "../../src/import/Import.js"
import type { ImportOptions } from "../../src/import/openSources.js"
import { createLibrary, type Library, openLibrary, type SongInput } from "../../src/index.js"
import { writeChain } from "../support/chain.js"
import { phase5Backups, phase5Schema } from "../support/phase5.js"

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "white-room-test-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})

const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name)
  mkdirSync(join(path, ".."), { recursive: true })
  writeFileSync(path, content)
  return path
}

const run = <A>(body: (library: Library) => Effect.Effect<A, unknown>, name = "library.db"): Promise<A> => {
  const path = join(folder, name)
  return Effect.gen(function* () {
    if (!existsSync(path)) yield* createLibrary(path)
    return yield* body(yield* openLibrary(path, { actor: "ada@studio" }))
  }).pipe(Effect.scoped, Effect.runPromise)
}

/** Everything an import of these gives: what was opened, and what was done. */
const bringIn = (paths: ReadonlyArray<string>, choice: ImportChoice = {}, options: ImportOptions = {}) =>
  run((library) =>
    Effect.gen(function* () {
      const opened = yield* library.imports.open(paths, options)
      const result = yield* opened.apply(choice)
      const { ok } = yield* library.upkeep.check({ level: "full" })
      return { opened, result, ok, position: (yield* library.log.head).position }
    }).pipe(Effect.scoped)
  )

const time = "2025-03-01T12:00:00.000Z"

const song = (id: string, document = `{"notes":"${id}"}`) => ({
  id,
  name: `Song ${id}`,
  createdAt: time,
  updatedAt: time,
  songDataJSON: document,
  determinismSeed: id
})

/** The same song for a repository. */
const saved = (id: string, document: string): SongInput => ({
  ...song(id, document),
  createdAt: new Date(time),
  updatedAt: new Date(time)
})

const exchange = (songs: unknown, rest: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    version: "1.0",
    timestamp: time,
    description: "old",
    songs: JSON.stringify(songs),
    performances: "[]",
    preferences: "null",
    ...rest
  })

const documentOf = (id: string) =>
  run((library) => Effect.map(library.songs.read(id), ({ songDataJSON }) => songDataJSON))

interface AppOptions {
  readonly ios?: boolean
  readonly wal?: boolean
  readonly name?: string
}

/** A database of the app with two songs and one old backup, open, as the app leaves it running. */
const openApp = ({ ios = false, wal = false, name = "app.db" }: AppOptions = {}): Sqlite.Database => {
  const db = new Sqlite(join(folder, name))
  onTestFinished(() => void db.close())
  db.pragma(`journal_mode = ${wal ? "WAL" : "DELETE"}`)
  db.exec(phase5Schema)
  db.exec(phase5Backups)
  db.exec("CREATE TABLE mix_graphs(id TEXT)")
  const at = ios ? "2025-03-01 12:00:00.000" : time
  const insert = db.prepare(
    "INSERT INTO song_data(id, name, created_at, updated_at, song_data_json, determinism_seed, duration) VALUES(?, ?, ?, ?, ?, ?, 61.5)"
  )
  for (const id of ["a", "b"]) insert.run(id, `Song ${id}`, at, at, `{"notes":"${id}"}`, id)
  db.prepare(
    "INSERT INTO backups(id, timestamp, description, songs_json, performances_json, preferences_json, size, version) VALUES('old-1', ?, 'then', ?, '[]', ?, 1, '1.0')"
  ).run(at, JSON.stringify([song("a", "{}")]), JSON.stringify({ userId: "default", updatedAt: time }))
  return db
}

const rowsOf = (path: string): string =>
  execFileSync("sqlite3", [path, ".mode quote", "SELECT typeof(duration), * FROM song_data ORDER BY id"], {
    encoding: "utf8"
  })

describe("a database of the app", () => {
  it("that nobody has open is left with nothing beside it", async () => {
    openApp({ wal: true }).close()
    await bringIn([join(folder, "app.db")])
    expect(readdirSync(folder).filter((name) => name.startsWith("app"))).toEqual(["app.db"])
  })

  it("twice changes nothing, and after it changed only what is new comes", async () => {
    const app = openApp()
    const first = await bringIn([join(folder, "app.db")])
    const again = await bringIn([join(folder, "app.db")])
    expect(again.position).toBe(first.position)
    expect(again.result).toMatchObject({ songsRestored: 0, backups: [], plan: { unchanged: 2 } })
    app.prepare("DELETE FROM song_data WHERE id = 'a'").run()
    app.prepare("UPDATE song_data SET song_data_json = '{\"new\":1}' WHERE id = 'b'").run()
    const changed = await bringIn([join(folder, "app.db")], { onConflict: "replace" })
    expect(changed.result).toMatchObject({ songsRestored: 1 })
    expect(await documentOf("a")).toBe('{"notes":"a"}')
    expect(await documentOf("b")).toBe('{"new":1}')
  })

  it("of the other app gets the times that this library's app reads", async () => {
    openApp({ ios: true })
    file("mine.json", exchange([song("mine")]))
    await bringIn([join(folder, "mine.json")])
    await bringIn([join(folder, "app.db")])
    expect(rowsOf(join(folder, "library.db"))).not.toContain("2025-03-01 12:00")
  })

  it("is recognised under any name, also inside folders", async () => {
    openApp({ name: "readme.txt" })
    openApp({ name: "sub.folder" }).close()
    expect((await bringIn([folder])).opened.problems).toEqual([])
    expect(await documentOf("a")).toBe('{"notes":"a"}')
  })

  it("runs nothing that it defines: views in place of tables, defaults, triggers", async () => {
    const db = new Sqlite(join(folder, "evil.db"))
    db.exec(`CREATE VIEW song_data AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n;
      CREATE TABLE performance_data(id TEXT, name TEXT, song_id TEXT, duration REAL, performance_data_json TEXT,
        created_at TEXT, updated_at TEXT, x TEXT DEFAULT (hex(zeroblob(900000000))));
      CREATE TABLE backups(id TEXT);
      INSERT INTO performance_data VALUES('p', 'P', 's', 1, '{}', '${time}', '${time}', 1);
      INSERT INTO performance_data(id, name, x) VALUES('q', 'Q', 1)`)
    db.close()
    const { result, opened, ok } = await bringIn([join(folder, "evil.db")])
    expect(result).toMatchObject({ performancesRestored: 1, songsRestored: 0 })
    expect(result.notes[0]).toContain("no column x")
    expect(ok).toBe(true)
    expect(opened.problems.map(({ reason }) => reason)).toEqual([
      "performance Q (q): it has no song_id, duration, performance_data_json, created_at, updated_at and was left out"
    ])
  })

  it("that is damaged gives what can be read, and says what cannot", async () => {
    const app = openApp()
    const insert = app.prepare(
      "INSERT INTO performance_data(id, name, song_id, duration, performance_data_json, created_at, updated_at) VALUES(?, 'P', 'a', 1, ?, ?, ?)"
    )
    for (let index = 0; index < 100; index++) insert.run(`p-${index}`, "x".repeat(2000), time, time)
    const [page] = app
      .prepare(
        "SELECT pageno FROM dbstat WHERE name = 'performance_data' AND pagetype = 'leaf' LIMIT 1 OFFSET 20"
      )
      .pluck()
      .all() as Array<number>
    app.close()
    const bytes = readFileSync(join(folder, "app.db"))
    bytes.fill(0xff, ((page ?? 0) - 1) * 4096, (page ?? 0) * 4096)
    writeFileSync(join(folder, "app.db"), bytes)
    const { result, opened } = await bringIn([join(folder, "app.db")])
    expect(result.songsRestored).toBe(2)
    expect(result.performancesRestored).toBeGreaterThan(10)
    expect(result.performancesRestored).toBeLessThan(100)
    expect(opened.problems).toEqual([
      { file: join(folder, "app.db"), reason: expect.stringMatching(/^table performance_data: /) }
    ])
  })

  it("of something else, or cut off, is refused", async () => {
    const db = new Sqlite(join(folder, "other.db"))
    db.exec("CREATE TABLE photos(id)")
    db.close()
    const wide = new Sqlite(join(folder, "wide.db"))
    wide.exec(
      "PRAGMA encoding = 'UTF-16le'; CREATE TABLE song_data(id TEXT PRIMARY KEY, song_data_json TEXT)"
    )
    wide.exec("INSERT INTO song_data VALUES('a', '{}')")
    wide.close()
    openApp().close()
    truncateSync(join(folder, "app.db"), 1000)
    const files = ["other.db", "wide.db", "app.db"].map((name) => join(folder, name))
    const { opened } = await bringIn(files)
    expect(opened.problems.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^it is a database that cannot be read: /),
      "the file: it is a SQLite database of something else",
      "the file: its texts are UTF-16, which White Room never wrote"
    ])
  })
})

describe("another library", () => {
  const makeOther = () =>
    run(
      (library) =>
        Effect.gen(function* () {
          const save = (id: string, document: string) => library.songs.upsert(saved(id, document))
          yield* save("a", '{"v":1}')
          yield* library.backups.take({ description: "one", tags: ["tour"], pinned: true })
          yield* save("a", '{"v":2}')
          yield* library.backups.take({ description: "two" })
          yield* save("a", '{"v":3}')
        }),
      "other.db"
    )

  it("comes in with its backups under their own ids, each whole", async () => {
    await makeOther()
    const { result, ok } = await bringIn([join(folder, "other.db")])
    expect(result.backups).toMatchObject([
      { description: "one", tags: ["tour"], pinned: true, trigger: "imported" },
      { description: "two" }
    ])
    expect(ok).toBe(true)
    expect(await documentOf("a")).toBe('{"v":3}')
    await run((library) => library.backups.restore("b1", { mode: "exact" }))
    expect(await documentOf("a")).toBe('{"v":1}')
  })

  it("has its backups say where they came from, at first, and why they were taken there", async () => {
    await makeOther()
    const libraryId = (name: string) =>
      run((library) => Effect.map(library.upkeep.status, (is) => is.libraryId), name)
    const other = await libraryId("other.db")
    const original = { libraryId: other, trigger: "manual" }
    // Before the restore this takes a safety backup, the newest of all.
    await run((library) => library.backups.restore("b1", { mode: "exact" }), "other.db")
    const { result } = await bringIn([join(folder, "other.db")])
    const source = join(folder, "other.db")
    expect(result.backups.map(({ origin }) => origin)).toEqual([
      { ...original, number: 1, source },
      { ...original, number: 2, source },
      { libraryId: other, trigger: "safety", number: 3, source }
    ])
    const latest = await run((library) => library.backups.find("latest"))
    expect(latest).toMatchObject({ number: 2, description: "two" })
    // From library to library, in files of both kinds, and back into the catalogue from the log.
    await run((library) => library.backups.take())
    for (const from of ["library.db", "copies"]) {
      await run((library) => writeChain(library, join(folder, "copies")))
      const third = `third-${from}`
      const { backups } = await run(
        (library) =>
          Effect.scoped(
            Effect.flatMap(library.imports.open([join(folder, from)]), (opened) => opened.apply())
          ),
        third
      )
      expect(backups.map(({ origin }) => origin)).toMatchObject([
        { ...original, number: 1 },
        { ...original, number: 2 },
        { libraryId: other, trigger: "safety", number: 3 },
        { libraryId: await libraryId("library.db"), trigger: "manual", number: 4 }
      ])
      const before = await run((library) => library.backups.list(), third)
      await run((library) => library.upkeep.rebuild(), third)
      expect(await run((library) => library.backups.list(), third)).toEqual(before)
    }
  })

  it("has a backup that came out of a file say so also when it was brought into another library since", async () => {
    const preferences = JSON.stringify({ userId: "default" })
    const state = { version: "1.0.0", timestamp: "2025-03-01T12:00:00Z", description: "old", preferences }
    const export_ = file("export.json", JSON.stringify({ ...state, songs: "[]", performances: "[]" }))
    const bring = (from: string, into: string) =>
      run(
        (library) => Effect.scoped(Effect.flatMap(library.imports.open([from]), (opened) => opened.apply())),
        into
      )
    await bring(export_, "other.db")
    const { backups } = await bring(join(folder, "other.db"), "library.db")
    expect(backups).toMatchObject([{ description: "old", origin: { source: export_ } }])
    expect(backups[0]?.origin?.libraryId).toBeUndefined()
  })

  it("brings no profile along, whose hooks are commands: not from its file, not from its copies", async () => {
    await makeOther()
    const definition = JSON.stringify({ name: "daily", when: ["hourly"], hooks: { before: "touch owned" } })
    const stored = await run(
      (library) =>
        Effect.gen(function* () {
          yield* library.schedule.saveProfile({ name: "daily", definition })
          yield* writeChain(library, join(folder, "copies"))
          return yield* library.schedule.profiles
        }),
      "other.db"
    )
    expect(stored).toMatchObject([{ name: "daily", definition }])
    for (const from of ["other.db", "copies"]) {
      const { opened } = await bringIn([join(folder, from)])
      expect(opened.problems).toEqual([])
      expect(await run((library) => library.schedule.profiles)).toEqual([])
    }
    expect(await documentOf("a")).toBe('{"v":3}')
  })

  it("gives every backup that is whole, and names the one that is not", async () => {
    await makeOther()
    const db = new Sqlite(join(folder, "other.db"))
    const [root] = db.prepare("SELECT root FROM backup_catalog WHERE number = 1").pluck().all()
    db.prepare("DELETE FROM object WHERE hash = ?").run(root)
    db.close()
    const { result, opened, ok } = await bringIn([join(folder, "other.db")])
    expect(result.backups.map(({ description }) => description)).toEqual(["two"])
    expect(opened.problems.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^backup b1: /)])
    expect(ok).toBe(true)
    expect(await documentOf("a")).toBe('{"v":3}')
  })

  it("that is this one is refused, by whatever name", async () => {
    await run(() => Effect.void)
    symlinkSync(join(folder, "library.db"), join(folder, "link.db"))
    const { opened } = await bringIn([join(folder, "library.db"), join(folder, "link.db")])
    expect(opened.problems.map(({ reason }) => reason)).toEqual([
      "it is this library itself",
      "it is this library itself"
    ])
    expect((await bringIn([folder])).opened).toMatchObject({ problems: [], files: 0 })
  })

  it("combines with what both come from", async () => {
    const start = { title: "A", tempo: 120, key: "C" }
    const save = (name: string, content: object) =>
      run((library) => library.songs.upsert(saved("a", JSON.stringify(content))), name)
    await save("other.db", start)
    await run((library) => library.backups.take({}), "other.db")
    await bringIn([join(folder, "other.db")])
    await save("other.db", { ...start, tempo: 96 })
    await save("library.db", { ...start, key: "D" })
    await bringIn([join(folder, "other.db")], { onConflict: "combine" })
    expect(JSON.parse(await documentOf("a"))).toEqual({ ...start, tempo: 96, key: "D" })
  })
})

describe("exchange files", () => {
  it("of several days: each is a backup, and the newest version of each song counts", async () => {
    const day = (number: number) => ({ timestamp: `2025-03-0${number}T12:00:00.000Z` })
    const paths = [
      file("1.json", exchange([song("a", "new"), song("b", "only new")], day(3))),
      file("2.json", exchange([song("a", "old"), song("c", "only old")], day(1)))
    ]
    const { result } = await bringIn(paths)
    expect(result.backups.map(({ number, timestamp }) => [number, timestamp.getUTCDate()])).toEqual([
      [1, 1],
      [2, 3]
    ])
    expect(result.conflicts).toBe(0)
    expect([await documentOf("a"), await documentOf("b"), await documentOf("c")]).toEqual([
      "new",
      "only new",
      "only old"
    ])
  })

  it("has the same backup whatever its name is, and another one when a byte differs", async () => {
    const content = exchange([song("a")])
    await bringIn([file("one.json", content)])
    expect((await bringIn([file("two.data", content)])).result.backups).toEqual([])
    expect((await bringIn([file("three.json", `${content}\n`)])).result.backups).toHaveLength(1)
  })

  it("takes what is good of one that is broken in many ways", async () => {
    const songs = [
      song("good"),
      song("good", "doubled"),
      { ...song("no-id"), id: undefined },
      { ...song("types"), name: 5, duration: "long", createdAt: {} },
      "no object",
      { ...song("../../etc/passwd") },
      { ...song("nul"), songDataJSON: "a\u0000b" },
      song("last")
    ]
    const { opened, ok } = await bringIn([file("odd.json", exchange(songs))])
    expect(ok).toBe(true)
    const ids = await run((library) =>
      Effect.map(library.songs.list(), (all) => all.map(({ id }) => id).sort())
    )
    for (const id of ["good", "../../etc/passwd", "last"]) expect(ids).toContain(id)
    expect(opened.problems.length).toBeGreaterThanOrEqual(3)
    for (const { reason } of opened.problems) expect(reason).toMatch(/^(?:song \d|songs|file)/)
  })

  it.each([
    ["a million lists deep", `{"songs":${"[".repeat(1_000_000)}`],
    [
      "a million lists deep in a string",
      JSON.stringify({ version: "1", songs: "[".repeat(1_000_000), performances: "[]" })
    ],
    [
      "a song a million objects deep",
      exchange("x").replace(
        '"\\"x\\""',
        JSON.stringify(`[${'{"a":'.repeat(1_000_000)}1${"}".repeat(1_000_000)}]`)
      )
    ],
    ["cut off", exchange([song("a")]).slice(0, 120)],
    ["nothing but NUL", "\u0000".repeat(5000)],
    ["not UTF-8", Uint8Array.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ["a number", "12"],
    ["a list", "[]"],
    ["empty", ""]
  ])("that is %s is told and harms nothing", async (_, content) => {
    const bad = file("bad.json", content)
    const good = file("good.json", exchange([song("fine")]))
    const { opened, ok } = await bringIn([bad, good])
    expect(opened.problems.map((problem) => problem.file)).toContain(bad)
    expect(ok).toBe(true)
    expect(await documentOf("fine")).toBe('{"notes":"fine"}')
  })

  it("of two gigabytes are refused or read without end neither in time nor memory", async () => {
    const begins = [
      '{"version":"1","songs":"',
      '{"name":"x","songDataJSON":"',
      '{"songs":[',
      "SQLite format 3\u0000",
      "\u001f\u008b",
      "WRBUNDLE\u0001"
    ]
    const paths = begins.map((begin, index) => {
      const path = file(`huge-${index}`, Buffer.from(begin, "latin1"))
      if (index !== 3) truncateSync(path, 2 * 1024 ** 3)
      return path
    })
    const { opened } = await bringIn(paths)
    expect(new Set(opened.problems.map((problem) => problem.file)).size).toBe(begins.length)
    expect(opened.entries).toEqual([])
  })
})

describe("folders", () => {
  it("takes files that are longer than what is read at once, byte for byte", async () => {
    // Every kilobyte another one, so that no part of the file can stand for another.
    const notes = Array.from({ length: 900 }, (_, n) => `${n}`.padEnd(1000, `${n % 10}`))
    const content = JSON.stringify({ name: "Long", notes })
    const paths = [file("long.json", content), file("longer.json", content.replace("Long", "Longer"))]
    const { opened, result } = await bringIn(paths)
    expect(opened.problems).toEqual([])
    expect(result.songsRestored).toBe(2)
    const songs = await run((library) => library.songs.list())
    const read = await run((library) => Effect.forEach(songs, ({ id }) => library.songs.read(id)))
    expect(read.map(({ songDataJSON }) => songDataJSON).sort()).toEqual(
      [content, content.replace("Long", "Longer")].sort()
    )
  })

  it.each([
    { ios: false, wal: false },
    { ios: false, wal: true },
    { ios: true, wal: false },
    { ios: true, wal: true }
  ])("comes in with every byte and its old backups while the app has it open: %o", async (options) => {
    const app = openApp(options)
    app.prepare("UPDATE song_data SET name = 'Newest' WHERE id = 'b'").run()
    const { size, mtimeMs } = statSync(join(folder, "app.db"))
    const { result, opened, ok } = await bringIn([join(folder, "app.db")])
    expect(result).toMatchObject({ songsRestored: 2, plan: { create: 2 }, errors: [], notes: [] })
    expect(result.backups).toMatchObject([
      { backupId: "old-1", description: "then", songs: 1, version: "1.0" }
    ])
    expect(opened.problems).toEqual([])
    expect(ok).toBe(true)
    expect(statSync(join(folder, "app.db"))).toMatchObject({ size, mtimeMs })
    expect(rowsOf(join(folder, "library.db"))).toBe(rowsOf(join(folder, "app.db")))
    expect(rowsOf(join(folder, "library.db"))).toContain("Newest")
    app.prepare("UPDATE song_data SET name = 'Later'").run()
  })

  it("pass over what cannot be opened safely: pipes, circles, links to nowhere", async () => {
    file("in/a.json", JSON.stringify(song("a")))
    execFileSync("mkfifo", [join(folder, "in/pipe.json")])
    symlinkSync(join(folder, "in"), join(folder, "in/again"))
    symlinkSync("/dev/zero", join(folder, "in/zero.json"))
    symlinkSync("loop.json", join(folder, "in/loop.json"))
    symlinkSync("nowhere", join(folder, "in/gone.json"))
    const { opened, result } = await bringIn([join(folder, "in")])
    expect(result.songsRestored).toBe(1)
    expect(opened.problems.map((problem) => problem.file).sort()).toEqual([
      join(folder, "in/gone.json"),
      join(folder, "in/loop.json")
    ])
    expect((await bringIn([join(folder, "in/pipe.json")])).opened.problems).toMatchObject([
      { reason: "it is not a file" }
    ])
  })

  it.each([
    { files: 3, called: (paths: Array<string>) => paths.join(", ") },
    { files: 5, called: ([first]: Array<string>) => `${first} (+4)` }
  ])("of $files files are called in a few words", async ({ files, called }) => {
    const paths = [..."abcde"].slice(0, files).map((id) => file(`${id}.json`, JSON.stringify(song(id))))
    await bringIn(paths)
    const [operation] = await run((library) => library.history.operations())
    expect(operation?.deed).toMatchObject({ what: "import", of: called(paths) })
  })

  it("of single files give rows that are exactly those of the files", async () => {
    file("in/song.json", JSON.stringify({ ...song("a"), duration: 3, customMetadata: { mood: "blue" } }))
    file(
      "in/take.json",
      JSON.stringify({
        id: "p",
        name: "P",
        song_id: "a",
        performance_data_json: "{}",
        duration: 2,
        created_at: 700000000,
        updated_at: 700000000,
        is_favorite: true,
        tags: ["x"]
      })
    )
    file(
      "in/prefs.json",
      '{"user_id":"ada","default_sample_rate":44100,"auto_save_enabled":false,"updated_at":"2025-01-01T00:00:00.000Z"}'
    )
    const { result, opened } = await bringIn([join(folder, "in")])
    expect(opened).toMatchObject({ problems: [], warnings: [] })
    expect(result).toMatchObject({
      songsRestored: 1,
      performancesRestored: 1,
      preferencesRestored: 1,
      backups: []
    })
    const read = await run((library) =>
      Effect.all([library.performances.read("p"), library.preferences.read("ada")])
    )
    expect(read).toMatchObject([
      { isFavorite: true, tags: ["x"], createdAt: new Date("2023-03-08T20:26:40.000Z") },
      { defaultSampleRate: 44100, autoSaveEnabled: false }
    ])
    expect((await bringIn([join(folder, "in")])).result).toMatchObject({ plan: { unchanged: 3, create: 0 } })
  })

  it("keep a song without times at the time of its file", async () => {
    const path = file("in/bare.json", '{"title":"Bare"}')
    utimesSync(path, 1_700_000_000, 1_700_000_000)
    await bringIn([path])
    expect((await bringIn([path])).result.plan).toMatchObject({ unchanged: 1, update: 0, keep: 0 })
  })
})

describe("encrypted files", () => {
  const lock = { passphrase: "Posaune", workFactor: 4 }
  const keys = async () => ({ passphrase: "Posaune" })

  it("hold anything: an export, a database, another encrypted file", async () => {
    openApp().close()
    const names = ["app.db", "old.json"]
    file("old.json", exchange([song("z")]))
    for (const name of names) await encryptFile(join(folder, name), join(folder, `in-${name}.age`), lock)
    await encryptFile(join(folder, "in-old.json.age"), join(folder, "twice.age"), lock, {
      armored: true
    })
    const { result, opened } = await bringIn(
      ["in-app.db.age", "twice.age"].map((name) => join(folder, name)),
      {},
      { keys }
    )
    expect(opened.problems).toEqual([])
    expect(result.songsRestored).toBe(3)
    expect(result.backups).toHaveLength(2)
  })

  it("in one another without end are refused", async () => {
    file("0", exchange([song("z")]))
    for (let layer = 0; layer < 5; layer++)
      await encryptFile(join(folder, `${layer}`), join(folder, `${layer + 1}`), lock)
    const { opened } = await bringIn([join(folder, "5")], {}, { keys })
    expect(opened.problems).toMatchObject([{ reason: "it is encrypted again and again" }])
  })

  it("are decrypted where only their owner can look, and nothing of it stays, whatever happens", async () => {
    const temporary = join(folder, "tmp")
    mkdirSync(temporary)
    const old = process.env.TMPDIR
    process.env.TMPDIR = temporary
    onTestFinished(() => {
      if (old === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = old
    })
    // Of a process that was killed: 2 ** 22 is the most that Linux gives.
    mkdirSync(join(temporary, `white-room-${hostId()}-${2 ** 22 + 1}-abc`))
    file("old.json", exchange([song("z")]))
    await encryptFile(join(folder, "old.json"), join(folder, "old.age"), lock)
    const seen = await run((library) =>
      Effect.gen(function* () {
        yield* library.imports.open([join(folder, "old.age")], { keys })
        const [name = ""] = readdirSync(temporary)
        const inside = readdirSync(join(temporary, name)).map(
          (each) => statSync(join(temporary, name, each)).mode & 0o777
        )
        return { name, mode: statSync(join(temporary, name)).mode & 0o777, inside }
      }).pipe(Effect.scoped)
    )
    expect(seen).toEqual({ name: expect.stringContaining(`-${process.pid}-`), mode: 0o700, inside: [0o600] })
    expect(readdirSync(temporary)).toEqual([])
    const wrong = { keys: async () => ({ passphrase: "Trompete" }) }
    await expect(bringIn([join(folder, "old.age")], {}, wrong)).rejects.toThrow(
      "This passphrase does not open"
    )
    expect(readdirSync(temporary)).toEqual([])
  })
})

describe("an import", () => {
  it("is one step, which undo takes back whole, backups included", async () => {
    openApp()
    await bringIn([join(folder, "app.db"), file("old.json", exchange([song("z")]))])
    await run((library) => library.history.undo())
    expect(await run((library) => library.songs.count)).toBe(0)
    expect(await run((library) => library.backups.list())).toEqual([])
  })

  it("stages again what a prune of another process took away meanwhile", async () => {
    const path = file("old.json", exchange([song("z")]))
    const restored = await run((library) =>
      Effect.gen(function* () {
        const opened = yield* library.imports.open([path])
        yield* library.upkeep.prune()
        return (yield* opened.apply()).songsRestored
      }).pipe(Effect.scoped)
    )
    expect(restored).toBe(1)
    expect(await documentOf("z")).toBe('{"notes":"z"}')
  })

  it("leaves no file open, however many it looks into", async (test) => {
    if (!existsSync("/proc/self/fd")) return test.skip("this system does not tell what is open")
    const mine = () =>
      readdirSync("/proc/self/fd").filter((each) => {
        try {
          return readlinkSync(`/proc/self/fd/${each}`).startsWith(join(folder, "in"))
        } catch {
          return false
        }
      })
    for (let n = 0; n < 8; n++) file(`in/${n}.json`, JSON.stringify(song(`s${n}`)))
    file("in/list.json", exchange([song("z")]))
    file("in/broken.json", exchange([song("y")]).slice(0, 60))
    file("in/cut.json", '{"id":')
    file("in/other.txt", "no")
    file("in/empty", "")
    const open = await run((library) =>
      Effect.map(library.imports.open([join(folder, "in")]), mine).pipe(Effect.scoped)
    )
    expect(open).toEqual([])
    await bringIn([join(folder, "in")])
    expect(mine()).toEqual([])
  })

  it("says so where temporary files cannot be", async () => {
    const path = file("old.json", exchange([song("z")]))
    vi.stubEnv("TMPDIR", join(folder, "nowhere"))
    onTestFinished(() => void vi.unstubAllEnvs())
    const error = await run((library) => Effect.flip(library.imports.open([path])).pipe(Effect.scoped))
    expect(error).toMatchObject({ _tag: "StorageFailed", path: join(folder, "nowhere") })
  })

  it("that is a dry run writes nothing at all, and plans as the real one", async () => {
    await bringIn([file("old.json", exchange([song("a", '{"v":1}')]))])
    const path = file("new.json", exchange([song("a", '{"v":2}'), song("b")]))
    const before = readFileSync(join(folder, "library.db"))
    const planned = await run((library) =>
      Effect.flatMap(library.imports.open([path], { dryRun: true }), (opened) =>
        opened.plan({ onConflict: "combine" })
      ).pipe(Effect.scoped)
    )
    expect(readFileSync(join(folder, "library.db")).equals(before)).toBe(true)
    const real = await bringIn([path], { onConflict: "combine" })
    expect(planned.counts).toEqual(real.result.plan)
  })
})
