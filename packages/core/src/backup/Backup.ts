/** A backup as the catalogue knows it, and the pure rules about backups. */
import { fromHex, toHex } from "../codec/Bytes.js"
import { BackupNotFound } from "../errors/WhiteRoomError.js"
import {
  type BackupEdited,
  type BackupOrigin,
  type BackupTaken,
  decodeBackupEdited,
  decodeBackupTaken,
  decodeReason,
  type EventType,
  type Trigger
} from "../log/Event.js"

/** The version of the exchange data that Phase 5 readers expect. */
export const backupVersion = "1.0.0"

/** Marks a backup of which only a part is there, or could be read exactly. */
export const incompleteTag = "incomplete"

/** A kept checkpoint: one row of the catalogue. Sizes are bytes. */
export interface BackupInfo {
  readonly backupId: string
  /** Counts up in this library; people write `b31`. */
  readonly number: number
  readonly timestamp: Date
  readonly description: string
  readonly tags: ReadonlyArray<string>
  readonly pinned: boolean
  readonly trigger: Trigger
  /** The empty string when no profile took it. */
  readonly profile: string
  readonly version: string
  /** The state it holds is that after this event. */
  readonly position: number
  /** Hex of the tree's root hash: equal roots, equal libraries. */
  readonly root: string
  readonly songs: number
  readonly performances: number
  readonly preferences: number
  /** Bytes of all rows in it. */
  readonly size: number
  /** Compressed bytes it added to the library. */
  readonly newBytes: number
  /** Of an imported one: where it came from, and why it was taken there. */
  readonly origin?: BackupOrigin | undefined
  /** Set while it rests in the trash. */
  readonly forgottenAt?: Date
}

/** A backup with its documents, as Phase 5's `Backup`: made on demand, for single reads. */
export interface BackupDocument {
  readonly id: string
  readonly timestamp: Date
  readonly description: string
  readonly songsJSON: string
  readonly performancesJSON: string
  readonly preferencesJSON: string
  readonly size: number
  readonly version: string
}

/** A backup as its `BackupTaken` describes it. */
export const backupOfTaken = (taken: BackupTaken): BackupInfo => ({
  backupId: taken.backupId,
  number: taken.number,
  timestamp: new Date(taken.time),
  description: taken.description,
  tags: taken.tags,
  pinned: taken.pinned,
  trigger: taken.trigger,
  profile: taken.profile,
  version: taken.version,
  position: taken.position,
  root: toHex(taken.root),
  songs: taken.songs,
  performances: taken.performances,
  preferences: taken.preferences,
  size: taken.size,
  newBytes: taken.newBytes,
  origin: taken.origin
})

/** The event that describes a backup as it is now, edits included. */
export const takenOfBackup = (backup: BackupInfo): BackupTaken => ({
  backupId: backup.backupId,
  number: backup.number,
  root: fromHex(backup.root),
  position: backup.position,
  time: backup.timestamp.getTime(),
  description: backup.description,
  tags: backup.tags,
  pinned: backup.pinned,
  trigger: backup.trigger,
  profile: backup.profile,
  version: backup.version,
  songs: backup.songs,
  performances: backup.performances,
  preferences: backup.preferences,
  size: backup.size,
  newBytes: backup.newBytes,
  origin: backup.origin
})

/** What the catalogue says of one backup after an event about it; `undefined`: no longer kept. */
export const evolveBackup = (
  backup: BackupInfo | undefined,
  event: { readonly type: EventType; readonly payload: Uint8Array; readonly recordedAt: number }
): BackupInfo | undefined => {
  if (event.type === "BackupTaken") return backupOfTaken(decodeBackupTaken(event.payload))
  if (backup === undefined) return undefined
  switch (event.type) {
    case "BackupEdited": {
      const edit: BackupEdited = decodeBackupEdited(event.payload)
      return { ...backup, ...edit }
    }
    case "BackupForgotten":
      decodeReason(event.payload)
      return { ...backup, forgottenAt: new Date(event.recordedAt) }
    case "BackupUndeleted": {
      const { forgottenAt: _, ...kept } = backup
      return kept
    }
    case "BackupExpired":
      return undefined
    default:
      return backup
  }
}

/** How a person names a backup, or a position of the log. */
export type BackupReference =
  | { readonly _tag: "Position"; readonly position: number }
  | { readonly _tag: "Number"; readonly number: number }
  | { readonly _tag: "Latest"; readonly back: number }
  | { readonly _tag: "Id"; readonly id: string }

/** Reads `b31`, `latest`, `latest~2`, `@1234` or an id. */
export const parseBackupReference = (reference: string): BackupReference => {
  const number = /^b(\d{1,15})$/i.exec(reference)
  if (number) return { _tag: "Number", number: Number(number[1]) }
  const position = /^@(\d{1,15})$/.exec(reference)
  if (position) return { _tag: "Position", position: Number(position[1]) }
  const latest = /^latest(?:~(\d{1,9}))?$/i.exec(reference)
  if (latest) return { _tag: "Latest", back: Number(latest[1] ?? 0) }
  return { _tag: "Id", id: reference }
}

/** True for the backup that a restore takes first, here or in the library that it was imported from. */
const isSafety = ({ trigger, origin }: BackupInfo): boolean =>
  trigger === "safety" || origin?.trigger === "safety"

/** Imports come in any order; what a person means by the newest is the newest state. */
const byTime = (a: BackupInfo, b: BackupInfo): number =>
  a.timestamp.getTime() - b.timestamp.getTime() || a.number - b.number

/**
 * What `latest` counts, oldest first: backups that are not in the trash, and not the safety backups that restores take,
 * here or elsewhere; otherwise restoring `latest` twice would undo the restore. Imported ones are states of another place
 * or time: they count only while the library has none of its own, and then by when they were taken.
 */
export const latestBackups = (backups: ReadonlyArray<BackupInfo>): ReadonlyArray<BackupInfo> => {
  const kept = backups.filter((backup) => backup.forgottenAt === undefined && !isSafety(backup))
  const own = kept.filter((backup) => backup.trigger !== "imported")
  return own.length > 0 ? own : kept.toSorted(byTime)
}

/** Up to three that the person may have meant: those with the nearest numbers, otherwise the newest. */
const nearTo = (backups: ReadonlyArray<BackupInfo>, wanted: BackupReference): ReadonlyArray<string> => {
  const kept = backups.filter((backup) => backup.forgottenAt === undefined)
  const aim = wanted._tag === "Number" ? wanted.number : (kept.at(-1)?.number ?? 0)
  return kept
    .sort((a, b) => Math.abs(a.number - aim) - Math.abs(b.number - aim))
    .slice(0, 3)
    .map((backup) => `b${backup.number}`)
}

/** The backup that a reference names among those kept, oldest first. @throws BackupNotFound with near matches. */
export const resolveBackup = (backups: ReadonlyArray<BackupInfo>, reference: string): BackupInfo => {
  const wanted = parseBackupReference(reference)
  const found =
    wanted._tag === "Number"
      ? backups.find((backup) => backup.number === wanted.number)
      : wanted._tag === "Latest"
        ? latestBackups(backups).at(-1 - wanted.back)
        : wanted._tag === "Id"
          ? backups.find((backup) => backup.backupId === wanted.id)
          : undefined
  if (found !== undefined) return found
  throw new BackupNotFound({ backup: reference, near: nearTo(backups, wanted) })
}

/** The figures of `usage`. Sizes are bytes. */
export interface BackupStatistics {
  readonly totalBackups: number
  readonly totalSize: number
  readonly averageSize: number
  readonly oldestBackup?: Date
  readonly newestBackup?: Date
  /** Compressed bytes of all objects, for every backup and every version together. */
  readonly storedBytes: number
  /** Bytes of all backups over the bytes of distinct objects: what keeping equal things once saves. */
  readonly dedupRatio: number
  /** Bytes of distinct objects over their compressed bytes. */
  readonly compressionRatio: number
}

const ratio = (a: number, b: number): number => (b === 0 ? 1 : Math.round((a / b) * 100) / 100)

/** Statistics of the kept backups and of what the object store holds for them. */
export const backupStatistics = (
  backups: ReadonlyArray<Pick<BackupInfo, "timestamp" | "size" | "number">>,
  storage: { readonly rawBytes: number; readonly storedBytes: number }
): BackupStatistics => {
  const byNumber = [...backups].sort((a, b) => a.number - b.number)
  const totalSize = byNumber.reduce((sum, backup) => sum + backup.size, 0)
  const oldest = byNumber[0]
  const newest = byNumber.at(-1)
  return {
    totalBackups: byNumber.length,
    totalSize,
    averageSize: byNumber.length === 0 ? 0 : Math.round(totalSize / byNumber.length),
    ...(oldest && newest ? { oldestBackup: oldest.timestamp, newestBackup: newest.timestamp } : {}),
    storedBytes: storage.storedBytes,
    dedupRatio: ratio(totalSize, storage.rawBytes),
    compressionRatio: ratio(storage.rawBytes, storage.storedBytes)
  }
}
