/** `BackupManager` over one session. */

import {
  type BackupEntry,
  type BackupInfo,
  type BackupManager,
  backupStatistics,
  decodeRecord,
  encodeBackupEdited,
  fromHex,
  type Kind,
  kinds,
  nameOfRecord,
  ObjectRef,
  type RestoreSource,
  recordSize,
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
import { applySavedPlan } from "../restore/applySavedPlan.js"
import { plannedRestore, restoreFromBackup } from "../restore/Restore.js"
import { forget, undelete } from "../retention/Trash.js"
import { attempt } from "../session/Attempt.js"
import type { Session } from "../session/Session.js"
import { takeOverBackups } from "../staging/OldBackups.js"
import { entriesOfState, resolveState } from "../state/States.js"
import { storedObjects } from "./Status.js"

/** What a source holds, by kind and name. */
export const entriesIn = (
  session: Session,
  reference: RestoreSource,
  wanted: ReadonlyArray<Kind> = kinds
) => {
  const source = resolveState(session, reference)
  const entries = wanted.flatMap(
    (kind): ReadonlyArray<BackupEntry> =>
      entriesOfState(source, kind)
        .map(({ id, record }) => ({
          kind,
          id,
          name: nameOfRecord(kind, record),
          size: recordSize(kind, record)
        }))
        .sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id))
  )
  return { source: source.label, entries }
}

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

const edit = (
  session: Session,
  reference: string,
  change: { readonly description?: string; readonly tags?: ReadonlyArray<string>; readonly pinned?: boolean },
  now: number
): BackupInfo =>
  commit(session, { now }, (tx) => {
    const backup = findBackup(session.db, reference)
    const { description, tags, pinned } = { ...backup, ...change }
    const writer = tx.command()
    const payload = encodeBackupEdited({ description, tags, pinned })
    const event = { type: "BackupEdited", payload, recordedAt: now } as const
    const after = recordBackupEvent(session.db, writer, backup.backupId, event)
    return after ?? backup
  })

export const makeBackupManager = (session: Session): Context.Tag.Service<typeof BackupManager> => {
  const run = <A>(name: string, body: (now: number) => A) => attempt(session.path, `backups.${name}`, body)
  return {
    createBackup: (options = {}) =>
      run("createBackup", (now) => {
        takeOverBackups(session, now)
        return createBackup(session, options, now)
      }),
    planRestore: (source, options = {}) =>
      run("planRestore", (now) => plannedRestore(session, source, options, now)),
    applyPlan: (plan, options = {}) => run("applyPlan", (now) => applySavedPlan(session, plan, options, now)),
    restoreFromBackup: (source, options = {}) =>
      run("restoreFromBackup", (now) => restoreFromBackup(session, source, options, now)),
    validateBackup: (backup, level = "quick") =>
      run("validateBackup", () => validate(session, findBackup(session.db, backup), level)),
    findBackup: (backup) => run("findBackup", () => findBackup(session.db, backup)),
    getAllBackups: (filter = {}) => run("getAllBackups", () => filterBackups(session.db, filter)),
    getLatestBackup: run("getLatestBackup", () => namedLatest(session.db)),
    getBackupSize: (backup) => run("getBackupSize", () => findBackup(session.db, backup).size),
    getBackupStatistics: run("getBackupStatistics", () =>
      backupStatistics(filterBackups(session.db), storedObjects(session))
    ),
    getBackupEntries: (backup) =>
      run("getBackupEntries", () => entriesIn(session, findBackup(session.db, backup).backupId).entries),
    editBackup: (backup, change) => run("editBackup", (now) => edit(session, backup, change, now)),
    deleteBackup: (backups, reason = "by hand") =>
      run("deleteBackup", (now) => forget(session, backups, reason, now)),
    undeleteBackup: (backup) => run("undeleteBackup", (now) => undelete(session, backup, now))
  }
}
