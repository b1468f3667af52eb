/** The export folder: names, what is in it, deleting; encrypted exports; imports by kind. */
import { mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { AgeLock } from "../../src/age/Age.js"
import { failure, song } from "../support/libraries.js"
import { everything, filesBelow, otherLibrary, outFolder, smallLibrary } from "./support.js"

it.scoped("the file name says the second in local time", () =>
  Effect.gen(function* () {
    const { exports } = yield* smallLibrary
    const at = new Date(2026, 0, 2, 3, 4, 5)
    expect(yield* exports.fileName(at)).toBe("whiteroom_backup_2026-01-02_030405.json")
    expect(yield* exports.fileName(at, "bundle")).toBe("whiteroom_backup_2026-01-02_030405.whiteroom")
    expect(basename(yield* exports.defaultFolder)).toBe("White Room Exports")
  })
)

describe("the exports in a folder", () => {
  const folderOfExports = Effect.gen(function* () {
    const library = yield* smallLibrary
    const folder = yield* outFolder
    yield* library.backups.take({ description: "Before the tour" })
    yield* library.exports.write("b1", join(folder, "old.json"))
    yield* library.exports.write("b1", join(folder, "ios.json"), { family: "ios" })
    const lock = { recipients: ["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"] }
    yield* library.exports.write("now", join(folder, "sealed.json.age"), { lock })
    writeFileSync(join(folder, "notes.json"), '{"a":1}')
    writeFileSync(join(folder, "song.json"), '{"id":"a","name":"n","songDataJSON":"{}"}')
    writeFileSync(join(folder, "sealed.txt.age"), readFileSync(join(folder, "sealed.json.age")))
    writeFileSync(join(folder, "new.whiteroom"), "WRBUNDLE...")
    writeFileSync(join(dirname(folder), "outside.json"), readFileSync(join(folder, "old.json")))
    mkdirSync(join(folder, "deep"))
    writeFileSync(join(folder, "deep", "inner.json"), readFileSync(join(folder, "old.json")))
    symlinkSync(join(dirname(folder), "outside.json"), join(folder, "link.json"))
    for (const [name, time] of [
      ["old.json", 1],
      ["ios.json", 2],
      ["sealed.json.age", 3],
      ["new.whiteroom", 4]
    ] as const)
      utimesSync(join(folder, name), time, time)
    return { library, folder }
  })

  it.scoped("are known by what they hold, newest first; other files are passed over", () =>
    Effect.gen(function* () {
      const { library, folder } = yield* folderOfExports
      const found = yield* library.exports.list(folder)
      expect(found.map(({ name, format, encrypted }) => [name, format, encrypted])).toEqual([
        ["new.whiteroom", "bundle", false],
        ["sealed.json.age", "json", true],
        ["ios.json", "json", false],
        ["old.json", "json", false]
      ])
      const { timestamp } = yield* library.backups.find("b1")
      expect(found.slice(2)).toMatchObject([
        { timestamp, description: "Before the tour" },
        { timestamp, description: "Before the tour" }
      ])
      expect(yield* library.exports.list(join(folder, "none"))).toEqual([])
    })
  )

  it.scoped("are deleted one by one, and nothing else is", () =>
    Effect.gen(function* () {
      const { library, folder } = yield* folderOfExports
      const before = filesBelow(dirname(folder))
      const tricks = [
        "notes.json",
        "song.json",
        "sealed.txt.age",
        "link.json",
        "deep",
        "deep/inner.json",
        "none.json",
        "../outside.json",
        "../out/../outside.json",
        "..",
        ".",
        "",
        join(dirname(folder), "outside.json"),
        `${folder}/../outside.json`,
        "old.json\0.txt"
      ]
      for (const name of tricks)
        expect([name, yield* failure(library.exports.delete(name, folder))]).toEqual([name, "InvalidInput"])
      expect(filesBelow(dirname(folder))).toEqual(before)
      yield* library.exports.delete("old.json", folder)
      yield* library.exports.delete(join(folder, "new.whiteroom"), folder)
      expect(yield* library.exports.list(folder)).toHaveLength(2)
    })
  )
})

describe("an encrypted export", () => {
  const passphrase = "correct horse battery staple"
  const cheap: AgeLock = { passphrase, workFactor: 4 }

  it.scoped("comes back with its passphrase and with no other", () =>
    Effect.gen(function* () {
      const library = yield* smallLibrary
      const folder = yield* outFolder
      for (const armored of [false, true]) {
        const file = join(folder, `sealed-${armored}.json.age`)
        const report = yield* library.exports.write("now", file, { lock: cheap, armored })
        expect(report).toMatchObject({ encrypted: true, bytes: readFileSync(file).length })
        expect(readFileSync(file, "latin1")).not.toContain("Night Drive")
        const other = yield* otherLibrary
        expect(yield* failure(other.imports.file(file))).toBe("FileEncrypted")
        expect(yield* failure(other.imports.file(file, { keys: { passphrase: "wrong" } }))).toBe(
          "WrongPassphrase"
        )
        yield* other.imports.file(file, { keys: { passphrase } })
        expect(everything(other)).toBe(everything(library))
      }
    })
  )

  it.scoped("a recipient that is none is refused before anything is written", () =>
    Effect.gen(function* () {
      const library = yield* smallLibrary
      const folder = yield* outFolder
      const lock = { recipients: ["age1nonsense"] }
      for (const format of ["json", "files"] as const)
        expect(yield* failure(library.exports.write("now", join(folder, "x"), { lock, format }))).toBe(
          "InvalidInput"
        )
      expect(filesBelow(folder)).toEqual([])
    })
  )
})

it.scoped("imports by kind take that kind, replace what is here, and are undone", () =>
  Effect.gen(function* () {
    const library = yield* smallLibrary
    const file = join(yield* outFolder, "all.json")
    yield* library.exports.write("now", file)
    const other = yield* otherLibrary
    yield* other.songs.upsert(song("s1", { name: "Mine" }))
    expect(yield* other.imports.file(file, { kind: "performance" })).toMatchObject({
      songs: 0,
      performances: 2,
      backups: 0
    })
    expect(yield* other.imports.file(file, { kind: "song" })).toMatchObject({
      songs: 3,
      performances: 0,
      kept: 0
    })
    expect(yield* other.imports.file(file, { kind: "preferences" })).toMatchObject({ preferences: 1 })
    expect(everything(other)).toBe(everything(library))
    expect(yield* other.imports.file(file, { kind: "song" })).toMatchObject({ songs: 0 })
    yield* other.history.undo()
    yield* other.history.undo()
    expect(yield* other.songs.read("s1")).toMatchObject({ name: "Mine" })
  })
)
