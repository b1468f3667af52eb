/** The profiles of a library that is written here: what is told of them, saving them, running what is due. */
import { createHash } from "node:crypto"
import { InvalidInput, type WhiteRoomError } from "@white-room/core"
import {
  comingBackups,
  dueSince,
  encodeProfile,
  heldProfiles,
  layerOutside,
  loadStates,
  Outside,
  OutsideFailed,
  type OutsideService,
  type ProfileState,
  placesThere,
  planWork,
  type RunReport,
  Scheduler
} from "@white-room/scheduler"
import type { Library } from "@white-room/store"
import { vaultRecords } from "@white-room/store/transfer"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Struct from "effect/Struct"
import type { Profile, ProfileWish, Run } from "../api/Profiles.js"
import type { ChangeOf, Facts, RanHere, ResultOf } from "./Messages.js"
import { runJson } from "./runJson.js"

type Result<A> = Effect.Effect<A, WhiteRoomError>

const refusal = Effect.fail(new OutsideFailed("a server does that for nobody"))

/** Whatever a profile says: nothing of it reaches out of the library. */
const nowhere: OutsideService = {
  ...{ command: () => refusal, call: () => refusal, mail: () => refusal, notify: () => refusal },
  circumstances: Effect.succeed({ onBattery: false, metered: false })
}

const schedulerOf = (library: Library) => Effect.provideService(Scheduler.make(library), Outside, nowhere)

type Home = Facts["home"]

interface Found {
  readonly profile: Profile
  readonly tag: string
}

/** What is seen and saved of a profile. */
const fields = [
  ...["when", "zone", "quiet", "catchUp", "kinds", "skipIfUnchanged", "description"],
  ...["tags", "keep", "enabled", "pausedUntil", "staleAfterHours"]
] as const satisfies ReadonlyArray<string>

/** So many a library may have that are saved over the API: each has runs and times of its own, which are looked at when something may be due. */
const mostProfiles = 50

/** Late by more than this, nobody seems to look: a daemon asks every half minute. */
const patience = 10 * 60_000

/** Since when its backup should have been taken; `undefined`: it waits for nothing, or for what it is to wait for. */
const overdue = (state: ProfileState, now: number, isThere: Parameters<typeof planWork>[2]) => {
  const work = planWork(state, now, isThere).find(({ activity }) => activity === "backup")
  if (work === undefined || work.attempt > 1) return undefined
  const since = dueSince(state, work)
  return now - since > patience ? since : undefined
}

const timeText = (time: number | undefined): string | null =>
  time === undefined ? null : new Date(time).toISOString()

const told = (
  state: ProfileState,
  home: Home,
  stored: boolean,
  next: number | undefined,
  late: number | undefined
): Found => {
  const text = encodeProfile(state.profile)
  const all: Profile = JSON.parse(text)
  const seen =
    home === "here" ? Struct.pick(all, "name", ...fields, "places") : Struct.pick(all, "name", ...fields)
  return {
    profile: { ...seen, stored, next: timeText(next), overdueSince: timeText(late) },
    tag: createHash("sha256").update(text).digest("hex").slice(0, 16)
  }
}

/** Those that were saved, by name; on this computer also the one that the preferences ask for while none was. */
export const profilesOf = (library: Library, home: Home): Result<ReadonlyArray<Found>> =>
  Effect.gen(function* () {
    const stored = new Set((yield* library.schedule.profiles).map(({ name }) => name))
    const states = yield* loadStates(library)
    const now = yield* Clock.currentTimeMillis
    const isThere = yield* placesThere(library, states)
    const held = home === "here" ? yield* Effect.provide(heldProfiles(library), layerOutside) : []
    const waits = new Set(held.map(({ profile }) => profile))
    return states.flatMap((state) => {
      const { name } = state.profile
      if (home !== "here" && !stored.has(name)) return []
      const late = waits.has(name) ? undefined : overdue(state, now, isThere)
      return [told(state, home, stored.has(name), comingBackups(state, now, 1)[0]?.at, late)]
    })
  })

export const profileOf = (library: Library, name: string, home: Home): Result<Found | undefined> =>
  Effect.map(profilesOf(library, home), (all) => all.find(({ profile }) => profile.name === name))

/** One after the other: what was seen is what is replaced. */
const turn = Effect.unsafeMakeSemaphore(1)

/** A server sends nowhere; a library on this computer has vaults, by their names. */
const checkPlaces = (library: Library, home: Home, places: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const known = home === "here" ? (yield* vaultRecords(library).all).map(({ name }) => name) : []
    const unknown = places.find((place) => !known.includes(place))
    if (unknown === undefined) return
    const reason =
      home === "here" ? `the library has no vault ${unknown}` : "a server sends nothing elsewhere"
    yield* new InvalidInput({ field: "places", reason })
  })

/** Saves a profile, or removes it, when it is the one that was seen. What is not told of it stays as it is. */
export const saveProfileHere = (
  library: Library,
  { name, seen, wish }: ChangeOf<"Profile">,
  home: Home
): Result<ResultOf<"Profile">> =>
  Effect.gen(function* () {
    const all = yield* profilesOf(library, home)
    const stored = all.filter(({ profile }) => profile.stored)
    const found = stored.find(({ profile }) => profile.name === name)
    if (seen !== undefined && found === undefined) return { _tag: "Missing" as const }
    if (seen !== found?.tag) return { _tag: "Changed" as const }
    if (wish === undefined) {
      yield* library.schedule.removeProfile(name)
      return { _tag: "Removed" as const }
    }
    if (found === undefined && stored.length >= mostProfiles) return { _tag: "TooMany" as const }
    const { editProfile, saveProfile } = yield* schedulerOf(library)
    yield* checkPlaces(library, home, wish.places ?? [])
    yield* found === undefined
      ? saveProfile(newProfile(name, wish, home))
      : editProfile(name, { ...nothingSaid(home), ...wish })
    const saved = yield* profileOf(library, name, home)
    return saved === undefined ? { _tag: "Missing" as const } : { _tag: "Saved" as const, ...saved }
  }).pipe(turn.withPermits(1))

const newProfile = (name: string, wish: typeof ProfileWish.Type, home: Home) => {
  const {
    when: [first = "", ...others],
    kinds: [kind, ...kinds] = [],
    places = [],
    ...rest
  } = wish
  return {
    ...{ ...rest, name, when: [first, ...others] as const, places: [...places] },
    ...(kind !== undefined && { kinds: [kind, ...kinds] as const }),
    // Nobody sits at a server.
    ...(home !== "here" && { notify: false })
  }
}

/** What a wish leaves out has its default. */
const nothingSaid = (home: Home): Readonly<Record<string, undefined>> =>
  Object.fromEntries([...fields, ...(home === "here" ? ["places"] : [])].map((field) => [field, undefined]))

const runsIn = (reports: ReadonlyArray<RunReport>): ReadonlyArray<Run> =>
  reports.map(({ run }) => runJson(run))

/** Takes the backup of a profile now, whether or not it is due. */
export const runProfileHere = (library: Library, name: string): Result<ResultOf<"RunProfile">> =>
  Effect.gen(function* () {
    if ((yield* profileOf(library, name, "server")) === undefined) return { _tag: "Missing" as const }
    const ran = yield* (yield* schedulerOf(library)).runDue({ profile: name, force: true })
    return "heldBy" in ran ? { _tag: "Busy" as const } : { _tag: "Ran" as const, runs: runsIn(ran) }
  })

/** Runs what is due, by the scheduler's own runner, and says when there is something next. */
export const runDueHere = (library: Library): Result<RanHere> =>
  Effect.gen(function* () {
    const scheduler = yield* schedulerOf(library)
    const ran = yield* scheduler.runDue()
    const reports = "heldBy" in ran ? [] : ran
    const [next] = yield* scheduler.next(1)
    return {
      runs: reports.length,
      taken: reports.filter(({ run }) => run.outcome === "done").length,
      position: (yield* library.log.head).position,
      nextAt: next?.at.getTime()
    }
  })
