/** Exports of a library as exchange files and folders: what is in them, and what comes back. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { hostId } from "../../src/file/hostId.js"
import { failure, freshLibrary, song, songs, sqlite, tamper } from "../support/libraries.js"
import {
  everything,
  filesBelow,
  otherLibrary,
  outFolder,
  partsOf,
  readJson,
  smallLibrary
} from "./support.js"

describe.each(["node", "ios"] as const)("an exchange file for the %s family", (family) => {
  it.scoped("gives every row back to the byte when another library imports it", () =>
    Effect.gen(function* () {
      const library = yield* smallLibrary
      const file = join(yield* outFolder, "all.json")
      const report = yield* library.exports.write("now", file, { family })
      expect(report).toMatchObject({
        path: file,
        format: "json",
        source: "now",
        songs: 3,
        performances: 2,
        preferences: 1,
        files: 1,
        bytes: readFileSync(file).length,
        encrypted: false,
        problems: []
      })
      const other = yield* otherLibrary
      const imported = yield* other.imports.file(file)
      expect(imported).toMatchObject({ songs: 3, performances: 2, preferences: 1, backups: 1, kept: 0 })
      expect(everything(other)).toBe(everything(library))
    })
  )

  it.scoped("is the same again when it is imported and exported as a backup, unknown keys included", () =>
    Effect.gen(function* () {
      const library = yield* smallLibrary
      const folder = yield* outFolder
      const first = join(folder, "first.json")
      yield* library.exports.write("now", first, { family })
      const before = readFileSync(first, "utf8").replace(
        '{\\"id\\":\\"p1\\"',
        '{\\"mood\\":[1.50,{}],\\"id\\":\\"p1\\"'
      )
      const changed = join(folder, "changed.json")
      writeFileSync(changed, before)
      const other = yield* otherLibrary
      yield* other.imports.file(changed)
      const again = join(folder, "again.json")
      yield* other.exports.write("b1", again, { family })
      expect(partsOf(again)).toEqual(partsOf(changed))
    })
  )
})

it.scoped(
  "a file of the iOS app comes back with the keys that no table has, from its backup and from today",
  () =>
    Effect.gen(function* () {
      const ios = {
        description: "iPad",
        performances: JSON.stringify([
          {
            active: false,
            created_at: 790246800.25,
            duration: 60,
            id: "p1",
            is_favorite: true,
            name: "Live",
            parameters: { swing: 0.5 },
            performance_data_json: '{"notes":[]}',
            projections: { a: [1.0] },
            song_id: "s1",
            tags: ["midi"],
            updated_at: 790333200
          }
        ]),
        preferences: JSON.stringify({
          auto_backup_enabled: true,
          auto_save_enabled: true,
          auto_save_interval: 300,
          backup_interval_hours: 24,
          custom_preferences: {},
          default_buffer_size: 256,
          default_sample_rate: 48000,
          max_backups: 30,
          show_tooltips: true,
          updated_at: 790506000,
          user_id: "default"
        }),
        songs: JSON.stringify([
          {
            createdAt: 790246800,
            determinismSeed: "7",
            id: "s1",
            name: "Night Drive",
            songDataJSON: '{ "tempo":1.0e2 }\n',
            updatedAt: 790246800
          }
        ]),
        timestamp: 790592400,
        version: "1.0.0"
      }
      const folder = yield* outFolder
      const file = join(folder, "ios.json")
      writeFileSync(file, JSON.stringify(ios))
      const library = yield* freshLibrary
      yield* library.imports.file(file)
      for (const source of ["b1", "now"]) {
        const out = join(folder, `${source}.json`)
        const { problems } = yield* library.exports.write(source, out, { family: "ios" })
        expect(problems).toEqual([])
        const { head, ...parts } = partsOf(out)
        const { head: wanted, ...expected } = partsOf(file)
        expect(parts).toEqual(expected)
        if (source === "b1") expect(head).toEqual(wanted)
      }
      // An edit in this library changes what it is about, and nothing else of the object.
      const { performanceDataJSON, ...rest } = yield* library.performances.read("p1")
      yield* library.performances.upsert({ ...rest, performanceDataJSON, name: "Later" })
      const out = join(folder, "later.json")
      yield* library.exports.write("now", out, { family: "ios" })
      expect(partsOf(out).performances).toMatchObject([
        { name: "Later", active: false, parameters: { swing: 0.5 }, projections: { a: [1] } }
      ])
    })
)

describe("what JSON cannot carry", () => {
  it.scoped("is told, and the rest is exact", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.upsertAll(songs(3))
      sqlite(
        library.path,
        "ALTER TABLE song_data ADD COLUMN waveform BLOB",
        "ALTER TABLE song_data ADD COLUMN plays INTEGER DEFAULT 0",
        "UPDATE song_data SET waveform = x'00ff' WHERE id = 's0'",
        "UPDATE song_data SET composer = CAST(x'41ff' AS TEXT), plays = 5 WHERE id = 's1'"
      )
      const file = join(yield* outFolder, "odd.json")
      const { problems } = yield* library.exports.write("now", file)
      expect(problems.map(({ where, reason }) => `${where}: ${reason}`)).toEqual([
        "song s0 (Song s0): waveform was left out",
        'song s1 (Song s1): composer is written as "A\ufffd"'
      ])
      expect(partsOf(file).songs).toMatchObject([
        { id: "s0", plays: 0 },
        { id: "s1", plays: 5 },
        { id: "s2" }
      ])
    })
  )

  it.scoped("a song whose document is damaged is left out and told; the others are written", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.upsert(song("a"))
      yield* library.backups.take()
      yield* library.songs.upsert(song("b", { name: "Broken", songDataJSON: "x".repeat(3000) }))
      yield* library.backups.take()
      tamper(
        library,
        "UPDATE block SET data = x'00' WHERE number = (SELECT block FROM object ORDER BY length DESC LIMIT 1)"
      )
      const file = join(yield* outFolder, "rest.json")
      const { problems, songs: written } = yield* library.exports.write("now", file)
      expect(written).toBe(1)
      expect(problems).toMatchObject([{ where: "song b (Broken)", leftOut: true }])
      expect(partsOf(file).songs).toMatchObject([{ id: "a" }])
    })
  )
})

describe("a folder of files", () => {
  it.scoped("has names that are safe everywhere, one per entity, and gives every row back", () =>
    Effect.gen(function* () {
      const library = yield* smallLibrary
      const names = [
        "night drive",
        "NIGHT DRIVE",
        "Caf\u00e9",
        "Cafe\u0301",
        "../../etc/passwd",
        "NUL",
        "a/b\\c:d",
        ".hidden"
      ]
      yield* library.songs.upsertAll(names.map((name, index) => song(`n${index}`, { name })))
      const folder = join(yield* outFolder, "songs and all")
      const report = yield* library.exports.write("now", folder, { format: "files" })
      expect(report).toMatchObject({ songs: 11, performances: 2, preferences: 1, files: 14, problems: [] })
      const files = filesBelow(folder)
      expect(files).toHaveLength(14)
      expect(files).toContain(join("songs", "Ночь 夜 🎹.json"))
      expect(files).toContain(join("songs", "s3.json"))
      expect(files).toContain(join("songs", "_NUL.json"))
      expect(files.every((file) => !file.split("/").includes(".."))).toBe(true)
      expect(new Set(files.map((file) => file.normalize("NFC").toLowerCase())).size).toBe(14)
      const other = yield* otherLibrary
      yield* other.imports.file(folder)
      expect(everything(other)).toBe(everything(library))
    })
  )

  it.scoped("of one kind, or of named ones, has only those", () =>
    Effect.gen(function* () {
      const library = yield* smallLibrary
      const folder = yield* outFolder
      yield* library.exports.write("now", join(folder, "a"), {
        format: "files",
        only: [{ kind: "song", id: "s1" }]
      })
      yield* library.exports.write("now", join(folder, "b"), { format: "files", kinds: ["performance"] })
      yield* library.exports.write("now", join(folder, "c"), { format: "files", kinds: ["preferences"] })
      expect(filesBelow(folder)).toEqual([
        "a/songs/Night Drive.json",
        "b/performances/Performance p1.json",
        "b/performances/Performance p2.json",
        "c/preferences/default.json"
      ])
      expect(
        yield* failure(
          library.exports.write("now", join(folder, "d"), {
            format: "files",
            only: [{ kind: "song", id: "none" }]
          })
        )
      ).toBe("EntityNotFound")
      expect(existsSync(join(folder, "d"))).toBe(false)
    })
  )

  it.scoped("of one entity is a file when its name ends in .json", () =>
    Effect.gen(function* () {
      const library = yield* smallLibrary
      const file = join(yield* outFolder, "night.json")
      yield* library.exports.write("now", file, { format: "files", only: [{ kind: "song", id: "s1" }] })
      expect(readJson(file)).toMatchObject({
        id: "s1",
        name: "Night Drive",
        customMetadata: { mood: "calm" }
      })
      const other = yield* otherLibrary
      expect(yield* other.imports.file(file, { kind: "song" })).toMatchObject({ songs: 1, problems: [] })
      expect(yield* other.songs.read("s1")).toEqual(yield* library.songs.read("s1"))
    })
  )
})

it.scoped("values of another type in columns of the app are imported as the table stores them", () =>
  Effect.gen(function* () {
    const library = yield* freshLibrary
    sqlite(
      library.path,
      "ALTER TABLE song_data ADD COLUMN rating REAL",
      "ALTER TABLE song_data ADD COLUMN plays INTEGER NOT NULL DEFAULT 7",
      "ALTER TABLE song_data ADD COLUMN mood VARCHAR(10)",
      "ALTER TABLE song_data ADD COLUMN any_value"
    )
    const time = "2026-01-01T00:00:00.000Z"
    const values = [
      5,
      0.1,
      1e20,
      123456789012345680000,
      "7",
      " 8.50 ",
      "1e3",
      "x",
      "",
      true,
      null,
      [1],
      { a: 1 },
      "true"
    ]
    const songs = values.map((value, index) => ({
      id: `s${String(index).padStart(2, "0")}`,
      name: "n",
      createdAt: time,
      updatedAt: time,
      songDataJSON: "{}",
      determinismSeed: "1",
      rating: value,
      plays: value,
      mood: value,
      any_value: value
    }))
    const file = join(yield* outFolder, "typed.json")
    const head = {
      version: "1.0.0",
      timestamp: time,
      description: "",
      performances: "[]",
      preferences: "null"
    }
    writeFileSync(file, JSON.stringify({ ...head, songs: JSON.stringify(songs) }))
    expect(yield* library.imports.file(file)).toMatchObject({ songs: values.length, problems: [] })
    const found = sqlite(
      library.path,
      "SELECT typeof(rating), rating, typeof(plays), plays, typeof(mood), mood FROM song_data ORDER BY id LIMIT 3"
    )
    expect(found.split("\n")).toEqual([
      "real|5.0|integer|5|text|5",
      "real|0.1|real|0.1|text|0.1",
      "real|1.0e+20|real|1.0e+20|text|1.0e+20"
    ])
    expect(sqlite(library.path, "SELECT plays FROM song_data WHERE id = 's10'")).toBe("7")
  })
)

describe("a bundle", () => {
  it.scoped("gives back even what JSON cannot carry, plain and encrypted", () =>
    Effect.gen(function* () {
      const library = yield* smallLibrary
      sqlite(
        library.path,
        "UPDATE song_data SET composer = CAST(x'41ff' AS TEXT), genre = x'00' WHERE id = 's1'"
      )
      const folder = yield* outFolder
      for (const lock of [undefined, { passphrase: "seven words", workFactor: 4 }]) {
        const file = join(folder, lock === undefined ? "all.whiteroom" : "all.whiteroom.age")
        const options = { format: "bundle", ...(lock && { lock }) } as const
        const report = yield* library.exports.write("now", file, options)
        expect(report).toMatchObject({
          format: "bundle",
          songs: 3,
          performances: 2,
          preferences: 1,
          problems: []
        })
        expect(report.bytes).toBe(readFileSync(file).length)
        expect(yield* failure(library.exports.write("now", file, options))).toBe("FileExists")
        yield* library.exports.write("now", file, {
          ...options,
          force: true,
          only: [{ kind: "song", id: "s1" }]
        })
        expect(readFileSync(file).length).toBeLessThan(report.bytes)
      }
      expect(filesBelow(folder)).toEqual(["all.whiteroom", "all.whiteroom.age"])
      expect((yield* library.exports.list(folder)).map(({ format }) => format)).toEqual(["bundle", "bundle"])
    })
  )
})

describe("what is there", () => {
  it.scoped("is never replaced unless that is asked for", () =>
    Effect.gen(function* () {
      const library = yield* smallLibrary
      const folder = yield* outFolder
      const file = join(folder, "mine.json")
      writeFileSync(file, "mine")
      expect(yield* failure(library.exports.write("now", file))).toBe("FileExists")
      expect(readFileSync(file, "utf8")).toBe("mine")
      yield* library.exports.write("now", file, { force: true })
      expect(partsOf(file).songs).toHaveLength(3)
      expect(yield* failure(library.exports.write("now", folder, { format: "files" }))).toBe("FileExists")
      yield* library.exports.write("now", folder, { format: "files", force: true })
      expect(filesBelow(folder)).toHaveLength(7)
      yield* library.exports.write("now", folder, { format: "files", force: true })
      expect(filesBelow(folder)).toHaveLength(7)
    })
  )

  it.scoped("a folder as target of a file gets names of its own, also twice in one second", () =>
    Effect.gen(function* () {
      const library = yield* smallLibrary
      const folder = yield* outFolder
      const first = yield* library.exports.write("now", folder)
      const second = yield* library.exports.write("now", folder)
      const name = yield* library.exports.fileName()
      expect(name).toMatch(/^whiteroom_backup_2026-11-\d\d_\d{6}\.json$/)
      expect([first.path, second.path]).toEqual([
        join(folder, name),
        join(folder, name.replace(".json", " (2).json"))
      ])
    })
  )

  it.scoped("the library itself, and places that are none, are refused and nothing is left behind", () =>
    Effect.gen(function* () {
      const library = yield* smallLibrary
      const folder = yield* outFolder
      const file = join(folder, "file")
      writeFileSync(file, "")
      for (const target of [library.path, join(folder, "none", "x.json"), join(file, "x.json")])
        for (const format of ["json", "files"] as const)
          expect(yield* failure(library.exports.write("now", target, { force: true, format }))).toMatch(
            /^(?:InvalidInput|FileExists)$/
          )
      expect(yield* failure(library.exports.write("b7", join(folder, "x.json")))).toBe("BackupNotFound")
      expect(filesBelow(folder)).toEqual(["file"])
    })
  )

  it.scoped("a dry run says what would be written and writes nothing", () =>
    Effect.gen(function* () {
      const library = yield* smallLibrary
      const folder = yield* outFolder
      const file = join(folder, "x.json")
      const dry = yield* library.exports.write("now", file, { dryRun: true })
      expect(filesBelow(folder)).toEqual([])
      expect(yield* library.exports.write("now", file)).toEqual(dry)
    })
  )
})

it.scoped(
  "an interrupted export leaves nothing behind, and its leftovers of a killed process go with the next",
  () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.upsertAll(songs(300).map((each) => ({ ...each, songDataJSON: "x".repeat(5000) })))
      const folder = yield* outFolder
      const running = yield* Effect.fork(library.exports.write("now", join(folder, "x.json")))
      yield* Effect.promise(
        () =>
          new Promise<void>((resolve) => {
            const look = () => (filesBelow(folder).length > 0 ? resolve() : void setImmediate(look))
            look()
          })
      )
      yield* Fiber.interrupt(running)
      expect(filesBelow(folder)).toEqual([])
      writeFileSync(join(folder, `.whiteroom-new-${hostId()}-999999999-0123abcd`), "half")
      mkdirSync(join(folder, ".whiteroom-new-mine"))
      yield* library.exports.write("now", join(folder, "x.json"))
      expect(filesBelow(folder)).toEqual(["x.json"])
      expect(existsSync(join(folder, ".whiteroom-new-mine"))).toBe(true)
    })
)

it.scoped("positions and moments are exported as they were", () =>
  Effect.gen(function* () {
    const library = yield* freshLibrary
    yield* library.songs.upsert(song("a", { name: "First" }))
    const { position } = yield* library.log.head
    yield* library.songs.upsert(song("a", { name: "Second" }))
    const file = join(yield* outFolder, "then.json")
    const { source } = yield* library.exports.write(`@${position}`, file)
    expect(source).toMatch(new RegExp(`^@${position} `))
    expect(partsOf(file).songs).toMatchObject([{ id: "a", name: "First" }])
  })
)

describe("who may read an export", () => {
  it.scoped("is nobody who may not read the library, whatever the format", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const folder = dirname(library.path)
      yield* library.songs.upsert(song("a"))
      yield* library.backups.take({})
      for (const [mode, expected] of [
        [0o600, 0o600],
        [0o644, 0o644 & ~process.umask()]
      ] as const) {
        chmodSync(library.path, mode)
        const place = join(folder, `exports-${mode}`)
        mkdirSync(place)
        yield* library.exports.write("now", join(place, "a.json"))
        yield* library.exports.write("now", join(place, "a.whiteroom"), { format: "bundle" })
        yield* library.exports.write("now", join(place, "files"), { format: "files" })
        const lock = { recipients: ["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"] }
        yield* library.exports.write("now", join(place, "b.whiteroom.age"), { format: "bundle", lock })
        const files = readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) =>
          entry.isFile()
        )
        expect(files).toHaveLength(4)
        for (const file of files)
          expect([file.name, statSync(join(file.parentPath, file.name)).mode & 0o777]).toEqual([
            file.name,
            expected
          ])
      }
    })
  )

  it.scoped("is nobody at all while a bundle is encrypted: its bytes are in no file", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const folder = dirname(library.path)
      for (let n = 0; n < 300; n++)
        yield* library.songs.upsert(
          song(`s-${n}`, { songDataJSON: JSON.stringify({ n: "PLAINTEXT".repeat(200) + n }) })
        )
      const temporary = join(folder, "tmp")
      mkdirSync(temporary)
      const before = process.env.TMPDIR
      process.env.TMPDIR = temporary
      yield* Effect.addFinalizer(() =>
        Effect.sync(() => {
          if (before === undefined) delete process.env.TMPDIR
          else process.env.TMPDIR = before
        })
      )
      const place = join(folder, "out")
      mkdirSync(place)
      let looked = 0
      const look = () => {
        expect(readdirSync(temporary)).toEqual([])
        for (const name of readdirSync(place))
          expect(readFileSync(join(place, name)).includes("WRBUNDLE")).toBe(false)
        looked++
      }
      const target = join(place, "all.whiteroom.age")
      const lock = { passphrase: "secret", workFactor: 4 }
      const report = yield* library.exports.write("now", target, {
        format: "bundle",
        lock,
        onProgress: look
      })
      expect(looked).toBeGreaterThan(0)
      expect(report).toMatchObject({ songs: 300, encrypted: true, bytes: statSync(target).size })
      const other = yield* freshLibrary
      expect(yield* other.imports.file(target, { keys: lock })).toMatchObject({ songs: 300 })
    })
  )

  it.scoped("does not lead elsewhere by a link in the folder of single files", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const folder = dirname(library.path)
      yield* library.songs.upsert(song("a"))
      mkdirSync(join(folder, "target"))
      mkdirSync(join(folder, "elsewhere"))
      symlinkSync(join(folder, "elsewhere"), join(folder, "target", "songs"))
      const wish = { format: "files", force: true } as const
      expect(yield* failure(library.exports.write("now", join(folder, "target"), wish))).toBe("FileExists")
      expect(readdirSync(join(folder, "elsewhere"))).toEqual([])
    })
  )
})
