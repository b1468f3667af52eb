/** `Backups` over one session. */

import {
  type BackupChange,
  type BackupInfo,
  type Backups,
  backupStatistics,
  backupTextFault,
  decodeRecord,
  encodeBackupEdited,
  fromHex,
  InvalidInput,
  type Kind,
  nameOfRecord,
  ObjectRef,
  toHex,
  type ValidationLevel,
  type ValidationResult,
  walkTree
} from "@white-room/core"
import type * as Context from "effect/Context"
import { filterBackups, findBackup, namedLatest, recordBackupEvent } from "../backup/Catalog.js"
import { createBackup } from "../backup/createBackup.js"
import { commit } from "../capture/Commit.js"
import { reasonOf } from "../check/Findings.js"
import { mending } from "../mend/MendObjects.js"
import { applySavedPlan } from "../restore/applySavedPlan.js"
import { plannedRestore, restoreFromBackup } from "../restore/Restore.js"
import { forget, undelete } from "../retention/Trash.js"
import { attempt } from "../session/Attempt.js"
import type { Session } from "../session/Session.js"
import { takeOverBackups } from "../staging/OldBackups.js"
import { entriesIn } from "./entriesIn.js"
import { storedObjects } from "./Status.js"

const validate = (session: Session, backup: BackupInfo, level: ValidationLevel): ValidationResult => {
  const valid: Record<Kind, number> = { song: 0, performance: 0, preferences: 0 }
  const errors: Array<string> = []
  walkTree(fromHex(backup.root), session.nodeStore(new Map()), {
    node: () => true,
    entry: (kind, { id, record }) => {
      try {
        for (const cell of decodeRecord(kind, record).values())
          if (level === "full" && cell instanceof ObjectRef) session.reader.get(cell.hash)
        valid[kind]++
      } catch (error) {
        errors.push(`${kind} ${nameOfRecord(kind, record) || id}: ${reasonOf(error)}`)
      }
    },
    damage: (hash, _, error) => errors.push(`tree node ${toHex(hash).slice(0, 12)}: ${reasonOf(error)}`)
  })
  const expected = backup.songs + backup.performances + backup.preferences
  const found = valid.song + valid.performance + valid.preferences
  if (errors.length === 0 && found !== expected)
    errors.push(`it holds ${found} entities in place of ${expected}`)
  return {
    validSongs: valid.song,
    validPerformances: valid.performance,
    validPreferences: valid.preferences,
    isValid: errors.length === 0,
    errors
  }
}

const edit = (session: Session, reference: string, change: BackupChange, now: number): BackupInfo =>
  commit(session, { now }, (tx) => {
    const backup = findBackup(session.db, reference)
    const { description = backup.description, tags = backup.tags, pinned = backup.pinned } = change
    const fault = backupTextFault(change)
    if (fault !== undefined) throw new InvalidInput(fault)
    const writer = tx.command()
    const payload = encodeBackupEdited({ description, tags, pinned })
    const event = { type: "BackupEdited", payload, recordedAt: now } as const
    const after = recordBackupEvent(session.db, writer, backup.backupId, event)
    return after ?? backup
  })

export const makeBackups = (session: Session): Context.Tag.Service<typeof Backups> => {
  const run = <A>(name: string, body: (now: number) => A) =>
    attempt(session, `backups.${name}`, (now) => mending(session, now, () => body(now), true))
  return {
    take: (options = {}) =>
      run("take", (now) => {
        takeOverBackups(session, now)
        return createBackup(session, options, now)
      }),
    list: (filter = {}) => run("list", () => filterBackups(session.db, filter)),
    find: (backup) => run("find", () => findBackup(session.db, backup)),
    latest: run("latest", () => namedLatest(session.db)),
    entries: (backup) =>
      run("entries", () => entriesIn(session, `b${findBackup(session.db, backup).number}`).entries),
    statistics: run("statistics", () => backupStatistics(filterBackups(session.db), storedObjects(session))),
    edit: (backup, change) => run("edit", (now) => edit(session, backup, change, now)),
    forget: (backups, reason = "by hand") => run("forget", (now) => forget(session, backups, reason, now)),
    undelete: (backup) => run("undelete", (now) => undelete(session, backup, now)),
    validate: (backup, level = "quick") =>
      run("validate", () => session.reading(() => validate(session, findBackup(session.db, backup), level))),
    plan: (source, options = {}) => run("plan", (now) => plannedRestore(session, source, options, now)),
    apply: (plan, options = {}) => run("apply", (now) => applySavedPlan(session, plan, options, now)),
    restore: (source, options = {}) =>
      run("restore", (now) => restoreFromBackup(session, source, options, now))
  }
}
