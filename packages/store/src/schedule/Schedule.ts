/** What the scheduler keeps in a library: its profiles, as it writes them, and a record of every run. */
import { InvalidInput, type Lease, malformed } from "@white-room/core"
import { commit } from "../capture/Commit.js"
import type { Result } from "../session/Attempt.js"
import type { Session } from "../session/Session.js"
import { textOf, timeOf, wholeOf } from "../sqlite/StoredValue.js"
import { requireLease } from "./Leases.js"

/** A profile of the scheduler as it is stored; `definition` is JSON that `@white-room/scheduler` reads and writes. */
export interface StoredProfile {
  readonly name: string
  readonly definition: string
  readonly changedAt: Date
}

/** One run of a profile, or of a part of it: its backup, its copy to a place, its drill. */
export interface ScheduledRun {
  /** Counts up in the order in which runs began. */
  readonly number: number
  readonly profile: string
  /** What was done, such as `backup` or `drill`. */
  readonly activity: string
  /** The folder it was done to; the empty text is the library itself. */
  readonly place: string
  /** The moment that asked for it. */
  readonly dueAt: Date
  readonly startedAt: Date
  /** Absent while it lasts, and when its process ended before it did. */
  readonly endedAt?: Date | undefined
  readonly outcome?: "done" | "skipped" | "failed" | "inconclusive" | undefined
  readonly backupId?: string | undefined
  /** In words: why it failed, what it found. */
  readonly detail?: string | undefined
}

/** What the scheduler keeps in the library: profiles, a record of every run, and leases. */
export interface ScheduleStore {
  readonly profiles: Result<ReadonlyArray<StoredProfile>>
  /** Creates or replaces a profile. */
  readonly saveProfile: (profile: Pick<StoredProfile, "name" | "definition">) => Result<void>
  /** Returns false when there is none of that name. Its runs and backups stay. */
  readonly removeProfile: (name: string) => Result<boolean>
  /** Newest first; 100 unless `limit` says otherwise. */
  readonly runs: (filter?: {
    readonly profile?: string
    readonly activity?: string
    readonly place?: string
    readonly outcome?: ScheduledRun["outcome"]
    readonly limit?: number
  }) => Result<ReadonlyArray<ScheduledRun>>
  /** The newest 30 runs of each activity and place of a profile, and the newest good one however old; newest first. */
  readonly recentRuns: (profile: string) => Result<ReadonlyArray<ScheduledRun>>
  /** Fails with `LeaseLost` when the lease is no longer held; so does `endRun`. */
  readonly beginRun: (
    run: Pick<ScheduledRun, "profile" | "activity" | "place" | "dueAt">,
    lease: Lease
  ) => Result<ScheduledRun>
  /** Notes how a run ended. */
  readonly endRun: (
    number: number,
    end: Pick<ScheduledRun, "outcome" | "backupId" | "detail">,
    lease: Lease
  ) => Result<void>
  /** Takes a lease for so many milliseconds, or says who has it and until when. */
  readonly acquireLease: (
    name: string,
    holder: string,
    milliseconds: number
  ) => Result<Lease | { readonly heldBy: string; readonly until: Date }>
  /** Prolongs it, from now on; fails with `LeaseLost` when another process took it. */
  readonly renewLease: (lease: Lease, milliseconds: number) => Result<Lease>
  /** Gives a lease back before its time. */
  readonly releaseLease: (lease: Lease) => Result<void>
}

export const storedProfiles = (session: Session): ReadonlyArray<StoredProfile> =>
  session.db
    .rows<ReadonlyArray<unknown>>("SELECT name, definition, changed_at FROM profile ORDER BY name")
    .map(([name, definition, changedAt]) => ({
      name: textOf(name, "profile"),
      definition: textOf(definition, "profile"),
      changedAt: new Date(timeOf(changedAt, "profile"))
    }))

/** Adds or replaces a profile; one that is the same already keeps the time of its last change. */
export const saveProfile = (
  session: Session,
  { name, definition }: Pick<StoredProfile, "name" | "definition">,
  now: number
): void => {
  if (name === "") throw new InvalidInput({ field: "profile", reason: "it needs a name" })
  commit(session, { now }, () =>
    session.db.run(
      `INSERT INTO profile(name, definition, changed_at) VALUES(?, ?, ?)
       ON CONFLICT(name) DO UPDATE SET definition = excluded.definition, changed_at = excluded.changed_at
       WHERE definition <> excluded.definition`,
      name,
      definition,
      now
    )
  )
}

/** Its runs and backups stay. Returns false when there is none of that name. */
export const removeProfile = (session: Session, name: string, now: number): boolean =>
  commit(session, { now }, () => session.db.run("DELETE FROM profile WHERE name = ?", name) > 0)

const outcomes = ["done", "skipped", "failed", "inconclusive"] as const

const runOfRow = (row: ReadonlyArray<unknown>): ScheduledRun => {
  const what = "run"
  const outcome = outcomes.find((known) => known === row[7])
  if (row[7] !== null && outcome === undefined) throw malformed(what, `unknown outcome ${String(row[7])}`)
  return {
    number: wholeOf(row[0], what),
    profile: textOf(row[1], what),
    activity: textOf(row[2], what),
    place: textOf(row[3], what),
    dueAt: new Date(timeOf(row[4], what)),
    startedAt: new Date(timeOf(row[5], what)),
    endedAt: row[6] === null ? undefined : new Date(timeOf(row[6], what)),
    outcome,
    backupId: row[8] === null ? undefined : textOf(row[8], what),
    detail: row[9] === null ? undefined : textOf(row[9], what)
  }
}

const columns = "number, profile, activity, place, due_at, started_at, ended_at, outcome, backup_id, detail"

export interface RunFilter {
  readonly profile?: string
  readonly activity?: string
  readonly place?: string
  readonly outcome?: ScheduledRun["outcome"]
  readonly limit?: number
}

/** Runs by number, the newest first: the order in which they began, whatever the clock said. */
export const scheduledRuns = (session: Session, filter: RunFilter = {}): ReadonlyArray<ScheduledRun> => {
  const wanted = {
    profile: filter.profile,
    activity: filter.activity,
    place: filter.place,
    outcome: filter.outcome
  }
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined)
  const where = given.length === 0 ? "" : `WHERE ${given.map(([column]) => `${column} = ?`).join(" AND ")}`
  return session.db
    .rows<ReadonlyArray<unknown>>(
      `SELECT ${columns} FROM run ${where} ORDER BY number DESC LIMIT ?`,
      ...given.map(([, value]) => value),
      filter.limit ?? 100
    )
    .map(runOfRow)
}

/** Of each activity and place, so many of the newest runs tell what is to do. */
const runsRead = 30

/** The newest runs of a profile by activity and place, and the newest good one of each however old; newest first. */
export const recentRuns = (session: Session, profile: string): ReadonlyArray<ScheduledRun> =>
  session.db
    .rows<ReadonlyArray<unknown>>(
      `SELECT ${columns} FROM (
         SELECT *, row_number() OVER place AS nth,
           max(number) FILTER (WHERE outcome IN ('done', 'skipped')) OVER (PARTITION BY activity, place) AS good
         FROM run WHERE profile = ? WINDOW place AS (PARTITION BY activity, place ORDER BY number DESC))
       WHERE nth <= ? OR number = good ORDER BY number DESC`,
      profile,
      runsRead
    )
    .map(runOfRow)

/** The same of all profiles, also those that are gone: by their names and the order in which the runs began. */
export const runsThatTell = (session: Session): ReadonlyArray<ScheduledRun> =>
  session.db
    .rows<[unknown]>("SELECT DISTINCT profile FROM run ORDER BY profile")
    .flatMap(([profile]) => recentRuns(session, textOf(profile, "run")))

/** Runs of one profile, activity and place that are kept, besides the newest good one. */
const runsKept = 1000

/** Records that a run began. A run of a process that died stays without an end. */
export const beginRun = (
  session: Session,
  run: Pick<ScheduledRun, "profile" | "activity" | "place" | "dueAt">,
  lease: Lease,
  now: number
): ScheduledRun =>
  commit(session, { now }, () => {
    requireLease(session.db, lease)
    const [last] = session.db.row<[unknown]>("SELECT coalesce(max(number), 0) FROM run") ?? [0]
    const number = wholeOf(last, "run") + 1
    const of = [run.profile, run.activity, run.place]
    session.db.run(
      "INSERT INTO run(number, profile, activity, place, due_at, started_at) VALUES(?, ?, ?, ?, ?, ?)",
      number,
      run.profile,
      run.activity,
      run.place,
      run.dueAt.getTime(),
      now
    )
    session.db.run(
      `DELETE FROM run WHERE profile = ? AND activity = ? AND place = ? AND number <= (
         SELECT number FROM run WHERE profile = ? AND activity = ? AND place = ?
         ORDER BY number DESC LIMIT 1 OFFSET ?)
       AND number <> (SELECT coalesce(max(number), 0) FROM run
         WHERE profile = ? AND activity = ? AND place = ? AND outcome IN ('done', 'skipped'))`,
      ...[...of, ...of, runsKept, ...of]
    )
    return { ...run, number, startedAt: new Date(now) }
  })

/** Records how a run ended. @throws LeaseLost when another process may have run it meanwhile */
export const endRun = (
  session: Session,
  number: number,
  end: Pick<ScheduledRun, "outcome" | "backupId" | "detail">,
  lease: Lease,
  now: number
): void => {
  commit(session, { now }, () => {
    requireLease(session.db, lease)
    session.db.run(
      "UPDATE run SET ended_at = ?, outcome = ?, backup_id = ?, detail = ? WHERE number = ?",
      now,
      end.outcome ?? "failed",
      end.backupId ?? null,
      end.detail ?? null,
      number
    )
  })
}
