/** What the commands about backups print for scripts. */
import { Backup, Count, optional, PlanItem, restoredFields, Texts, Time } from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { summary } from "./Fields.js"
import { PushedTo } from "./Pushed.js"

/** Bundles that belong together: one that stands on its own, and all that build on it. */
export const BundleChain = Schema.Struct({
  libraryId: Schema.String,
  files: Schema.Array(Schema.Struct({ path: Schema.String, bytes: Count, writtenAt: Time })),
  /** `file`: the newest that names it. */
  backups: Schema.Array(Schema.Struct({ ...Backup.fields, file: Schema.String })),
  /** Files that are needed and not there. */
  missing: Texts
})

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
    /** The vault that it was sent to. */
    pushed: optional(PushedTo),
    /** The one file that it was written into. */
    file: optional(Schema.Struct({ path: Schema.String, bytes: Count }))
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

/** What every operation that follows a plan tells. */
export const restoreFields = {
  ...restoredFields,
  durationMs: Count,
  /** Only with --dry-run: everything that is not unchanged. */
  items: optional(Schema.Array(PlanItem))
}

export const RestoreSummary = summary({
  /** The backup that was restored from, or `@1234` for a position of the log. */
  backupId: Schema.String,
  /** The same as a person names it: `b31` or `@1234`. */
  source: Schema.String,
  position: Count,
  /** The number of the backup, when it was one. */
  number: optional(Count),
  mode: Schema.Literal("merge", "exact"),
  ...restoreFields,
  safetyBackupId: optional(Schema.String)
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
  /** False for a file of an app that keeps its size. */
  returnsSpace: Schema.Boolean,
  /** Whose days and hours were counted. */
  zone: Schema.String,
  paused: Schema.Boolean
})
