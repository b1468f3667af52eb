/** Models as the plain values that `--json` prints. What is `undefined` is not printed. */
import type {
  BackupEntry,
  BackupInfo,
  Performance,
  PerformanceSummary,
  Song,
  SongSummary,
  UserPreferences
} from "@white-room/core"
import * as Struct from "effect/Struct"
import type { Outputs } from "./outputs.js"

/** The field that a column holds: `display_name` → `displayName`. */
export const fieldOf = (column: string): string =>
  column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** RFC 3339 with milliseconds; `null` for a stored time that cannot be read. */
const storedTime = (time: Date): string | null => (Number.isNaN(time.getTime()) ? null : time.toISOString())

/** A song or a performance, with its document or without. */
export const entityJson = <A extends Song | SongSummary | Performance | PerformanceSummary>(entity: A) => ({
  ...entity,
  createdAt: storedTime(entity.createdAt),
  updatedAt: storedTime(entity.updatedAt)
})

export const preferencesJson = (
  preferences: UserPreferences,
  timeZone: string | undefined
): Outputs["prefs-show"] => ({
  ...preferences,
  timeZone: timeZone ?? null,
  updatedAt: storedTime(preferences.updatedAt)
})

export const backupJson = (backup: BackupInfo): Outputs["list"][number] => ({
  ...Struct.pick(backup, "backupId", "number"),
  timestamp: backup.timestamp.toISOString(),
  ...Struct.pick(backup, "description", "tags", "pinned", "trigger", "profile", "position", "root"),
  ...Struct.pick(backup, "songs", "performances", "preferences", "size", "newBytes"),
  forgottenAt: backup.forgottenAt?.toISOString()
})

export const entryJson = (entry: BackupEntry): Outputs["show"]["entries"][number] =>
  Struct.pick(entry, "kind", "id", "name", "size")
