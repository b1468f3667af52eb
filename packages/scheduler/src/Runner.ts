/**
 * Runs what is due, once, in the library and its vaults. Called as often as one likes and from as many processes, it
 * does each due run exactly once: a lease lets one in, and its token is checked where anything is written.
 */
import { isWhiteRoomError, isZone, type Lease, type TakenBackup, type WhiteRoomError } from "@white-room/core"
import type { Library, ScheduledRun } from "@white-room/store"
import type { Opening } from "@white-room/vault"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { restoreDrill } from "./Drill.js"
import { fillIn } from "./fillIn.js"
import { holding } from "./Held.js"
import { failureLetter } from "./Letters.js"
import { Outside, warningsOf } from "./Outside.js"
import { OutsideFailed } from "./OutsideFailed.js"
import { here, inPlace, storedPlace } from "./Place.js"
import { type Profile, policyOf } from "./Profile.js"
import { isGood, type ProfileState } from "./ProfileState.js"
import { findState, loadStates } from "./Profiles.js"
import { placesThere } from "./placesThere.js"
import { plainText } from "./plainText.js"
import { type Busy, defaultHolder, leaseTime, renewing, underLease } from "./RunnerLease.js"
import { sendLetter } from "./sendLetter.js"
import { sendMessage } from "./sendMessage.js"
import { sendTo } from "./sendTo.js"
import { isEverywhere, isWaiting, planWork, type Work } from "./Work.js"

export interface RunReport {
  readonly profile: string
  readonly run: ScheduledRun
  readonly work: Work
  /** What the retention after a backup moved to the trash. */
  readonly forgotten: number
  /** What did not work outside of the library: hooks, heartbeat, webhook. */
  readonly warnings: ReadonlyArray<string>
}

/** What a piece of work came to. */
interface Result {
  readonly outcome: NonNullable<ScheduledRun["outcome"]>
  readonly backupId?: string
  readonly detail?: string
  readonly forgotten?: number
}

/** False when the profile asks for backups of some kinds only and none of those changed since the newest backup. */
const hasWanted = (library: Library, { kinds }: Profile) =>
  Effect.gen(function* () {
    if (kinds === undefined) return true
    const { latestBackup } = yield* library.upkeep.status
    if (latestBackup === undefined) return true
    yield* library.log.capture
    const { created, changed, deleted } = yield* library.history.diff(`b${latestBackup.number}`, "now", {
      words: false
    })
    return [...created, ...changed, ...deleted].some(({ kind }) => kinds.includes(kind))
  })

const environmentOf = (
  library: Library,
  profile: Profile,
  result?: Result
): Readonly<Record<string, string>> => ({
  WHITEROOM_LIBRARY: library.path,
  WHITEROOM_PROFILE: profile.name,
  ...(result && { WHITEROOM_OUTCOME: result.outcome }),
  ...(result?.backupId !== undefined && { WHITEROOM_BACKUP: result.backupId }),
  ...(result?.detail !== undefined && { WHITEROOM_DETAIL: result.detail })
})

const hook = (library: Library, profile: Profile, name: "before" | "after" | "failed", result?: Result) =>
  Effect.gen(function* () {
    const command = profile.hooks?.[name]
    if (command === undefined) return
    const outside = yield* Outside
    const limit = Duration.seconds(profile.hooks?.timeLimit ?? 60)
    yield* outside
      .command(command, environmentOf(library, profile, result), limit)
      .pipe(Effect.mapError((error) => new OutsideFailed(`the hook "${name}" ${error.message}`)))
  })

/** Retention for what this profile took. Space is reclaimed, which reads the whole library, when backups went for good. */
const retain = (library: Library, profile: Profile) =>
  Effect.gen(function* () {
    const options = { policy: policyOf(profile), profile: profile.name, zone: profile.zone }
    const { forgotten, expired, unknownZone } = yield* library.upkeep.prune({ ...options, reclaim: false })
    if (expired.length > 0) yield* library.upkeep.prune(options)
    return {
      forgotten: forgotten.length,
      ...(unknownZone !== undefined && {
        detail: `the library's time zone ${unknownZone} is not known here: its days are those of UTC`
      })
    }
  }).pipe(
    // The backup was taken: that is not a failed run.
    Effect.catchAll((error) =>
      Effect.succeed({ forgotten: 0, detail: `nothing was let go: ${error.message}` })
    )
  )

const takeBackup = (library: Library, profile: Profile, lease: Lease) =>
  Effect.gen(function* () {
    yield* hook(library, profile, "before")
    const wanted = yield* hasWanted(library, profile)
    const now = yield* Clock.currentTimeMillis
    const backup: TakenBackup | undefined = wanted
      ? yield* library.backups.take({
          trigger: "scheduled",
          profile: profile.name,
          description: fillIn(profile.description, profile, now),
          tags: profile.tags,
          skipIfUnchanged: profile.skipIfUnchanged,
          lease
        })
      : undefined
    const newest = backup ?? (yield* library.backups.latest)
    const retained = yield* retain(library, profile)
    return {
      outcome: backup === undefined || backup.skipped ? "skipped" : "done",
      ...retained,
      ...(newest && { backupId: newest.backupId })
    } as const
  })

/** What is put on record, and told to hooks and webhooks. */
const longestDetail = 4096

const perform = (
  library: Library,
  state: ProfileState,
  work: Work,
  lease: Lease,
  opening: Opening | undefined
): Effect.Effect<Result, WhiteRoomError | Error, Outside> => {
  if (work.activity === "drill") return restoreDrill(library, state, work.place, opening)
  return work.place._tag === "Here"
    ? takeBackup(library, state.profile, lease)
    : sendTo(library, state, work.place.destination, opening)
}

/** A failure of the work, a fault of the program too, becomes its result; only a lost lease ends the round. */
const settled = (work: Effect.Effect<Result, WhiteRoomError | Error, Outside>) =>
  work.pipe(
    Effect.catchAllDefect((fault) => Effect.fail(fault instanceof Error ? fault : new Error(String(fault)))),
    Effect.catchAll((error): Effect.Effect<Result, WhiteRoomError> => {
      if (isWhiteRoomError(error) && error._tag === "LeaseLost") return Effect.fail(error)
      return Effect.succeed({ outcome: "failed", detail: plainText(error.message, longestDetail) })
    })
  )

/** Whether a watch may hear that all is well: not of a backup that reached the library alone. */
const isForWatch = (library: Library, { name, heartbeat }: Profile) =>
  heartbeat === undefined
    ? Effect.succeed(false)
    : findState(library, name).pipe(
        Effect.map(isEverywhere),
        // Removed meanwhile: there is nobody to hear it.
        Effect.catchTag("InvalidInput", () => Effect.succeed(false))
      )

/** Tells those who want to know. What fails here is a warning, never a failed run. */
const tell = (library: Library, profile: Profile, work: Work, result: Result) =>
  Effect.gen(function* () {
    const outside = yield* Outside
    const failed = result.outcome === "failed" && !isWaiting(result)
    const good = isGood(result)
    const { activity, place } = work
    const { outcome, detail } = result
    const title = `White Room Backup: ${profile.name} failed`
    const tasks = [
      ...(work.activity === "backup" && good ? [hook(library, profile, "after", result)] : []),
      ...(good &&
      activity !== "drill" &&
      (yield* isForWatch(library, profile)) &&
      profile.heartbeat !== undefined
        ? [outside.call(profile.heartbeat)]
        : []),
      ...(failed ? [hook(library, profile, "failed", result)] : []),
      ...(failed ? [sendMessage(library, profile, { activity, place, outcome, detail })] : []),
      // One letter and one notification when it begins to fail, not one a minute.
      ...(failed && work.attempt === 1
        ? [sendLetter(library, profile, { activity, place, detail }, failureLetter)]
        : []),
      ...(failed && profile.notify && work.attempt === 1
        ? [
            outside
              .notify(title, `${work.activity}${inPlace("to", work.place)}: ${result.detail ?? ""}`)
              .pipe(Effect.ignore)
          ]
        : [])
    ]
    return yield* warningsOf(tasks)
  })

const zoneWarning = ({ zone }: Profile): ReadonlyArray<string> =>
  zone === undefined || isZone(zone)
    ? []
    : [`the time zone ${zone} is not known here: its times are those of UTC`]

const runOne = (
  library: Library,
  state: ProfileState,
  work: Work,
  lease: Lease,
  opening: Opening | undefined
) =>
  Effect.gen(function* () {
    const { profile } = state
    const { activity, place } = work
    const begun = yield* library.schedule.beginRun(
      { profile: profile.name, activity, place: storedPlace(place), dueAt: new Date(work.dueAt) },
      lease
    )
    const { forgotten = 0, ...result } = yield* renewing(
      library,
      lease,
      settled(perform(library, state, work, lease, opening))
    )
    yield* library.schedule.endRun(begun.number, result, lease)
    const warnings = [...zoneWarning(profile), ...(yield* tell(library, profile, work, result))]
    const endedAt = new Date(yield* Clock.currentTimeMillis)
    const report: RunReport = {
      profile: profile.name,
      run: { ...begun, ...result, endedAt },
      work,
      forgotten,
      warnings
    }
    return report
  })

const keyOf = (profile: string, { activity, place }: Work): string =>
  `${profile}\u0000${activity}\u0000${storedPlace(place)}`

/** The next piece of work of any profile that this round has not done yet. */
const nextWork = (library: Library, done: ReadonlySet<string>, { profile: only, force }: RunOptions) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const states = yield* loadStates(library)
    const isThere = yield* placesThere(library, states)
    const isHeld = yield* holding(library)
    for (const state of states) {
      const { profile } = state
      if (only !== undefined && profile.name !== only) continue
      for (const work of planWork(state, now, isThere)) {
        if (done.has(keyOf(profile.name, work))) continue
        // Who asks for it knows where this machine is.
        if (force === true || (yield* isHeld(profile, work.place)) === undefined) return { state, work }
      }
    }
    return undefined
  })

export interface RunOptions {
  /** Who runs, for other processes to see. Default: `host:pid`. */
  readonly holder?: string | undefined
  /** Run only this profile. */
  readonly profile?: string | undefined
  /** Run this profile's backup now, whether or not it is due. */
  readonly force?: boolean | undefined
  /** How this machine opens vaults: keys of buckets, and its own keys of sealed ones. */
  readonly opening?: Opening | undefined
  /** Told after each run. */
  readonly onRun?: ((report: RunReport) => Effect.Effect<void>) | undefined
}

const forced = (library: Library, profile: string, done: ReadonlySet<string>, options: RunOptions) =>
  Effect.gen(function* () {
    const state = yield* findState(library, profile)
    const now = yield* Clock.currentTimeMillis
    const work: Work = { activity: "backup", place: here, dueAt: now, attempt: 1, missed: 0 }
    return done.has(keyOf(profile, work)) ? yield* nextWork(library, done, options) : { state, work }
  })

const round = (library: Library, lease: Lease, options: RunOptions) =>
  Effect.gen(function* () {
    const reports: Array<RunReport> = []
    const done = new Set<string>()
    for (;;) {
      const next = yield* options.force === true && options.profile !== undefined
        ? forced(library, options.profile, done, options)
        : nextWork(library, done, options)
      if (next === undefined) return reports
      done.add(keyOf(next.state.profile.name, next.work))
      yield* library.schedule.renewLease(lease, leaseTime)
      const report = yield* runOne(library, next.state, next.work, lease, options.opening)
      reports.push(report)
      if (options.onRun !== undefined) yield* options.onRun(report)
    }
  })

/**
 * Runs everything that is due now, one after the other, and reports it; asks the disk first and takes the lease only
 * when there is something to do. When another process holds it, or took it over meanwhile, that one does the work.
 */
export const runDue = (
  library: Library,
  options: RunOptions = {}
): Effect.Effect<ReadonlyArray<RunReport> | Busy, WhiteRoomError, Outside> =>
  Effect.gen(function* () {
    if (options.force !== true && (yield* nextWork(library, new Set(), options)) === undefined) return []
    return yield* underLease(library, options.holder ?? defaultHolder, (lease) =>
      round(library, lease, options)
    )
  })
