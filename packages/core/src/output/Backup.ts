/** Backups as scripts and clients see them. */
import * as Schema from "effect/Schema"
import { Count, Kind, optional, Texts, Time } from "./Fields.js"

/** Where an imported backup came from, as far as that is known: from an app's own backups only `source`. */
export const BackupOrigin = Schema.Struct({
  /** Why it was taken there, its number there, and the library that it is of. */
  trigger: optional(Schema.Literal("manual", "scheduled", "safety")),
  number: optional(Count),
  libraryId: optional(Schema.String),
  /** The files that it came out of; empty where the library's own app had kept it. */
  source: Schema.String
})

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
  /** Of an imported one. */
  origin: optional(BackupOrigin),
  /** When it went to the trash. */
  forgottenAt: optional(Time)
})

/** What rules would do: which backups stay, which go to the trash and from there, and why. Nothing is done. */
export const RetentionPreview = Schema.Struct({
  /** `last 30, daily 7`. */
  rules: Schema.String,
  /** Profiles of the library, whose rules can be looked at by their names. */
  profiles: Texts,
  /** Newest first; `reasons` are never empty. */
  decisions: Schema.Array(
    Schema.Struct({
      backupId: Schema.String,
      number: Count,
      timestamp: Time,
      description: Schema.String,
      keep: Schema.Boolean,
      reasons: Texts
    })
  ),
  /** Would leave the trash for good. */
  expiring: Schema.Array(Backup),
  /** Songs that no other backup has, nor the library: `Night Drive (id)`. */
  lastCopies: Texts,
  /** The clock jumped: nothing goes for reasons of time until it has been steady for a while. */
  paused: Schema.Boolean,
  /** Whose days and hours are counted. */
  zone: Schema.String
})

export const BackupEntry = Schema.Struct({ kind: Kind, id: Schema.String, name: Schema.String, size: Count })

/** One backup and what it holds. */
export const BackupDetail = Schema.Struct({ ...Backup.fields, entries: Schema.Array(BackupEntry) })
