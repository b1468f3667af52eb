/** `prune`: retention, the trash, reclaiming space, and giving it back to the system. */
import { statSync } from "node:fs"
import {
  type BackupInfo,
  day,
  InvalidInput,
  type OnProgress,
  type RetentionDecision,
  type RetentionPolicy
} from "@white-room/core"
import { allBackups } from "../backup/Catalog.js"
import { captureAll } from "../capture/Capture.js"
import type { Session } from "../session/Session.js"
import { collect } from "./collect.js"
import { readLogClock } from "./readLogClock.js"
import { decide, expire, expiryOf, forgetDecided, lastCopies } from "./Trash.js"
import { settledZone, settleZone, zoneInUse } from "./Zone.js"

const defaultKeepEditsDays = 90

const pagesPerVacuum = 2000

/** An adopted file keeps the setting that its app gave it: the app's file is never rewritten as a whole. */
const returnsSpace = (session: Session): boolean => session.db.pragma("auto_vacuum") !== 0

/** Gives free pages back in short steps, where the file was made so that it can. */
const vacuum = (session: Session): void => {
  if (session.db.pragma("auto_vacuum") !== 2) return
  for (let free = session.db.pragma("freelist_count"); Number(free) > 0; ) {
    session.db.exec(`PRAGMA incremental_vacuum(${pagesPerVacuum})`)
    const left = session.db.pragma("freelist_count")
    if (left === free) break
    free = left
  }
}

const keepEditsOf = ({ keepEditsDays = defaultKeepEditsDays }: PruneOptions): number => {
  if (keepEditsDays >= 0) return keepEditsDays * day
  throw new InvalidInput({ field: "keepEditsDays", reason: "it must be 0 or more" })
}

const nothingReclaimed = { objectsRemoved: 0, bytesFreed: 0, bytesReturned: 0 }

/** What a prune would do, read on one snapshot: what others sweep meanwhile is still there to be named. */
const plan = (session: Session, options: PruneOptions, now: number) => {
  const clock = readLogClock(session.db, now)
  const decisions = decide(session, options.policy, now, clock, options)
  const leaving = new Set(decisions.decisions.filter(({ keep }) => !keep).map(({ id }) => id))
  const forgettable = allBackups(session.db).filter(({ backupId }) => leaving.has(backupId))
  const expiry = expiryOf(session, clock, now, decisions.paused)
  const report = {
    decisions: decisions.decisions,
    paused: decisions.paused,
    waiting: expiry.waiting,
    ...zoneInUse(session.db, options.zone),
    returnsSpace: returnsSpace(session),
    lastCopies: lastCopies(session, [...forgettable, ...expiry.due])
  }
  return { clock, decisions, expiry, forgettable, report }
}

/** Decides, forgets, expires and reclaims; with `dryRun` only says what it would do. */
export const prune = (session: Session, options: PruneOptions, now: number): PruneReport => {
  const keepEdits = keepEditsOf(options)
  if (options.dryRun !== true) {
    session.requireWritable()
    captureAll(session, now)
    const { zone, unknownZone } = zoneInUse(session.db, options.zone)
    if (settledZone(session.db) === undefined && unknownZone === undefined) settleZone(session, zone, now)
  }
  const { clock, decisions, expiry, forgettable, report } = session.reading(() => plan(session, options, now))
  const { paused } = decisions
  if (options.dryRun === true)
    return {
      ...report,
      forgotten: forgettable,
      expired: expiry.due,
      ...nothingReclaimed
    }
  const before = statSync(session.path).size
  const forgotten = forgetDecided(session, decisions, now)
  const expired = expire(session, expiry, now)
  if (options.reclaim === false) return { ...report, forgotten, expired, ...nothingReclaimed }
  const collected = collect(session, (command) => paused || clock.ageAtNewest(command) <= keepEdits, now)
  vacuum(session)
  session.checkpoint()
  return {
    ...report,
    forgotten,
    expired,
    ...collected,
    bytesReturned: Math.max(0, before - statSync(session.path).size)
  }
}

export interface PruneOptions {
  readonly policy?: RetentionPolicy
  /** Decide only about the backups that this profile took; all others stay. */
  readonly profile?: string
  /** The time zone that the library has from now on, if none was settled; default: that of this machine. */
  readonly zone?: string | undefined
  /** False: decide, forget and expire, but leave reclaiming space, which reads the whole library, to another time. */
  readonly reclaim?: boolean
  /** Versions older than this many days that nothing holds are released. Default 90. */
  readonly keepEditsDays?: number
  /** Only say what would be done. */
  readonly dryRun?: boolean
  readonly onProgress?: OnProgress
}

export interface PruneReport {
  /** What the policy says of every backup. */
  readonly decisions: ReadonlyArray<RetentionDecision>
  /** Moved to the trash by this run. */
  readonly forgotten: ReadonlyArray<BackupInfo>
  /** Taken out of the trash for good by this run. */
  readonly expired: ReadonlyArray<BackupInfo>
  /** Waiting in the trash for their time, or for the second prune. */
  readonly waiting: ReadonlyArray<BackupInfo>
  /** Entities that no kept backup and no live row would hold any more, as `Night Drive (id)`. */
  readonly lastCopies: ReadonlyArray<string>
  readonly objectsRemoved: number
  /** Compressed bytes that were freed inside the file. */
  readonly bytesFreed: number
  /** Bytes by which the file became smaller. */
  readonly bytesReturned: number
  /** False for a file of an app that keeps its size: what was freed is there for what comes next. */
  readonly returnsSpace: boolean
  /** Whose days and hours were counted: those of the library. */
  readonly zone: string
  /** The library's time zone, where it is not known here and UTC was taken in its place. */
  readonly unknownZone?: string | undefined
  /** True when expiry paused because the clock jumped. */
  readonly paused: boolean
}
