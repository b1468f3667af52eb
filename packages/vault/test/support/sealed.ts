import type { WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import { type BackupsChange, packDense, sha256 } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { type Blobs, makeSealedVault, memoryBlobs, push, sourceOf, type Vault } from "../../src/index.js"
import type { MasterKey } from "../../src/seal/SealKeys.js"
import { sealSegment } from "../../src/seal/SegmentSeal.js"
import type { SegmentAbout } from "../../src/segment/Segment.js"
import { SegmentWriter } from "../../src/segment/SegmentWriter.js"
import { statePages } from "../../src/segment/StatePages.js"
import { know, knownHome, newLibrary } from "./library.js"

export const vaultId = "0b0a7c1e-5f0d-4c53-9a33-2f3c6a1d9e10"

/** Bytes that count up from a number. */
export const bytesFrom = (from: number, length = 32): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (from + index) & 255)

export const master: MasterKey = { generation: 1, key: bytesFrom(0) }

export const about: SegmentAbout = {
  library: "6f7d0a52-1f0e-4a83-8e3f-6b5b8f5ad001",
  line: "6f7d0a52-1f0e-4a83-8e3f-6b5b8f5ad002",
  kind: "events",
  level: 0,
  first: 1,
  last: 2,
  whole: 2,
  prev: new Uint8Array(32),
  head: bytesFrom(7)
}

const song = new TextEncoder().encode("Night Drive, bar by bar. ".repeat(40))

/** A small segment, sealed with fixed keys. */
export const sealedSegment = (change: Partial<SegmentAbout> = {}, key = master): Uint8Array => {
  const parts: Array<Uint8Array> = []
  const { head, cipher } = sealSegment(key, vaultId, bytesFrom(64))
  const writer = new SegmentWriter((piece) => parts.push(piece), head, cipher)
  for (const part of [0, 1]) {
    const bytes = Uint8Array.of(...song, part)
    writer.block(packDense([{ hash: sha256(bytes), bytes }]))
  }
  const command = {
    number: 1,
    commandId: "c1",
    requestHash: undefined,
    actor: "ada@laptop",
    recordedAt: 5,
    first: 1,
    last: 2
  }
  const event = { command: 1, subject: "song", id: "s1", type: "SongEdited", schema: 1 } as const
  writer.events({
    before: new Uint8Array(32),
    after: about.head,
    first: 1,
    commands: [command],
    events: [1, 2].map((version) => ({ ...event, version, payload: bytesFrom(version, 40) }))
  })
  writer.finish({ about: { ...about, ...change }, absent: [], tables: [], lastBackup: 0 })
  return Buffer.concat(parts)
}

/** What became of backups: one rests in the trash, another is not kept any more. */
export const backups: BackupsChange = {
  since: 1,
  kept: [
    {
      backupId: "6f7d0a52-1f0e-4a83-8e3f-6b5b8f5ad003",
      number: 31,
      timestamp: new Date(1_793_000_000_000),
      description: "before the tour",
      tags: ["tour"],
      pinned: true,
      trigger: "manual",
      profile: "",
      version: "1.0.0",
      position: 1,
      root: "07".repeat(32),
      songs: 1,
      performances: 0,
      preferences: 0,
      size: 1040,
      newBytes: 120,
      forgottenAt: new Date(1_793_000_060_000)
    }
  ],
  gone: ["6f7d0a52-1f0e-4a83-8e3f-6b5b8f5ad004"]
}

/**
 * A plain segment as a merge writes it: of one block and one event, with a state that has its place, what became of backups,
 * and when it came.
 */
export const mergedSegment = (): Uint8Array => {
  const parts: Array<Uint8Array> = []
  const writer = new SegmentWriter((piece) => parts.push(piece), { vault: vaultId, sealed: undefined })
  const block = writer.placeOf(writer.block(packDense([{ hash: sha256(song), bytes: song }])))
  const entity = { kind: "song", id: "s1", name: "Night Drive", size: 1040, version: 1, position: 1 } as const
  const source = { body: bytesFrom(9, 8), head: bytesFrom(20, 40) }
  const state = statePages({
    entities: [
      {
        ...entity,
        event: { ...block, source },
        documents: [{ hash: sha256(song).subarray(0, 8), place: block }]
      }
    ]
  })
  const end = { about: { ...about, level: 1, first: 2 }, absent: [], tables: [], lastBackup: 0, lastState: 0 }
  writer.finish({ ...end, arrived: [{ first: 1, at: 1_793_000_000_000 }], state, backups })
  return Buffer.concat(parts)
}

/** Passphrases of tests cost a tenth of what others do. */
export const cheap = (passphrase: string) => ({ passphrase, workFactor: 10 })

/** A sealed vault in memory. */
export const memoryVault = (blobs: Blobs = memoryBlobs()) =>
  makeSealedVault(blobs, { ...cheap("correct horse"), label: "Ada" })

/** Every blob of a place. */
export const contentsOf = (blobs: Blobs): Effect.Effect<ReadonlyMap<string, Uint8Array>, WhiteRoomError> =>
  Effect.gen(function* () {
    const { blobs: found } = yield* blobs.list("")
    const all = new Map<string, Uint8Array>()
    for (const { name } of found) all.set(name, yield* blobs.get(name))
    return all
  })

/** A place with these blobs. */
export const placeWith = (contents: Iterable<readonly [string, Uint8Array]>) =>
  Effect.gen(function* () {
    const blobs = memoryBlobs()
    for (const [name, bytes] of contents) yield* blobs.put(name, sourceOf(bytes))
    return blobs
  })

/** A library with two songs, one of them edited, and a backup. */
export const someLibrary = Effect.gen(function* () {
  const library = yield* newLibrary
  const song = (id: string, name: string, songDataJSON: string) => ({
    id,
    name,
    songDataJSON,
    determinismSeed: id
  })
  yield* library.songs.upsertAll([
    song("s1", "Night Drive", '{"bars":["velvet"]}'),
    song("s2", "Low Tide", '{"bars":["harbour"]}')
  ])
  yield* library.backups.take({ description: "before the tour" })
  yield* library.songs.upsertAll([song("s1", "Night Drive", '{"bars":["velvet","moonlit"]}')])
  return library
})

/** Pushes to a vault that the library did not know. */
export const firstPush = (library: Library, vault: Vault) =>
  Effect.gen(function* () {
    yield* know(library, vault)
    return yield* push(library, vault, yield* knownHome(library))
  })
