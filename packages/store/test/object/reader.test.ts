/** Reading objects: what was opened is kept for a while, those blocks longest that are in use. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { sha256 } from "../../src/object/Compression.js"
import { ObjectReader } from "../../src/object/ObjectReader.js"
import { insertBlocks, packBlock, readBlock } from "../../src/object/Objects.js"
import { freshLibrary, sessionOn } from "../support/libraries.js"

const kilobyte = 1024

const objectOf = (letter: string) => {
  const bytes = Buffer.from(letter.repeat(kilobyte))
  return { hash: sha256(bytes), bytes }
}

describe("a reader of objects", () => {
  it.scoped("keeps the blocks open that were used last, within its budget", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const session = yield* sessionOn(library)
      const [a, b, c] = [objectOf("a"), objectOf("b"), objectOf("c")] as const
      session.write(() =>
        insertBlocks(
          session.db,
          [a, b, c].map((object) => packBlock([object]))
        )
      )
      let opened = 0
      const { db } = session
      const row = db.row.bind(db)
      db.row = ((sql: string, ...parameters: ReadonlyArray<unknown>) => {
        if (sql.startsWith("SELECT data FROM block")) opened++
        return row(sql, ...parameters)
      }) as typeof db.row
      expect(readBlock(db, 1)).toBeDefined()
      expect(opened).toBe(1)
      // Two of these blocks fit, three do not.
      const reader = new ObjectReader(db, 2.5 * kilobyte)
      const opens = (object: typeof a) => {
        opened = 0
        expect(Buffer.compare(reader.get(object.hash), object.bytes)).toBe(0)
        return opened
      }
      expect([a, b, a, c].map(opens)).toEqual([1, 1, 0, 1])
      expect([a, c, b].map(opens)).toEqual([0, 0, 1])
    })
  )
})
