/** Retention: what the policy says of each backup, the trash, and the slow way out of it. */
import {
  type BackupInfo,
  day,
  decideRetention,
  defaultRetentionPolicy,
  encodeReason,
  fromHex,
  keyString,
  localParts,
  nameOfRecord,
  noPayload,
  PolicyRefused,
  type RetentionDecision,
  type RetentionPolicy,
  walkTree
} from "@white-room/core"
import {
  allBackups,
  backupById,
  differingFields,
  findBackup,
  keptBackup,
  recordBackupEvent
} from "../backup/Catalog.js"
import { commit } from "../capture/Commit.js"
import { newestCommandTime } from "../log/Commands.js"
import { forgottenBy } from "../log/Markers.js"
import { firstTime } from "../object/HashKeys.js"
import { readInfo, type Session } from "../session/Session.js"
import { textOf, wholeOf } from "../sqlite/StoredValue.js"
import { type LogClock, readLogClock } from "./readLogClock.js"
import { zoneInUse } from "./Zone.js"

/** Forgotten backups rest in the trash at least this long. */
const trashTime = 7 * day
/** A backup leaves the trash only when two prunes at least this far apart found that its time is over. */
const secondLook = day

export interface Decisions {
  readonly decisions: ReadonlyArray<RetentionDecision>
  readonly paused: boolean
}

/** What the policy says of every backup that is not in the trash. @throws PolicyRefused */
export const decide = (
  session: Session,
  policy: RetentionPolicy | undefined,
  now: number,
  clock = readLogClock(session.db, now),
  { profile, zone: otherwise }: { readonly profile?: string; readonly zone?: string | undefined } = {}
): Decisions => {
  const backups = allBackups(session.db).filter((backup) => backup.forgottenAt === undefined)
  const items = backups.map((backup) => ({
    id: backup.backupId,
    number: backup.number,
    position: backup.position,
    time: backup.timestamp.getTime(),
    trigger: backup.trigger,
    pinned: backup.pinned,
    tags: backup.tags,
    ...(backup.profile === "" ? {} : { profile: backup.profile })
  }))
  const { zone } = zoneInUse(session.db, otherwise)
  const result = decideRetention(items, policy ?? defaultRetentionPolicy, {
    now,
    latestKnownTime: newestCommandTime(session.db),
    unsettled: clock.unsettled,
    localParts: (moment) => localParts(moment, zone)
  })
  if (result._tag === "Refused") throw new PolicyRefused({ reason: result.reason })
  if (profile === undefined) return result
  const own = new Set(backups.filter((backup) => backup.profile === profile).map(({ backupId }) => backupId))
  return {
    ...result,
    decisions: result.decisions.map((decision) =>
      own.has(decision.id) ? decision : { ...decision, keep: true, reasons: [`not taken by ${profile}`] }
    )
  }
}

/** Adds an event about each backup that under the write lock still is as it was when this was decided. */
const recordEvents = (
  session: Session,
  now: number,
  type: "BackupForgotten" | "BackupUndeleted" | "BackupExpired",
  backups: ReadonlyArray<BackupInfo>,
  reason: string
): ReadonlyArray<BackupInfo> => {
  if (backups.length === 0) return []
  return commit(session, { now }, (tx) => {
    const writer = tx.command()
    const payload = type === "BackupUndeleted" ? noPayload : encodeReason(reason)
    const after = backups
      .filter((backup) => isUnchanged(backup, backupById(session.db, backup.backupId)))
      .map((backup) => recordBackupEvent(session.db, writer, backup.backupId, { type, payload }) ?? backup)
    return after
  })
}

/** In or out of the trash as before, and with the same pin and tags: what a decision about it rests on. */
const isUnchanged = (before: BackupInfo, after: BackupInfo | undefined): boolean =>
  after !== undefined && differingFields(before, after, ["forgottenAt", "pinned", "tags"]).length === 0

/** Moves backups to the trash, all or none: a person's word about one is obeyed, also about the newest. */
export const forget = (
  session: Session,
  references: ReadonlyArray<string>,
  reason: string,
  now: number
): ReadonlyArray<BackupInfo> => {
  const backups = [
    ...new Map(references.map((name) => [findBackup(session.db, name).backupId, name])).values()
  ].map((name) => findBackup(session.db, name))
  const open = backups.filter((backup) => backup.forgottenAt === undefined)
  recordEvents(session, now, "BackupForgotten", open, reason)
  return backups.map((backup) => keptBackup(session.db, backup.backupId))
}

/** Takes a backup out of the trash. */
export const undelete = (session: Session, reference: string, now: number): BackupInfo => {
  const backup = findBackup(session.db, reference)
  if (backup.forgottenAt !== undefined) recordEvents(session, now, "BackupUndeleted", [backup], "")
  return keptBackup(session.db, backup.backupId)
}

export interface Expiry {
  readonly due: ReadonlyArray<BackupInfo>
  readonly waiting: ReadonlyArray<BackupInfo>
  /** Backups whose time is over for the first time now. */
  readonly noted: ReadonlyArray<BackupInfo>
}

/** Milliseconds that a backup has rested in the trash. */
const restOf = (session: Session, clock: LogClock, { backupId }: BackupInfo): number => {
  const command = forgottenBy(session.db, backupId)
  return command === undefined ? 0 : clock.ageOf(command)
}

/** Which backups of the trash are due. A note from the future, left by a clock that was wrong, counts as none. */
export const expiryOf = (session: Session, clock: LogClock, now: number, paused: boolean): Expiry => {
  const trash = allBackups(session.db).filter((backup) => backup.forgottenAt !== undefined)
  const ripe = trash.filter((backup) => !paused && restOf(session, clock, backup) >= trashTime)
  const notes = new Map(
    session.db
      .rows<[unknown, unknown]>(
        "SELECT backup_id, expiry_noted_at FROM backup_catalog WHERE expiry_noted_at IS NOT NULL"
      )
      .map(([id, noted]) => [textOf(id, "backup catalogue"), wholeOf(noted, "backup catalogue")])
  )
  const noteOf = ({ backupId }: BackupInfo): number | undefined => {
    const note = notes.get(backupId)
    return note === undefined || note > now ? undefined : note
  }
  const due = ripe.filter((backup) => now - (noteOf(backup) ?? now) >= secondLook)
  return {
    due,
    waiting: trash.filter((backup) => !due.includes(backup)),
    noted: ripe.filter((backup) => noteOf(backup) === undefined)
  }
}

/** Notes what is ripe, takes out what is due and still in the trash; returns that. */
export const expire = (session: Session, expiry: Expiry, now: number): ReadonlyArray<BackupInfo> => {
  for (const { backupId } of expiry.noted)
    commit(session, { now }, () =>
      session.db.run("UPDATE backup_catalog SET expiry_noted_at = ? WHERE backup_id = ?", now, backupId)
    )
  return recordEvents(session, now, "BackupExpired", expiry.due, "its time in the trash is over")
}

export const forgetDecided = (
  session: Session,
  decisions: Decisions,
  now: number
): ReadonlyArray<BackupInfo> => {
  const ids = new Set(decisions.decisions.filter(({ keep }) => !keep).map(({ id }) => id))
  const backups = allBackups(session.db).filter(({ backupId }) => ids.has(backupId))
  return recordEvents(session, now, "BackupForgotten", backups, "retention policy")
}

/** Names of entities that only the given backups hold: no other kept backup, and not the library itself. */
export const lastCopies = (session: Session, going: ReadonlyArray<BackupInfo>): ReadonlyArray<string> => {
  if (going.length === 0) return []
  const leaving = new Set(going.map(({ backupId }) => backupId))
  const held = new Set<string>()
  const lost = new Map<string, string>()
  const isNew = firstTime()
  const walk = (
    root: Uint8Array,
    entry: (key: string, kind: "song" | "performance" | "preferences", id: string, record: Uint8Array) => void
  ) =>
    walkTree(root, session.nodeStore(new Map()), {
      node: isNew,
      entry: (kind, { id, record }) => entry(keyString(kind, id), kind, id, record),
      damage: (_hash, _kind, error) => {
        throw error
      }
    })
  walk(readInfo(session.db).treeRoot, (key) => held.add(key))
  for (const backup of allBackups(session.db))
    if (!leaving.has(backup.backupId)) walk(fromHex(backup.root), (key) => held.add(key))
  for (const backup of going)
    walk(fromHex(backup.root), (key, kind, id, record) => {
      const name = nameOfRecord(kind, record)
      if (!held.has(key)) lost.set(key, name === "" ? id : `${name} (${id})`)
    })
  return [...lost.values()]
}
