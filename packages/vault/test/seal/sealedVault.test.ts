import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import type { WhiteRoomError } from "@white-room/core"
import { encryptBytes, newIdentity, sha256 } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import {
  addHeldSlot,
  addSlot,
  type Blobs,
  checkFacts,
  checkVault,
  counting,
  defaultPolicy,
  factsIn,
  factsOf,
  faulty,
  folderBlobs,
  listSlots,
  makeSealedVault,
  makeVault,
  memoryBlobs,
  openSealed,
  openVault,
  readPolicy,
  readVaultFile,
  removeSlot,
  rotate,
  type SealedVault,
  sourceOf,
  writePolicy
} from "../../src/index.js"
import { encodeRing, ringName } from "../../src/seal/Ring.js"
import { temporaryFolder } from "../support/library.js"
import { bytesFrom, cheap, contentsOf, memoryVault, placeWith } from "../support/sealed.js"

const words = { passphrase: "correct horse" }

const fails = <A, R>(effect: Effect.Effect<A, WhiteRoomError, R>) =>
  Effect.map(Effect.flip(effect), ({ _tag }) => _tag)

const names = (blobs: Blobs) => Effect.map(contentsOf(blobs), (all) => [...all.keys()])

const keys = ({ keyring }: SealedVault) => keyring.keys.map(({ generation }) => generation)

/** A place in which somebody replaced, added or (with `undefined`) removed files. */
const changed = (blobs: Blobs, change: (name: string, bytes: Uint8Array) => Uint8Array | undefined) =>
  Effect.flatMap(contentsOf(blobs), (all) =>
    placeWith(
      [...all].flatMap(([name, bytes]) => {
        const next = change(name, bytes)
        return next === undefined ? [] : [[name, next] as const]
      })
    )
  )

describe("a sealed vault", () => {
  it.effect("opens with its passphrase, and for a recipient with the identity", () =>
    Effect.gen(function* () {
      const vault = yield* memoryVault()
      const opened = yield* openSealed(vault.blobs, words)
      expect(factsOf(opened)).toEqual(factsOf(vault))
      const { identity, recipient } = yield* Effect.promise(newIdentity)
      const blobs = memoryBlobs()
      const other = yield* makeSealedVault(blobs, { recipient, label: "Ada's age key" })
      expect(factsOf(yield* openSealed(blobs, { identities: [identity] }))).toEqual(factsOf(other))
    })
  )

  it.effect("opens with the age program's identity of a slot, as a daemon and a recovery kit have it", () =>
    Effect.gen(function* () {
      const vault = yield* memoryVault()
      const held = yield* addHeldSlot(vault, "laptop")
      const opened = yield* openSealed(vault.blobs, { identities: [held.identity] })
      expect(opened.keyring.generation).toBe(2)
      expect((yield* names(vault.blobs)).some((name) => name.includes(held.slot.slot))).toBe(false)
    })
  )

  it.effect("opens for a machine that holds a slot in three requests, however often its keys changed", () =>
    Effect.gen(function* () {
      const held = yield* addHeldSlot(yield* memoryVault(), "laptop")
      const counted = counting(yield* Effect.as(rotate(yield* rotate(held.vault)), held.vault.blobs))
      yield* openSealed(counted, { identities: [held.identity] })
      const { get, list, put } = counted.counts()
      expect([get.requests, list.requests, put.requests]).toEqual([2, 1, 0])
    })
  )

  it.effect("opens with no other key, says which kind of key is wrong, and writes nothing", () =>
    Effect.gen(function* () {
      const { blobs } = yield* memoryVault()
      const before = yield* names(blobs)
      const stranger = yield* Effect.promise(newIdentity)
      expect(yield* fails(openSealed(blobs, { passphrase: "correct house" }))).toBe("WrongPassphrase")
      expect(yield* fails(openSealed(blobs, { identities: [stranger.identity] }))).toBe("NoMatchingIdentity")
      expect(yield* fails(openVault(blobs))).toBe("VaultSealed")
      expect(yield* fails(makeVault(blobs))).toBe("VaultSealed")
      expect(yield* fails(memoryVault(blobs))).toBe("BlobExists")
      expect(yield* names(blobs)).toEqual(before)
    })
  )

  it.effect("is not opened with the keys of another one of the same id", () =>
    Effect.gen(function* () {
      const vault = yield* memoryVault()
      const other = yield* makeSealedVault(memoryBlobs(), { ...cheap("mine"), label: "M", id: vault.id })
      const theirs = yield* contentsOf(other.blobs)
      const own = yield* contentsOf(vault.blobs)
      const mixed = yield* placeWith([
        ...[...theirs].filter(([name]) => name !== "vault.json"),
        ["vault.json", own.get("vault.json") ?? new Uint8Array()]
      ])
      expect(yield* fails(openSealed(mixed, { passphrase: "mine" }))).toBe("VaultReplaced")
    })
  )

  it.effect("is there as a whole or not at all, whichever call fails while it is made", () =>
    Effect.gen(function* () {
      for (let failing = 1, done = false; !done; failing++)
        for (const kind of ["before", "after"] as const) {
          const blobs = memoryBlobs()
          let calls = 0
          const failingOnce = faulty(blobs, ({ number }) => {
            calls = number
            return number === failing ? { kind } : undefined
          })
          yield* Effect.either(memoryVault(failingOnce))
          done = calls < failing
          const state = yield* Effect.either(readVaultFile(blobs))
          if (state._tag === "Left") yield* memoryVault(blobs)
          expect(yield* readPolicy(yield* openSealed(blobs, words))).toEqual(defaultPolicy)
        }
    })
  )
})

describe("keys of a sealed vault", () => {
  it.effect("can be added, listed and removed; a removed one opens nothing that is new", () =>
    Effect.gen(function* () {
      const vault = yield* memoryVault()
      const { slot, vault: two } = yield* addSlot(vault, { ...cheap("battery staple"), label: "Bo" })
      const bo = yield* openSealed(vault.blobs, { passphrase: "battery staple" })
      expect((yield* listSlots(bo)).slots.map(({ label }) => label)).toEqual(["Ada", "Bo"])
      const three = yield* removeSlot(two, slot.slot)
      expect((yield* listSlots(three)).slots.map(({ label }) => label)).toEqual(["Ada"])
      expect(keys(yield* openSealed(vault.blobs, words))).toEqual([1, 2, 3])
      expect(yield* fails(openSealed(vault.blobs, { passphrase: "battery staple" }))).toBe("WrongPassphrase")
      const locked = yield* openSealed(vault.blobs, { identities: [bo.keyring.identity] })
      expect([keys(locked), locked.keyring.passedOver.length]).toEqual([[1, 2], 1])
    })
  )

  it.effect("cannot all be removed", () =>
    Effect.gen(function* () {
      const vault = yield* memoryVault()
      const [slot] = vault.keyring.slots
      expect(yield* fails(removeSlot(vault, slot?.slot ?? ""))).toBe("InvalidInput")
      expect(yield* fails(removeSlot(vault, "0".repeat(16)))).toBe("InvalidInput")
      expect(keys(yield* openSealed(vault.blobs, words))).toEqual([1])
    })
  )

  it.effect("that the store refuses to delete are removed all the same", () =>
    Effect.gen(function* () {
      const vault = yield* memoryVault()
      const { slot, vault: two } = yield* addSlot(vault, { ...cheap("correct horse"), label: "again" })
      const kept = yield* contentsOf(vault.blobs)
      yield* removeSlot(two, slot.slot)
      const file = `keys/${slot.slot}.age`
      yield* vault.blobs.put(file, sourceOf(kept.get(file) ?? new Uint8Array()))
      // Both slots have one passphrase: the one that still counts is found.
      expect(keys(yield* openSealed(vault.blobs, words))).toEqual([1, 2, 3])
    })
  )

  it.effect("are made anew without a passphrase, and everything stays readable", () =>
    Effect.gen(function* () {
      const vault = yield* memoryVault()
      const file = vault.protection.sealFile("x", Buffer.from("old"))
      const rotated = yield* rotate(yield* rotate(vault))
      expect(keys(rotated)).toEqual([1, 2, 3])
      expect(rotated.protection.naming.library("l")).toBe(vault.protection.naming.library("l"))
      const opened = yield* openSealed(vault.blobs, words)
      expect(Buffer.from(opened.protection.openFile("x", file)).toString()).toBe("old")
      const after = opened.protection.sealFile("x", Buffer.from("new"))
      expect(() => vault.protection.openFile("x", after)).toThrow("not in the key ring")
    })
  )

  it.effect(
    "that two devices changed at once open what either sealed, and the next change takes in both",
    () =>
      Effect.gen(function* () {
        const vault = yield* memoryVault()
        const elsewhere = yield* placeWith(yield* contentsOf(vault.blobs))
        const here = yield* addSlot(vault, { ...cheap("here"), label: "here" })
        const there = yield* addSlot(yield* openSealed(elsewhere, words), {
          ...cheap("there"),
          label: "there"
        })
        for (const [name, bytes] of yield* contentsOf(elsewhere))
          yield* Effect.ignore(vault.blobs.put(name, sourceOf(bytes)))
        const sealedThere = there.vault.protection.sealFile("x", Buffer.from("there"))
        const opened = yield* openSealed(vault.blobs, words)
        expect([keys(opened), opened.keyring.forked]).toEqual([[1, 2, 2], true])
        expect(Buffer.from(opened.protection.openFile("x", sealedThere)).toString()).toBe("there")
        const whole = yield* rotate(opened)
        expect((yield* listSlots(whole)).slots.map(({ label }) => label).sort()).toEqual([
          "Ada",
          "here",
          "there"
        ])
        for (const passphrase of ["here", "there"]) {
          const { keyring } = yield* openSealed(vault.blobs, { passphrase })
          expect([keyring.generation, keyring.forked, keyring.keys.length]).toEqual([3, false, 4])
        }
        expect(here.vault.keyring.generation).toBe(2)
      })
  )

  it.effect("are as before or as after, whichever call fails while they change", () =>
    Effect.gen(function* () {
      for (let failing = 1, done = false; !done; failing++)
        for (const kind of ["before", "after"] as const) {
          const vault = yield* memoryVault()
          let calls = 0
          const blobs = faulty(vault.blobs, ({ number }) => {
            calls = number
            return number === failing ? { kind } : undefined
          })
          yield* Effect.either(addSlot({ ...vault, blobs }, { ...cheap("battery staple"), label: "Bo" }))
          done = calls < failing
          const { keyring } = yield* openSealed(vault.blobs, words)
          expect(keyring.slots.length).toBe(keyring.generation)
          yield* rotate(yield* openSealed(vault.blobs, words))
        }
    })
  )
})

it.scoped(
  "sealing that was stopped and begun again leaves what opens nothing, and no check takes it for damage",
  () =>
    Effect.gen(function* () {
      const blobs = memoryBlobs()
      const stopped = faulty(blobs, ({ operation, name }) =>
        operation === "put" && name.startsWith("policy/") ? { kind: "before" } : undefined
      )
      expect(yield* fails(memoryVault(stopped))).toBe("PlaceUnreachable")
      const vault = yield* memoryVault(blobs)
      expect((yield* blobs.list("keys/ring-")).blobs).toHaveLength(2)
      expect((yield* checkVault(vault, { level: "full" })).damaged).toEqual([])
    })
)

describe("a sealed vault in hostile hands", () => {
  it.effect("security 21: does not open with rings that somebody without its keys made", () =>
    Effect.gen(function* () {
      const vault = yield* memoryVault()
      const { slots } = vault.keyring
      const theirs = [1, 2].map((generation) => ({ generation, key: bytesFrom(generation) }))
      const ring = { vault: vault.id, generation: 2, keys: theirs, slots, removed: [] }
      const recipients = slots.map(({ recipient }) => recipient)
      const file = yield* Effect.promise(() => encryptBytes(encodeRing(ring), { recipients }))
      yield* vault.blobs.put(ringName(ring, file), sourceOf(file))
      const opened = yield* openSealed(vault.blobs, words)
      expect([keys(opened), opened.keyring.passedOver]).toEqual([[1], [ringName(ring, file)]])
    })
  )

  it.scoped(
    "opens beside files without bytes that are named as keys, of any size; they are named and not read",
    () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        const vault = yield* makeSealedVault(folderBlobs(folder), { ...cheap("correct horse"), label: "Ada" })
        for (const [name, bytes] of [
          ["keys/ring-000009-0123456789abcdef.age", 2 ** 31],
          ["keys/ring-000008-0123456789abcdef.age", 1000],
          ["keys/0123456789abcdef.age", 2 ** 31],
          ["keys/1123456789abcdef.age", 1000],
          ["policy/000009-0123456789abcdef.json", 2 ** 31]
        ] as const) {
          fs.writeFileSync(path.join(folder, name), "")
          fs.truncateSync(path.join(folder, name), bytes)
        }
        const blobs = counting(vault.blobs)
        const opened = yield* openSealed(blobs, words)
        expect(keys(opened)).toEqual([1])
        expect(yield* readPolicy(opened)).toEqual(defaultPolicy)
        const { damaged } = yield* checkVault(opened, { level: "full" })
        expect(damaged.map(({ what, reason }) => [what, reason])).toEqual([
          ["keys/ring-000008-0123456789abcdef.age", "its bytes are not on this machine"],
          ["keys/ring-000009-0123456789abcdef.age", "it is far too large"],
          ["policy/000009-0123456789abcdef.json", "it is far too large"]
        ])
        expect(blobs.counts().get.bytes).toBeLessThan(20_000)
        // Of the one ring there is, the bytes may come still.
        const [ring = ""] = fs
          .readdirSync(path.join(folder, "keys"))
          .filter((name) => name.startsWith("ring-000001"))
        const size = fs.statSync(path.join(folder, "keys", ring)).size
        fs.truncateSync(path.join(folder, "keys", ring))
        fs.truncateSync(path.join(folder, "keys", ring), size)
        expect(yield* fails(openSealed(vault.blobs, words))).toBe("BlobNotHere")
      })
  )

  it.scoped("has no more bytes of keys than any honest one", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* makeSealedVault(folderBlobs(folder), { ...cheap("correct horse"), label: "Ada" })
      for (let n = 100; n < 170; n++) {
        const name = path.join(folder, "keys", `ring-000${n}-0123456789abcdef.age`)
        fs.writeFileSync(name, "x")
        fs.truncateSync(name, 2 ** 20)
      }
      expect(yield* fails(openSealed(folderBlobs(folder), words))).toBe("VaultDamaged")
    })
  )

  it.effect(
    "security 19, 20: does not open with a replayed ring under a new name, and an old state is told by what is remembered",
    () =>
      Effect.gen(function* () {
        const vault = yield* memoryVault()
        const rotated = yield* rotate(vault)
        const all = yield* contentsOf(vault.blobs)
        const old = [...all].find(([name]) => name.startsWith("keys/ring-000001"))
        const replayed = yield* changed(vault.blobs, (name, bytes) =>
          name.startsWith("keys/ring-000002") ? old?.[1] : bytes
        )
        const opened = yield* openSealed(replayed, words)
        expect(keys(opened)).toEqual([1])
        expect(opened.keyring.passedOver).toHaveLength(1)
        const renamed = yield* placeWith([
          ...[...all].filter(([name]) => !name.startsWith("keys/ring-000002")),
          [
            ringName({ ...vault.keyring, generation: 3 }, old?.[1] ?? new Uint8Array()),
            old?.[1] ?? new Uint8Array()
          ]
        ])
        expect(keys(yield* openSealed(renamed, words))).toEqual([1])
        expect(yield* fails(checkFacts("there", factsOf(rotated), factsOf(opened)))).toBe("VaultReplaced")
      })
  )

  it.effect(
    "security 20: in place of which a plain one lies, another one, or one of another key is refused",
    () =>
      Effect.gen(function* () {
        const vault = yield* memoryVault()
        const remembered = factsOf(vault)
        const plain = yield* makeVault(memoryBlobs(), vault.id)
        expect(yield* fails(openSealed(plain.blobs, words))).toBe("VaultReplaced")
        const lookalike = yield* makeSealedVault(memoryBlobs(), { ...cheap("x"), label: "x", id: vault.id })
        const other = yield* memoryVault()
        for (const found of [plain, lookalike, other]) {
          const facts = factsIn(yield* readVaultFile(found.blobs))
          expect(yield* fails(checkFacts("there", remembered, facts))).toBe("VaultReplaced")
        }
        expect(yield* fails(checkFacts("there", factsOf(plain), remembered))).toBe("VaultReplaced")
        const another = factsOf(yield* makeVault(memoryBlobs()))
        expect(yield* fails(checkFacts("there", factsOf(plain), another))).toBe("VaultReplaced")
        yield* checkFacts("there", remembered, factsIn(yield* readVaultFile(vault.blobs)))
        yield* checkFacts("there", remembered, factsOf(yield* rotate(vault)))
      })
  )

  it.effect("security 27: cannot make anybody work for hours at a passphrase", () =>
    Effect.gen(function* () {
      const { blobs } = yield* memoryVault()
      for (const factor of [60, 19]) {
        const head = `age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA ${factor}\n`
        const costly = Array.from(
          { length: 9 },
          (_, n) => [`keys/${n}123456789abcdef.age`, Buffer.from(head)] as const
        )
        const hostile = yield* placeWith([...(yield* contentsOf(blobs)), ...costly])
        expect(yield* fails(openSealed(hostile, words))).toBe("PassphraseTooCostly")
      }
    })
  )

  it.effect("with broken files of keys fails with typed errors, and opens where another way is left", () =>
    Effect.gen(function* () {
      const vault = yield* memoryVault()
      const cut = (at: number) =>
        changed(vault.blobs, (name, bytes) => (name.startsWith("keys/") ? bytes.subarray(0, at) : bytes))
      for (const at of [0, 10, 60, 120, 200])
        expect(["VaultDamaged", "WrongPassphrase"]).toContain(yield* fails(openSealed(yield* cut(at), words)))
      const without = yield* changed(vault.blobs, (name, bytes) =>
        name.includes("ring") ? undefined : bytes
      )
      expect(yield* fails(openSealed(without, words))).toBe("VaultDamaged")
      const junk = Buffer.from("junk")
      const body = Buffer.from(sha256(junk)).toString("hex").slice(0, 16)
      yield* vault.blobs.put(`keys/ring-999999-${body}.age`, sourceOf(junk))
      expect(keys(yield* openSealed(vault.blobs, words))).toEqual([1])
    })
  )

  it.effect("keeps its policy: the newest that somebody with the keys wrote", () =>
    Effect.gen(function* () {
      const vault = yield* memoryVault()
      yield* writePolicy(vault, { keepEdits: 365, graceDays: 60 })
      yield* vault.blobs.put(
        "policy/000009-0011223344556677.json",
        sourceOf(Buffer.from('{"keepEdits":0,"graceDays":0}'))
      )
      expect(yield* readPolicy(vault)).toEqual({ keepEdits: 365, graceDays: 60 })
      // Also one whose name has the hash of its bytes, as anybody can write it, and what only looks like one.
      const foreign = Buffer.from('{"keepEdits":0,"graceDays":0}')
      const body = Buffer.from(sha256(foreign)).toString("hex").slice(0, 16)
      yield* vault.blobs.put(`policy/000011-${body}.json`, sourceOf(foreign))
      yield* vault.blobs.put("policy/000001", sourceOf(foreign))
      expect(yield* readPolicy(vault)).toEqual({ keepEdits: 365, graceDays: 60 })
      const { damaged } = yield* checkVault(vault, { level: "full" })
      expect(damaged.map(({ what, reason }) => [what, reason.split(":")[0]])).toEqual([
        ["policy/000009-0011223344556677.json", "its bytes are not those that were written"],
        ["policy/000001", "it is not a policy"],
        [`policy/000011-${body}.json`, "nobody with these keys wrote it"]
      ])
      const renumbered = yield* changed(vault.blobs, (name, bytes) =>
        name.includes("policy/000002") ? undefined : bytes
      )
      expect(yield* readPolicy({ ...vault, blobs: renumbered })).toEqual(defaultPolicy)
      const none = yield* changed(vault.blobs, (name, bytes) =>
        name.includes("policy/") ? undefined : bytes
      )
      expect(yield* fails(readPolicy({ ...vault, blobs: none }))).toBe("VaultDamaged")
      expect(yield* readPolicy(yield* makeVault(memoryBlobs()))).toEqual(defaultPolicy)
    })
  )
})
