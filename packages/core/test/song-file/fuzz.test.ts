import * as FastCheck from "effect/FastCheck"
import { expect, it } from "vitest"
import { utf8 } from "../../src/codec/Bytes.js"
import { readPerformanceFile } from "../../src/song-file/PerformanceFile.js"
import { readSongFile } from "../../src/song-file/SongFile.js"
import { rounds } from "../soak.js"
import { demoSong, file, oldModel, options, songRow } from "./fixtures.js"

const unstorable = /\0|\p{Surrogate}/u

/** Reads bytes in both ways and checks what both readers promise of any input. */
const check = (bytes: Uint8Array, fileName: string): void => {
  const asSong = readSongFile(bytes, fileName, options)
  if (asSong._tag === "Rejected") {
    expect(asSong.reason).not.toBe("")
  } else {
    const { song } = asSong
    checkTexts([song.id, song.name, song.determinismSeed, song.composer ?? "none"])
    expect(song.songDataJSON).not.toMatch(unstorable)
    checkTimes(song)
    expect(utf8(song.id).length).toBeLessThanOrEqual(1024)
    expect(utf8(song.name).length).toBeLessThanOrEqual(4096)
    expect(readSongFile(bytes, fileName, options)).toEqual(asSong)
  }
  const asPerformance = readPerformanceFile(bytes, fileName, options)
  if (asPerformance._tag === "Rejected") {
    expect(asPerformance.reason).not.toBe("")
  } else {
    const { performance } = asPerformance
    checkTexts([performance.id, performance.name, performance.songId, ...performance.tags])
    checkTimes(performance)
    expect(Number.isFinite(performance.duration)).toBe(true)
  }
}

const checkTexts = (texts: ReadonlyArray<string>): void => {
  for (const text of texts) {
    expect(text).not.toBe("")
    expect(text).not.toMatch(unstorable)
  }
}

const checkTimes = (times: { readonly createdAt: Date; readonly updatedAt: Date }): void => {
  expect(times.createdAt.getTime()).not.toBeNaN()
  expect(times.updatedAt.getTime()).not.toBeNaN()
}

it("random bytes are read or rejected, never thrown on", () => {
  FastCheck.assert(FastCheck.property(FastCheck.uint8Array({ maxLength: 300 }), FastCheck.string(), check))
})

const seeds = [
  demoSong,
  oldModel,
  songRow,
  { name: "p", songId: "s", performanceDataJSON: '{"a":[1]}', tags: [] }
].map((content) => file(content))

it("valid files with bytes changed, cut out or doubled are read or rejected, never thrown on", () => {
  const mutation = FastCheck.record({
    at: FastCheck.nat(),
    remove: FastCheck.nat(6),
    insert: FastCheck.oneof(
      FastCheck.uint8Array({ maxLength: 4 }),
      FastCheck.constantFrom(
        '"',
        "{",
        "[",
        "]}",
        "\\ud800",
        "\\u0000",
        "null,",
        "1e999",
        '"__proto__":',
        "-"
      ).map(utf8)
    )
  })
  FastCheck.assert(
    FastCheck.property(
      FastCheck.constantFrom(...seeds),
      FastCheck.array(mutation, { minLength: 1, maxLength: 4 }),
      (seed, mutations) => {
        let bytes = seed
        for (const { at, remove, insert } of mutations) {
          const from = at % (bytes.length + 1)
          bytes = new Uint8Array([...bytes.subarray(0, from), ...insert, ...bytes.subarray(from + remove)])
        }
        check(bytes, "mutated.json")
      }
    ),
    { numRuns: rounds(250, 15_000) }
  )
})

it("fields of any type are read or rejected, never thrown on", () => {
  const keys = [
    ..."id name title metadata composer genre category duration duration_seconds key createdAt date_added".split(
      " "
    ),
    ..."updated_at songDataJSON song_data_json performanceDataJSON songId tags isFavorite seed".split(" "),
    ..."customMetadata custom_metadata session_model __proto__ constructor".split(" ")
  ]
  const value = FastCheck.oneof(
    FastCheck.string({ unit: "binary" }),
    FastCheck.jsonValue(),
    FastCheck.double()
  )
  FastCheck.assert(
    FastCheck.property(FastCheck.dictionary(FastCheck.constantFrom(...keys), value), (content) => {
      check(file({ name: "A", ...content }), "any.json")
    }),
    { numRuns: rounds(100, 6000) }
  )
})

it("any JSON object with a name keeps its exact bytes", () => {
  const name = FastCheck.string({ unit: "grapheme", minLength: 1 }).filter((text) => text.trim() !== "")
  FastCheck.assert(
    FastCheck.property(name, FastCheck.jsonValue(), FastCheck.nat(4), (title, rest, indent) => {
      const bytes = file(`${JSON.stringify({ title, rest }, null, indent)}\n`)
      const read = readSongFile(bytes, "any.json", options)
      expect(read._tag === "Song" && read.song.name).toBe(title)
      expect(read._tag === "Song" && utf8(read.song.songDataJSON)).toEqual(bytes)
    })
  )
})
