/**
 * Passphrases: from a file, a command, the environment or a prompt, never from an argument. Nothing here puts one into
 * a message.
 */
import { spawnSync } from "node:child_process"
import { object } from "@optique/core/constructs"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { file, one, text } from "../command/Options.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import { askSecret } from "./askSecret.js"
import { readSecretFile } from "./readSecretFile.js"

export const passphraseOptions = () =>
  object({
    passphraseFile: one("--passphrase-file", file("FILE"), "The passphrase is the first line of this file."),
    passphraseCommand: one(
      "--passphrase-command",
      text("COMMAND"),
      'The passphrase is the first line that this command prints, such as "pass show white-room".'
    )
  })

export interface PassphraseOptions {
  readonly passphraseFile?: string | undefined
  readonly passphraseCommand?: string | undefined
}

const variable = "WHITEROOM_PASSPHRASE"

const firstLine = (text: string, from: string): Effect.Effect<string, CliFailure> => {
  const [line = ""] = text.split(/\r?\n/)
  return line === ""
    ? refusal(`${from} gives no passphrase: its first line is empty.`, "Put the passphrase there.")
    : Effect.succeed(line)
}

const ofFile = (file: string): Effect.Effect<string, CliFailure> =>
  Effect.flatMap(readSecretFile(file, `The passphrase file ${file}`), (text) =>
    firstLine(text, `The passphrase file ${file}`)
  )

const ofCommand = (command: string): Effect.Effect<string, CliFailure> =>
  Effect.suspend(() => {
    const { status, stdout, error } = spawnSync(command, {
      shell: true,
      stdio: ["inherit", "pipe", "inherit"],
      encoding: "utf8",
      maxBuffer: 1024 * 1024
    })
    if (error !== undefined || status !== 0)
      return refusal(
        `The passphrase command failed${status === null ? "" : ` with exit code ${status}`}.`,
        "Run it by itself to see why."
      )
    return firstLine(stdout, "The passphrase command")
  })

/** The passphrase that was given without a prompt, if one was: option before environment. */
const given = (cli: Cli, options: PassphraseOptions): Effect.Effect<string | undefined, CliFailure> => {
  const { passphraseFile, passphraseCommand } = options
  if (passphraseFile !== undefined && passphraseCommand !== undefined)
    return refusal("--passphrase-file and --passphrase-command are two passphrases.", "Say one of them.")
  if (passphraseFile !== undefined) return ofFile(passphraseFile)
  if (passphraseCommand !== undefined) return ofCommand(passphraseCommand)
  const value = cli.env[variable]
  if (value === "")
    return refusal(`The environment variable ${variable} is empty.`, `Set ${variable} or unset it.`)
  return Effect.succeed(value)
}

/** The passphrase of something encrypted; `undefined` when none was given and there is nobody to ask. */
export const passphraseFor = (
  cli: Cli,
  options: PassphraseOptions,
  file: string
): Effect.Effect<string | undefined, CliFailure> =>
  Effect.flatMap(given(cli, options), (passphrase) =>
    passphrase !== undefined || !cli.interactive
      ? Effect.succeed(passphrase)
      : askSecret(cli.out, `Passphrase of ${file}: `)
  )

/** So often a person may try. */
export const maxTries = 3

/** A new passphrase, typed twice; the first time it may have been typed already. */
export const askTwice = (cli: Cli, typed?: string, tries = 1): Effect.Effect<string, CliFailure> =>
  Effect.gen(function* () {
    const first = typed ?? (yield* askSecret(cli.out, "New passphrase: "))
    if (first === "") return yield* refusal("No passphrase was given.", "Run it again and type one.")
    const second = yield* askSecret(cli.out, "Once more: ")
    if (first === second) return first
    if (tries >= maxTries) return yield* refusal("The two passphrases differ.", "Run it again.")
    cli.out.question("They differ; type it again. ")
    return yield* askTwice(cli, undefined, tries + 1)
  })

/** A passphrase to encrypt with; whoever is at the terminal is asked for it, as `ask` does. */
export const newPassphrase = (
  cli: Cli,
  options: PassphraseOptions,
  ask: (cli: Cli) => Effect.Effect<string, CliFailure> = askTwice
): Effect.Effect<string, CliFailure> =>
  Effect.flatMap(given(cli, options), (passphrase) => {
    if (passphrase !== undefined) return Effect.succeed(passphrase)
    if (cli.interactive) return ask(cli)
    return refusal(
      "There is nobody to ask for a passphrase.",
      `Use --passphrase-file, --passphrase-command or ${variable}.`
    )
  })
