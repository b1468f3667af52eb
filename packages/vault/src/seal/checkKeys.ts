import { bounds, toHex, type WhiteRoomError } from "@white-room/core"
import { sha256 } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import type { BlobInfo, Blobs } from "../blobs/Blobs.js"
import { listBlobs } from "../blobs/SmallFiles.js"
import { hashInName } from "../segment/hashInName.js"
import { readKeyFiles } from "./KeyFiles.js"
import type { Keyring } from "./Keyring.js"
import { slotName } from "./Slots.js"

/** What is wrong with a file of keys or a policy. */
export interface KeyFault {
  readonly name: string
  readonly reason: string
}

const numberOf = (name: string): number => Number(/^policy\/(\d{6})-/.exec(name)?.[1] ?? 0)

/** Policies are numbered from 1, and none is ever deleted: those before a whole one that are not listed are missing. */
const policiesMissing = (
  listed: ReadonlyArray<BlobInfo>,
  whole: ReadonlyArray<string>
): ReadonlyArray<KeyFault> => {
  const numbers = new Set(listed.map(({ name }) => numberOf(name)))
  const newest = Math.max(0, ...whole.map(numberOf))
  const missing: Array<KeyFault> = []
  for (let number = 1; number <= newest && missing.length < bounds.problems; number++)
    if (!numbers.has(number))
      missing.push({ name: `policy/${String(number).padStart(6, "0")}`, reason: "it is missing" })
  return missing
}

/** Rings and policies tell their hash in their names, slots have theirs in the ring; what is none of these is passed over. */
const expectedIn = (slots: Keyring["slots"], files: ReadonlyArray<BlobInfo>): ReadonlyMap<string, string> => {
  const expected = new Map<string, string>()
  for (const { name } of files) {
    const body = hashInName(name)
    if (body !== undefined) expected.set(name, body)
  }
  for (const { slot, file } of slots) if (file !== null) expected.set(slotName(slot), file)
  return expected
}

/** A whole ring of first keys that are not those of the vault: sealing it was stopped once and begun again. It opens nothing. */
const isOfFirst = (name: string): boolean => name.startsWith("keys/ring-000001-")

/** Reads every byte of policies, and of the rings and slots of a sealed vault; but those files that others put there, and count for nothing. */
export const checkKeys = (
  blobs: Blobs,
  keyring: Keyring | undefined,
  foreign: ReadonlySet<string> = new Set()
): Effect.Effect<ReadonlyArray<KeyFault>, WhiteRoomError> =>
  Effect.gen(function* () {
    const listed = [...(yield* listBlobs(blobs, "keys/")), ...(yield* listBlobs(blobs, "policy/"))]
    const files = listed.filter(({ name }) => !foreign.has(name))
    const read = yield* readKeyFiles(blobs, files)
    const found = new Map(read.files.map(({ name, bytes }) => [name, bytes]))
    const unread = new Map(read.unread.map(({ name, reason }) => [name, reason]))
    const faults: Array<KeyFault> = []
    const whole: Array<string> = []
    for (const [name, hash] of expectedIn(keyring?.slots ?? [], files)) {
      const bytes = found.get(name)
      if (bytes === undefined) faults.push({ name, reason: unread.get(name) ?? "it is missing" })
      else if (!toHex(sha256(bytes)).startsWith(hash))
        faults.push({ name, reason: "its bytes are not those that were written" })
      else whole.push(name)
    }
    faults.push(...policiesMissing(files, whole))
    const named = new Set(faults.map(({ name }) => name))
    for (const name of keyring?.passedOver ?? [])
      if (!named.has(name) && !isOfFirst(name))
        faults.push({ name, reason: "it does not open with this key, or nobody with the keys wrote it" })
    return faults
  })
