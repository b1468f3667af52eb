/** Every flipped bit, and every missing, renamed, swapped or truncated file is found and named: promise 3. */
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { checkVault, clone, folderBlobs, listLines, push, type Vault } from "../src/index.js"
import { fullLibrary, knownHome, song, sqlite, temporaryFolder, withVault } from "./support/library.js"
import { rounds } from "./support/soak.js"

/** Two segments in a folder, and the files they are. */
const pushedTwice = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const library = yield* fullLibrary
  const vault = yield* withVault(library, folderBlobs(folder))
  yield* push(library, vault, yield* knownHome(library))
  yield* library.songs.create(song("late"))
  yield* library.backups.take({ description: "last" })
  yield* push(library, vault, yield* knownHome(library))
  const segments = (yield* listLines(vault)).flatMap((line) => line.segments)
  return { vault, files: segments.map(({ name }) => path.join(folder, name)) }
})

const problems = (vault: Vault) => Effect.map(checkVault(vault, { level: "full" }), ({ damaged }) => damaged)

describe("damage in a vault", () => {
  it.scoped("a changed bit anywhere in a segment is found, and nothing damaged is cloned unseen", () =>
    Effect.gen(function* () {
      const { vault, files } = yield* pushedTwice
      for (const file of files) {
        const sound = fs.readFileSync(file)
        const bits = sound.length * 8
        const tried = rounds(12, 400)
        for (let index = 0; index < tried; index++) {
          const bit = Math.floor((index * bits) / tried)
          const bytes = Buffer.from(sound)
          bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
          fs.writeFileSync(file, bytes)
          const found = yield* problems(vault)
          expect(found.length, `bit ${bit} of ${path.basename(file)}`).toBeGreaterThan(0)
          const folder = yield* temporaryFolder
          const refused = yield* Effect.flip(clone(vault, path.join(folder, "c.db")))
          expect(refused._tag).toBe("VaultDamaged")
          expect(fs.readdirSync(folder)).toEqual([])
        }
        fs.writeFileSync(file, sound)
      }
      expect(yield* problems(vault)).toEqual([])
    })
  )

  it.scoped("a missing, a cut, an emptied, a renamed and a swapped segment are found", () =>
    Effect.gen(function* () {
      const { vault, files } = yield* pushedTwice
      const [first = "", second = ""] = files
      const [one, two] = [fs.readFileSync(first), fs.readFileSync(second)]
      const spoil: ReadonlyArray<() => void> = [
        () => fs.rmSync(first),
        () => fs.writeFileSync(first, one.subarray(0, one.length - 1)),
        () => fs.writeFileSync(second, two.subarray(0, 50)),
        () => fs.writeFileSync(second, ""),
        () => fs.renameSync(second, second.replace(/[0-9a-f]{16}\.seg$/, "0123456789abcdef.seg")),
        () => fs.writeFileSync(second, one)
      ]
      for (const each of spoil) {
        each()
        expect((yield* problems(vault)).length).toBeGreaterThan(0)
        for (const name of fs.readdirSync(path.dirname(second)))
          if (name.endsWith(".seg")) fs.rmSync(path.join(path.dirname(second), name))
        fs.writeFileSync(first, one)
        fs.writeFileSync(second, two)
      }
      expect(yield* problems(vault)).toEqual([])
    })
  )

  it.scoped(
    "a newer file beside a whole one, that is not what its name says, is named and keeps nobody from it",
    () =>
      Effect.gen(function* () {
        const { vault, files } = yield* pushedTwice
        const [file = ""] = files
        const planted = file.replace(/-[0-9a-f]{16}\.seg$/, "-0123456789abcdef.seg")
        for (const bytes of ["", "WRSEGMNT", fs.readFileSync(file)]) {
          fs.rmSync(planted, { force: true })
          fs.writeFileSync(planted, bytes)
          const report = yield* clone(vault, path.join(yield* temporaryFolder, "c.db"))
          expect(report).toMatchObject({ problems: [], damaged: [] })
          expect((yield* problems(vault)).map(({ what }) => path.basename(what))).toContain(
            path.basename(planted)
          )
        }
        fs.truncateSync(planted, 1024 ** 3)
        yield* clone(vault, path.join(yield* temporaryFolder, "c.db"))
        expect((yield* problems(vault)).map(({ reason }) => reason).join()).toContain("larger than any")
      })
  )

  it.scoped("what a damaged block does not hold is brought by a partial clone, the rest is named", () =>
    Effect.gen(function* () {
      const { vault, files } = yield* pushedTwice
      const [, second = ""] = files
      const bytes = fs.readFileSync(second)
      // The block of the song that was made last comes after the head: 9 bytes, a type, a length, and so many bytes.
      const at = 9 + 2 + (bytes[10] ?? 0) + 30
      bytes[at] = (bytes[at] ?? 0) ^ 1
      fs.writeFileSync(second, bytes)
      const file = path.join(yield* temporaryFolder, "c.db")
      const report = yield* clone(vault, file, { partial: true })
      expect(report.damaged.map(({ what }) => what)).toContain("song Song late")
      expect(report.problems.length).toBeGreaterThan(0)
      const ids = sqlite(file, "SELECT group_concat(id) FROM (SELECT id FROM song_data ORDER BY id)")
      expect(ids).toBe("a,b,c")
    })
  )
})
