/** Models as the plain values that `--json` prints. */
import {
  type BackupInfo,
  type LoggedEvent,
  type Performance,
  type PerformanceSummary,
  type Song,
  type SongSummary,
  toHex,
  type UserPreferences
} from "@white-room/core"
import type { Outputs } from "./outputs.js"

/** RFC 3339 with milliseconds; `null` for a stored time that cannot be read. */
const storedTime = (time: Date): string | null => (Number.isNaN(time.getTime()) ? null : time.toISOString())

const times = ({ createdAt, updatedAt }: { readonly createdAt: Date; readonly updatedAt: Date }) => ({
  createdAt: storedTime(createdAt),
  updatedAt: storedTime(updatedAt)
})

export const songJson = (song: Song): Outputs["song-show"] => ({ ...song, ...times(song) })
export const songSummaryJson = (song: SongSummary): Outputs["song-list"][number] => ({
  ...song,
  ...times(song)
})

export const performanceJson = (performance: Performance): Outputs["performance-show"] => ({
  ...performance,
  ...times(performance)
})
export const performanceSummaryJson = (
  performance: PerformanceSummary
): Outputs["performance-list"][number] => ({
  ...performance,
  ...times(performance)
})

export const preferencesJson = (preferences: UserPreferences): Outputs["prefs-show"] => ({
  ...preferences,
  updatedAt: storedTime(preferences.updatedAt)
})

export const backupJson = (backup: BackupInfo): Outputs["list"][number] => ({
  backupId: backup.backupId,
  number: backup.number,
  timestamp: backup.timestamp.toISOString(),
  description: backup.description,
  tags: backup.tags,
  pinned: backup.pinned,
  trigger: backup.trigger,
  profile: backup.profile,
  position: backup.position,
  root: backup.root,
  songs: backup.songs,
  performances: backup.performances,
  preferences: backup.preferences,
  size: backup.size,
  newBytes: backup.newBytes,
  ...(backup.forgottenAt && { forgottenAt: backup.forgottenAt.toISOString() })
})

export const eventJson = (event: LoggedEvent): Outputs["event"] => ({
  position: event.position,
  subject: event.subject,
  id: event.id,
  version: event.version,
  type: event.type,
  schema: event.schema,
  commandId: event.commandId,
  actor: event.actor,
  recordedAt: new Date(event.recordedAt).toISOString(),
  payloadHash: toHex(event.payloadHash),
  chainHash: toHex(event.chainHash)
})
