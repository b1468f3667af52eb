/** Whether a library is well, and keeping it so. */
import type { OnProgress, RetentionDecision, RetentionPolicy } from "@white-room/core"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { type CheckOptions, type CheckReport, checkSteps } from "../check/Check.js"
import { rebuild } from "../check/rebuild.js"
import { type OpenProgram, otherPrograms } from "../file/otherPrograms.js"
import { type MigrationStatus, migrateDown, migrateUp, migrationStatus } from "../migrate/Migrations.js"
import { type PruneOptions, type PruneReport, prune } from "../retention/prune.js"
import { decide } from "../retention/Trash.js"
import { settledZone, settleZone } from "../retention/Zone.js"
import { attempt, attemptAlone, attemptSteps, type Result } from "../session/Attempt.js"
import type { Session } from "../session/Session.js"
import { type LibraryStatus, type StorageUsage, statusOf, usageOf } from "./Status.js"

export interface Upkeep {
  /** How the library is: what it holds, its newest backup, its copies and checks. */
  readonly status: Result<LibraryStatus>
  /** Where its bytes are. */
  readonly usage: Result<StorageUsage>
  /** Verifies the library and names damage; repairs nothing. */
  readonly check: (options?: CheckOptions) => Result<CheckReport>
  /** Decides retention without changing anything. */
  readonly previewRetention: (policy?: RetentionPolicy) => Result<ReadonlyArray<RetentionDecision>>
  /** Lets go what the policy does not keep, empties the trash of what rested long enough, and gives space back. */
  readonly prune: (options?: PruneOptions) => Result<PruneReport>
  /** The time zone whose days and hours retention counts; `undefined` before its first use, which settles it. */
  readonly timeZone: Result<string | undefined>
  /** Settles it: an IANA name. Fails with `InvalidInput` for one that is not known here. */
  readonly setTimeZone: (zone: string) => Result<void>
  /** Makes the live rows and the catalogue what the log says. Returns the number of rows written. */
  readonly rebuild: (options?: {
    readonly dryRun?: boolean
    readonly onProgress?: OnProgress
  }) => Result<number>
  /** Other programs that have the file open, as far as the system tells. */
  readonly otherPrograms: Result<ReadonlyArray<OpenProgram>>
  /** Its format, and what newer ones there are. */
  readonly migrations: Result<MigrationStatus>
  /** Brings the library to a newer format (default: the newest). Returns the version it has then. */
  readonly migrateUp: (to?: number) => Result<number>
  /** Back to an older format; refused when that would lose something. */
  readonly migrateDown: (to: number) => Result<number>
}

const check = (session: Session, options: CheckOptions): Result<CheckReport> =>
  Effect.map(
    Effect.timed(attemptSteps(session, "upkeep.check", (now) => checkSteps(session, options, now))),
    ([duration, report]) => ({ ...report, durationMs: Math.round(Duration.toMillis(duration)) })
  )

export const makeUpkeep = (session: Session): Upkeep => {
  const run = <A>(name: string, body: (now: number) => A) => attempt(session, `upkeep.${name}`, body)
  const runAlone = <A>(name: string, body: (now: number) => A) =>
    attemptAlone(session, `upkeep.${name}`, body)
  return {
    status: run("status", () => session.reading(() => statusOf(session))),
    usage: run("usage", () => usageOf(session)),
    check: (options = {}) => check(session, options),
    previewRetention: (policy) => run("previewRetention", (now) => decide(session, policy, now).decisions),
    prune: (options = {}) => runAlone("prune", (now) => prune(session, options, now)),
    timeZone: run("timeZone", () => settledZone(session.db)),
    setTimeZone: (zone) => run("setTimeZone", (now) => settleZone(session, zone, now)),
    rebuild: (options = {}) => run("rebuild", (now) => rebuild(session, options, now)),
    otherPrograms: run("otherPrograms", () => otherPrograms(session.path)),
    migrations: run("migrations", () => migrationStatus(session)),
    migrateUp: (to) => runAlone("migrateUp", (now) => migrateUp(session, now, to)),
    migrateDown: (to) => runAlone("migrateDown", (now) => migrateDown(session, now, to))
  }
}
