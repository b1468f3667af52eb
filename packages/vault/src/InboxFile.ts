/**
 * What this machine remembers of restores that were sent to it: those that ask for an answer, so that `status` can say so
 * without a network, and what its owner agreed to. An answer is a file of its own, with the hash of what it was about: two
 * programs never write the same one, and a server cannot put another restore in the place of the one that was agreed to.
 */
import { createHash } from "node:crypto"
import * as path from "node:path"
import type { WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { intentOf, type SentRestore } from "./ServerRestores.js"
import { readKeptFile, removeKeptFile, replaceKeptFile } from "./seal/KeyFile.js"

const Asking = Schema.Struct({
  id: Schema.String,
  mode: Schema.Literal("copy", "replace"),
  from: Schema.String,
  source: Schema.String,
  savedAt: Schema.NullOr(Schema.String),
  createdAt: Schema.String,
  /** What it brings: how much, and the first names. */
  count: Schema.Int,
  names: Schema.Array(Schema.String),
  /** True when its owner agreed, and it waits for the app to be closed. */
  agreed: Schema.Boolean
})

/** A restore that asks for an answer. */
export type Asking = typeof Asking.Type

const File = Schema.parseJson(Schema.Struct({ asking: Schema.Array(Asking) }))

/** What is remembered of a place. */
export type Remembered = typeof File.Type

const nothing: Remembered = { asking: [] }

const fileOf = (settings: string, place: string): string =>
  path.join(settings, "inbox", `${createHash("sha256").update(place).digest("hex").slice(0, 16)}.json`)

/** So many are remembered, each with so many names: the file stays small. */
const mostAsking = 40
const mostNames = 6

export const askingOf = (restore: SentRestore, agreed: boolean): Asking => {
  const { id, mode, from, source, savedAt, createdAt, only = [] } = restore
  const names = only.slice(0, mostNames).map((each) => (each.name === "" ? each.id : each.name).slice(0, 100))
  return { id, mode, from, source, savedAt, createdAt, count: only.length, names, agreed }
}

/** What is remembered of a place. What cannot be read is nothing: it is told again by the server. */
export const readAsking = (settings: string, place: string): Effect.Effect<Remembered> =>
  readKeptFile(fileOf(settings, place)).pipe(
    Effect.flatMap((text) =>
      text === undefined ? Effect.succeed(nothing) : Schema.decodeUnknown(File)(text)
    ),
    Effect.orElseSucceed(() => nothing)
  )

/** Remembers what asks for an answer, where that is not what is remembered. */
export const keepAsking = (
  settings: string,
  place: string,
  remembered: Remembered
): Effect.Effect<void, WhiteRoomError> =>
  Effect.gen(function* () {
    const wanted = { ...remembered, asking: remembered.asking.slice(0, mostAsking) }
    const text = `${JSON.stringify(wanted)}\n`
    if (JSON.stringify(yield* readAsking(settings, place)) !== JSON.stringify(wanted))
      yield* replaceKeptFile(fileOf(settings, place), text)
  })

const agreementOf = (settings: string, { id }: Pick<SentRestore, "id">): string =>
  path.join(settings, "inbox", `${id}.agreed`)

/** Notes that the owner of the library agreed to a restore, as it is. */
export const agreeTo = (settings: string, restore: SentRestore): Effect.Effect<void, WhiteRoomError> =>
  replaceKeptFile(agreementOf(settings, restore), `${intentOf(restore)}\n`)

/** Whether its owner agreed to just this restore. */
export const hasAgreed = (settings: string, restore: SentRestore): Effect.Effect<boolean, WhiteRoomError> =>
  Effect.map(readKeptFile(agreementOf(settings, restore)), (text) => text?.trim() === intentOf(restore))

/** Forgets an answer whose restore has ended. */
export const settleAgreement = (
  settings: string,
  restore: Pick<SentRestore, "id">
): Effect.Effect<void, WhiteRoomError> => removeKeptFile(agreementOf(settings, restore))
