import { VaultReplaced } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Vault, VaultFile } from "./Vault.js"

/** What is remembered of a vault, away from it, so that it cannot be exchanged. None of it is secret. */
export interface VaultFacts {
  readonly vaultId: string
  readonly sealed: boolean
  /** Of the first key of a sealed one. */
  readonly fingerprint: string | undefined
  /** The newest generation of keys that was seen; 0 where keys were not looked at, or there are none. */
  readonly generation: number
  /** Whether a recovery kit opens it; `undefined` where keys were not looked at. */
  readonly hasKit?: boolean | undefined
  /** The generation of keys under which all of it is being sealed again, until that is done. */
  readonly resealing?: number | undefined
}

/** What the key of a recovery kit is called. */
export const kitLabel = "recovery kit"

/** The facts of a vault that is open. */
export const factsOf = ({ id, keyring }: Vault): VaultFacts => ({
  vaultId: id,
  sealed: keyring !== undefined,
  fingerprint: keyring?.fingerprint,
  generation: keyring?.generation ?? 0,
  ...(keyring !== undefined && {
    hasKit: keyring.slots.some(({ label, file }) => label === kitLabel && file === null)
  })
})

/** What a vault says of itself before it is opened. */
export const factsIn = ({ vault, kind, fingerprint }: VaultFile): VaultFacts => ({
  vaultId: vault,
  sealed: kind === "sealed",
  fingerprint,
  generation: 0
})

const fault = (remembered: VaultFacts, found: VaultFacts): string | undefined => {
  if (found.vaultId !== remembered.vaultId) return "another vault lies there"
  if (remembered.sealed && !found.sealed) return "it is not sealed any more"
  if (!remembered.sealed && found.sealed) return "it was not sealed before"
  if (found.fingerprint !== remembered.fingerprint) return "its first key is another one"
  return found.generation > 0 && found.generation < remembered.generation
    ? `its keys are older than those that were seen (${found.generation}, not ${remembered.generation})`
    : undefined
}

/**
 * Holds what a vault says against what is remembered of it. Before a passphrase is typed, with `factsIn`: a place that was
 * made to look like the vault must not get it. And once it is open, with `factsOf`: its keys may have been set back.
 */
export const checkFacts = (
  place: string,
  remembered: VaultFacts,
  found: VaultFacts
): Effect.Effect<void, VaultReplaced> => {
  const detail = fault(remembered, found)
  return detail === undefined ? Effect.void : Effect.fail(new VaultReplaced({ place, detail }))
}
