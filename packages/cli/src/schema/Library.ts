/** What the commands about the library as a whole print for scripts. */
import { AppLimit, Count, optional, Texts, Time } from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { Damage, Failed, summary } from "./Fields.js"

/** Counts are what is protected from now on. `skipped`: protected already. */
export const AdoptSummary = summary({
  library: Schema.String,
  /** True when it was a library before. */
  already: Schema.Boolean,
  songs: Count,
  performances: Count,
  preferences: Count,
  /** Backups of the app's own that were taken over. */
  backups: Count,
  skipped: Count,
  /** What cannot be taken over, or not all of it, and stays where it is. */
  errors: Schema.Array(Failed),
  /** True when what the app writes is watched from now on. */
  capturing: Schema.Boolean,
  unprotectedTables: Texts,
  limits: Schema.Array(AppLimit),
  /** How SQLite kept the changes of the file until now; a library uses `wal`. */
  journalMode: Schema.String,
  /** The file as it was before. */
  safetyCopy: optional(Schema.String),
  /** The backup of how everything was when it was adopted. */
  backupId: optional(Schema.String)
})

export const SetupSummary = summary({
  library: Schema.String,
  /** Absent with `--dry-run`, as all that follow are. True when the app's database was adopted. */
  adopted: optional(Schema.Boolean),
  /** True when the library came from a vault that was found. */
  broughtBack: optional(Schema.Boolean),
  songs: optional(Count),
  /** The newest backup. */
  backupId: optional(Schema.String),
  places: optional(
    Schema.Array(
      Schema.Struct({
        place: Schema.String,
        /** What the library calls the vault there; null when nothing could be sent. */
        vault: Schema.NullOr(Schema.String),
        /** True when a song was read back from there. */
        proven: Schema.Boolean,
        error: optional(Schema.String)
      })
    )
  ),
  /** The names of profiles that were added. */
  profiles: optional(Texts),
  /** Whether the system started the daemon; null when it was not asked to. */
  started: optional(Schema.NullOr(Schema.Boolean))
})

export const InitSummary = summary({ library: Schema.String })

export const CheckSummary = summary({
  ok: Schema.Boolean,
  level: Schema.Literal("quick", "full"),
  objects: Count,
  bytes: Count,
  damaged: Schema.Array(Damage),
  gapEvents: Count,
  /** Tables of the app that SQLite cannot check, because something in them only the app can evaluate. */
  unchecked: Texts,
  durationMs: Count
})

export const RepairSummary = summary({
  /** True when no damage is left. */
  ok: Schema.Boolean,
  /** All that was damaged before. */
  damaged: Schema.Array(Damage),
  /** Parts that were taken from the place. */
  taken: Count,
  durationMs: Count
})

export const BundleCheckSummary = summary({
  ok: Schema.Boolean,
  files: Count,
  objects: Count,
  bytes: Count,
  damaged: Schema.Array(Damage),
  durationMs: Count
})

export const Usage = Schema.Struct({
  totalBackups: Count,
  totalSize: Count,
  averageSize: Count,
  oldestBackup: optional(Time),
  newestBackup: optional(Time),
  storedBytes: Count,
  dedupRatio: Schema.Finite,
  compressionRatio: Schema.Finite,
  fileBytes: Count,
  liveBytes: Count,
  logBytes: Count,
  freeBytes: Count,
  objects: Count,
  rawBytes: Count,
  /** Compressed bytes that the backups of each local month added, oldest first. */
  months: Schema.Array(Schema.Struct({ month: Schema.String, backups: Count, newBytes: Count }))
})

export const LogEvent = Schema.Struct({
  position: Count,
  subject: Schema.Literal("library", "song", "performance", "preferences", "backup"),
  id: Schema.String,
  version: Count,
  type: Schema.String,
  schema: Count,
  commandId: Schema.String,
  actor: Schema.String,
  recordedAt: Time,
  payloadHash: Schema.String,
  chainHash: Schema.String
})

export const MigrateStatus = Schema.Struct({
  current: Count,
  latest: Count,
  minReader: Count,
  minWriter: Count,
  pending: Schema.Array(Schema.Struct({ version: Count, name: Schema.String, stopsWorking: Schema.String }))
})

export const MigrateSummary = summary({ from: Count, to: Count })
export const RebuildSummary = summary({ rows: Count })
