/**
 * The ring: every master key of a vault, and who may open it. Encrypted with age to the slots, it is
 *
 * ```
 * ring = a line of JSON, the MAC of that line in hex, both ended by "\n"
 * ```
 * Each change of keys or slots makes a new generation: a new master key, and a ring under the MAC of a key of the
 * generation before (the first: under its own). So who may only write into the vault cannot slip in a key of theirs, and a
 * removed slot opens nothing that is written afterwards. Two devices that change it at once make two rings of one
 * generation: both count, and the next change takes in both.
 */
import { timingSafeEqual } from "node:crypto"
import { fromHex, fromUtf8, malformed, toHex, utf8 } from "@white-room/core"
import { sha256 } from "@white-room/store/transfer"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { shortHash } from "../segment/SegmentName.js"
import { fingerprintOf, type MasterKey, ringMac } from "./SealKeys.js"

/** Who may open a vault. */
export interface Slot {
  /** 16 hex digits. */
  readonly slot: string
  /** The public half (`age1…`) of what rings are encrypted to. */
  readonly recipient: string
  /** What people call it. */
  readonly label: string
  /** SHA-256 of the slot's file, in hex; `null` when its identity is held elsewhere and it has no file. */
  readonly file: string | null
}

export interface Ring {
  readonly vault: string
  readonly generation: number
  /** Oldest first; of one generation there are several after two devices changed the ring at once. */
  readonly keys: ReadonlyArray<MasterKey>
  readonly slots: ReadonlyArray<Slot>
  /** Slots that were removed: no other ring brings them back. */
  readonly removed: ReadonlyArray<string>
}

/** Slots that a vault is given at most. Two devices that add some at once may make it more, so more are read. */
export const mostSlots = 32
const mostRead = 1000

const generation = Schema.Int.pipe(Schema.between(1, 999_999))
const slotId = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{16}$/))
const hex32 = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/))

const RingText = Schema.parseJson(
  Schema.Struct({
    vault: Schema.String,
    generation,
    keys: Schema.Array(Schema.Struct({ generation, key: hex32 })),
    slots: Schema.Array(
      Schema.Struct({
        slot: slotId,
        recipient: Schema.String.pipe(Schema.pattern(/^age1[0-9a-z]{10,100}$/)),
        label: Schema.String.pipe(Schema.maxLength(300)),
        file: Schema.NullOr(hex32)
      })
    ).pipe(Schema.maxItems(mostRead)),
    removed: Schema.Array(slotId)
  })
)

/** The key that new data is sealed with. */
export const currentKey = (ring: Ring): MasterKey => {
  const current = ring.keys.find((key) => key.generation === ring.generation)
  if (current === undefined) throw malformed("key ring", "it lacks its own key")
  return current
}

const firstKey = ({ keys }: Ring): MasterKey => {
  const first = keys.filter((key) => key.generation === 1)
  if (first[0] === undefined || first.length > 1) throw malformed("key ring", "it has not one first key")
  return first[0]
}

/** The keys of the generation before; of the first ring its own. */
const keysBefore = ({ keys, generation }: Ring): ReadonlyArray<MasterKey> =>
  keys.filter((key) => key.generation === Math.max(1, generation - 1))

const macOf = (keys: ReadonlyArray<MasterKey>, vault: string, line: Uint8Array) =>
  keys.map((key) => ringMac(key, vault, line))

/** What a ring file holds before it is encrypted. @throws MalformedData for a ring that lacks the key before */
export const encodeRing = (ring: Ring): Uint8Array => {
  const { vault, generation, slots, removed } = ring
  const keys = ring.keys.map((each) => ({ generation: each.generation, key: toHex(each.key) }))
  const written = slots.map(({ slot, recipient, label, file }) => ({ slot, recipient, label, file }))
  const line = JSON.stringify({ vault, generation, keys, slots: written, removed })
  const [mac] = macOf(keysBefore(ring), vault, utf8(line))
  if (mac === undefined) throw malformed("key ring", "it lacks the key before its own")
  return utf8(`${line}\n${toHex(mac)}\n`)
}

/** The ring of decrypted bytes. @throws MalformedData unless who wrote it had the vault's first key and the one before */
export const decodeRing = (bytes: Uint8Array, vault: string, fingerprint: string): Ring => {
  const bad = (reason: string) => malformed("key ring", reason)
  const [line = "", mac = "", rest] = (fromUtf8(bytes) ?? "").split("\n")
  const read = Schema.decodeUnknownEither(RingText)(line)
  if (Either.isLeft(read) || rest !== "" || !/^[0-9a-f]{64}$/.test(mac)) throw bad("it cannot be read")
  const keys = read.right.keys.map((each) => ({ generation: each.generation, key: fromHex(each.key) }))
  const ring = { ...read.right, keys }
  if (ring.vault !== vault || fingerprintOf(firstKey(ring), vault) !== fingerprint)
    throw bad("it is of another vault")
  const macs = macOf(keysBefore(ring), vault, utf8(line))
  if (!macs.some((each) => timingSafeEqual(each, fromHex(mac)))) throw bad("nobody with its keys wrote it")
  if (keys.some((key) => key.generation > ring.generation)) throw bad("it has keys of later generations")
  currentKey(ring)
  return ring
}

/** The keys that rings have together, oldest first, each once. */
export const allKeys = (rings: ReadonlyArray<Ring>): ReadonlyArray<MasterKey> => {
  const found = new Map(rings.flatMap(({ keys }) => keys.map((key) => [toHex(key.key), key])))
  return [...found.values()].toSorted((a, b) => a.generation - b.generation)
}

/** What rings of one generation say together: nobody who was removed by one of them, everybody else. */
export const mergedSlots = (rings: ReadonlyArray<Ring>): Pick<Ring, "slots" | "removed"> => {
  const removed = new Set(rings.flatMap((ring) => ring.removed))
  const slots = new Map(rings.flatMap((ring) => ring.slots.map((slot) => [slot.slot, slot])))
  return { slots: [...slots.values()].filter(({ slot }) => !removed.has(slot)), removed: [...removed] }
}

/** The name of a ring file. */
export const ringName = (ring: Ring, file: Uint8Array): string =>
  `keys/ring-${String(ring.generation).padStart(6, "0")}-${shortHash(sha256(file))}.age`

/** The generation that the name of a ring tells, for the bytes it tells; `undefined` for any other file. */
export const parseRingName = (
  name: string
): { readonly generation: number; readonly body: string } | undefined => {
  const [, digits, body] = /^keys\/ring-(\d{6})-([0-9a-f]{16})\.age$/.exec(name) ?? []
  return digits === undefined || body === undefined ? undefined : { generation: Number(digits), body }
}
