/** What a new key of a sealed vault is locked with: an age recipient that was named, or a new passphrase. */
import type { SealOptions } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { one, text } from "../command/Options.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import { newPassphrase, type PassphraseOptions } from "./Passphrase.js"
import { asWritten, firstPassphrase } from "./Words.js"

export const recipientOption = (brief: string) => one("--recipient", text("RECIPIENT"), brief)

export interface LockOptions extends PassphraseOptions {
  readonly recipient?: string | undefined
}

/** A lock and what its key is called; a passphrase is asked for twice, that of a new vault may be twelve words. */
export const newLock = (
  cli: Cli,
  options: LockOptions,
  { isFirst = false }: { readonly isFirst?: boolean } = {}
): Effect.Effect<SealOptions, CliFailure> => {
  const { recipient, passphraseFile, passphraseCommand } = options
  if (recipient === undefined)
    return Effect.map(
      isFirst ? firstPassphrase(cli, options) : Effect.flatMap(newPassphrase(cli, options), asWritten),
      (passphrase) => ({ passphrase, label: "passphrase" })
    )
  return (passphraseFile ?? passphraseCommand) === undefined
    ? Effect.succeed({ recipient, label: "recipient" })
    : refusal("A key is for a passphrase or a recipient, not both.", "Say one of them.")
}
