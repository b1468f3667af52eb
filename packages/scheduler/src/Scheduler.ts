/** The scheduler of one library as a service: its profiles, what is due, what is coming, and how every place is. */
import type { WhiteRoomError } from "@white-room/core"
import { type Library, type OpenOptions, openLibrary } from "@white-room/store"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { showRule } from "./calendar/Rule.js"
import { layerOutside, Outside } from "./Outside.js"
import { type Place, placesOf, storedPlace } from "./Place.js"
import type { Profile, ProfileInput } from "./Profile.js"
import { activityAt, lastGood, type ProfileState } from "./ProfileState.js"
import { editProfile, loadStates, saveProfile, type Unreadable, unreadableProfiles } from "./Profiles.js"
import { type RunOptions, type RunReport, runDue } from "./Runner.js"
import type { Busy } from "./RunnerLease.js"
import { stalePlaces } from "./Stale.js"
import { comingBackups } from "./Work.js"

type Result<A> = Effect.Effect<A, WhiteRoomError>

/** A backup that is to come, and why. */
export interface ComingBackup {
  readonly profile: string
  readonly at: Date
  /** The rule that asks for it, as a person would write it. */
  readonly rule: string
  /** A quiet time moves it. */
  readonly delayed: boolean
}

/** How a place of a profile is. */
export interface PlaceStatus {
  readonly profile: string
  /** The library itself, or a vault. */
  readonly place: Place
  /** When the last good backup came here; absent when none did. */
  readonly lastGood?: Date
  readonly backupId?: string
  /** When a drill last restored from here without a fault. */
  readonly lastProven?: Date
  /** True: for longer than the profile allows, no good backup came here. Always false while it is paused or disabled. */
  readonly stale: boolean
}

export interface SchedulerService {
  /** Those that can be read; the one that the preferences ask for while none is stored. */
  readonly profiles: Result<ReadonlyArray<Profile>>
  /** Stored profiles that this program cannot read, and why. */
  readonly unreadableProfiles: Result<ReadonlyArray<Unreadable>>
  /** Adds or replaces a profile; fields that are left out have their defaults. Fails with `InvalidInput`. */
  readonly saveProfile: (profile: ProfileInput) => Result<Profile>
  /** Changes some fields; `undefined` takes one back to its default. Fails with `InvalidInput`. */
  readonly editProfile: (name: string, changes: Readonly<Record<string, unknown>>) => Result<Profile>
  /** Its backups and the record of its runs stay. Returns false when there is none of that name. */
  readonly removeProfile: (name: string) => Result<boolean>
  /** The next backups of every profile that is enabled, earliest first; of each 5 unless `count` says otherwise. */
  readonly next: (count?: number) => Result<ReadonlyArray<ComingBackup>>
  /** The library and every vault, for each profile. */
  readonly places: Result<ReadonlyArray<PlaceStatus>>
  /** Runs what is due now: see `runDue`. */
  readonly runDue: (options?: RunOptions) => Result<ReadonlyArray<RunReport> | Busy>
}

const statusOf = (state: ProfileState, now: number): ReadonlyArray<PlaceStatus> => {
  const stale = new Set(stalePlaces(state, now).map(({ place }) => storedPlace(place)))
  return placesOf(state.profile).map((place) => {
    const good = lastGood(state, activityAt(place), place)
    const drill = lastGood(state, "drill", place)
    return {
      profile: state.profile.name,
      place,
      ...(good && { lastGood: good.startedAt }),
      ...(good?.backupId !== undefined && { backupId: good.backupId }),
      ...(drill && { lastProven: drill.startedAt }),
      stale: stale.has(storedPlace(place))
    }
  })
}

const makeScheduler = (library: Library): Effect.Effect<SchedulerService, never, Outside> =>
  Effect.map(Outside, (outside) => {
    /** Something of every profile, at the present time. */
    const ofEach = <A>(read: (state: ProfileState, now: number) => ReadonlyArray<A>) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        return (yield* loadStates(library)).flatMap((state) => read(state, now))
      })
    return {
      profiles: Effect.map(loadStates(library), (states) => states.map(({ profile }) => profile)),
      unreadableProfiles: unreadableProfiles(library),
      saveProfile: (profile) => saveProfile(library, profile),
      editProfile: (name, changes) => editProfile(library, name, changes),
      removeProfile: (name) => library.schedule.removeProfile(name),
      next: (count = 5) =>
        ofEach((state, now) =>
          comingBackups(state, now, count).map(
            ({ at, rule, delayed }): ComingBackup => ({
              profile: state.profile.name,
              at: new Date(at),
              rule: showRule(rule),
              delayed
            })
          )
        ).pipe(Effect.map((all) => [...all].sort((a, b) => a.at.getTime() - b.at.getTime()))),
      places: ofEach(statusOf),
      runDue: (options) => Effect.provideService(runDue(library, options), Outside, outside)
    }
  })

/**
 * The scheduler of one library. It holds nothing in memory and starts nothing by itself: what is due is asked of the
 * library and the clock whenever `runDue` is called, as often as one likes and from as many processes.
 *
 * @example
 * ```ts
 * import { Scheduler } from "@white-room/scheduler"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function* () {
 *   const scheduler = yield* Scheduler
 *   yield* scheduler.saveProfile({ name: "evening", when: ["weekdays 18:00"] })
 *   return yield* scheduler.runDue()
 * }).pipe(Effect.provide(Scheduler.layer("library.db")))
 * ```
 */
export class Scheduler extends Context.Tag("@white-room/scheduler/Scheduler")<Scheduler, SchedulerService>() {
  /** The scheduler of a library that is open; what it reaches outside is given as the service `Outside`. */
  static readonly make = makeScheduler

  /** The scheduler of the library at a path, with this machine's folders, shell, network and desktop. */
  static readonly layer = (path: string, options: OpenOptions = {}): Layer.Layer<Scheduler, WhiteRoomError> =>
    Layer.scoped(Scheduler, Effect.flatMap(openLibrary(path, options), makeScheduler)).pipe(
      Layer.provide(layerOutside)
    )
}
