/** Models as the plain values that scripts and clients get. What is `undefined` is left out. */
import * as Struct from "effect/Struct"
import type { BackupInfo } from "../backup/Backup.js"
import type { BackupEntry, RestoreResult } from "../backup/Backups.js"
import type { EntityVersion, FoundVersion, LibraryDifference } from "../backup/History.js"
import type { Timeline } from "../backup/Timeline.js"
import type { PerformanceSummary, SongSummary } from "../entity/Entities.js"
import type { Performance } from "../model/Performance.js"
import type { Song } from "../model/Song.js"
import type { UserPreferences } from "../model/UserPreferences.js"
import { eachItem, type PlanItem, type RestorePlan } from "../restore/Plan.js"
import { type PlanChanges, wordsFor } from "../restore/PlanChanges.js"
import type * as Backup from "./Backup.js"
import type { LibraryPreferences } from "./Entity.js"
import type * as History from "./History.js"
import type * as Restore from "./Restore.js"

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
): typeof LibraryPreferences.Encoded => ({
  ...preferences,
  timeZone: timeZone ?? null,
  updatedAt: storedTime(preferences.updatedAt)
})

export const backupJson = (backup: BackupInfo): typeof Backup.Backup.Encoded => ({
  ...Struct.pick(backup, "backupId", "number"),
  timestamp: backup.timestamp.toISOString(),
  ...Struct.pick(backup, "description", "tags", "pinned", "trigger", "profile", "position", "root"),
  ...Struct.pick(backup, "songs", "performances", "preferences", "size", "newBytes"),
  origin: backup.origin && Struct.pick(backup.origin, "trigger", "number", "libraryId", "source"),
  forgottenAt: backup.forgottenAt?.toISOString()
})

export const entryJson = (entry: BackupEntry): typeof Backup.BackupEntry.Encoded =>
  Struct.pick(entry, "kind", "id", "name", "size")

export const versionJson = (version: EntityVersion): typeof History.Version.Encoded => ({
  ...Struct.pick(
    version,
    "version",
    "position",
    "source",
    "firstIn",
    "notIn",
    "actor",
    "deleted",
    "name",
    "size",
    "changes"
  ),
  timestamp: version.timestamp.toISOString(),
  since: version.since?.toISOString()
})

export const differenceJson = ({
  from,
  to,
  created,
  deleted,
  changed
}: LibraryDifference): typeof History.Difference.Encoded => ({
  from,
  to,
  created,
  deleted,
  changed: changed.map(({ kind, id, name, changes, patch }) => ({
    kind,
    id,
    name,
    changes,
    patch: patch?.map((operation) => ({ ...operation })) ?? null
  }))
})

/** Columns that are not words of a person. */
const machine = new Set(["id", "song_id", "user_id", "determinism_seed", "created_at", "updated_at"])

/** Without what only an id or a time matches. */
export const foundInWords = (all: ReadonlyArray<FoundVersion>): ReadonlyArray<FoundVersion> =>
  all
    .map((found) => ({ ...found, columns: found.columns.filter((column) => !machine.has(column)) }))
    .filter(({ columns }) => columns.length > 0)

export const foundJson = (found: FoundVersion): typeof History.Found.Encoded => ({
  ...Struct.pick(found, "kind", "id", "name", "position", "source", "firstIn", "notIn", "untilPosition"),
  fields: found.columns.map(fieldOf),
  since: found.since.toISOString(),
  until: found.until?.toISOString()
})

/** A timeline, with the edges of its slots in milliseconds since 1970. */
export const timelineJson = (
  timeline: Timeline,
  edges: ReadonlyArray<number>
): typeof History.Timeline.Encoded => ({
  ...Struct.pick(timeline, "position", "count", "at", "events", "rows"),
  first: timeline.first?.toISOString(),
  last: timeline.last?.toISOString(),
  edges: edges.map((edge) => new Date(edge).toISOString()),
  marks: timeline.marks.map((mark) => ({ ...mark, time: mark.time.toISOString() }))
})

export const planItemJson = (item: PlanItem, changes: PlanChanges): typeof Restore.PlanItem.Encoded => ({
  ...Struct.pick(item, "kind", "id", "name", "action", "conflict", "copyOf", "notes"),
  changes: wordsFor(changes, item)
})

/** All items of a plan, none of which is held. */
export const planItemsJson = (
  plan: RestorePlan,
  changes: PlanChanges
): ReadonlyArray<typeof Restore.PlanItem.Encoded> =>
  Array.from(eachItem(plan), (item) => planItemJson(item, changes))

/** What restores, undos and imports tell alike. */
export const restoredJson = (result: RestoreResult) =>
  Struct.pick(
    result,
    "songsRestored",
    "performancesRestored",
    "preferencesRestored",
    "errors",
    "isSuccess",
    "triggered",
    "plan",
    "conflicts"
  )
