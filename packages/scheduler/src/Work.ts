/**
 * What a profile has to do now: a function of its definition, of the runs on record and of the time. Nothing is
 * remembered in a process, so a crash at any point changes nothing but the time.
 */
import { minute } from "@white-room/core"
import type { ScheduledRun } from "@white-room/store"
import { comingRuns, dueRun, type History } from "./calendar/Due.js"
import { here, type Place, placesOf } from "./Place.js"
import { drillTimingOf, isActive, timingOf } from "./Profile.js"
import { type Activity, isGood, lastGood, type ProfileState, runsOf } from "./ProfileState.js"

export interface Work {
  readonly activity: Activity
  readonly place: Place
  readonly dueAt: number
  /** 1 for the first try, 2 for the first repetition … */
  readonly attempt: number
  /** Moments before `dueAt` that no run served. */
  readonly missed: number
}

/** The runs since the last one that counts, newest first; one that never ended is among them. */
const failuresOf = (
  runs: ReadonlyArray<ScheduledRun>,
  counts: (run: ScheduledRun) => boolean = isGood
): ReadonlyArray<ScheduledRun> => {
  const last = runs.findIndex(counts)
  return last < 0 ? runs : runs.slice(0, last)
}

/** Between 0.75 and 1.25, the same for the same run on every machine: processes that failed together do not return together. */
const jitter = (profile: string, number: number): number => {
  let hash = number
  for (const letter of profile) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) >>> 0
  return 0.75 + ((Math.imul(hash, 2654435761) >>> 0) / 2 ** 32) * 0.5
}

/** How long after its end a failed run is repeated: 1, 2, 4 … minutes, an hour at most, each by a quarter more or less. */
export const backoff = (profile: string, failures: number, number: number): number =>
  Math.min(60, 2 ** Math.min(failures - 1, 6)) * minute * jitter(profile, number)

/** Whether it is too early to repeat what failed. A run in the future was dated by a wrong clock and is no reason to wait. */
const mustWait = (profile: string, failures: ReadonlyArray<ScheduledRun>, now: number): boolean => {
  const [last] = failures
  if (last === undefined) return false
  const ended = (last.endedAt ?? last.startedAt).getTime()
  return now >= ended && now < ended + backoff(profile, failures.length, last.number)
}

/** What the calendar counts from: the last good run, or while runs fail the last one before they began to. */
const historyOf = ({ changedAt }: ProfileState, last: ScheduledRun | undefined): History => ({
  since: changedAt,
  last: last && { dueAt: last.dueAt.getTime(), startedAt: last.startedAt.getTime() }
})

/** The backup, if one is due. */
const backupWork = (state: ProfileState, now: number): ReadonlyArray<Work> => {
  const runs = runsOf(state, "backup", here)
  const failures = failuresOf(runs)
  const timing = timingOf(state.profile)
  // What has begun and failed is repeated whether or not missed runs are caught up.
  const due = dueRun(
    failures.length > 0 ? { ...timing, catchUp: "once" } : timing,
    historyOf(state, runs[failures.length]),
    now
  )
  if (due === undefined || mustWait(state.profile.name, failures, now)) return []
  return [{ activity: "backup", place: here, attempt: failures.length + 1, ...due }]
}

const newestBackup = (state: ProfileState): ScheduledRun | undefined =>
  runsOf(state, "backup", here).find((run) => isGood(run) && run.backupId !== undefined)

const hasIt = (state: ProfileState, place: Place, newest: ScheduledRun): boolean =>
  place._tag === "Here" || runsOf(state, "copy", place).find(isGood)?.backupId === newest.backupId

/** Whether the newest backup of the profile is at all of its places: only then has all gone well. */
export const isEverywhere = (state: ProfileState): boolean => {
  const newest = newestBackup(state)
  return newest === undefined || placesOf(state.profile).every((place) => hasIt(state, place, newest))
}

/** The newest backup of the profile, and the vaults that do not have it yet. */
const copyWork = (
  state: ProfileState,
  now: number,
  isThere: (destination: string) => boolean
): ReadonlyArray<Work> => {
  const newest = newestBackup(state)
  if (newest === undefined) return []
  return placesOf(state.profile).flatMap((place): ReadonlyArray<Work> => {
    if (place._tag === "Here" || hasIt(state, place, newest)) return []
    const runs = runsOf(state, "copy", place)
    const failures = failuresOf(runs)
    const [last] = failures
    const wasAway = last !== undefined && isWaiting(last)
    if (!isThere(place.destination) && wasAway && last.dueAt.getTime() === newest.startedAt.getTime())
      return []
    // A disk that returned is served at once; one that is there and fails is given time.
    if (!wasAway && mustWait(state.profile.name, failures, now)) return []
    return [
      { activity: "copy", place, dueAt: newest.startedAt.getTime(), attempt: failures.length + 1, missed: 0 }
    ]
  })
}

const waits = "it is caught up when it returns"

/** The detail of a run whose place was not there. */
export const notThere = `it is not there; ${waits}`

/** The detail of a run that found something else at the path of its place. */
export const isAway = (reason: string): string => `its disk is away: ${reason}; ${waits}`

/** Whether a run has failed only because its place was away: that is no fault, and nothing to try again and again. */
export const isWaiting = ({ outcome, detail }: Pick<ScheduledRun, "outcome" | "detail">): boolean =>
  outcome === "failed" && detail?.endsWith(waits) === true

const drillWork = (
  state: ProfileState,
  now: number,
  isThere: (destination: string) => boolean
): ReadonlyArray<Work> => {
  const timing = drillTimingOf(state.profile)
  if (timing === undefined) return []
  return placesOf(state.profile).flatMap((place): ReadonlyArray<Work> => {
    const runs = runsOf(state, "drill", place)
    const unclear = failuresOf(runs, ({ outcome }) => outcome === "done" || outcome === "failed")
    const due = dueRun(timing, historyOf(state, runs[unclear.length]), now)
    const there = place._tag === "Here" || isThere(place.destination)
    if (due === undefined || !there || mustWait(state.profile.name, unclear, now)) return []
    return [{ activity: "drill", place, attempt: unclear.length + 1, ...due }]
  })
}

/**
 * The work of a profile at a moment, in the order in which it is done. `isThere` says whether a place can be reached;
 * one that cannot is reported once per backup, and served when it returns.
 */
export const planWork = (
  state: ProfileState,
  now: number,
  isThere: (destination: string) => boolean
): ReadonlyArray<Work> =>
  isActive(state.profile, now)
    ? [...backupWork(state, now), ...copyWork(state, now, isThere), ...drillWork(state, now, isThere)]
    : []

/** The next runs of a profile's backups; none while it is disabled, none before the end of a pause. */
export const comingBackups = (state: ProfileState, now: number, count: number) => {
  if (!state.profile.enabled) return []
  const from = Math.max(now, state.profile.pausedUntil?.getTime() ?? now)
  return comingRuns(timingOf(state.profile), historyOf(state, lastGood(state, "backup", here)), from, count)
}

/** Since when a backup that is to be taken now should have been. An interval that nothing counts from is due since the profile came into being. */
export const dueSince = (state: ProfileState, { dueAt }: Work): number =>
  runsOf(state, "backup", here).length === 0 ? state.changedAt : dueAt
