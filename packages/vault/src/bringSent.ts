/**
 * Carrying out a restore that was sent to this device. What it brings comes out of this library's own history, found by
 * position and chain hash; nothing that the sender or the server says is written but the name of the sender.
 */
import {
  day,
  type EntityKey,
  equalBytes,
  fromHex,
  type OnProgress,
  type RestoreOptions,
  type RestoreResult,
  type WhiteRoomError
} from "@white-room/core"
import type { RestoreOutcome, RestoreReason } from "@white-room/core/output"
import type { Library } from "@white-room/store"
import { lookAt } from "@white-room/store/transfer"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { intentOf, type SentRestore } from "./ServerRestores.js"

/** A sender as names of songs and of who did something have it. */
const inWords = (name: string): string =>
  name
    .normalize("NFC")
    .replace(/\p{C}|\p{Zl}|\p{Zp}/gu, "")
    .trim()
    .slice(0, 40)

const asWord = (name: string): string =>
  inWords(name)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "") || "someone"

/** `mara@school for jonas`. */
const actorOf = ({ from }: SentRestore, { name, title }: WhoseLibrary): string =>
  `${asWord(from)}@${asWord(name)} for ${asWord(title)}`

/** What the place is called here, and the library there. */
export interface WhoseLibrary {
  readonly name: string
  readonly title: string
}

/** `Tue 24 Nov`, in the zone of the library; with the year when it is another. */
const dayText = (time: number, now: number, timeZone: string | undefined): string => {
  const partsOf = (at: number) =>
    Object.fromEntries(
      new Intl.DateTimeFormat("en-GB", {
        ...{ timeZone, weekday: "short", day: "numeric", month: "short", year: "numeric" }
      })
        .formatToParts(new Date(at))
        .map(({ type, value }) => [type, value])
    )
  const { weekday, day: date, month, year } = partsOf(time)
  return `${weekday} ${date} ${month}${year === partsOf(now).year ? "" : ` ${year}`}`
}

const commandPrefix = "sent:"

const commandOf = ({ id }: SentRestore): string => `${commandPrefix}${id}`

/** So many songs and performances are added in a day without asking, whoever sends them. */
const mostUnasked = 20

/** Whether its owner need not be asked about a copy today: the server that says who sent it may have been broken into. */
export const isWithinDay = (library: Library, restore: SentRestore): Effect.Effect<boolean, WhiteRoomError> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const sent = (yield* library.history.operations(Number.MAX_SAFE_INTEGER)).filter(({ commandId }) =>
      commandId.startsWith(commandPrefix)
    )
    // It was done already, and its sender is yet to be told.
    if (sent.some(({ commandId }) => commandId === commandOf(restore))) return true
    const added = sent
      .filter(({ timestamp }) => timestamp.getTime() > now - day)
      .reduce((sum, { before, after }) => sum + after - before, 0)
    return added + (restore.only ?? []).length <= mostUnasked
  })

/** Whether a place in a log is one of this library's. */
const isOurs = (
  library: Library,
  { position, chainHash }: { readonly position: number; readonly chainHash: string }
) =>
  lookAt(library, ({ chainHashAt }) => {
    const here = position > 0 ? chainHashAt(position) : undefined
    return here !== undefined && equalBytes(here, fromHex(chainHash))
  })

/** Whether what a restore brings is in the history of this library. */
export const isOfHistory = (library: Library, restore: SentRestore): Effect.Effect<boolean, WhiteRoomError> =>
  isOurs(library, restore)

/** What was changed here after its sender looked: that is not replaced, a copy comes beside it. */
const changedSince = (library: Library, restore: SentRestore) =>
  Effect.gen(function* () {
    const { seen, position, only = [] } = restore
    const from = seen !== undefined && (yield* isOurs(library, seen)) ? seen.position : position
    const found = yield* Effect.forEach(only, ({ kind, id }: EntityKey) =>
      Effect.map(library.history.versions({ kind, id }), (versions) =>
        (versions.at(-1)?.position ?? 0) > from ? [{ kind, id, choice: "both" as const }] : []
      )
    )
    return found.flat()
  })

/** What is planned for a restore: see `planSent`. */
const optionsOfSent = (
  library: Library,
  restore: SentRestore
): Effect.Effect<RestoreOptions, WhiteRoomError> =>
  Effect.gen(function* () {
    yield* library.log.capture
    const { position, from, mode, only = [], decisions = [] } = restore
    const [event] = yield* library.log.read({ after: position - 1, limit: 1 })
    const now = yield* Clock.currentTimeMillis
    const zone = yield* library.upkeep.timeZone
    const suffix = ` (${dayText(event?.recordedAt ?? now, now, zone)}, from ${inWords(from) || "someone"})`
    const keys = only.map(({ kind, id }) => ({ kind, id }))
    if (mode === "copy") return { only: keys, asCopy: true, suffix }
    // The last word has what was changed here meanwhile.
    return { only: keys, suffix, decisions: [...decisions, ...(yield* changedSince(library, restore))] }
  })

/** What a restore would do here, now. Fails where this history, or its documents, are not there. */
export const planSent = (library: Library, restore: SentRestore) =>
  Effect.flatMap(optionsOfSent(library, restore), (options) =>
    library.backups.plan(`@${restore.position}`, options)
  )

/**
 * Carries a restore out: once, however often it is asked for, after a safety backup, in one transaction. What was edited
 * between the plan and this moment is planned again.
 */
export const bringSent = (
  library: Library,
  restore: SentRestore,
  whose: WhoseLibrary,
  onProgress?: OnProgress
): Effect.Effect<RestoreResult, WhiteRoomError> =>
  Effect.flatMap(planSent(library, restore), ({ saved }) =>
    library.backups.apply(saved, {
      ...{ commandId: commandOf(restore), request: intentOf(restore), actor: actorOf(restore, whose) },
      ...(onProgress && { onProgress })
    })
  ).pipe(Effect.retry({ times: 3, while: ({ _tag }) => _tag === "PlanOutdated" }))

const mostTexts = 20

/** What a restore came to, as its sender is told: without what is only about this device. */
export const outcomeOf = (result: RestoreResult): typeof RestoreOutcome.Encoded => ({
  songsRestored: result.songsRestored,
  performancesRestored: result.performancesRestored,
  preferencesRestored: result.preferencesRestored,
  errors: result.errors.slice(0, mostTexts).map((text) => text.slice(0, 300)),
  isSuccess: result.isSuccess,
  triggered: [],
  plan: result.plan,
  conflicts: result.conflicts,
  ...(result.safetyBackupId !== undefined && { safetyBackupId: result.safetyBackupId })
})

const reasons: ReadonlyMap<string, typeof RestoreReason.Type> = new Map([
  ["EntityNotFound", "NotKept"],
  ["MomentNotFound", "NotKept"],
  ["ContentReleased", "NotKept"],
  ["InvalidInput", "Failed"],
  ["MalformedData", "Failed"],
  ["RestoreNotVerified", "Failed"],
  ["CommandReused", "Failed"]
])

/** Why a restore can never be carried out here; `undefined` for what may go better another time. */
export const reasonOfFailure = ({ _tag }: WhiteRoomError): typeof RestoreReason.Type | undefined =>
  reasons.get(_tag)
