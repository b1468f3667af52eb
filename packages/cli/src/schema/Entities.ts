/** What the commands about songs, performances and preferences print for scripts. */
import * as Model from "@white-room/core"
import * as Schema from "effect/Schema"
import { PlanItem } from "./Backups.js"
import { Count, Failed, optional, PlanCounts, StoredTime, summary } from "./Fields.js"

/** The model with its times as they are printed. Of what an app stored, an id may be any text. */
const times = { createdAt: StoredTime, updatedAt: StoredTime }

export const Song = Schema.Struct({ ...Model.Song.fields, id: Schema.String, ...times })
export const Performance = Schema.Struct({
  ...Model.Performance.fields,
  id: Schema.String,
  songId: Schema.String,
  ...times
})

/** Without its document, as in lists. */
export const SongSummary = Song.omit("songDataJSON")
export const PerformanceSummary = Performance.omit("performanceDataJSON")

/** Numbers as an app stored them: whole or not. */
const Preferences = Schema.Struct({
  userId: Schema.String,
  displayName: optional(Schema.String),
  defaultOutputDevice: optional(Schema.String),
  defaultInputDevice: optional(Schema.String),
  defaultSampleRate: Schema.Finite,
  defaultBufferSize: Schema.Finite,
  autoSaveEnabled: Schema.Boolean,
  autoSaveInterval: Schema.Finite,
  autoBackupEnabled: Schema.Boolean,
  backupIntervalHours: Schema.Finite,
  maxBackups: Schema.Finite,
  theme: optional(Schema.String),
  language: optional(Schema.String),
  showTooltips: Schema.Boolean,
  customPreferences: Schema.Record({ key: Schema.String, value: Schema.Unknown }),
  updatedAt: StoredTime
})

/** `songs`, `performances`, `preferences`: new or changed. `skipped`: there already, exactly so. */
export const ImportSummary = summary({
  songs: Count,
  performances: Count,
  preferences: Count,
  backups: Count,
  skipped: Count,
  /** Others here than in the import, and kept: exit code 3. */
  conflicts: Count,
  plan: PlanCounts,
  errors: Schema.Array(Failed),
  warnings: Schema.Array(Failed),
  durationMs: Count,
  /** Only with `import --dry-run`: everything that is not unchanged. */
  items: optional(Schema.Array(PlanItem))
})

export const ExportSummary = summary({
  files: Schema.Array(
    Schema.Struct({ id: Schema.String, name: Schema.String, file: Schema.String, size: Count })
  ),
  errors: Schema.Array(Failed)
})

/** What `export` wrote. `problems` names what the files cannot carry exactly, or at all. */
export const ExportedSummary = summary({
  path: Schema.String,
  format: Schema.Literal("json", "files", "bundle"),
  source: Schema.String,
  songs: Count,
  performances: Count,
  preferences: Count,
  files: Count,
  size: Count,
  encrypted: Schema.Boolean,
  problems: Schema.Array(Schema.Struct({ where: Schema.String, reason: Schema.String })),
  durationMs: Count
})

export const DeleteSummary = summary({
  deleted: Schema.Array(Schema.Struct({ id: Schema.String, name: Schema.String }))
})

/** `timeZone` is that of the library, whose days and hours retention counts; `null` before its first use. */
export const LibraryPreferences = Schema.Struct({
  ...Preferences.fields,
  timeZone: Schema.NullOr(Schema.String)
})
export const PreferencesSummary = summary({ preferences: LibraryPreferences, changed: Schema.Boolean })
