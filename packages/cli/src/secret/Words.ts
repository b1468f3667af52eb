/**
 * Twelve words in the place of a passphrase: 128 random bits that can be written on paper. They are shown once, to whoever
 * is at the terminal, and kept nowhere.
 */
import { randomInt } from "node:crypto"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import { askSecret } from "./askSecret.js"
import { askTwice, maxTries, newPassphrase, type PassphraseOptions } from "./Passphrase.js"

const bits = 128
const wordCount = 12

const loadWords = Effect.promise(() =>
  Promise.all([import("@scure/bip39"), import("@scure/bip39/wordlists/english.js")])
)

/** Three columns, numbered. */
const wordTable = (words: ReadonlyArray<string>): string => {
  const rows = words.length / 3
  const cell = (at: number) => `${`${at + 1}`.padStart(4)} ${(words[at] ?? "").padEnd(10)}`
  return Array.from({ length: rows }, (_, row) =>
    [row, row + rows, row + 2 * rows].map(cell).join("").trimEnd()
  ).join("\n")
}

const askWord = (
  cli: Cli,
  words: ReadonlyArray<string>,
  at: number,
  tries = 1
): Effect.Effect<void, CliFailure> =>
  Effect.gen(function* () {
    const answer = yield* cli.ask(`Which word is number ${at + 1}? `)
    if (answer.toLowerCase() === words[at]) return
    if (answer === "" || tries >= maxTries)
      return yield* refusal(
        `That is not word ${at + 1}. Nothing was sealed.`,
        "Run it again: there will be other words."
      )
    cli.out.message("It is another one; look at what you wrote down.")
    yield* askWord(cli, words, at, tries + 1)
  })

/** Two different places, in their order. */
const twoPlaces = (): readonly [number, number] => {
  const one = randomInt(wordCount)
  const other = (one + 1 + randomInt(wordCount - 1)) % wordCount
  return [Math.min(one, other), Math.max(one, other)]
}

const showWords = (cli: Cli): Effect.Effect<string, CliFailure> =>
  Effect.gen(function* () {
    const [{ generateMnemonic }, { wordlist }] = yield* loadWords
    const passphrase = generateMnemonic(wordlist, bits)
    const words = passphrase.split(" ")
    cli.out.message(
      `These twelve words open the vault. They are shown this once: write them on paper.\n\n${wordTable(words)}\n`
    )
    for (const at of twoPlaces()) yield* askWord(cli, words, at)
    return passphrase
  })

const askOwnOrShow = (cli: Cli): Effect.Effect<string, CliFailure> =>
  Effect.flatMap(
    askSecret(cli.out, "A passphrase of your own, or Enter for twelve words as passphrase: "),
    (own) => (own === "" ? showWords(cli) : askTwice(cli, own))
  )

/**
 * The passphrase of a new vault: the one that is given; at a terminal twelve words, of which two are asked for, unless one
 * is typed.
 */
export const firstPassphrase = (cli: Cli, options: PassphraseOptions): Effect.Effect<string, CliFailure> =>
  Effect.flatMap(
    newPassphrase(cli, options, cli.yes || cli.out.options.quiet ? askTwice : askOwnOrShow),
    asWritten
  )

/** Twelve words however they are typed, in capitals or on several lines, as they were made; all else as it is. */
export const asWritten = (typed: string): Effect.Effect<string> =>
  Effect.gen(function* () {
    const words = typed.trim().toLowerCase().split(/\s+/)
    if (words.length !== wordCount) return typed
    const [{ validateMnemonic }, { wordlist }] = yield* loadWords
    const written = words.join(" ")
    return validateMnemonic(written, wordlist) ? written : typed
  })
