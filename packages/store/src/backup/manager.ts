/** `BackupManager` over one session. */
import { randomUUID } from "node:crypto"
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
  recordSize,
  toHex,
  type ValidationLevel,
  type ValidationResult,
  walkTree
} from "@white-room/core"
import type * as Context from "effect/Context"
import { takeOverBackups } from "../adopt/oldBackups.js"
import { reasonOf } from "../check/Findings.js"
import type { Session } from "../library/Session.js"
import { writeReconciled } from "../live/reconcile.js"
import { EventWriter } from "../log/events.js"
import { attempt } from "../repository/runner.js"
import { applySavedPlan, plannedRestore, restoreFromBackup } from "../restore/restore.js"
import { entriesOfSource, resolveSource, type SourceReference } from "../restore/source.js"
import { forget, undelete } from "../retention/retention.js"
import { filterBackups, findBackup, namedLatest, recordBackupEvent } from "./catalog.js"
import { createBackup } from "./createBackup.js"

/** What a source holds, by kind and name. */
export const entriesIn = (
  session: Session,
  reference: SourceReference,
  wanted: ReadonlyArray<Kind> = kinds
) => {
  const source = resolveSource(session, reference)
  const entries = wanted.flatMap(
    (kind): ReadonlyArray<BackupEntry> =>
      entriesOfSource(source, kind)
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

/** Bytes of all objects as they are, and compressed. */
export const storedObjects = (
  session: Session
): { readonly objects: number; readonly rawBytes: number; readonly storedBytes: number } => {
  const [objects, rawBytes] = session.db.row<[number, number]>(
    "SELECT count(*), coalesce(sum(length), 0) FROM object"
  ) ?? [0, 0]
  const storedBytes = session.db.row<[number]>("SELECT coalesce(sum(length(data)), 0) FROM block")?.[0] ?? 0
  return { objects, rawBytes, storedBytes }
}

const edit = (
  session: Session,
  reference: string,
  change: { readonly description?: string; readonly tags?: ReadonlyArray<string>; readonly pinned?: boolean },
  now: number
): BackupInfo =>
  writeReconciled(session, now, () => {
    const backup = findBackup(session.db, reference)
    const { description, tags, pinned } = { ...backup, ...change }
    const writer = new EventWriter(session.db, { commandId: randomUUID(), actor: session.options.actor, now })
    const payload = encodeBackupEdited({ description, tags, pinned })
    const event = { type: "BackupEdited", payload, recordedAt: now } as const
    const after = recordBackupEvent(session.db, writer, backup.backupId, event)
    writer.finish()
    return after ?? backup
  })

export const makeBackupManager = (session: Session): Context.Tag.Service<typeof BackupManager> => {
  const run = <A>(name: string, body: (now: number) => A) => attempt(session, `backups.${name}`, body)
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
