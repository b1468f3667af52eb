/**
 * Sealed vaults: nobody without a key reads more of them than names and sizes, or writes what a reader would believe.
 *
 * 1. `vault.json` is written last: what has it has a slot, a ring and a policy.
 * 2. A slot is in the place before the ring that is encrypted to it, and is deleted after one that is not.
 * 3. Every change of slots makes a new key; what was sealed before opens as before.
 */
import { randomUUID } from "node:crypto"
import {
  BlobExists,
  type BlobRetained,
  InvalidInput,
  isWellFormed,
  VaultReplaced,
  type WhiteRoomError
} from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Blobs } from "./blobs/Blobs.js"
import { defaultPolicy, foreignPolicies, numberOf, putPolicy } from "./Policy.js"
import { type Keyring, makeKeyring, type NewSlot, newSlot, nextKeyring, openKeyring } from "./seal/Keyring.js"
import { mostSlots, type Ring, type Slot } from "./seal/Ring.js"
import { type SlotLock, slotName, type VaultKeys } from "./seal/Slots.js"
import { sealedProtection } from "./seal/sealedProtection.js"
import { unboxed } from "./segment/unboxed.js"
import { putVaultFile, readVaultFile, type Vault, type VaultFile } from "./Vault.js"

/** An open sealed vault. */
export interface SealedVault extends Vault {
  readonly keyring: Keyring
}

/** Tells whether an open vault is sealed. */
export const isSealed = (vault: Vault): vault is SealedVault => vault.keyring !== undefined

const sealedVault = (blobs: Blobs, keyring: Keyring): SealedVault => ({
  blobs,
  id: keyring.vault,
  protection: sealedProtection(keyring),
  keyring
})

/** A label that a person can read in a list. */
const checkLabel = (label: string): Effect.Effect<void, InvalidInput> =>
  isWellFormed(label) && /^[^\p{Cc}]{1,100}$/u.test(label)
    ? Effect.void
    : Effect.fail(new InvalidInput({ field: "label", reason: "it is 1 to 100 characters on one line" }))

/** How a new vault is sealed. */
export type SealOptions = SlotLock & {
  /** What the first slot is called. */
  readonly label: string
  /** The id of the vault; default: a new one. */
  readonly id?: string | undefined
}

/** Makes a sealed vault. Fails with `BlobExists` where a vault is already. Of one that was begun keys are left, which count for nothing. */
export const makeSealedVault = (
  blobs: Blobs,
  { label, id = randomUUID(), ...lock }: SealOptions
): Effect.Effect<SealedVault, WhiteRoomError> =>
  Effect.gen(function* () {
    yield* checkLabel(label)
    yield* readVaultFile(blobs).pipe(
      Effect.flatMap(() => Effect.fail(new BlobExists({ place: blobs.place, name: "vault.json" }))),
      Effect.catchTag("VaultNotFound", () => Effect.void)
    )
    const slot = yield* newSlot(blobs, label, lock)
    const keyring = yield* makeKeyring(blobs, id, slot)
    const vault = sealedVault(unboxed(blobs), keyring)
    const own = yield* putPolicy(vault, 1, defaultPolicy)
    yield* putVaultFile(blobs, { vault: id, kind: "sealed", fingerprint: keyring.fingerprint })
    // Only now: before, they may be of somebody who is as far, and whose vault it becomes.
    yield* Effect.ignore(
      Effect.flatMap(foreignPolicies(vault), (remains) =>
        Effect.forEach(
          remains.filter(({ name }) => numberOf(name) > 0 && name !== own),
          ({ name }) => blobs.delete(name)
        )
      )
    )
    return vault
  })

/**
 * Opens a sealed vault; writes nothing. Fails with `WrongPassphrase`, with `NoMatchingIdentity`, and with `VaultReplaced`
 * when the vault there is not sealed, or its keys are of another one.
 */
export const openSealed = (blobs: Blobs, keys: VaultKeys): Effect.Effect<SealedVault, WhiteRoomError> =>
  Effect.flatMap(readVaultFile(blobs), (file) => openSealedAs(blobs, file, keys))

/** The same, of a vault that said of itself what it is. */
export const openSealedAs = (
  blobs: Blobs,
  { vault, fingerprint }: VaultFile,
  keys: VaultKeys
): Effect.Effect<SealedVault, WhiteRoomError> =>
  Effect.gen(function* () {
    if (fingerprint === undefined)
      return yield* new VaultReplaced({ place: blobs.place, detail: "it is not sealed" })
    return sealedVault(unboxed(blobs), yield* openKeyring(blobs, { vault, fingerprint }, keys))
  })

/** The keys as they are now: another device may have changed them. */
const newest = ({ blobs, keyring }: SealedVault) =>
  openKeyring(blobs, keyring, { identities: [keyring.identity] })

/** Makes a new key for what is written from now on. What was written before opens with the old ones for ever. */
const change = (
  vault: SealedVault,
  edit: (keyring: Keyring) => Effect.Effect<Pick<Ring, "slots" | "removed">, WhiteRoomError>
): Effect.Effect<SealedVault, WhiteRoomError> =>
  Effect.gen(function* () {
    const keyring = yield* newest(vault)
    return sealedVault(vault.blobs, yield* nextKeyring(vault.blobs, keyring, yield* edit(keyring)))
  })

/** A slot that was added, and the vault as it opens now. */
export interface AddedSlot {
  readonly vault: SealedVault
  readonly slot: Slot
}

const add = (vault: SealedVault, slot: NewSlot): Effect.Effect<AddedSlot, WhiteRoomError> =>
  Effect.gen(function* () {
    const { identity: _, ...added } = slot
    const changed = yield* change(vault, ({ slots, removed }) =>
      slots.length < mostSlots
        ? Effect.succeed({ slots: [...slots, added], removed })
        : Effect.fail(new InvalidInput({ field: "key", reason: `a vault has ${mostSlots} keys at most` }))
    )
    return { vault: changed, slot: added }
  })

/** Adds a slot for a passphrase or a recipient. */
export const addSlot = (
  vault: SealedVault,
  { label, ...lock }: SlotLock & { readonly label: string }
): Effect.Effect<AddedSlot, WhiteRoomError> =>
  Effect.gen(function* () {
    yield* checkLabel(label)
    return yield* add(vault, yield* newSlot(vault.blobs, label, lock))
  })

/** Adds a slot whose identity is given out: to be kept on paper, or in the key file of a machine. It is nowhere else. */
export const addHeldSlot = (
  vault: SealedVault,
  label: string
): Effect.Effect<AddedSlot & { readonly identity: string }, WhiteRoomError> =>
  Effect.gen(function* () {
    yield* checkLabel(label)
    const slot = yield* newSlot(vault.blobs, label, undefined)
    return { ...(yield* add(vault, slot)), identity: slot.identity }
  })

/** Removes a slot: it opens nothing that is written afterwards. What was copied before it opens for ever. */
export const removeSlot = (vault: SealedVault, slot: string): Effect.Effect<SealedVault, WhiteRoomError> =>
  Effect.gen(function* () {
    const changed = yield* change(vault, ({ slots, removed }) => {
      const left = slots.filter((each) => each.slot !== slot)
      if (left.length === slots.length)
        return Effect.fail(new InvalidInput({ field: "key", reason: `this vault has no key ${slot}` }))
      return left.length === 0
        ? Effect.fail(
            new InvalidInput({ field: "key", reason: "nobody could open the vault without its last key" })
          )
        : Effect.succeed({ slots: left, removed: [...removed, slot] })
    })
    yield* Effect.catchTag(
      vault.blobs.delete(slotName(slot)),
      "BlobRetained",
      // The rings from here on are not encrypted to it: the file opens nothing new.
      (_: BlobRetained) => Effect.void
    )
    return changed
  })

/** Makes a new key for what is written from now on, for the same slots. Needs no passphrase. */
export const rotate = (vault: SealedVault): Effect.Effect<SealedVault, WhiteRoomError> =>
  change(vault, ({ slots, removed }) => Effect.succeed({ slots, removed }))

/** The keys of a vault as they are there now. */
export interface SlotList {
  readonly generation: number
  readonly slots: ReadonlyArray<Slot>
  /** True when two devices changed the keys at once: `rotate` makes one of both. */
  readonly forked: boolean
  /** Newer rings that do not open with this key, or that nobody with the keys wrote. */
  readonly passedOver: ReadonlyArray<string>
}

/** Who may open a vault. */
export const listSlots = (vault: SealedVault): Effect.Effect<SlotList, WhiteRoomError> =>
  Effect.map(newest(vault), ({ generation, slots, forked, passedOver }) => ({
    generation,
    slots,
    forked,
    passedOver
  }))
