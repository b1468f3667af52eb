/** Rows that are looked up together are those that are looked up one by one. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { encodeRecord, idOfCell, type Row, Text } from "../../src/index.js"
import { sha256 } from "../../src/object/Compression.js"
import { appSong, freshLibrary, sessionOn, songs, sqlite } from "../support/libraries.js"

const oddKey = idOfCell(Text.ofBytes(Uint8Array.of(0x61, 0xff)))
const blobKey = idOfCell(Uint8Array.of(0x62))

const recordOf = (row: Row | undefined) => row && encodeRecord("song", row, sha256).record

describe("rows that are looked up together", () => {
  const looked = (setUp: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.imports.entities({ source: "test", songs: songs(150) })
      sqlite(library.path, ...setUp)
      const table = (yield* sessionOn(library)).tables.song
      const ids = [
        ...Array.from({ length: 150 }, (_, index) => `s${index}`),
        ...["S1", "nobody", oddKey, blobKey, idOfCell(null), "s7"]
      ]
      return {
        ids,
        one: (id: string) => table?.get(id),
        together: (some: ReadonlyArray<string>) => table?.getEach(some)
      }
    })

  const odd = [
    `INSERT INTO ${appSong("odd", "odd")}`,
    "UPDATE song_data SET id = CAST(x'61ff' AS TEXT) WHERE id = 'odd'",
    `INSERT INTO ${appSong("blob", "blob")}`,
    "UPDATE song_data SET id = x'62' WHERE id = 'blob'"
  ]

  it.scoped("are the same, also by keys that are no text, and none for those that are missing", () =>
    Effect.gen(function* () {
      const { ids, one, together } = yield* looked(odd)
      const rows = together(ids)
      for (const id of ids) expect(recordOf(rows?.get(id)), id).toEqual(recordOf(one(id)))
      expect(rows?.size).toBe(152)
      expect(rows?.has("S1")).toBe(false)
    })
  )

  it.scoped("are the same of a row that no string can carry", () =>
    Effect.gen(function* () {
      const { ids, one, together } = yield* looked([
        ...odd,
        "UPDATE song_data SET name = CAST(x'ff' AS TEXT) WHERE id = 's3'"
      ])
      const rows = together(ids)
      for (const id of ids) expect(recordOf(rows?.get(id)), id).toEqual(recordOf(one(id)))
    })
  )

  it.scoped("may be none", () =>
    Effect.gen(function* () {
      const { together } = yield* looked([])
      expect(together([])?.size).toBe(0)
      expect(together(["nobody"])?.size).toBe(0)
      expect(together(["s3"])?.size).toBe(1)
    })
  )
})
