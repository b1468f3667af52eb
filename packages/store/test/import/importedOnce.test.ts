import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { dump, failure, freshLibrary, song, songs, temporaryFolder } from "../support/libraries.js"

/** An exchange file of two songs, and of a bundle with a backup. */
const files = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const other = yield* freshLibrary
  yield* other.imports.entities({ source: "a folder", songs: songs(2) })
  yield* other.backups.take({ description: "theirs" })
  const json = join(folder, "songs.json")
  const bundle = join(folder, "songs.whiteroom")
  yield* other.exports.write("now", json)
  yield* other.copies.bundle("b1", bundle)
  return { folder, json, bundle }
})

describe("an import that can be asked for again", () => {
  it.scoped("is done once, and says again what it brought, under the name that was given", () =>
    Effect.gen(function* () {
      const { json, bundle } = yield* files
      const library = yield* freshLibrary
      const wish = { commandId: "import:one", actor: "web", request: "the bytes" }
      const take = (file: string, more: typeof wish) =>
        Effect.scoped(
          Effect.flatMap(library.imports.open([file], { named: "upload" }), (opened) => opened.apply(more))
        )
      const first = yield* take(bundle, wish)
      expect(first).toMatchObject({ songsRestored: 2, backups: [{ description: "theirs" }] })
      yield* library.songs.update(song("s1", { name: "Later" }))
      const after = dump(library)
      const again = yield* take(bundle, wish)
      expect(again).toMatchObject({ repeated: true, songsRestored: 2, backups: first.backups, notes: [] })
      expect(dump(library)).toBe(after)
      expect(yield* failure(take(json, { ...wish, request: "other bytes" }))).toBe("CommandReused")
      const [operation] = yield* library.history.operations()
      expect(operation).toMatchObject({ what: "import", description: "import of upload", actor: "web" })
    })
  )

  it.scoped("of a file that cannot be read leaves nothing, and may be asked for again", () =>
    Effect.gen(function* () {
      const { folder, json } = yield* files
      const library = yield* freshLibrary
      const odd = join(folder, "odd.json")
      writeFileSync(odd, "[1, 2")
      const take = (file: string) =>
        Effect.scoped(
          Effect.flatMap(library.imports.open([file], { named: "upload" }), (opened) =>
            Effect.map(opened.apply({ commandId: "import:two" }), ({ songsRestored }) => [
              opened.problemCount,
              songsRestored
            ])
          )
        )
      expect(yield* take(odd)).toEqual([1, 0])
      expect((yield* library.log.head).position).toBe(0)
      expect(yield* take(json)).toEqual([0, 2])
    })
  )
})
