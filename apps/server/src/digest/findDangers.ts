import { day, formatBackupSize, minute } from "@white-room/core"
import { plainText } from "@white-room/scheduler"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type Danger, manyDiscarded } from "../control/Alerts.js"
import { auditSeen } from "../control/AuditLook.js"
import { type KeptLibrary, readableLibraries } from "../control/Libraries.js"
import { failedProofs } from "../control/Proofs.js"
import { keepWatched, watchedOf } from "../control/Watched.js"
import type { Desk } from "../http/Desk.js"
import type { Losses, LossesSince } from "../replica/Survey.js"

/** What a look at a server needs of it. */
export interface Looking {
  readonly room: Pick<Desk["room"], "has" | "free">
  readonly mirror: { readonly facts: () => { readonly failingSince: number | undefined } } | undefined
  readonly replicas: Pick<Desk["replicas"], "losses">
}

/** A mirror that does not answer for a moment is no danger. */
const mirrorPatience = 5 * minute

/** So many, and so large a share of what there was, at once or within a day. */
const many = 10
const share = 1 / 4

const diskOf = ({ room }: Looking) =>
  Effect.gen(function* () {
    if (yield* room.has(0)) return []
    const detail = `${formatBackupSize(yield* room.free)} are free`
    return [{ kind: "disk", library: "", about: "", detail } satisfies Danger]
  })

const mirrorOf = ({ mirror }: Looking, now: number): ReadonlyArray<Danger> => {
  const since = mirror?.facts().failingSince
  if (since === undefined || Math.abs(now - since) < mirrorPatience) return []
  const detail = `since ${new Date(since).toISOString().slice(0, 16).replace("T", " ")} UTC`
  return [{ kind: "mirror", library: "", about: "", detail }]
}

const damages = Effect.map(failedProofs, (failed) =>
  failed.map(
    ({ library, detail }): Danger => ({
      ...{ kind: "damage", library, about: "", detail: plainText(detail, 500) }
    })
  )
)

const auditFault = Effect.map(
  auditSeen,
  ({ fault }): ReadonlyArray<Danger> =>
    fault === "" ? [] : [{ kind: "audit", library: "", about: "", detail: fault }]
)

const isMuch = (lost: number, before: number): boolean => lost >= many && lost >= before * share

const lossOf = (library: string, losses: Losses, since: LossesSince | undefined): ReadonlyArray<Danger> => {
  const { deleted, living, forgotten, line, position } = losses
  const isDeleted = isMuch(deleted, deleted + living)
  const isForgotten = isMuch(forgotten, since?.kept ?? 0)
  if (!isDeleted && !isForgotten) return []
  const detail = [
    ...(isDeleted ? [`${deleted} of ${deleted + living} songs and other things were deleted`] : []),
    ...(isForgotten ? [`${forgotten} of ${since?.kept} backups were forgotten`] : [])
  ].join(", ")
  return [{ kind: "loss", library, about: `${line} @${position}`, detail }]
}

/** Looks at a library into which something came since the last look. One that cannot be read is told by its proof. */
const lookInto = ({ replicas }: Looking, { id, arrived_at }: KeptLibrary, now: number) =>
  Effect.gen(function* () {
    const before = yield* watchedOf(id)
    if (before?.arrived_at === arrived_at) return []
    const asked = yield* Effect.either(replicas.losses(id, before))
    if (asked._tag === "Left" || asked.right === undefined) return []
    const { line, position, newest, kept } = asked.right
    const found = lossOf(id, asked.right, before)
    // What comes little by little adds up for a day; what was told is not told again.
    const goesOn =
      before !== undefined &&
      before.line === line &&
      before.position <= position &&
      found.length === 0 &&
      Math.abs(now - before.at) < day
    const seen = goesOn ? before : { library: id, line, position, newest, kept, at: now }
    yield* keepWatched({ ...seen, library: id, arrived_at })
    return found
  })

/** What is wrong now: told at once, since waiting makes it worse. */
export const findDangers = (here: Looking) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const libraries = (yield* readableLibraries).filter(({ erase_at }) => erase_at === 0)
    const lost = yield* Effect.forEach(libraries, (library) => lookInto(here, library, now))
    const discarded = (yield* manyDiscarded(now - day, many)).map(
      ({ library, count }): Danger => ({
        ...{ kind: "loss", library, about: `discarded ${new Date(now).toISOString().slice(0, 10)}` },
        detail: `${count} of its files were put into the trash within a day`
      })
    )
    return [
      ...(yield* diskOf(here)),
      ...mirrorOf(here, now),
      ...(yield* damages),
      ...(yield* auditFault),
      ...lost.flat(),
      ...discarded
    ]
  })
