/** Every flipped bit, and every missing, renamed, swapped or truncated file is found and named: promise 3. */
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import { sourceOf } from "../src/blobs/BlobSource.js"
import { checkedText, isAsWritten } from "../src/CheckedText.js"
import {
  checkVault,
  clone,
  folderBlobs,
  listLines,
  push,
  readPolicy,
  readPolicyFor,
  repairVault,
  type Vault,
  vaultRecords,
  writePolicy
} from "../src/index.js"
import {
  contents,
  fullLibrary,
  knownHome,
  newLibrary,
  pushHome,
  song,
  sqlite,
  temporaryFolder,
  withVault
} from "./support/library.js"
import { rounds } from "./support/soak.js"
import { spoilParity } from "./support/spoilParity.js"

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
  return { library, vault, files: segments.map(({ name }) => path.join(folder, name)) }
})

const problems = (vault: Vault) => Effect.map(checkVault(vault, { level: "full" }), ({ damaged }) => damaged)

/** A vault with two lines and two policies, and its small files. */
const smallFiles = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const library = yield* newLibrary
  const vault = yield* withVault(library, folderBlobs(folder))
  yield* library.songs.create(song("a"))
  yield* pushHome(library, vault)
  const copy = path.join(yield* temporaryFolder, "copy.db")
  yield* clone(vault, copy, { name: "home" })
  const other = yield* openLibrary(copy)
  yield* other.songs.create(song("b"))
  yield* pushHome(other, vault)
  yield* writePolicy(vault, { keepEdits: 365, graceDays: 60 })
  yield* writePolicy(vault, { keepEdits: 100, graceDays: 60 })
  const { blobs } = yield* vault.blobs.list("")
  const names = blobs.map(({ name }) => name).filter((name) => !name.endsWith(".seg"))
  expect(names).toHaveLength(5)
  return { folder, library, vault, files: names.map((name) => path.join(folder, name)) }
})

describe("damage in what a vault says of itself", () => {
  it.scoped("a changed bit of vault.json, of how a line begins and of a policy is found and named", () =>
    Effect.gen(function* () {
      const { vault, files } = yield* smallFiles
      expect(yield* problems(vault)).toEqual([])
      for (const file of files) {
        const sound = fs.readFileSync(file)
        const bits = sound.length * 8
        const tried = rounds(9, bits)
        for (let index = 0; index < tried; index++) {
          const bit = Math.floor((index * bits) / tried)
          const bytes = Buffer.from(sound)
          bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
          fs.writeFileSync(file, bytes)
          const found = yield* problems(vault)
          expect(found.length, `bit ${bit} of ${file}`).toBeGreaterThan(0)
          const { dir, base } = path.parse(file)
          const said = found.map(({ what, reason }) => `${what} ${reason}`).join()
          expect(said).toContain(base === "line" ? path.basename(dir).slice(0, 8) : base)
        }
        fs.writeFileSync(file, sound)
      }
      expect(yield* problems(vault)).toEqual([])
    })
  )

  it.scoped("a missing, a cut, a renamed and a swapped one is found", () =>
    Effect.gen(function* () {
      const { folder, vault, files } = yield* smallFiles
      const [one = "", other = ""] = files.filter((file) => path.basename(file) === "line")
      const [first = "", second = ""] = files.filter((file) => file.includes("policy"))
      const own = path.join(folder, "vault.json")
      const sound = new Map(files.map((file) => [file, fs.readFileSync(file)]))
      const bytesOf = (file: string) => Buffer.from(sound.get(file) ?? "")
      const swap = (a: string, b: string) => () => {
        fs.writeFileSync(a, bytesOf(b))
        fs.writeFileSync(b, bytesOf(a))
      }
      const spoil: ReadonlyArray<() => void> = [
        ...files.flatMap((file) => [
          () => fs.writeFileSync(file, bytesOf(file).subarray(0, -1)),
          () => fs.writeFileSync(file, "")
        ]),
        swap(one, other),
        swap(first, second),
        () => fs.writeFileSync(own, bytesOf(one)),
        () => fs.rmSync(one),
        () => fs.rmSync(first),
        () => fs.renameSync(second, second.replace("000002", "000003"))
      ]
      for (const [index, each] of spoil.entries()) {
        each()
        expect((yield* problems(vault)).length, `damage ${index}`).toBeGreaterThan(0)
        for (const name of fs.readdirSync(path.join(folder, "policy")))
          fs.rmSync(path.join(folder, "policy", name))
        for (const [file, bytes] of sound) fs.writeFileSync(file, bytes)
      }
      expect(yield* problems(vault)).toEqual([])
    })
  )

  it.scoped("a policy that was changed is not believed, nor the one before it; the next one is", () =>
    Effect.gen(function* () {
      const { vault, files } = yield* smallFiles
      const [, newest = ""] = files.filter((file) => file.includes("policy"))
      fs.writeFileSync(newest, fs.readFileSync(newest, "utf8").replace("100", "000"))
      expect(yield* Effect.flip(readPolicy(vault))).toMatchObject({ _tag: "VaultDamaged" })
      yield* writePolicy(vault, { keepEdits: 90, graceDays: 30 })
      expect(yield* readPolicy(vault)).toEqual({ keepEdits: 90, graceDays: 30 })
    })
  )

  it.scoped("a library notices that the newest policy it saw was deleted", () =>
    Effect.gen(function* () {
      const { library, vault, files } = yield* smallFiles
      const found = Effect.map(checkVault(vault, { level: "full", library }), ({ damaged }) => damaged)
      expect(yield* found).toEqual([])
      expect((yield* vaultRecords(library).all)[0]).toMatchObject({ policy: 2 })
      for (const file of files.filter((each) => each.includes("policy"))) fs.rmSync(file)
      expect(yield* found).toMatchObject([{ what: "policy", reason: expect.stringContaining("is gone") }])
      // Whoever says again what to keep is obeyed.
      yield* writePolicy(vault, { keepEdits: 365, graceDays: 60 }, library)
      expect(yield* readPolicyFor(library, vault)).toEqual({ keepEdits: 365, graceDays: 60 })
      expect((yield* vaultRecords(library).all)[0]).toMatchObject({ policy: 3 })
      expect((yield* found).map(({ what }) => what)).toEqual(["policy/000001", "policy/000002"])
    })
  )

  it.scoped("what is no policy, and lies among them, is named, counts for nothing, and stays", () =>
    Effect.gen(function* () {
      const { library, vault } = yield* smallFiles
      const found = Effect.map(problems(vault), (all) => all.filter(({ what }) => what.startsWith("policy")))
      for (const name of ["policy/000001", "policy/999999", "policy/zz.json"])
        yield* vault.blobs.put(name, sourceOf(Buffer.from("{}")))
      expect(yield* found).toMatchObject(
        ["policy/000001", "policy/999999", "policy/zz.json"].map((what) => ({
          ...{ what, reason: expect.stringContaining("it is not a policy") }
        }))
      )
      expect(yield* readPolicy(vault)).toEqual({ keepEdits: 100, graceDays: 60 })
      expect(yield* repairVault(library, vault)).toMatchObject({ ok: false, sent: 0 })
      expect(yield* found).toHaveLength(3)
      yield* writePolicy(vault, { keepEdits: 50, graceDays: 60 })
      expect(yield* readPolicy(vault)).toEqual({ keepEdits: 50, graceDays: 60 })
    })
  )

  it.scoped("a policy of the last number there is does not fill a check, and none comes after it", () =>
    Effect.gen(function* () {
      const { vault } = yield* smallFiles
      const text = '{"keepEdits":0,"graceDays":0}\n'
      const hash = createHash("sha256").update(text).digest("hex").slice(0, 16)
      yield* vault.blobs.put(`policy/999999-${hash}.json`, sourceOf(Buffer.from(text)))
      expect((yield* problems(vault)).length).toBeLessThan(110)
      expect(yield* Effect.flip(writePolicy(vault, { keepEdits: 90, graceDays: 30 }))).toMatchObject({
        _tag: "VaultDamaged"
      })
    })
  )

  it("is told by a check over name and bytes, as docs/format.md has it", () => {
    const text = checkedText("a/b/line", '{"device":"ada","parent":null}')
    expect(text).toBe('{"device":"ada","parent":null,"check":"595503674d788947"}\n')
    expect(isAsWritten("a/b/line", Buffer.from(text))).toBe(true)
    expect(isAsWritten("a/c/line", Buffer.from(text))).toBe(false)
  })
})

describe("damage in a vault", () => {
  it.scoped("a changed bit anywhere in a segment is found, and nothing damaged is cloned unseen", () =>
    Effect.gen(function* () {
      const { vault, files, library } = yield* pushedTwice
      const all = contents(library.path)
      let givenBack = 0
      for (const file of files) {
        const sound = fs.readFileSync(file)
        const bits = sound.length * 8
        const tried = rounds(12, 100)
        for (let index = 0; index < tried; index++) {
          const bit = Math.floor((index * bits) / tried)
          const bytes = Buffer.from(sound)
          bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
          fs.writeFileSync(file, bytes)
          const found = yield* problems(vault)
          expect(found.length, `bit ${bit} of ${path.basename(file)}`).toBeGreaterThan(0)
          const folder = yield* temporaryFolder
          const copy = path.join(folder, "c.db")
          // The file itself says what it was, but for its end; when it cannot, it is refused.
          const cloned = yield* Effect.either(clone(vault, copy))
          if (cloned._tag === "Right") {
            expect(contents(copy)).toBe(all)
            fs.rmSync(copy)
            givenBack++
          } else expect(cloned.left._tag).toBe("VaultDamaged")
          const spoiled = spoilParity(sound)
          spoiled[bit >> 3] = (spoiled[bit >> 3] ?? 0) ^ (1 << (bit & 7))
          fs.writeFileSync(file, spoiled)
          const refused = yield* Effect.flip(clone(vault, copy))
          expect(refused._tag).toBe("VaultDamaged")
          expect(fs.readdirSync(folder)).toEqual([])
        }
        fs.writeFileSync(file, sound)
      }
      expect(givenBack).toBeGreaterThan(rounds(12, 100))
      expect(yield* problems(vault)).toEqual([])
    })
  )

  it.scoped("security 22: a missing, a cut, an emptied, a renamed and a swapped segment are found", () =>
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
      const bytes = spoilParity(fs.readFileSync(second))
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
