/** What all commands about keys need. */
import type { SealedVault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { loadVault } from "../command/Load.js"
import { argument, text } from "../command/Options.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import type { UnlockOptions } from "../secret/Unlock.js"
import { requireVault } from "../select/PlaceFrom.js"
import { settingsFolder } from "../settings/Environment.js"
import { printable } from "../terminal/Harmless.js"

/** The sealed vault of a command about keys. */
export const vaultArgument = () => argument(text("VAULT"), "A name of whiteroom vault list, or a place.")

/** Opens it; one that is not sealed has no keys. */
export const requireSealed = (
  cli: Cli,
  name: string,
  options: UnlockOptions
): Effect.Effect<SealedVault, CliFailure> =>
  Effect.gen(function* () {
    const { isSealed } = yield* loadVault
    const vault = yield* requireVault(cli, name, options)
    return isSealed(vault)
      ? vault
      : yield* refusal(
          `The vault ${printable(name)} is not sealed: it has no keys.`,
          "A sealed one is made with whiteroom vault add NAME PLACE --seal."
        )
  })

/** What this machine keeps follows a change of keys; true when the key it keeps opens the vault. */
export const followKeys = (cli: Cli, vault: SealedVault): Effect.Effect<boolean, CliFailure> =>
  Effect.flatMap(loadVault, ({ settleKey }) => settleKey(vault, settingsFolder(cli.env)))
