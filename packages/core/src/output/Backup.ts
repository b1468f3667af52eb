/** Backups as scripts and clients see them. */
import * as Schema from "effect/Schema"
import { Count, Kind, optional, Texts, Time } from "./Fields.js"

export const Backup = Schema.Struct({
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
})

export const BackupEntry = Schema.Struct({ kind: Kind, id: Schema.String, name: Schema.String, size: Count })

/** One backup and what it holds. */
export const BackupDetail = Schema.Struct({ ...Backup.fields, entries: Schema.Array(BackupEntry) })
