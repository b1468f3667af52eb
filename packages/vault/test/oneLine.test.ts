/** A clone that follows a line: it becomes the same, reads what is new alone, and says when it cannot. */
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import { clone, counting, follow, lineEnds, memoryBlobs } from "../src/index.js"
import { pieceCache } from "../src/read/PieceCache.js"
import { listLines } from "../src/Vault.js"
import { contents, fullLibrary, pushHome, song, temporaryFolder, withVault } from "./support/library.js"

/** A library that is pushed, and a clone of it that nobody writes to. */
const followed = Effect.gen(function* () {
  const blobs = counting(memoryBlobs())
  const library = yield* fullLibrary
  const vault = yield* withVault(library, blobs)
  yield* pushHome(library, vault)
  const file = path.join(yield* temporaryFolder, "replica.db")
  const { line } = yield* clone(vault, file)
  const replica = yield* openLibrary(file)
  return { library, vault, blobs, replica, line }
})

describe("a clone that follows a line", () => {
  it.scoped("becomes the same as the library, again and again", () =>
    Effect.gen(function* () {
      const { library, vault, replica, line } = yield* followed
      expect(yield* follow(replica, vault, line)).toBe(true)
      for (const round of ["1", "2"]) {
        yield* library.songs.create(song(`new ${round}`))
        yield* library.songs.upsert(song("new 1", `edited in ${round}`))
        yield* library.backups.take({ description: round })
        yield* pushHome(library, vault)
        expect(yield* follow(replica, vault, line)).toBe(true)
        expect(contents(replica.path)).toBe(contents(library.path))
      }
      expect(yield* replica.upkeep.check({ level: "full" })).toMatchObject({ damaged: [] })
    })
  )

  it.scoped("reads what is new, and nothing else", () =>
    Effect.gen(function* () {
      const { library, vault, blobs, replica, line } = yield* followed
      yield* library.songs.create(song("one more"))
      blobs.reset()
      yield* pushHome(library, vault)
      const pushed = blobs.counts().put.bytes
      blobs.reset()
      yield* follow(replica, vault, line)
      const { list, get, put } = blobs.counts()
      expect([list.requests, put.requests]).toEqual([1, 0])
      expect(get.requests).toBeLessThanOrEqual(4)
      // What is new, once to see where it ends and once to take it, and what the line says of its beginning.
      expect(get.bytes).toBeLessThan(2 * pushed + 300)
      blobs.reset()
      yield* follow(replica, vault, line)
      expect(blobs.counts()).toMatchObject({ list: { requests: 1 }, put: { requests: 0 } })
    })
  )

  it.scoped("goes on with a line that begins where it is, and looks for nothing before that", () =>
    Effect.gen(function* () {
      const { vault, blobs, replica } = yield* followed
      let last = yield* lineEnds(vault)
      expect(yield* follow(replica, vault, last[0]?.line ?? "")).toBe(true)
      // One computer after the other: each goes on from the line of the one before.
      for (const name of ["second", "third", "fourth"]) {
        const file = path.join(yield* temporaryFolder, `${name}.db`)
        yield* clone(vault, file, { name: "home", line: last[0]?.line })
        const other = yield* openLibrary(file)
        yield* other.songs.create(song(name))
        yield* pushHome(other, vault)
        last = yield* lineEnds(vault)
        expect(last).toHaveLength(1)
        blobs.reset()
        expect(yield* follow(replica, vault, last[0]?.line ?? "")).toBe(true)
        expect(contents(replica.path)).toBe(contents(file))
        // What the line says of its beginning, and the one file that is new.
        expect([name, blobs.counts().get.requests]).toEqual([name, 2])
      }
    })
  )

  it.scoped("is of the line that goes farther, of those that were pushed to in one moment", () =>
    Effect.gen(function* () {
      const { vault, line: first } = yield* followed
      const folder = yield* temporaryFolder
      // As lines are named by chance, the others are listed before it or behind.
      const goOn = (songs: ReadonlyArray<string>) =>
        Effect.gen(function* () {
          const file = path.join(folder, `${songs.join()}.db`)
          yield* clone(vault, file, { name: "home", line: first })
          const library = yield* openLibrary(file)
          for (const name of songs) yield* library.songs.create(song(name))
          return yield* pushHome(library, vault)
        })
      const { line, position } = yield* goOn(["one", "two"])
      for (const name of ["three", "four", "five"]) yield* goOn([name])
      const ends = yield* lineEnds(vault)
      expect(new Set(ends.map(({ arrivedAt }) => arrivedAt)).size).toBe(1)
      expect(ends[0]).toMatchObject({ line, position })
      expect((yield* clone(vault, path.join(folder, "newest.db"))).line).toBe(line)
    })
  )

  it.scoped("says so when it is not on the way of the line any more", () =>
    Effect.gen(function* () {
      const { library, vault, replica, line } = yield* followed
      yield* replica.songs.create(song("written by mistake"))
      expect(yield* follow(replica, vault, line)).toBe(false)
      yield* library.songs.create(song("later"))
      yield* pushHome(library, vault)
      expect(yield* follow(replica, vault, line)).toBe(false)
      expect(yield* follow(replica, vault, "another")).toBe(false)
    })
  )
})

describe("devices", () => {
  it.scoped("are the lines that no other goes on from", () =>
    Effect.gen(function* () {
      const { library, vault, line } = yield* followed
      const { position } = yield* library.log.head
      expect(yield* lineEnds(vault)).toMatchObject([{ line, position }])
      const file = path.join(yield* temporaryFolder, "other.db")
      yield* clone(vault, file, { name: "home" })
      const other = yield* openLibrary(file)
      yield* other.songs.create(song("on the new computer"))
      yield* pushHome(other, vault)
      const [replaced, ...none] = yield* lineEnds(vault)
      expect(none).toEqual([])
      expect(replaced).toMatchObject({ position: (yield* other.log.head).position })
      // The old one comes back: now they are two.
      yield* library.songs.create(song("on the old computer"))
      yield* pushHome(library, vault)
      expect((yield* lineEnds(vault)).map((each) => each.line).sort()).toEqual([line, replaced?.line].sort())
    })
  )
})

describe("a line that begins where another ends", () => {
  it.scoped("asks for what it goes on from once, where pieces are kept", () =>
    Effect.gen(function* () {
      const { vault: open, blobs } = yield* followed
      const vault = {
        ...open,
        cache: pieceCache(path.join(yield* temporaryFolder, "cache"), new Uint8Array(32))
      }
      const asked: Array<number> = []
      for (const name of ["second", "third", "fourth"]) {
        const file = path.join(yield* temporaryFolder, `${name}.db`)
        const [end] = yield* lineEnds(vault)
        yield* clone(vault, file, { name: "home", line: end?.line })
        const other = yield* openLibrary(file)
        yield* other.songs.create(song(name))
        const before = yield* listLines(vault)
        blobs.reset()
        yield* pushHome(other, vault)
        // What lines say of their beginnings is asked again.
        asked.push(blobs.counts().get.requests - before.length)
      }
      // What it goes on from was read by the clone.
      expect(asked).toEqual([0, 0, 0])
    })
  )
})
