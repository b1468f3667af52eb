/** What opens sealed vaults here: what was given, else the key that this machine keeps, else an answer. */
import { hostname } from "node:os"
import { merge, object } from "@optique/core/constructs"
import type { WhiteRoomError } from "@white-room/core"
import type { Opening, Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { loadVault } from "../command/Load.js"
import { file, many } from "../command/Options.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import { settingsFolder } from "../settings/Environment.js"
import { printable } from "../terminal/Harmless.js"
import { type PassphraseOptions, passphraseFor, passphraseOptions } from "./Passphrase.js"
import { readIdentityFiles } from "./readIdentityFiles.js"
import { asWritten } from "./Words.js"

export const identityOption = () =>
  many(
    ["-i", "--identity"],
    file("FILE"),
    "An age identity file that opens the vault; the text of a recovery kit is one."
  )

export const unlockOptions = () => merge(passphraseOptions(), object({ identity: identityOption() }))

export interface UnlockOptions extends PassphraseOptions {
  readonly identity?: ReadonlyArray<string>
}

/** How this machine opens vaults by itself. */
export const openingOf = ({ env }: Cli): Opening => ({ env, settings: settingsFolder(env) })

/** What the key that this machine keeps is called in a list of keys. */
export const deviceLabel = (): string =>
  hostname()
    .replace(/\p{Cc}/gu, "")
    .slice(0, 100) || "this device"

const withPassphrase = (
  cli: Cli,
  options: UnlockOptions,
  place: string
): Effect.Effect<Opening, CliFailure> =>
  Effect.flatMap(passphraseFor(cli, options, printable(place)), (passphrase) =>
    passphrase === undefined
      ? refusal(
          `The vault at ${printable(place)} is sealed, and there is nobody to ask for its passphrase.`,
          "Name a recovery kit, or another age identity file, in WHITEROOM_IDENTITY, or give the passphrase in WHITEROOM_PASSPHRASE; --identity, --passphrase-file and --passphrase-command do it where a command has them."
        )
      : Effect.map(asWritten(passphrase), (written) => ({ ...openingOf(cli), keys: { passphrase: written } }))
  )

/** An identity file for every command. */
const variable = "WHITEROOM_IDENTITY"

/** What opens a vault of which no key is kept here. */
const asked = (cli: Cli, options: UnlockOptions, place: string): Effect.Effect<Opening, CliFailure> =>
  Effect.gen(function* () {
    const file = cli.env[variable]
    if (file === undefined || file === "") return yield* withPassphrase(cli, options, place)
    return { ...openingOf(cli), keys: { identities: yield* readIdentityFiles([file]) } }
  })

/**
 * Opens with the identities that were given; without them with the key that is kept here, else with the identities that the
 * environment names, and else with a passphrase.
 */
export const unlocked = <A>(
  cli: Cli,
  options: UnlockOptions,
  open: (opening: Opening) => Effect.Effect<A, WhiteRoomError>
): Effect.Effect<A, CliFailure> =>
  Effect.gen(function* () {
    const identities = yield* readIdentityFiles(options.identity ?? [])
    if (identities.length > 0) return yield* open({ ...openingOf(cli), keys: { identities } })
    const isSealed = options.passphraseFile !== undefined || options.passphraseCommand !== undefined
    return yield* open({ ...openingOf(cli), isSealed }).pipe(
      // Asked for only now: a place that is not what is remembered has been refused.
      Effect.catchTag("VaultSealed", ({ place }) => Effect.flatMap(asked(cli, options, place), open))
    )
  })

/** Keeps a key of a vault for this machine, so that it opens without a question from now on. */
export const keepKeyHere = (cli: Cli, vault: Vault): Effect.Effect<Vault, CliFailure> =>
  Effect.flatMap(loadVault, ({ keepKey }) => keepKey(vault, settingsFolder(cli.env), deviceLabel()))
