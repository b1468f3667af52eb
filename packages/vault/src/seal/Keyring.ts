/** Opening the keys of a vault, and putting a ring in the place of the one before. */
import { randomBytes } from "node:crypto"
import {
  type BlobNotHere,
  MalformedData,
  NoMatchingIdentity,
  PassphraseTooCostly,
  toHex,
  VaultDamaged,
  VaultReplaced,
  type WhiteRoomError,
  WrongPassphrase
} from "@white-room/core"
import { encryptBytes, newIdentity, sha256 } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { sourceOf } from "../blobs/BlobSource.js"
import type { BlobInfo, Blobs } from "../blobs/Blobs.js"
import { shortHash } from "../segment/SegmentName.js"
import { listKeyFiles, readKeyFiles } from "./KeyFiles.js"
import {
  allKeys,
  currentKey,
  decodeRing,
  encodeRing,
  mergedSlots,
  parseRingName,
  type Ring,
  ringName,
  type Slot
} from "./Ring.js"
import { fingerprintOf, keyLength, type MasterKey } from "./SealKeys.js"
import {
  isSlotName,
  lockSlot,
  openSlots,
  type SlotFile,
  type SlotLock,
  slotName,
  tryOpen,
  type VaultKeys,
  withAge
} from "./Slots.js"

/** The open keys of a vault. */
export interface Keyring {
  readonly vault: string
  /** Of the first key, as `vault.json` has it. */
  readonly fingerprint: string
  readonly generation: number
  readonly current: MasterKey
  readonly keys: ReadonlyArray<MasterKey>
  readonly slots: ReadonlyArray<Slot>
  readonly removed: ReadonlyArray<string>
  /** The slot identity (`AGE-SECRET-KEY-1…`) that opened it, and opens later rings. A secret. */
  readonly identity: string
  /** True when two devices changed the keys at once. The next change takes in both. */
  readonly forked: boolean
  /** Newer rings that this identity does not open, or that nobody with the keys wrote. */
  readonly passedOver: ReadonlyArray<string>
}

/** Which vault the keys must be of. */
export interface KeyringOf {
  readonly vault: string
  readonly fingerprint: string
}

/** A ring file that one of these identities opened. */
interface OpenRing {
  readonly ring: Ring
  readonly identity: string
}

/** `undefined`: for others; a reason: it opens, and must not be believed. */
const openRing = (
  file: SlotFile,
  identities: ReadonlyArray<string>,
  { vault, fingerprint }: KeyringOf
): Effect.Effect<OpenRing | string | undefined, WhiteRoomError> =>
  Effect.gen(function* () {
    const named = parseRingName(file.name)
    if (named === undefined || named.body !== shortHash(sha256(file.bytes))) return undefined
    for (const identity of identities) {
      const clear = yield* tryOpen(file, { identities: [identity] })
      if (clear === undefined) continue
      try {
        const ring = decodeRing(clear, vault, fingerprint)
        return ring.generation === named.generation ? { ring, identity } : "it is of another generation"
      } catch (error) {
        if (!(error instanceof MalformedData)) throw error
        return error.reason
      }
    }
    return undefined
  })

/** Ring files by generation, newest first. */
const byGeneration = (files: ReadonlyArray<BlobInfo>): ReadonlyArray<ReadonlyArray<BlobInfo>> => {
  const found = new Map<number, Array<BlobInfo>>()
  for (const file of files) {
    const named = parseRingName(file.name)
    if (named === undefined) continue
    const same = found.get(named.generation)
    if (same === undefined) found.set(named.generation, [file])
    else same.push(file)
  }
  return [...found.entries()].toSorted(([a], [b]) => b - a).map(([, same]) => same)
}

interface Opened {
  readonly top: ReadonlyArray<OpenRing>
  readonly others: ReadonlyArray<OpenRing>
  readonly passedOver: ReadonlyArray<string>
  readonly reasons: ReadonlyArray<string>
  /** Of a ring that may open once a sync service brought its bytes. */
  readonly notHere: BlobNotHere | undefined
}

/**
 * The newest generation that opens, and older ones of which there are several rings: all others are in it. Rings that
 * do not open are passed over: whoever may only write could otherwise lock everybody out.
 */
const openRings = (
  blobs: Blobs,
  files: ReadonlyArray<BlobInfo>,
  identities: ReadonlyArray<string>,
  of: KeyringOf
): Effect.Effect<Opened, WhiteRoomError> =>
  Effect.gen(function* () {
    const top: Array<OpenRing> = []
    const others: Array<OpenRing> = []
    const passedOver: Array<string> = []
    const reasons: Array<string> = []
    let notHere: BlobNotHere | undefined
    for (const same of byGeneration(files)) {
      const isTop = top.length === 0
      if (!isTop && same.length === 1) continue
      const read = yield* readKeyFiles(blobs, same)
      notHere ??= read.unread.find((each) => each.notHere)?.notHere
      if (isTop) passedOver.push(...read.unread.map(({ name }) => name))
      for (const file of read.files) {
        const opened = yield* openRing(file, identities, of)
        if (typeof opened === "object") (isTop ? top : others).push(opened)
        else if (isTop) passedOver.push(file.name)
        if (typeof opened === "string") reasons.push(opened)
      }
    }
    return { top, others, passedOver, reasons, notHere }
  })

const keyringOf = (
  { vault, fingerprint }: KeyringOf,
  first: OpenRing,
  { top, others, passedOver }: Opened
): Keyring => {
  const rings = top.map(({ ring }) => ring)
  return {
    vault,
    fingerprint,
    generation: first.ring.generation,
    current: currentKey(first.ring),
    keys: allKeys([...rings, ...others.map(({ ring }) => ring)]),
    ...mergedSlots(rings),
    identity: first.identity,
    forked: rings.length > 1,
    passedOver
  }
}

const opensNoSlot = (error: WhiteRoomError): boolean =>
  error instanceof NoMatchingIdentity ||
  error instanceof WrongPassphrase ||
  error instanceof PassphraseTooCostly ||
  error instanceof VaultDamaged

/**
 * Opens the keys of a vault: the identities may be those of slots themselves, or open slot files.
 * Fails with `WrongPassphrase` or `NoMatchingIdentity`, and with `VaultReplaced` when the keys there are of another vault.
 */
export const openKeyring = (
  blobs: Blobs,
  of: KeyringOf,
  keys: VaultKeys
): Effect.Effect<Keyring, WhiteRoomError> =>
  Effect.gen(function* () {
    const { place } = blobs
    const files = yield* listKeyFiles(blobs)
    let best: Keyring | undefined
    let notHere: BlobNotHere | undefined
    const reasons: Array<string> = []
    const isEnough = (identities: ReadonlyArray<string>) =>
      Effect.map(openRings(blobs, files, identities, of), (opened) => {
        const [first] = opened.top
        reasons.push(...opened.reasons)
        notHere ??= opened.notHere
        if (first !== undefined && first.ring.generation > (best?.generation ?? 0))
          best = keyringOf(of, first, opened)
        return first !== undefined && opened.passedOver.length === 0
      })
    const { identities = [] } = keys
    if (identities.length > 0 && (yield* isEnough(identities)) && best !== undefined) return best
    const slots = yield* readKeyFiles(
      blobs,
      files.filter(({ name }) => isSlotName(name))
    )
    notHere ??= slots.unread.find((each) => each.notHere)?.notHere
    yield* openSlots(slots.files, keys, place, isEnough).pipe(
      // An identity opened a ring: it is not the wrong one.
      Effect.catchIf(
        (error) => opensNoSlot(error) && (best !== undefined || reasons.length > 0 || notHere !== undefined),
        () => Effect.void
      )
    )
    if (best !== undefined) return best
    const [reason] = reasons
    if (reason === undefined && notHere !== undefined) return yield* notHere
    return yield* reason === undefined
      ? new VaultDamaged({ place, detail: "no key ring is there that this key opens" })
      : new VaultReplaced({ place, detail: `its key ring is not to be trusted: ${reason}` })
  })

/** A slot that is not in a ring yet, with what opens it. */
export interface NewSlot extends Slot {
  readonly identity: string
}

/** Makes a slot; one with a lock has its file put here, one without is held by whoever gets its identity. */
export const newSlot = (
  blobs: Blobs,
  label: string,
  lock: SlotLock | undefined
): Effect.Effect<NewSlot, WhiteRoomError> =>
  Effect.gen(function* () {
    const made = { ...(yield* withAge(newIdentity)), slot: randomBytes(8).toString("hex"), label }
    if (lock === undefined) return { ...made, file: null }
    const source = sourceOf(yield* lockSlot(made.identity, lock))
    yield* blobs.put(slotName(made.slot), source)
    return { ...made, file: toHex(source.sha256) }
  })

const newKey = (generation: number): MasterKey => ({
  generation,
  key: new Uint8Array(randomBytes(keyLength))
})

/** Encrypts a ring to its slots and puts it. */
const putRing = (blobs: Blobs, ring: Ring): Effect.Effect<void, WhiteRoomError> =>
  Effect.gen(function* () {
    const recipients = ring.slots.map(({ recipient }) => recipient)
    const file = yield* withAge(() => encryptBytes(encodeRing(ring), { recipients }))
    yield* blobs.put(ringName(ring, file), sourceOf(file))
  })

/** The first ring of a new vault, in the place. */
export const makeKeyring = (
  blobs: Blobs,
  vault: string,
  { identity, ...slot }: NewSlot
): Effect.Effect<Keyring, WhiteRoomError> =>
  Effect.gen(function* () {
    const key = newKey(1)
    const ring: Ring = { vault, generation: 1, keys: [key], slots: [slot], removed: [] }
    yield* putRing(blobs, ring)
    const fingerprint = fingerprintOf(key, vault)
    return { ...ring, fingerprint, current: key, identity, forked: false, passedOver: [] }
  })

/** A new generation of keys for these slots; every key there was stays readable. */
export const nextKeyring = (
  blobs: Blobs,
  before: Keyring,
  { slots, removed }: Pick<Ring, "slots" | "removed">
): Effect.Effect<Keyring, WhiteRoomError> =>
  Effect.gen(function* () {
    const key = newKey(before.generation + 1)
    const ring: Ring = {
      vault: before.vault,
      generation: key.generation,
      keys: [...before.keys, key],
      slots,
      removed
    }
    yield* putRing(blobs, ring)
    return { ...before, ...ring, current: key, forked: false, passedOver: [] }
  })
