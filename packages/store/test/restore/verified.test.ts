/** Before a restore is committed, its rows are read back: what SQLite stored must be what the plan says. */
import { expect, it } from "@effect/vitest"
import { type Cell, type Row, Text } from "@white-room/core"
import * as Effect from "effect/Effect"
import { sessionOf } from "../../src/session/Session.js"
import { dump, freshLibrary, songs } from "../support/libraries.js"

/** What a disk, a driver or a bug might make of a row on its way into the table. */
const mishaps: Readonly<Record<string, (row: Map<string, Cell>) => void>> = {
  "a text": (row) => row.set("name", Text.ofString("Another")),
  "a text that is a number": (row) => row.set("genre", Text.ofString("7")),
  "a number": (row) => row.set("duration", 1.5),
  "a value where there was none": (row) => row.set("custom_metadata", Text.ofString("")),
  "a byte of a document": (row) => {
    const cell = row.get("song_data_json")
    const bytes = Buffer.from(cell instanceof Text ? cell.bytes : new Uint8Array())
    bytes.writeUInt8(0x20, bytes.length - 1)
    row.set("song_data_json", Text.ofBytes(bytes))
  },
  "the class of a document": (row) => {
    const cell = row.get("song_data_json")
    row.set("song_data_json", cell instanceof Text ? cell.bytes : new Uint8Array())
  }
}

for (const [what, change] of Object.entries(mishaps))
  it.scoped(`a restore in which ${what} came out otherwise is refused as a whole`, () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.imports.entities({ source: "test", songs: songs(5) })
      yield* library.backups.take()
      yield* library.log.append({ changes: [1, 2, 3].map((n) => ({ kind: "song", id: `s${n}`, row: null })) })
      const before = dump(library)
      const table = library[sessionOf].tables.song
      if (table === undefined) throw new Error("there is no table")
      const insert = table.insert.bind(table)
      table.insert = (row: Row) => {
        const stored = new Map(row)
        if (String(row.get("id")) === "s2") change(stored)
        return insert(stored)
      }
      const refused = yield* Effect.flip(library.backups.restore("b1"))
      expect(refused._tag).toBe("RestoreNotVerified")
      expect(refused.message).toContain("s2")
      expect(dump(library)).toBe(before)
      table.insert = insert
      expect((yield* library.backups.restore("b1")).done.create).toBe(3)
    })
  )
