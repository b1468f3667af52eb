/** What the tests of exports share. */
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join, relative } from "node:path"
import * as Effect from "effect/Effect"
import { createLibrary, type Library, openLibrary } from "../../src/index.js"
import { dump, freshLibrary, performance, song, temporaryFolder } from "../support/libraries.js"

const tables = ["song_data", "performance_data", "user_preferences"]

/** Storage class and bytes of every cell of the live tables. */
export const everything = (library: Library): string => tables.map((table) => dump(library, table)).join("\n")

/** All files below a folder, hidden ones too, by their path. */
export const filesBelow = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => relative(folder, join(folder, name)))
    .sort()

/** A folder to export to. */
export const outFolder = Effect.map(temporaryFolder, (folder) => {
  const out = join(folder, "out")
  mkdirSync(out)
  return out
})

/** A library with songs, performances and preferences of every kind of text. */
export const smallLibrary = Effect.gen(function* () {
  const library = yield* freshLibrary
  yield* library.songs.upsertAll([
    song("s1", {
      name: "Night Drive",
      duration: 182.5,
      customMetadata: { mood: "calm", "10": "x", "2": "y" }
    }),
    song("s2", { name: "Ночь 夜 🎹", songDataJSON: '{ "a" : 1.0,\n "b":"\\u0041\\/" }' }),
    song("s3", { name: "", composer: "Zoë" })
  ])
  yield* library.performances.upsertAll([
    performance("p1", "s1", { tags: ["tour", "take 1"], isFavorite: true }),
    performance("p2", "none")
  ])
  yield* library.preferences.upsert({ theme: "dark", customPreferences: { metronome: "on" } })
  return library
})

/** Another empty library. */
export const otherLibrary = Effect.gen(function* () {
  const path = join(yield* temporaryFolder, "other.db")
  yield* createLibrary(path)
  return yield* openLibrary(path, { actor: "bert@stage" })
})

export const readJson = (file: string): Record<string, unknown> => JSON.parse(readFileSync(file, "utf8"))

/** The three lists of an exchange file, parsed. */
export const partsOf = (file: string) => {
  const { songs, performances, preferences, ...head } = readJson(file)
  const parse = (json: unknown): unknown => JSON.parse(String(json))
  return { head, songs: parse(songs), performances: parse(performances), preferences: parse(preferences) }
}
