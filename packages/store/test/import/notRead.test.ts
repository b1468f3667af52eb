/** What is in a file and is not read is said, and is the same wherever it stands. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { beforeEach, expect, it, onTestFinished } from "vitest"
import { bounds, createLibrary, openLibrary } from "../../src/index.js"

let folder = ""

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "white-room-test-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})

const file = (name: string, content: string): string => {
  const path = join(folder, name)
  mkdirSync(join(path, ".."), { recursive: true })
  writeFileSync(path, content)
  return path
}

let libraries = 0

/** What an import into a library of its own gave: the songs as they are then, and what was wrong, without the file's name. */
const imported = (...paths: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const path = join(folder, `library-${++libraries}.db`)
    yield* createLibrary(path)
    const library = yield* openLibrary(path)
    const opened = yield* library.imports.open(paths)
    yield* opened.apply()
    const listed = yield* library.songs.list()
    const songs = yield* Effect.forEach(listed, ({ id }) => library.songs.read(id))
    const { problems, problemCount } = opened
    return {
      songs: songs.map(({ name, songDataJSON }) => `${name}: ${songDataJSON}`),
      problems: problems.map(({ reason }) => reason),
      problemCount
    }
  }).pipe(Effect.scoped, Effect.runPromise)

const time = "2026-01-02T03:04:05.678Z"

/** A song in which these stand twice. */
const doubled = `{"id":"a","name":"First","name":"Second","createdAt":"${time}","updatedAt":"${time}",
  "songDataJSON":"{\\"tempo\\":1}","songDataJSON":"{\\"tempo\\":2}","determinismSeed":"s"}`

const exportOf = (songs: string): string =>
  JSON.stringify({
    version: "1.0",
    timestamp: time,
    description: "",
    songs,
    performances: "[]",
    preferences: "null"
  })

it("of two members with one key the first counts, in a file of its own as in an export, and the other is named", async () => {
  const expected = {
    songs: ['First: {"tempo":1}'],
    problems: ['"name" is there twice; the first counts', '"songDataJSON" is there twice; the first counts']
  }
  expect(await imported(file("song.json", doubled))).toMatchObject(expected)
  const inExport = await imported(file("export.json", exportOf(`[${doubled}]`)))
  expect(inExport.songs).toEqual(expected.songs)
  expect(inExport.problems).toEqual(expected.problems.map((reason) => `song 1 (First): ${reason}`))
})

it("also in a file that an app did not write, of which the bytes stay as they are", async () => {
  const odd = '{"title":"First","title":"Second","notes":[1,2]}'
  expect(await imported(file("odd.json", odd))).toMatchObject({
    songs: [`First: ${odd}`],
    problems: ['"title" is there twice; the first counts']
  })
})

it.each([
  ["another song", '{"name":"Other","songDataJSON":"{}"}'],
  ["anything else", "garbage"],
  ["a bracket too many", "}"]
])("%s after the first object of a file is not taken, and that is said", async (_, rest) => {
  const song = `{"id":"a","name":"A","createdAt":"${time}","updatedAt":"${time}","songDataJSON":"{}","determinismSeed":"s"}`
  for (const first of [song, '{"name":"A","x":1}']) {
    const { songs, problems } = await imported(file("song.json", `${first}\n${rest}`))
    expect(songs).toHaveLength(1)
    expect(problems).toEqual(["something follows after its end and was not read"])
  }
  const inExport = await imported(file("export.json", exportOf(`[${song}] ${rest}`)))
  expect(inExport.songs).toEqual(["A: {}"])
  expect(inExport.problems).toEqual(["songs: something follows after its end and was not read"])
})

it("a million problems are counted, and as many named as a person reads", async () => {
  const many = 200_000
  const text = `{"version":"1.0","timestamp":"${time}","description":"","songs":[${"{},".repeat(many)}{}],"performances":[],"preferences":null}`
  const { problems, problemCount } = await imported(file("many.json", text))
  expect(problems).toHaveLength(bounds.problems + 1)
  expect(problems.at(-1)).toBe("and 199,901 more like these")
  expect(problemCount).toBe(many + 1)
})

it("names of megabytes are shortened where they are told", async () => {
  const name = "x".repeat(3_000_000)
  const { problems } = await imported(file("long.json", exportOf(JSON.stringify([{ name, [name]: 1 }]))))
  expect(problems).toHaveLength(1)
  expect(problems.join("").length).toBeLessThan(2 * bounds.shownReason)
})

it("a link in a folder is followed only to where it stays in the folder", async () => {
  const secret = file("secret/creds.json", '{"name":"deploy","private_key":"TOPSECRET"}')
  const inside = file("drop/song.json", '{"name":"A"}')
  for (const [link, to] of [
    ["drop/out.json", secret],
    ["drop/again.json", inside],
    ["drop/sub", join(folder, "secret")]
  ] as const)
    symlinkSync(to, join(folder, link))
  const { songs, problems } = await imported(join(folder, "drop"))
  expect(songs).toEqual(['A: {"name":"A"}'])
  expect(problems).toEqual(["it is a link that leads out of the folder"])
  // What a person names is meant.
  symlinkSync(join(folder, "drop"), join(folder, "linked"))
  expect((await imported(join(folder, "linked"))).songs).toHaveLength(1)
  expect((await imported(join(folder, "drop", "out.json"))).songs).toHaveLength(1)
})
