/** What the commands about backups print for scripts. */
import * as Schema from "effect/Schema"
import { Count, Kind, optional, PlanCounts, summary, Texts, Time } from "./fields.js"

const backupFields = {
  backupId: Schema.String,
  number: Count,
  timestamp: Time,
  description: Schema.String,
  tags: Texts,
  pinned: Schema.Boolean,
  trigger: Schema.Literal("manual", "scheduled", "safety", "imported"),
  profile: Schema.String,
  position: Count,
  root: Schema.String,
  songs: Count,
  performances: Count,
  preferences: Count,
  size: Count,
  newBytes: Count,
  /** When it went to the trash. */
  forgottenAt: optional(Time)
}

export const Backup = Schema.Struct(backupFields)

const BackupEntry = Schema.Struct({ kind: Kind, id: Schema.String, name: Schema.String, size: Count })

/** One backup and what it holds. */
export const BackupDetail = Schema.Struct({ ...backupFields, entries: Schema.Array(BackupEntry) })

const Copy = Schema.Struct({ path: Schema.String, bytes: Count, copiedAt: Time })

/** `changed`: songs, performances and preferences that differ from the backup before. */
export const BackupSummary = Schema.Union(
  summary({
    backupId: Schema.String,
    number: Count,
    position: Count,
    root: Schema.String,
    songs: Count,
    performances: Count,
    preferences: Count,
    changed: Count,
    newBytes: Count,
    size: Count,
    durationMs: Count,
    skipped: optional(Schema.Literal(true)),
    copy: optional(Copy)
  }),
  Schema.Struct({
    message_type: Schema.Literal("summary"),
    dryRun: Schema.Literal(true),
    songs: Count,
    performances: Count,
    preferences: Count,
    changed: Count
  })
)

export const EditSummary = summary({ backup: Backup })
export const ForgetSummary = summary({ forgotten: Schema.Array(Backup) })
export const UndeleteSummary = summary({ backup: Backup })

export const RestoreSummary = summary({
  backupId: Schema.String,
  number: Count,
  mode: Schema.Literal("merge", "exact"),
  songsRestored: Count,
  performancesRestored: Count,
  preferencesRestored: Count,
  errors: Texts,
  isSuccess: Schema.Boolean,
  plan: PlanCounts,
  /** Changed after the backup and kept: exit code 3. */
  conflicts: Count,
  safetyBackupId: optional(Schema.String),
  durationMs: Count,
  /** Only with --dry-run: everything that is not unchanged. */
  items: optional(
    Schema.Array(
      Schema.Struct({
        kind: Kind,
        id: Schema.String,
        name: Schema.String,
        action: Schema.Literal("create", "update", "delete", "keep"),
        conflict: Schema.Boolean
      })
    )
  )
})

export const PruneSummary = summary({
  decisions: Schema.Array(
    Schema.Struct({ backupId: Schema.String, number: Count, keep: Schema.Boolean, reasons: Texts })
  ),
  forgotten: Schema.Array(Backup),
  expired: Schema.Array(Backup),
  waiting: Schema.Array(Backup),
  lastCopies: Texts,
  objectsRemoved: Count,
  bytesFreed: Count,
  bytesReturned: Schema.Int,
  paused: Schema.Boolean
})
