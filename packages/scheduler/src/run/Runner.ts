/**
 * Runs what is due, once, in the library and its folders. Whoever calls it, as often as they like and from as many
 * processes, gets each due run exactly once: a lease lets one in, and its token is checked where anything is written.
 */
import { hostname } from "node:os"
import {
  type CreatedBackup,
  formatBackupTimestamp,
  isWhiteRoomError,
  type Lease,
  type WhiteRoomError
} from "@white-room/core"
import type { Library, ScheduledRun } from "@white-room/store"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { restoreDrill } from "../drill/restoreDrill.js"
import { Outside } from "../outside/Outside.js"
import { type Profile, policyOf, systemZone } from "../profile/Profile.js"
import { findState, loadStates } from "../profile/profiles.js"
import { here, isGood, notThere, type ProfileState, planWork, type Work } from "./planWork.js"

export const leaseName = "runner"

/** A process that died blocks the others no longer than this. */
export const leaseTime = Duration.toMillis("2 minutes")

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

const fillIn = (template: string, profile: Profile, now: number): string => {
  const timestamp = formatBackupTimestamp(new Date(now), { timeZone: profile.zone ?? systemZone() })
  const values: Readonly<Record<string, string>> = {
    profile: profile.name,
    date: timestamp.slice(0, 10),
    time: timestamp.slice(11, 16),
    host: hostname()
  }
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}

/** False when the profile asks for backups of some kinds only and none of those changed since the newest backup. */
const hasWanted = (library: Library, { kinds }: Profile) =>
  Effect.gen(function* () {
    if (kinds === undefined) return true
    const { latestBackup } = yield* library.status
    if (latestBackup === undefined) return true
    yield* library.capture
    const { created, changed, deleted } = yield* library.diff(`b${latestBackup.number}`, "now", {
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
    yield* outside.command(command, environmentOf(library, profile, result), limit)
  })

/** Retention for what this profile took. Space is reclaimed, which reads the whole library, when backups went for good. */
const retain = (library: Library, profile: Profile) =>
  Effect.gen(function* () {
    const options = { policy: policyOf(profile), profile: profile.name }
    const { forgotten, expired } = yield* library.prune({ ...options, reclaim: false })
    if (expired.length > 0) yield* library.prune(options)
    return { forgotten: forgotten.length }
  }).pipe(
    // The backup was taken: that is no failed run.
    Effect.catchAll((error) =>
      Effect.succeed({ forgotten: 0, detail: `nothing was let go: ${error.message}` })
    )
  )

const takeBackup = (library: Library, profile: Profile, lease: Lease) =>
  Effect.gen(function* () {
    yield* hook(library, profile, "before").pipe(
      Effect.mapError((error) => new Error(`the hook "before" ${error.message}`))
    )
    const wanted = yield* hasWanted(library, profile)
    const now = yield* Clock.currentTimeMillis
    const backup: CreatedBackup | undefined = wanted
      ? yield* library.backups.createBackup({
          trigger: "scheduled",
          profile: profile.name,
          description: fillIn(profile.description, profile, now),
          tags: profile.tags,
          skipIfUnchanged: profile.skipIfUnchanged,
          lease
        })
      : undefined
    const newest = backup ?? (yield* library.backups.getLatestBackup)
    const retained = yield* retain(library, profile)
    return {
      outcome: backup === undefined || backup.skipped ? "skipped" : "done",
      ...retained,
      ...(newest && { backupId: newest.backupId })
    } as const
  })

const copy = (library: Library, state: ProfileState, { place }: Work) =>
  Effect.gen(function* () {
    const outside = yield* Outside
    const newest = state.runs.find(
      ({ activity, backupId }) => activity === "backup" && backupId !== undefined
    )
    if (!outside.isThere(place)) return { outcome: "failed", detail: notThere } as const
    // What was backed up, and nothing of this moment: a backup of its own would belong to no profile and stay for good.
    yield* library.copyTo(place, { takeBackup: false })
    return { outcome: "done", ...(newest?.backupId !== undefined && { backupId: newest.backupId }) } as const
  })

const perform = (
  library: Library,
  state: ProfileState,
  work: Work,
  lease: Lease
): Effect.Effect<Result, WhiteRoomError | Error, Outside> => {
  switch (work.activity) {
    case "backup":
      return takeBackup(library, state.profile, lease)
    case "copy":
      return copy(library, state, work)
    case "drill":
      return restoreDrill(library, state, work.place)
  }
}

/** A failure of the work, a fault of the program too, becomes its result; only a lost lease ends the round. */
const settled = (work: Effect.Effect<Result, WhiteRoomError | Error, Outside>) =>
  work.pipe(
    Effect.catchAllDefect((fault) => Effect.fail(fault instanceof Error ? fault : new Error(String(fault)))),
    Effect.catchAll((error): Effect.Effect<Result, WhiteRoomError> => {
      if (isWhiteRoomError(error) && error._tag === "LeaseLost") return Effect.fail(error)
      return Effect.succeed({ outcome: "failed", detail: error.message })
    })
  )

/** Keeps the lease while the work lasts, however long that is; work whose lease is lost is given up. */
const holding = <A, E, R>(library: Library, lease: Lease, work: Effect.Effect<A, E, R>) =>
  Effect.raceFirst(
    work,
    library.schedule.renewLease(lease, leaseTime).pipe(
      Effect.delay(leaseTime / 4),
      // A library that is locked at the moment is asked again; what is lost is lost.
      Effect.catchIf(
        (error) => error._tag !== "LeaseLost",
        () => Effect.void
      ),
      Effect.forever
    )
  )

/** Tells whoever wants to know. What fails here is a warning, never a failed run. */
const tell = (library: Library, profile: Profile, work: Work, result: Result) =>
  Effect.gen(function* () {
    const outside = yield* Outside
    const where = work.place === here ? "" : ` to ${work.place}`
    const failed = result.outcome === "failed" && result.detail !== notThere
    const good = isGood(result)
    const message = {
      library: library.path,
      profile: profile.name,
      activity: work.activity,
      place: work.place,
      outcome: result.outcome,
      ...(result.detail !== undefined && { detail: result.detail })
    }
    const title = `White Room Backup: ${profile.name} failed`
    const tasks = [
      ...(work.activity === "backup" && good ? [hook(library, profile, "after", result)] : []),
      ...(work.activity === "backup" && good && profile.heartbeat !== undefined
        ? [outside.call(profile.heartbeat)]
        : []),
      ...(failed ? [hook(library, profile, "failed", result)] : []),
      ...(failed && profile.webhook !== undefined ? [outside.call(profile.webhook, message)] : []),
      // One notification when it begins to fail, not one a minute.
      ...(failed && profile.notify && work.attempt === 1
        ? [outside.notify(title, `${work.activity}${where}: ${result.detail ?? ""}`).pipe(Effect.ignore)]
        : [])
    ]
    const exits = yield* Effect.all(tasks.map(Effect.exit), { concurrency: "unbounded" })
    return exits.flatMap((exit) =>
      Exit.isFailure(exit) && exit.cause._tag === "Fail" ? [exit.cause.error.message] : []
    )
  })

const runOne = (library: Library, state: ProfileState, work: Work, lease: Lease) =>
  Effect.gen(function* () {
    const { profile } = state
    const begun = yield* library.schedule.beginRun(
      { profile: profile.name, activity: work.activity, place: work.place, dueAt: new Date(work.dueAt) },
      lease
    )
    const { forgotten = 0, ...result } = yield* holding(
      library,
      lease,
      settled(perform(library, state, work, lease))
    )
    yield* library.schedule.endRun(begun.number, result, lease)
    const warnings = yield* tell(library, profile, work, result)
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
  `${profile}\u0000${activity}\u0000${place}`

/** The next piece of work of any profile that this round has not done yet. */
const nextWork = (library: Library, done: ReadonlySet<string>, only: string | undefined) =>
  Effect.gen(function* () {
    const { isThere } = yield* Outside
    const now = yield* Clock.currentTimeMillis
    for (const state of yield* loadStates(library)) {
      if (only !== undefined && state.profile.name !== only) continue
      const work = planWork(state, now, isThere).find((each) => !done.has(keyOf(state.profile.name, each)))
      if (work !== undefined) return { state, work }
    }
    return undefined
  })

export interface RunOptions {
  /** Who runs, for other processes to see. Default: `host:pid`. */
  readonly holder?: string
  /** Run only this profile. */
  readonly profile?: string
  /** Run this profile's backup now, whether or not it is due. */
  readonly force?: boolean
  /** Told after each run. */
  readonly onRun?: (report: RunReport) => Effect.Effect<void>
}

const forced = (library: Library, profile: string, done: ReadonlySet<string>) =>
  Effect.gen(function* () {
    const state = yield* findState(library, profile)
    const now = yield* Clock.currentTimeMillis
    const work: Work = { activity: "backup", place: here, dueAt: now, attempt: 1, missed: 0 }
    return done.has(keyOf(profile, work)) ? yield* nextWork(library, done, profile) : { state, work }
  })

const round = (library: Library, lease: Lease, options: RunOptions) =>
  Effect.gen(function* () {
    const reports: Array<RunReport> = []
    const done = new Set<string>()
    for (;;) {
      const next = yield* options.force === true && options.profile !== undefined
        ? forced(library, options.profile, done)
        : nextWork(library, done, options.profile)
      if (next === undefined) return reports
      done.add(keyOf(next.state.profile.name, next.work))
      yield* library.schedule.renewLease(lease, leaseTime)
      const report = yield* runOne(library, next.state, next.work, lease)
      reports.push(report)
      if (options.onRun !== undefined) yield* options.onRun(report)
    }
  })

const defaultHolder = `${hostname()}:${process.pid}`

/** Who else runs backups of this library at the moment. */
export interface Busy {
  readonly heldBy: string
  readonly until: Date
}

/**
 * Runs everything that is due now, one after the other, and reports it; asks the disk first and takes the lease only
 * when there is something to do. When another process holds it, or took it over meanwhile, that one does the work.
 */
export const runDue = (
  library: Library,
  options: RunOptions = {}
): Effect.Effect<ReadonlyArray<RunReport> | Busy, WhiteRoomError, Outside> =>
  Effect.gen(function* () {
    if (options.force !== true && (yield* nextWork(library, new Set(), options.profile)) === undefined)
      return []
    const lease = yield* library.schedule.acquireLease(leaseName, options.holder ?? defaultHolder, leaseTime)
    if ("heldBy" in lease) return lease
    return yield* round(library, lease, options).pipe(
      Effect.catchTag("LeaseLost", () => Effect.succeed<ReadonlyArray<RunReport>>([])),
      Effect.ensuring(Effect.ignore(library.schedule.releaseLease(lease)))
    )
  })
