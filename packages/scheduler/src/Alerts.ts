/**
 * Alerts: a profile that had no good run at a place for too long is told of once a day. That it was told is a run on
 * record, with the activity `alert`, so a restart does not tell it again.
 */
import { day, hour, type Lease, type WhiteRoomError } from "@white-room/core"
import type { Library, ScheduledRun } from "@white-room/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { staleLetter } from "./Letters.js"
import { Outside, warningsOf } from "./Outside.js"
import { inPlace, type Place, storedPlace } from "./Place.js"
import type { Profile } from "./Profile.js"
import type { ProfileState } from "./ProfileState.js"
import { loadStates } from "./Profiles.js"
import { leaseTime, underLease } from "./RunnerLease.js"
import { type Stale, stalePlaces } from "./Stale.js"
import { sendLetter } from "./sendLetter.js"
import { sendMessage } from "./sendMessage.js"

const again = day
/** When nobody could be reached. */
const retry = hour

/** Whether the last alert of a place is so long ago that it is time for another. One in the future had a wrong clock. */
export const isTimeToAlert = (last: ScheduledRun | undefined, now: number): boolean => {
  if (last === undefined) return true
  const age = now - last.startedAt.getTime()
  return age < 0 || age >= (last.outcome === "failed" ? retry : again)
}

/** The stale places of a profile that nobody was told of today. `lastAlert` gives the newest alert of a place. */
export const dueAlerts = (
  state: ProfileState,
  now: number,
  lastAlert: (place: Place) => ScheduledRun | undefined
): ReadonlyArray<Stale> => stalePlaces(state, now).filter(({ place }) => isTimeToAlert(lastAlert(place), now))

/** A stale place that was told of just now. */
export interface Alert extends Stale {
  readonly profile: string
  /** In words, for a person. */
  readonly text: string
  /** What did not work: the notification, the webhook, the mail. */
  readonly warnings: ReadonlyArray<string>
}

const inWords = ({ place, age, last }: Stale): string => {
  const hours = Math.floor(age / hour)
  const time = hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`
  const where = inPlace("in", place)
  return last === undefined ? `no backup${where} for ${time}` : `no new backup${where} for ${time}`
}

const tell = (library: Library, profile: Profile, stale: Stale, text: string) =>
  Effect.gen(function* () {
    const outside = yield* Outside
    const { place, last, age } = stale
    const more = { lastGood: last?.startedAt.toISOString() ?? null, ageHours: Math.floor(age / hour) }
    const message = { activity: "alert", place, outcome: "stale", detail: text } as const
    const tasks = [
      ...(profile.notify ? [outside.notify(`White Room Backup: ${profile.name}`, text)] : []),
      ...(profile.webhook === undefined ? [] : [sendMessage(library, profile, message, more)]),
      ...(profile.mail === undefined ? [] : [sendLetter(library, profile, message, staleLetter)])
    ]
    const warnings = yield* warningsOf(tasks)
    return { warnings, reached: warnings.length < tasks.length || tasks.length === 0 }
  })

const alertsToRaise = (library: Library) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const found = yield* Effect.forEach(yield* loadStates(library), (state) => {
      const { profile } = state
      const of = { profile: profile.name, activity: "alert", limit: 1 }
      return Effect.map(
        Effect.forEach(stalePlaces(state, now), ({ place }) =>
          library.schedule.runs({ ...of, place: storedPlace(place) })
        ),
        (alerts) => {
          const last = new Map(alerts.flat().map((run) => [run.place, run]))
          const due = dueAlerts(state, now, (place) => last.get(storedPlace(place)))
          return due.map((stale) => ({ profile, stale }))
        }
      )
    })
    return found.flat()
  })

const raise = (library: Library, lease: Lease, profile: Profile, stale: Stale) =>
  Effect.gen(function* () {
    const place = storedPlace(stale.place)
    const dueAt = new Date(yield* Clock.currentTimeMillis)
    yield* library.schedule.renewLease(lease, leaseTime)
    const run = yield* library.schedule.beginRun(
      { profile: profile.name, activity: "alert", place, dueAt },
      lease
    )
    const text = inWords(stale)
    const { warnings, reached } = yield* tell(library, profile, stale, text)
    const end = { outcome: reached ? "done" : "failed", detail: text } as const
    yield* library.schedule.endRun(run.number, end, lease)
    return { ...stale, profile: profile.name, text, warnings }
  })

/**
 * Tells of every stale place, by the profile's notification, webhook and mail, that nobody was told of today. It is on
 * record before it is told: a crash in between costs an alert rather than repeating it for ever.
 */
export const raiseAlerts = (
  library: Library,
  holder: string
): Effect.Effect<ReadonlyArray<Alert>, WhiteRoomError, Outside> =>
  Effect.gen(function* () {
    if ((yield* alertsToRaise(library)).length === 0) return []
    const raised = yield* underLease(library, holder, (lease) =>
      // Asked again under the lease: another process may have told it meanwhile.
      Effect.flatMap(alertsToRaise(library), (alerts) =>
        Effect.forEach(alerts, ({ profile, stale }) => raise(library, lease, profile, stale))
      )
    )
    return "heldBy" in raised ? [] : raised
  })
