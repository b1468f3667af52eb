/** What there is to warn of about the places of copies. Pure. */

import { type CopyFault, copyFault, day, shellWord } from "@white-room/core"
import type { Concern } from "@white-room/core/output"
import type { Asking, SeenDevice, SyncedVault } from "@white-room/vault"

/** A vault of the library, as it is known from here. */
export interface VaultPlaceFacts {
  readonly name: string
  readonly place: string
  /** How far the vault has the log. */
  readonly position: number
  /** `undefined`: nothing was pushed from here yet. */
  readonly pushedAt: Date | undefined
  /** When it was found to have lost what was sent there. */
  readonly rolledBackAt?: Date | undefined
  /** What was sent there is there, as far as was looked. */
  readonly present: boolean
  /** Its vault is there, and what was sent to it is not. */
  readonly emptied?: boolean | undefined
  readonly sameDisk: boolean
  readonly changed: number
  /** Other devices, and in how much they differed when it was last looked for. */
  readonly differing?: ReadonlyArray<SeenDevice> | undefined
  /** A sealed one of which this computer has a key, and no recovery kit was made. */
  readonly lacksKit?: boolean | undefined
  /** Restores that were sent from there, and wait. */
  readonly asking?: ReadonlyArray<Asking> | undefined
  /** For one in the folder of a sync service. */
  readonly synced?: SyncedVault | undefined
}

export interface VaultPlace extends VaultPlaceFacts {
  readonly stale: boolean
}

export interface Warning {
  readonly concern: Concern
  /** The command that helps. */
  readonly command: string
}

/** Whether it outlives the disk of the library: it lies on another one, or a sync service had time to take it along. */
export const isElsewhere = ({ sameDisk, synced }: VaultPlace): boolean =>
  !sameDisk || synced?.isThere === true

/** What to type about what is wrong with where the copies are. */
const copyCommand = (why: CopyFault["why"], vaults: ReadonlyArray<VaultPlace>): string =>
  why === "sameDisk"
    ? "whiteroom vault add NAME PLACE"
    : vaults.length === 0
      ? "whiteroom backup --to DIR"
      : "whiteroom push"

const concernOf = ({ why, places }: CopyFault): Concern =>
  why === "unreachable"
    ? { code: "CopiesAway", places }
    : { code: why === "none" ? "NoCopy" : "CopiesOnSameDisk" }

export const placeWarnings = (vaults: ReadonlyArray<VaultPlace>): ReadonlyArray<Warning> => {
  const places = vaults.map((vault) => ({
    ...vault,
    holds: vault.position > 0 && vault.emptied !== true,
    isElsewhere: isElsewhere(vault)
  }))
  const fault = copyFault(places)
  if (fault !== undefined) return [{ concern: concernOf(fault), command: copyCommand(fault.why, vaults) }]
  const elsewhere = places.filter((place) => place.present && place.isElsewhere)
  if (elsewhere.some((vault) => !vault.stale)) return []
  return [{ concern: { code: "CopiesOld", changed: elsewhere[0]?.changed ?? 0 }, command: "whiteroom push" }]
}

/** What a place has is what is found there. */
export const emptiedWarnings = (vaults: ReadonlyArray<VaultPlace>): ReadonlyArray<Warning> =>
  vaults
    .filter(({ emptied }) => emptied)
    .map(({ name }) => ({
      concern: { code: "PlaceEmptied", place: name },
      command: `whiteroom push ${shellWord(name)}`
    }))

/** A month is long enough to find out who did it. */
export const rollbackWarnings = ({
  vaults,
  now
}: {
  readonly vaults: ReadonlyArray<VaultPlaceFacts>
  readonly now: Date
}): ReadonlyArray<Warning> =>
  vaults.flatMap(({ name, rolledBackAt }) =>
    rolledBackAt === undefined || now.getTime() - rolledBackAt.getTime() > 30 * day
      ? []
      : [
          {
            concern: { code: "PlaceRolledBack", place: name, at: rolledBackAt.toISOString() },
            command: `whiteroom check --from ${shellWord(name)} --full`
          }
        ]
  )
