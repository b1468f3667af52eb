/** What was sent to this device, as its servers tell it now. */
import type { Library } from "@white-room/store"
import type { KnownVault, SentRestore, ServerRestores } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Source } from "../backup/Source.js"
import type { Cli } from "../command/Cli.js"
import { loadTransfer, loadVault } from "../command/Load.js"
import { refusal } from "../error/CliError.js"
import { openingOf } from "../secret/Unlock.js"
import { printable } from "../terminal/Harmless.js"
import { nameList } from "../terminal/Text.js"
import { ago } from "../terminal/Time.js"

/** A restore that waits, with the server it came from. */
export interface Received {
  readonly known: KnownVault
  readonly restores: ServerRestores
  readonly restore: SentRestore
}

/** The servers that a library is kept on: all, or the one that is named. */
export const serversOf = (library: Library, name?: string) =>
  Effect.gen(function* () {
    const { vaultRecords } = yield* loadTransfer
    const { isServerPlace } = yield* loadVault
    const servers = (yield* vaultRecords(library).all).filter(({ place }) => isServerPlace(place))
    if (name === undefined) return servers
    const found = servers.filter((known) => known.name === name)
    return found.length > 0
      ? found
      : yield* refusal(
          `The library is on no server called ${printable(name)}.`,
          "whiteroom vault list shows its places."
        )
  })

/** What waits, oldest first. A server that does not answer is told. */
export const receivedBy = (cli: Cli, library: Library) =>
  Effect.gen(function* () {
    const { serverRestores } = yield* loadVault
    const found = yield* Effect.forEach(yield* serversOf(library), (known) =>
      Effect.gen(function* () {
        const restores = yield* serverRestores(known.place, openingOf(cli))
        return (yield* restores.inbox).map((restore): Received => ({ known, restores, restore }))
      }).pipe(
        Effect.catchAll((error) =>
          Effect.sync((): ReadonlyArray<Received> => {
            cli.out.message(`${printable(known.name)}: ${error.message}`)
            return []
          })
        )
      )
    )
    return found.flat().sort((one, other) => (one.restore.createdAt < other.restore.createdAt ? -1 : 1))
  })

/** The one that is meant: by its number in the list, the beginning of its id, or because there is no other. */
export const chooseReceived = (all: ReadonlyArray<Received>, wanted: string | undefined) => {
  const [only, ...others] = all
  if (only === undefined) return refusal("Nothing waits for an answer.", "whiteroom inbox shows what does.")
  if (wanted === undefined)
    return others.length === 0
      ? Effect.succeed(only)
      : refusal("Several restores wait.", "Name one by its number: whiteroom inbox shows them.")
  const byNumber = /^\d{1,3}$/.test(wanted) ? all[Number(wanted) - 1] : undefined
  const found = byNumber ?? all.find(({ restore }) => restore.id.startsWith(wanted) && wanted.length >= 4)
  return found === undefined
    ? refusal(`There is no ${printable(wanted)}.`, "whiteroom inbox shows the numbers.")
    : Effect.succeed(found)
}

export const namesIn = ({ only = [], decisions = [] }: SentRestore): string =>
  nameList(
    only.map(({ kind, name, id }) => {
      const { parts = [] } = decisions.find((each) => each.kind === kind && each.id === id) ?? {}
      const of = parts.map((part) => part.name)
      return of.length === 0 ? name || id : `${name || id} (${nameList(of, 4)})`
    }),
    4
  )

const howText = ({ mode, decisions = [] }: SentRestore): string => {
  if (mode === "copy") return "as a copy"
  return decisions.some(({ parts = [] }) => parts.length > 0) ? "replaces parts of yours" : "replaces yours"
}

/** Where it comes from, as the plan is told. */
export const sourceOfSent = (library: Library, { position, source }: SentRestore) =>
  Effect.map(library.log.read({ after: position - 1, limit: 1 }), ([event]): Source => {
    const timestamp = new Date(event?.recordedAt ?? 0)
    return { reference: `@${position}`, name: source, position, timestamp, backup: undefined }
  })

/** One line of the list. */
export const receivedRow = (
  { known, restore }: Received,
  index: number,
  now: Date
): ReadonlyArray<string> => [
  String(index + 1),
  restore.from,
  ago(new Date(restore.createdAt), now),
  namesIn(restore),
  restore.source,
  howText(restore),
  known.name
]
