/** The profiles of a library that is written here: what is told of them, saving them, running what is due. */
import { createHash } from "node:crypto"
import type { WhiteRoomError } from "@white-room/core"
import {
  encodeProfile,
  Outside,
  OutsideFailed,
  type OutsideService,
  type Profile as Scheduled,
  Scheduler
} from "@white-room/scheduler"
import type { Library, ScheduledRun } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as Struct from "effect/Struct"
import type { Profile, Run } from "../api/Profiles.js"
import type { ChangeOf, RanHere, ResultOf } from "./Messages.js"

type Result<A> = Effect.Effect<A, WhiteRoomError>

const refusal = Effect.fail(new OutsideFailed("a server does that for nobody"))

/** Whatever a profile says: nothing of it reaches out of the library. */
const nowhere: OutsideService = {
  ...{ command: () => refusal, call: () => refusal, mail: () => refusal, notify: () => refusal },
  circumstances: Effect.succeed({ onBattery: false, metered: false })
}

const schedulerOf = (library: Library) => Effect.provideService(Scheduler.make(library), Outside, nowhere)

interface Found {
  readonly profile: Profile
  readonly tag: string
}

const told = (profile: Scheduled): Found => {
  const text = encodeProfile(profile)
  const known = [
    "name",
    "when",
    "zone",
    "quiet",
    "catchUp",
    "kinds",
    "skipIfUnchanged",
    "description"
  ] as const
  const rest = ["tags", "keep", "enabled", "pausedUntil", "staleAfterHours"] as const
  const all: Profile = JSON.parse(text)
  return {
    profile: Struct.pick(all, ...known, ...rest),
    tag: createHash("sha256").update(text).digest("hex").slice(0, 16)
  }
}

/** Those that were saved, by name. */
export const profilesOf = (library: Library): Result<ReadonlyArray<Found>> =>
  Effect.gen(function* () {
    const stored = new Set((yield* library.schedule.profiles).map(({ name }) => name))
    const all = yield* (yield* schedulerOf(library)).profiles
    return all.filter(({ name }) => stored.has(name)).map(told)
  })

export const profileOf = (library: Library, name: string): Result<Found | undefined> =>
  Effect.map(profilesOf(library), (all) => all.find(({ profile }) => profile.name === name))

const orNull = (time: Date | undefined): string | null => time?.toISOString() ?? null

export const runJson = (run: ScheduledRun): Run => ({
  ...Struct.pick(run, "number", "profile", "activity"),
  ...{ dueAt: run.dueAt.toISOString(), startedAt: run.startedAt.toISOString(), endedAt: orNull(run.endedAt) },
  ...{ outcome: run.outcome ?? null, backupId: run.backupId ?? null, detail: run.detail ?? null }
})

/** One after the other: what was seen is what is replaced. */
const turn = Effect.unsafeMakeSemaphore(1)

/** Saves a profile, or removes it, when it is the one that was seen. */
export const saveProfileHere = (
  library: Library,
  { name, seen, wish }: ChangeOf<"Profile">
): Result<ResultOf<"Profile">> =>
  Effect.gen(function* () {
    const found = yield* profileOf(library, name)
    if (seen !== undefined && found === undefined) return { _tag: "Missing" as const }
    if (seen !== found?.tag) return { _tag: "Changed" as const }
    if (wish === undefined) {
      yield* library.schedule.removeProfile(name)
      return { _tag: "Removed" as const }
    }
    const {
      when: [first = "", ...others],
      kinds: [kind, ...kinds] = [],
      ...rest
    } = wish
    const scheduler = yield* schedulerOf(library)
    const saved = yield* scheduler.saveProfile({
      ...{ ...rest, name, when: [first, ...others], notify: false },
      ...(kind !== undefined && { kinds: [kind, ...kinds] })
    })
    return { _tag: "Saved" as const, ...told(saved) }
  }).pipe(turn.withPermits(1))

/** Runs what is due, by the scheduler's own runner, and says when there is something next. */
export const runDueHere = (library: Library): Result<RanHere> =>
  Effect.gen(function* () {
    const scheduler = yield* schedulerOf(library)
    const ran = yield* scheduler.runDue()
    const reports = "heldBy" in ran ? [] : ran
    const [next] = yield* scheduler.next(1)
    return {
      taken: reports.filter(({ run }) => run.outcome === "done").length,
      position: (yield* library.log.head).position,
      nextAt: next?.at.getTime()
    }
  })
