import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createLibrary, type Library, openLibrary } from "../../src/index.js"
import { writeChain } from "../support/chain.js"
import {
  dump,
  freshLibrary,
  pending,
  song,
  songs,
  sound,
  sqlite,
  temporaryFolder
} from "../support/libraries.js"

const document = (tempo: number, key: string) => JSON.stringify({ tempo, key, bars: 32 })

/** A second library that took everything from a folder. */
const takenFrom = (folder: string) =>
  Effect.gen(function* () {
    const path = `${yield* temporaryFolder}/second.db`
    yield* createLibrary(path)
    const library = yield* openLibrary(path, { actor: "bob@stage" })
    yield* Effect.scoped(Effect.flatMap(library.imports.open([folder]), (opened) => opened.apply()))
    return library
  })

const tempoAndKey = (library: Library, id: string) =>
  Effect.map(library.songs.read(id), (found): unknown => JSON.parse(found.songDataJSON))

const objects = (library: Library) => Number(sqlite(library.path, "SELECT count(*) FROM object"))

describe("a backup of a bundle, as a source", () => {
  it.scoped("combines what two devices did to one song, from the version they both come from", () =>
    Effect.gen(function* () {
      const first = yield* freshLibrary
      yield* first.songs.create(song("a", { songDataJSON: document(100, "C") }))
      const folder = yield* temporaryFolder
      yield* writeChain(first, folder)
      const second = yield* takenFrom(folder)
      yield* first.songs.upsert(song("a", { songDataJSON: document(120, "C") }))
      yield* second.songs.upsert(song("a", { songDataJSON: document(100, "D") }))
      const path = yield* writeChain(first, folder)

      const { reference } = yield* second.copies.source(path, "latest")
      const result = yield* second.backups.restore(reference, { onConflict: "combine" })
      expect(result).toMatchObject({ isSuccess: true, conflicts: 0, songsRestored: 1 })
      expect(yield* tempoAndKey(second, "a")).toEqual({ tempo: 120, key: "D", bars: 32 })
      yield* second.history.undo()
      expect(yield* tempoAndKey(second, "a")).toEqual({ tempo: 100, key: "D", bars: 32 })
      yield* sound(second)
    })
  )

  it.scoped("brings in only the objects that the library lacks", () =>
    Effect.gen(function* () {
      const first = yield* freshLibrary
      yield* first.songs.upsertAll(songs(200))
      const folder = yield* temporaryFolder
      yield* writeChain(first, folder)
      const second = yield* takenFrom(folder)
      yield* second.backups.take()
      yield* first.songs.upsertAll([song("s7", { songDataJSON: document(90, "E") }), song("new")])
      yield* writeChain(first, folder, { full: true })

      const before = objects(second)
      yield* second.copies.source(folder, "latest")
      // Two documents; the tree is only looked at.
      expect(objects(second) - before).toBe(2)
      yield* Effect.scoped(Effect.flatMap(second.imports.open([folder]), (opened) => opened.apply()))
      // The paths to two of two hundred songs: far from the whole tree again.
      expect(objects(second) - before).toBeLessThan(20)
      expect((yield* second.songs.list()).length).toBe(201)
    })
  )

  it.scoped("is known in the log by where it came from; the restore is verified and can be undone", () =>
    Effect.gen(function* () {
      const first = yield* freshLibrary
      yield* first.songs.upsertAll(songs(3))
      const path = yield* writeChain(first, yield* temporaryFolder)
      const second = yield* freshLibrary
      const { reference } = yield* second.copies.source(path, "b1")
      yield* second.backups.restore(reference, { mode: "exact" })
      expect(dump(second)).toBe(dump(first))
      const [operation] = yield* second.history.operations()
      expect(operation?.description).toMatch(/^restore of b1 of library-.*\.whiteroom$/)
      expect(pending(second)).toBe(0)
      yield* second.history.undo()
      expect(dump(second)).toBe("")
    })
  )
})
