/**
 * What this machine keeps of sealed vaults, below its folder of settings: the key of a slot of its own, and beside it the
 * facts that an exchange would change. With both, a vault opens without a question, and another one in its place does not.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import {
  errorCode,
  fileErrorReason,
  InvalidInput,
  StorageFailed,
  VaultDamaged,
  VaultReplaced,
  VaultSealed,
  type WhiteRoomError
} from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Blobs } from "./blobs/Blobs.js"
import type { Environment } from "./blobs/S3Credentials.js"
import type { WaitOptions } from "./blobs/Waiting.js"
import { addHeldSlot, isSealed, openSealed, openSealedAs, type SealedVault } from "./SealedVault.js"
import {
  keyFile,
  readKeyFile,
  removeKeptFile,
  removeKeyFile,
  replaceKeptFile,
  writeKeyFile
} from "./seal/KeyFile.js"
import type { VaultKeys } from "./seal/Slots.js"
import { openPlain, readVaultFile, type Vault } from "./Vault.js"
import { checkFacts, factsIn, factsOf, type VaultFacts } from "./VaultFacts.js"

/** How vaults are opened on this machine. */
export interface Opening {
  /** Where keys of buckets are looked for; default: the environment of the process. */
  readonly env?: Environment | undefined
  /** The folder of settings, with the keys that are kept here; without one none are. */
  readonly settings?: string | undefined
  /** What was given to open a sealed vault with, in the place of the key that is kept. */
  readonly keys?: VaultKeys | undefined
  /** Something to open it with is given, or will be: a vault that is not sealed is another one than was meant. */
  readonly isSealed?: boolean | undefined
  /** In a folder: wait for files that a sync service has not brought yet. Without it they are a failure. */
  readonly wait?: WaitOptions | undefined
  /** The id that the vault must have. */
  readonly id?: string | undefined
}

const Facts = Schema.parseJson(
  Schema.Struct({
    vaultId: Schema.String,
    sealed: Schema.Boolean,
    fingerprint: Schema.String,
    generation: Schema.Int,
    hasKit: Schema.optional(Schema.Boolean),
    resealing: Schema.optional(Schema.Int)
  })
)

const factsFile = (settings: string, vault: string): string => path.join(settings, "keys", `${vault}.json`)

/** What is remembered of a vault; `undefined` for one that was never opened with a key here. */
export const readFacts = (
  settings: string,
  vault: string
): Effect.Effect<VaultFacts | undefined, WhiteRoomError> =>
  Effect.gen(function* () {
    const file = factsFile(settings, vault)
    const text = yield* Effect.try({
      try: () => fs.readFileSync(file, "utf8"),
      catch: (error) => error
    }).pipe(
      Effect.catchAll((error) =>
        errorCode(error) === "ENOENT"
          ? Effect.succeed(undefined)
          : Effect.fail(new StorageFailed({ path: file, operation: "read", detail: fileErrorReason(error) }))
      )
    )
    if (text === undefined) return undefined
    return yield* Effect.mapError(
      Schema.decodeUnknown(Facts)(text),
      () => new InvalidInput({ field: file, reason: "it is not what this program remembers of a vault" })
    )
  })

/** Remembers a sealed vault as it is now. */
const keepFacts = (settings: string, vault: SealedVault): Effect.Effect<void, WhiteRoomError> =>
  Effect.gen(function* () {
    const known = yield* readFacts(settings, vault.id)
    const facts = { ...factsOf(vault), resealing: known?.resealing }
    if (known?.generation !== facts.generation || known.hasKit !== facts.hasKit)
      yield* replaceKeptFile(factsFile(settings, vault.id), `${JSON.stringify(facts)}\n`)
  })

/** Remembers that all of a vault is being sealed again under its newest key, or that it is done. */
export const noteReseal = (
  settings: string,
  vault: SealedVault,
  isDone: boolean
): Effect.Effect<void, WhiteRoomError> => {
  const facts = { ...factsOf(vault), ...(!isDone && { resealing: vault.keyring.generation }) }
  return replaceKeptFile(factsFile(settings, vault.id), `${JSON.stringify(facts)}\n`)
}

/** Forgets what a vault was like, so that what lies there now is believed. The key that is kept stays. */
export const forgetFacts = (settings: string, vault: string): Effect.Effect<void, WhiteRoomError> =>
  removeKeptFile(factsFile(settings, vault))

/**
 * Opens the vault of a place: a plain one, or a sealed one with what was given, else with the key that is kept here.
 * Fails with `VaultSealed` when there is neither, and with `VaultReplaced` when it is not what is remembered.
 */
export const openHere = (
  blobs: Blobs,
  { settings, keys, isSealed: mustBeSealed = keys !== undefined, id }: Opening = {}
): Effect.Effect<Vault, WhiteRoomError> =>
  Effect.gen(function* () {
    const { place } = blobs
    const file = yield* readVaultFile(blobs)
    if (id !== undefined && file.vault !== id)
      return yield* new VaultDamaged({
        place,
        detail: "another vault lies there than this library pushed to"
      })
    const remembered = settings === undefined ? undefined : yield* readFacts(settings, file.vault)
    if (remembered !== undefined) yield* checkFacts(place, remembered, factsIn(file))
    const kept = settings === undefined ? undefined : keyFile(settings, file.vault)
    if (file.kind === "plain") {
      if (mustBeSealed)
        return yield* new VaultReplaced({
          place,
          detail:
            "it is not sealed, and something to open it with was given; if it never was sealed, leave that out"
        })
      if (kept === undefined || !fs.existsSync(kept)) return openPlain(blobs, file.vault)
      return yield* new VaultReplaced({ place, detail: "it is not sealed, and this machine has a key of it" })
    }
    // A keyring is not asked where a key was given.
    const held = kept === undefined || keys !== undefined ? undefined : yield* readKeyFile(kept)
    const usable = keys ?? (held === undefined ? undefined : { identities: [held] })
    if (usable === undefined) return yield* new VaultSealed({ place })
    const vault = yield* openSealedAs(blobs, file, usable)
    if (remembered !== undefined) yield* checkFacts(place, remembered, factsOf(vault))
    if (
      settings !== undefined &&
      remembered !== undefined &&
      remembered.generation < vault.keyring.generation
    )
      yield* keepFacts(settings, vault)
    return vault
  })

/** Keeps a key of its own for this machine, unless the one that is kept opened the vault. A plain vault needs none. */
export const keepKey = <V extends Vault>(
  vault: V,
  settings: string,
  label: string
): Effect.Effect<V | SealedVault, WhiteRoomError> =>
  Effect.gen(function* () {
    if (!isSealed(vault)) return vault
    const file = keyFile(settings, vault.id)
    const isKept = (yield* readKeyFile(file)) === vault.keyring.identity
    const held = isKept ? { vault } : yield* addHeldSlot(vault, label)
    if ("identity" in held) yield* writeKeyFile(file, vault.id, held.identity)
    yield* keepFacts(settings, held.vault)
    return held.vault
  })

/** Whether the key that is kept here opens the newest keys of a vault. One that was removed from it is deleted. */
export const settleKey = (vault: SealedVault, settings: string): Effect.Effect<boolean, WhiteRoomError> =>
  Effect.gen(function* () {
    const file = keyFile(settings, vault.id)
    const held = yield* readKeyFile(file)
    if (held === undefined) return false
    yield* keepFacts(settings, vault)
    const generation = yield* openSealed(vault.blobs, { identities: [held] }).pipe(
      Effect.map(({ keyring }) => keyring.generation),
      Effect.catchTag("NoMatchingIdentity", () => Effect.succeed(0))
    )
    if (generation >= vault.keyring.generation) return true
    yield* removeKeyFile(file)
    return false
  })
