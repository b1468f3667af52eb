/** `prune`: retention, the trash, reclaiming space, and giving it back to the system. */
import { statSync } from "node:fs"
import { day, InvalidInput } from "@white-room/core"
import { allBackups } from "../backup/catalog.js"
import type { PruneOptions, PruneReport } from "../Library.js"
import type { Session } from "../library/Session.js"
import { captureAll } from "../live/reconcile.js"
import { collect } from "./collect.js"
import { readLogClock } from "./logClock.js"
import { decide, expire, expiryOf, forgetDecided, lastCopies } from "./retention.js"

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

/** Decides, forgets, expires and reclaims; with `dryRun` only says what it would do. */
export const prune = (session: Session, options: PruneOptions, now: number): PruneReport => {
  const keepEdits = keepEditsOf(options)
  if (options.dryRun !== true) {
    session.requireWritable()
    captureAll(session, now)
  }
  const clock = readLogClock(session.db, now)
  const decisions = decide(session, options.policy, now, clock, options.profile)
  const leaving = new Set(decisions.decisions.filter(({ keep }) => !keep).map(({ id }) => id))
  const forgettable = allBackups(session.db).filter(({ backupId }) => leaving.has(backupId))
  const { paused } = decisions
  const expiry = expiryOf(session, clock, now, paused)
  const report = {
    decisions: decisions.decisions,
    paused,
    waiting: expiry.waiting,
    returnsSpace: returnsSpace(session),
    lastCopies: lastCopies(session, [...forgettable, ...expiry.due])
  }
  if (options.dryRun === true)
    return {
      ...report,
      forgotten: forgettable,
      expired: expiry.due,
      objectsRemoved: 0,
      bytesFreed: 0,
      bytesReturned: 0
    }
  const before = statSync(session.path).size
  const forgotten = forgetDecided(session, decisions, now)
  const expired = expire(session, expiry, now)
  if (options.reclaim === false)
    return { ...report, forgotten, expired, objectsRemoved: 0, bytesFreed: 0, bytesReturned: 0 }
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
