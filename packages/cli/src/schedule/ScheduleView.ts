/** The profiles as a person wants to see them: what comes next, and how it went at each place. */
import { statSync } from "node:fs"
import type { Coming, Profile, ProfileState, Unreadable, Work } from "@white-room/scheduler"
import type { Library, ScheduledRun } from "@white-room/store"
import * as Effect from "effect/Effect"
import { loadScheduler } from "../command/Load.js"
import type { CliFailure } from "../error/CliError.js"
import { ago } from "../terminal/Time.js"

export interface PlaceView {
  /** The empty text is the library itself. */
  readonly place: string
  /** False: its disk is away, or something else lies at its path. */
  readonly there: boolean
  readonly lastGood: ScheduledRun | undefined
  readonly lastRun: ScheduledRun | undefined
  readonly stale: boolean
  readonly lastDrill: ScheduledRun | undefined
  /** When the place was last proven restorable. */
  readonly lastProof: ScheduledRun | undefined
}

export interface ProfileView {
  readonly state: ProfileState
  readonly profile: Profile
  /** False for the profile that the preferences ask for. */
  readonly stored: boolean
  readonly next: Coming | undefined
  /** The backup that is to be taken now, when one is. */
  readonly work: Work | undefined
  /** Milliseconds since a run should have begun; 0 when none should have. */
  readonly late: number
  /** Why what is due waits, in words, where it does. */
  readonly held: string | undefined
  readonly places: ReadonlyArray<PlaceView>
}

export interface ScheduleView {
  readonly profiles: ReadonlyArray<ProfileView>
  readonly unreadable: ReadonlyArray<Unreadable>
}

/** Whether a folder can be reached now. */
export const isFolder = (path: string): boolean => {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

/** The place as it is shown. */
export const placeName = (place: string): string => (place === "" ? "here" : place)

export const viewSchedule = (library: Library, now: number): Effect.Effect<ScheduleView, CliFailure> =>
  Effect.gen(function* () {
    const { loadStates, unreadableProfiles, comingBackups, planWork, placesThere, stalePlaces, ...of } =
      yield* loadScheduler
    const { activityAt, dueSince, heldProfiles, lastGood, layerOutside, placesOf, runsOf, storedPlace } = of
    const stored = (yield* library.schedule.profiles).length > 0
    const states = yield* loadStates(library)
    const isThere = yield* placesThere(library, states)
    const waiting = yield* Effect.provide(heldProfiles(library), layerOutside)
    const profiles = states.map((state): ProfileView => {
      const { profile } = state
      const stale = stalePlaces(state, now).map(({ place }) => storedPlace(place))
      const [next] = comingBackups(state, now, 1)
      const work = planWork(state, now, isThere).find(({ activity }) => activity === "backup")
      const held = waiting.find((each) => each.profile === profile.name)?.reason
      return {
        state,
        profile,
        stored,
        next,
        work,
        held,
        late:
          work === undefined || work.attempt > 1 || held !== undefined
            ? 0
            : Math.max(0, now - dueSince(state, work)),
        places: placesOf(profile).map((place) => {
          const activity = activityAt(place)
          const drills = runsOf(state, "drill", place)
          return {
            place: storedPlace(place),
            there: place._tag === "Here" || isThere(place.destination),
            lastGood: lastGood(state, activity, place),
            lastRun: runsOf(state, activity, place)[0],
            stale: stale.includes(storedPlace(place)),
            lastDrill: drills.find(({ outcome }) => outcome !== undefined),
            lastProof: drills.find(({ outcome }) => outcome === "done")
          }
        })
      }
    })
    return { profiles, unreadable: yield* unreadableProfiles(library) }
  })

/** Those that somebody wants: stored, or run by the preferences at least once. */
export const wantedProfiles = ({ profiles }: ScheduleView): ReadonlyArray<ProfileView> =>
  profiles.filter(({ stored, state }) => stored || state.runs.length > 0)

/** Late by more than this, nobody seems to look: a daemon asks every half minute. */
export const patience = 10 * 60_000

/** Why a run comes when it does. */
export const reasonOf = (view: ProfileView, { at, delayed }: Coming, rule: string, now: number): string => {
  if (at > now) return delayed ? `${rule}, after the quiet time` : rule
  if (view.work === undefined) return `${rule}, waiting to repeat what failed`
  const { attempt, missed } = view.work
  if (attempt > 1) return `${rule}, the last ${attempt - 1 === 1 ? "try" : `${attempt - 1} tries`} failed`
  return missed > 0 ? `${rule}, ${missed + 1} were missed, one catches up` : rule
}

/** `here 2 h ago, /media/stick never`. */
export const lastGoodText = (places: ReadonlyArray<PlaceView>, now: Date): string =>
  places
    .map(
      ({ place, there, lastGood }) =>
        `${placeName(place)} ${lastGood ? ago(lastGood.startedAt, now) : "never"}${there ? "" : " (away)"}`
    )
    .join(", ")
