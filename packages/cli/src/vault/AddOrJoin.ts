/** Making a vault at a place, or joining the one that is there. */
import type { AddedVault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Cli } from "../command/Cli.js"
import { loadVault } from "../command/Load.js"
import type { CliFailure } from "../error/CliError.js"
import { newLock } from "../secret/NewLock.js"
import { deviceLabel, openingOf, type UnlockOptions, unlocked } from "../secret/Unlock.js"

export interface SealWish {
  readonly seal: boolean
  readonly plain: boolean
  readonly recipient?: string | undefined
}

/** Buckets are computers of others, folders mostly one's own. */
const isToBeSealed = (place: string, { seal, plain, recipient }: SealWish): boolean =>
  seal || recipient !== undefined || (!plain && place.startsWith("s3://"))

/** Makes or joins what lies there: shows twelve words or asks for a new passphrase, or for the one that opens it. */
export const addOrJoin = (
  cli: Cli,
  name: string,
  place: string,
  options: SealWish & UnlockOptions,
  isThere: boolean
): Effect.Effect<AddedVault, CliFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const { addVault } = yield* loadVault
    const library = yield* cli.open
    const device = deviceLabel()
    if (isThere)
      return yield* unlocked(cli, options, (opening) =>
        addVault(library, name, place, { ...opening, device })
      )
    if (!isToBeSealed(place, options)) return yield* addVault(library, name, place, openingOf(cli))
    const seal = yield* newLock(cli, options, { isFirst: true })
    return yield* addVault(library, name, place, { ...openingOf(cli), device, seal })
  })
