import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { PlaceUnreachable, toHex, type WhiteRoomError } from "@white-room/core"
import { type Library, openLibrary } from "@white-room/store"
import { sha256 } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import {
  type Blobs,
  checkVault,
  clone,
  listLines,
  makeVault,
  memoryBlobs,
  openPull,
  openSealed,
  push,
  rotate,
  type SealedVault
} from "../../src/index.js"
import { mergeLine } from "../../src/merge.js"
import { contents, knownHome } from "../support/library.js"
import { contentsOf, firstPush, memoryVault, placeWith, someLibrary } from "../support/sealed.js"
import { spoilParity } from "../support/spoilParity.js"
import { temporaryFolder } from "../support/temporaryFolder.js"

const words = { passphrase: "correct horse" }

const stateOf = (library: Library) =>
  Effect.all({
    head: library.log.head,
    events: library.log.read({ after: 0 }),
    songs: Effect.all([library.songs.read("s1"), library.songs.read("s2"), library.songs.list()]),
    backups: library.backups.list()
  })

/** A library that was pushed to a sealed vault. */
const pushed = Effect.gen(function* () {
  const vault = yield* memoryVault()
  const library = yield* someLibrary
  const report = yield* firstPush(library, vault)
  return { vault, library, report }
})

const cloned = (vault: SealedVault) =>
  Effect.gen(function* () {
    const file = join(yield* temporaryFolder, "clone.db")
    const report = yield* clone(vault, file)
    return { report, library: yield* openLibrary(file) }
  })

/** One bit in the middle is another. */
const changed = (bytes: Uint8Array): Uint8Array =>
  bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte))

const fails = <A, R>(effect: Effect.Effect<A, WhiteRoomError, R>) =>
  Effect.map(Effect.flip(effect), ({ _tag }) => _tag)

describe("a library in a sealed vault", () => {
  it.scoped("comes back whole for whoever has the passphrase", () =>
    Effect.gen(function* () {
      const { vault, library } = yield* pushed
      const back = yield* cloned(yield* openSealed(vault.blobs, words))
      expect(yield* stateOf(back.library)).toEqual(yield* stateOf(library))
      const { damaged } = yield* back.library.upkeep.check({ level: "full" })
      expect(damaged).toEqual([])
      expect(yield* checkVault(vault, { level: "full" })).toMatchObject({ ok: true, lines: 1, damaged: [] })
    })
  )

  it.scoped("shows nobody else more than names and sizes: no song, no id, no device, no hash", () =>
    Effect.gen(function* () {
      const { vault, library } = yield* pushed
      const plain = yield* makeVault(memoryBlobs())
      yield* firstPush(library, plain)
      const [line] = yield* listLines(plain)
      const [segment] = line?.segments ?? []
      const secrets = [
        ...["Night Drive", "velvet", "moonlit", "harbour", "studio", "SongEdited", "before the tour", "Ada"],
        ...[line?.library ?? "-", segment?.head ?? "-", segment?.prev ?? "-"]
      ]
      for (const [name, bytes] of yield* contentsOf(vault.blobs))
        for (const secret of secrets)
          expect(name + Buffer.from(bytes).toString("latin1")).not.toContain(secret)
    })
  )

  it.scoped("is continued with what is new, also after its keys changed, and comes back with all of it", () =>
    Effect.gen(function* () {
      const { vault, library } = yield* pushed
      expect((yield* push(library, vault, yield* knownHome(library))).segments).toBe(0)
      const rotated = yield* rotate(vault)
      yield* library.songs.upsertAll([{ id: "s3", name: "Third", songDataJSON: "{}", determinismSeed: "s" }])
      const second = yield* push(library, rotated, yield* knownHome(library))
      expect([second.began, second.segments, second.loss]).toEqual([undefined, 1, undefined])
      const back = yield* cloned(yield* openSealed(vault.blobs, words))
      expect(yield* stateOf(back.library)).toEqual(yield* stateOf(library))
      expect(yield* fails(clone(vault, join(yield* temporaryFolder, "old.db")))).toBe("VaultDamaged")
    })
  )

  it.scoped("comes back from segments that were merged, also over a change of keys", () =>
    Effect.gen(function* () {
      const { vault, library } = yield* pushed
      const rotated = yield* rotate(vault)
      for (let number = 1; number < 16; number++) {
        const song = {
          id: "s3",
          name: `Take ${number}`,
          songDataJSON: `{"take":${number}}`,
          determinismSeed: "s"
        }
        yield* library.songs.upsert(song)
        yield* push(library, number < 8 ? vault : rotated, yield* knownHome(library))
      }
      yield* TestClock.adjust("2 minutes")
      const { libraryId } = yield* clone(rotated, join(yield* temporaryFolder, "before.db"))
      const { line } = yield* knownHome(library)
      expect(yield* mergeLine(rotated, libraryId, line)).toMatchObject({ merged: 16, made: 1 })
      const back = yield* cloned(yield* openSealed(vault.blobs, words))
      expect(yield* stateOf(back.library)).toEqual(yield* stateOf(library))
      expect((yield* checkVault(rotated, { level: "full" })).damaged).toEqual([])
    })
  )

  it.scoped(
    "security 23: is sealed under a new key each time, also by a machine that does again what it did",
    () =>
      Effect.gen(function* () {
        const vault = yield* memoryVault()
        const library = yield* someLibrary
        const sealed: Array<Buffer> = []
        // What was sealed is lost on its way, twice: the device is where it was before, as one that was put back.
        const put: Blobs["put"] = (name, source) =>
          Effect.gen(function* () {
            if (!name.endsWith(".seg")) return yield* vault.blobs.put(name, source)
            const parts: Array<Uint8Array> = []
            yield* Effect.promise(async () => {
              for await (const part of source.read()) parts.push(Uint8Array.from(part))
            })
            sealed.push(Buffer.concat(parts))
            if (sealed.length < 3)
              return yield* new PlaceUnreachable({ place: "", reason: "lost", retryable: false })
            yield* vault.blobs.put(name, source)
          })
        const losing = { ...vault, blobs: { ...vault.blobs, put } }
        expect(yield* Effect.flip(firstPush(library, losing))).toMatchObject({ _tag: "PlaceUnreachable" })
        const known = yield* knownHome(library)
        expect(yield* fails(push(library, losing, known))).toBe("PlaceUnreachable")
        yield* push(library, losing, known)
        expect(sealed.length).toBe(3)
        // The same songs, and no sixteen bytes of what was sealed in common, wherever they stand.
        const pieces = sealed.flatMap((bytes) => {
          const body = bytes.subarray(256, bytes.length - 256)
          const count = Math.floor(body.length / 16)
          return Array.from({ length: count }, (_, at) => body.toString("latin1", at * 16, at * 16 + 16))
        })
        expect(pieces.length).toBeGreaterThan(30)
        expect(new Set(pieces).size).toBe(pieces.length)
        yield* cloned(yield* openSealed(vault.blobs, words))
      })
  )

  it.scoped("is found by its id, or by the beginning of its name there", () =>
    Effect.gen(function* () {
      const { vault } = yield* pushed
      const folder = yield* temporaryFolder
      const { libraryId } = yield* clone(vault, join(folder, "a.db"))
      const [line] = yield* listLines(vault)
      expect(line?.library).not.toBe(libraryId)
      yield* clone(vault, join(folder, "b.db"), { library: libraryId })
      yield* clone(vault, join(folder, "c.db"), { library: line?.library.slice(0, 6) })
      expect(yield* fails(clone(vault, join(folder, "d.db"), { library: "zz" }))).toBe("VaultNotFound")
    })
  )

  it.scoped(
    "security 22: does not come back, and nothing is written, from files that were changed, swapped or cut",
    () =>
      Effect.gen(function* () {
        const { vault } = yield* pushed
        const folder = yield* temporaryFolder
        const all = [...(yield* contentsOf(vault.blobs))]
        const other = yield* pushed
        const foreign = [...(yield* contentsOf(other.vault.blobs))]
        const isIn = (part: string) => (entry: readonly [string, Uint8Array]) => entry[0].endsWith(part)
        for (const part of [".seg", "/line"]) {
          const theirs = foreign.find(isIn(part))?.[1] ?? new Uint8Array()
          const changes: ReadonlyArray<(bytes: Uint8Array) => Uint8Array> = [
            // More than its parity gives back, or the whole of another file.
            (bytes) => changed(part === ".seg" ? spoilParity(bytes) : bytes),
            (bytes) => bytes.subarray(0, bytes.length >> 1),
            () => new Uint8Array(),
            () => theirs
          ]
          for (const [number, change] of changes.entries()) {
            const blobs = yield* placeWith(
              all.map(([name, bytes]) => [name, name.endsWith(part) ? change(bytes) : bytes] as const)
            )
            const file = join(folder, `${part.slice(1)}-${number}.db`)
            expect(yield* fails(clone({ ...vault, blobs }, file))).toBe("VaultDamaged")
            expect(yield* Effect.either(openLibrary(file))).toMatchObject({ _tag: "Left" })
          }
        }
      })
  )

  it.scoped(
    "security 22: gives back what was written, and nothing else, of a file that was changed in one place",
    () =>
      Effect.gen(function* () {
        const { library, vault } = yield* pushed
        const all = [...(yield* contentsOf(vault.blobs))]
        const blobs = yield* placeWith(
          all.map(([name, bytes]) => [name, name.endsWith(".seg") ? changed(bytes) : bytes] as const)
        )
        const file = join(yield* temporaryFolder, "c.db")
        yield* clone({ ...vault, blobs }, file)
        expect(contents(file)).toBe(contents(library.path))
        expect((yield* checkVault({ ...vault, blobs }, { level: "full" })).ok).toBe(false)
        // Under the hash that it has so, it is no file of the vault.
        const renamed = yield* placeWith(
          all.map(([name, bytes]) =>
            name.endsWith(".seg")
              ? ([
                  name.replace(/[0-9a-f]{16}\.seg$/, `${toHex(sha256(changed(bytes))).slice(0, 16)}.seg`),
                  changed(bytes)
                ] as const)
              : ([name, bytes] as const)
          )
        )
        const other = join(yield* temporaryFolder, "c.db")
        expect(yield* fails(clone({ ...vault, blobs: renamed }, other))).toBe("VaultDamaged")
      })
  )

  it.scoped("has every changed or missing file of it named by a full check", () =>
    Effect.gen(function* () {
      const { vault } = yield* pushed
      const all = [...(yield* contentsOf(vault.blobs))]
      const flip = (bytes: Uint8Array) => bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte))
      for (const [name] of all.filter(([each]) => each !== "vault.json"))
        for (const lost of [false, true]) {
          const blobs = yield* placeWith(
            all.flatMap(([each, bytes]) =>
              each !== name ? [[each, bytes] as const] : lost ? [] : [[each, flip(bytes)] as const]
            )
          )
          const opened = yield* Effect.either(openSealed(blobs, { identities: [vault.keyring.identity] }))
          // Without its only ring a vault does not open at all.
          if (opened._tag === "Left") expect(name).toContain("keys/ring")
          // Nothing follows the last segment yet: that it is gone is told by what the library remembers.
          else if (!(lost && name.endsWith(".seg")))
            expect([name, (yield* checkVault(opened.right, { level: "full" })).ok]).toEqual([name, false])
        }
    })
  )

  it.scoped("is not pushed to a vault that opens with another key", () =>
    Effect.gen(function* () {
      const { vault, library } = yield* pushed
      const before = [...(yield* contentsOf(vault.blobs)).keys()]
      const reopened = yield* Effect.either(openSealed(vault.blobs, { passphrase: "wrong" }))
      expect(reopened._tag).toBe("Left")
      expect([...(yield* contentsOf(vault.blobs)).keys()]).toEqual(before)
      expect((yield* library.log.head).position).toBeGreaterThan(0)
    })
  )
})

describe("two computers and a sealed vault", () => {
  it.scoped("come together, and nothing there tells of it", () =>
    Effect.gen(function* () {
      const { vault, library } = yield* pushed
      const file = join(yield* temporaryFolder, "other.db")
      yield* clone(vault, file, { name: "home" })
      const other = yield* openLibrary(file)
      yield* other.songs.delete("s1")
      yield* push(other, vault, yield* knownHome(other))
      const forward = yield* openPull(library, vault, yield* knownHome(library))
      expect(yield* forward?.apply() ?? Effect.die("there is news")).toMatchObject({ way: "forward" })
      yield* library.songs.delete("s2")
      yield* push(library, vault, yield* knownHome(library))
      yield* other.preferences.upsert({ theme: "dark" })
      const merged = yield* openPull(other, vault, yield* knownHome(other))
      expect(yield* merged?.apply() ?? Effect.die("there is news")).toMatchObject({ way: "merge" })
      yield* push(other, vault, yield* knownHome(other))
      expect(yield* other.songs.list()).toEqual(yield* library.songs.list())
      expect((yield* checkVault(vault, { level: "full" })).damaged).toEqual([])
    })
  )
})
