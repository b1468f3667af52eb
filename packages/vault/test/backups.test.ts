/** The list of backups comes from a vault by two lists at most, whatever happened to them and to its files. */
import { describe, expect, it } from "@effect/vitest"
import { type BackupInfo, MalformedData } from "@white-room/core"
import type { Library } from "@white-room/store"
import { type BackupsChange, lookAt, sha256 } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import {
  counting,
  makeVault,
  memoryBlobs,
  openReader,
  openSealed,
  openVault,
  sourceOf,
  upkeep,
  type Vault
} from "../src/index.js"
import { openRanged } from "../src/read/RangedSegment.js"
import { backupsIn } from "../src/read/StateRead.js"
import { joinBackups } from "../src/segment/BackupFold.js"
import { backupPages, decodeBackupPages } from "../src/segment/BackupPages.js"
import { plainProtection } from "../src/segment/Protection.js"
import { frameTypes } from "../src/segment/Segment.js"
import { decodeEnd, encodeEnd } from "../src/segment/SegmentEnd.js"
import { segmentName } from "../src/segment/SegmentName.js"
import { openBody, openSegment } from "../src/segment/SegmentReader.js"
import { segmentsIn } from "../src/Vault.js"
import { know, knownHome, newLibrary, pushHome, song } from "./support/library.js"
import { about, memoryVault, mergedSegment, backups as someBackups, vaultId } from "./support/sealed.js"
import { rounds } from "./support/soak.js"

/** Numbers that look random, the same each time. */
const random = (seed: number) => {
  let state = seed
  return (most: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * most)
  }
}

const allOf = (library: Library) =>
  Effect.gen(function* () {
    const all = [...(yield* library.backups.list()), ...(yield* library.backups.list({ trash: true }))]
    return all.toSorted((a, b) => a.number - b.number)
  })

/** One thing that people, or their rules, do with backups. */
const changeBackups = (library: Library, below: (most: number) => number, round: number) =>
  Effect.gen(function* () {
    const all = yield* library.backups.list()
    const any = all[below(all.length)]
    const what = below(10)
    if (any === undefined || what < 5) yield* library.backups.take({ description: `take ${round}` })
    else if (what < 7) yield* library.backups.edit(any.backupId, { description: `edited ${round}` })
    else if (what < 9) yield* library.backups.forget([any.backupId])
    else {
      const [resting] = yield* library.backups.list({ trash: true })
      if (resting !== undefined) yield* library.backups.undelete(resting.backupId)
    }
    // What rests for eight days expires.
    if (below(12) === 0) {
      yield* TestClock.adjust("8 days")
      yield* library.upkeep.prune({ policy: { keepLast: 20 }, reclaim: false })
    }
  })

/** The list as somebody reads it who never saw the vault, and how many requests that took. */
const cold = (vault: Vault) =>
  Effect.gen(function* () {
    const blobs = counting(vault.blobs)
    const opened =
      vault.keyring === undefined
        ? yield* openVault(blobs)
        : yield* openSealed(blobs, { passphrase: "correct horse" })
    const keys = Object.values(blobs.counts()).reduce((sum, { requests }) => sum + requests, 0)
    const reader = yield* openReader(opened)
    const backups = yield* reader.backups
    const requests = Object.values(blobs.counts()).reduce((sum, each) => sum + each.requests, 0)
    return { backups, requests: requests - keys + 1 }
  })

describe.each(["plain", "sealed"] as const)("the list of backups of a %s vault", (kind) => {
  it.scoped(
    "takes six requests at most after every push, and is that of the library",
    () =>
      Effect.gen(function* () {
        const place = memoryBlobs()
        const vault: Vault = kind === "plain" ? yield* makeVault(place) : yield* memoryVault(place)
        const library = yield* newLibrary
        yield* know(library, vault)
        const below = random(kind === "plain" ? 7 : 11)
        let most = 0
        for (let round = 0; round < rounds(30, 1000); round++) {
          yield* TestClock.adjust("20 minutes")
          yield* library.songs.upsert(song(`s${round % 5}`, `${round}`))
          for (let each = below(4); each > 0; each--) yield* changeBackups(library, below, round)
          yield* pushHome(library, vault)
          if (below(20) === 0) {
            yield* TestClock.adjust("2 minutes")
            yield* upkeep(library, vault, yield* knownHome(library), { reclaim: false })
          }
          const { backups, requests } = yield* cold(vault)
          expect(backups, `round ${round}`).toEqual(yield* allOf(library))
          most = Math.max(most, requests)
        }
        expect(most).toBeGreaterThan(3)
        expect(most).toBeLessThanOrEqual(6)
      }),
    { timeout: 600_000 }
  )
})

it.scoped(
  "more backups than a first read brings take one request more, and six in all",
  () =>
    Effect.gen(function* () {
      const vault = yield* makeVault(memoryBlobs())
      const library = yield* newLibrary
      yield* know(library, vault)
      for (let round = 0; round < rounds(600, 3000); round++)
        yield* library.backups.take({ description: `take ${round}` })
      for (let round = 0; round < rounds(10, 200); round++) {
        yield* library.songs.upsert(song("a", `${round}`))
        if (round % 2 === 0) yield* library.backups.take({ description: `later ${round}` })
        yield* pushHome(library, vault)
        const { backups, requests } = yield* cold(vault)
        expect(backups).toHaveLength(rounds(600, 3000) + 1 + Math.floor(round / 2))
        expect(requests).toBeLessThanOrEqual(6)
      }
    }),
  { timeout: 600_000 }
)

const byId = (a: BackupInfo, b: BackupInfo) => (a.backupId < b.backupId ? -1 : 1)

const inOrder = (change: BackupsChange | undefined) =>
  change && { ...change, kept: change.kept.toSorted(byId), gone: change.gone.toSorted() }

it.scoped("what pieces of a log say of backups is together what the whole says, wherever it is cut", () =>
  Effect.gen(function* () {
    const library = yield* newLibrary
    const below = random(3)
    for (let round = 0; round < rounds(50, 600); round++) {
      yield* TestClock.adjust("1 hour")
      yield* changeBackups(library, below, round)
      if (round % 3 === 0) yield* library.songs.upsert(song("a", `${round}`))
    }
    const head = yield* lookAt(library, (snapshot) => snapshot.head.position)
    for (let round = 0; round < rounds(40, 1000); round++) {
      const cuts = new Set(Array.from({ length: 2 + below(12) }, () => below(head + 1)))
      const [first = 0, ...others] = [...cuts].toSorted((a, b) => a - b)
      const last = others.at(-1) ?? first
      const { pieces, whole } = yield* lookAt(library, (snapshot) => ({
        pieces: others.flatMap(
          (cut, index) => snapshot.backupsChanged(others[index - 1] ?? first, cut) ?? []
        ),
        whole: snapshot.backupsChanged(first, last)
      }))
      expect(inOrder(joinBackups(pieces))).toEqual(inOrder(whole))
    }
    const all = yield* lookAt(library, (snapshot) => snapshot.backupsChanged(0, head))
    expect(all?.since).toBe(0)
    expect(all?.kept.toSorted((a, b) => a.number - b.number)).toEqual(yield* allOf(library))
  })
)

describe("pages of backups", () => {
  const bodies = backupPages(someBackups).map(openBody)

  it("say the same again", () => {
    expect({ since: someBackups.since, ...decodeBackupPages(bodies) }).toEqual(someBackups)
  })

  it("that were changed anywhere are refused, or say something that can be compared", () => {
    const [body = new Uint8Array()] = bodies
    expect(bodies).toHaveLength(1)
    for (let bit = 0; bit < body.length * 8; bit++) {
      const changed = Uint8Array.from(body)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      try {
        const { kept, gone } = decodeBackupPages([changed])
        expect(kept.length + gone.length).toBe(2)
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedData)
      }
    }
    for (let length = 0; length < body.length; length++)
      expect(() => decodeBackupPages([body.subarray(0, length)])).toThrow(MalformedData)
  })

  it("that begin where they are themselves, or later, lead nowhere and are refused", () => {
    const end = {
      about: { ...about, first: 2 },
      frames: [],
      absent: [],
      tables: [],
      arrived: [],
      sources: [],
      backupsSince: 1,
      lastBackup: 1,
      lastState: 1
    }
    expect(decodeEnd(encodeEnd(end))).toEqual(end)
    for (const wrong of [{ backupsSince: 2 }, { lastBackup: 2 }, { lastState: 9 }])
      expect(() => decodeEnd(encodeEnd({ ...end, ...wrong }))).toThrow("does not lie before it")
  })

  it.effect("that claim to be more than any are not asked for", () =>
    Effect.gen(function* () {
      const bytes = mergedSegment()
      const blobs = counting(memoryBlobs())
      const place = { blobs, id: vaultId, protection: plainProtection(vaultId) }
      const { end } = openSegment(bytes, place.protection.cipherOf)
      yield* blobs.put(segmentName(end.about, sha256(bytes)), sourceOf(bytes))
      const [listed] = segmentsIn((yield* blobs.list("")).blobs)
      if (listed === undefined) return yield* Effect.die("it is not listed")
      const segment = yield* openRanged(place, listed)
      const frames = [{ type: frameTypes.backups, length: 65 * 1024 * 1024 }]
      blobs.reset()
      const refused = yield* Effect.flip(backupsIn({ ...segment, end: { ...segment.end, frames } }))
      expect(refused).toMatchObject({ _tag: "VaultDamaged" })
      expect(refused.message).toContain("longer than any")
      expect(blobs.counts().get.requests).toBe(0)
    })
  )
})
