/** What the commands about the library as a whole print for scripts. */
import * as Schema from "effect/Schema"
import { Count, Damage, Failed, optional, summary, Texts, Time } from "./Fields.js"
import { ProfilePlace } from "./Schedule.js"
import { Device } from "./Vault.js"

const Check = Schema.Struct({
  level: Schema.Literal("quick", "full"),
  checkedAt: Time,
  position: Count,
  ok: Schema.Boolean
})

/** `changed`: songs, performances and preferences that differ from what the vault has. */
const VaultPlace = Schema.Struct({
  name: Schema.String,
  place: Schema.String,
  position: Count,
  pushedAt: Schema.NullOr(Time),
  /** In the folder of a sync service: `isThere` after an hour without a conflict, which proves nothing. */
  synced: optional(Schema.Struct({ service: Schema.String, isThere: Schema.Boolean })),
  changed: Count,
  present: Schema.Boolean,
  sameDisk: Schema.Boolean,
  stale: Schema.Boolean,
  /** Devices that had something there which this library has not, when push, pull or the daemon last looked. */
  differing: Schema.Array(Device),
  /** True for a sealed one of which this computer has a key, and no recovery kit was made. */
  lacksKit: Schema.Boolean
})

/** What only the app can write: rows that cannot be added, changed in all columns, or deleted by a restore. */
const AppLimit = Schema.Struct({
  table: Schema.String,
  cannot: Schema.Array(Schema.Literal("insert", "update", "delete")),
  /** Such as `the collation localizedStandard`. */
  needs: Schema.String,
  /** Such as `index ix_name`. */
  parts: Texts
})

const FoundDatabase = Schema.Struct({
  path: Schema.String,
  /** True when it is a library already. */
  library: Schema.Boolean,
  songs: Schema.NullOr(Count),
  changedAt: Schema.NullOr(Time)
})

export const Status = Schema.Struct({
  protected: Schema.Boolean,
  /** `null`: there is no library. */
  library: Schema.NullOr(
    Schema.Struct({
      path: Schema.String,
      readonly: Schema.Boolean,
      songs: Count,
      performances: Count,
      preferences: Count,
      backups: Count,
      bytes: Count,
      position: Count
    })
  ),
  /** The newest backup; `null`: there is none. */
  here: Schema.NullOr(
    Schema.Struct({
      backupId: Schema.String,
      number: Count,
      timestamp: Time,
      /** Songs, performances and preferences that changed since. */
      changed: Count,
      stale: Schema.Boolean,
      checked: Schema.Boolean
    })
  ),
  vaults: Schema.Array(VaultPlace),
  /** `null`: nothing is watched. */
  capture: Schema.NullOr(
    Schema.Struct({
      /** Songs, performances and preferences that other programs wrote and that were not taken over yet. */
      pending: Count,
      unprotectedTables: Texts,
      limits: Schema.Array(AppLimit),
      /** Rows without an id, which nothing can protect. */
      namelessRows: Schema.Array(Schema.Struct({ table: Schema.String, rows: Count })),
      /** Backups of the app's own: how many were not taken over yet, and those that cannot be read. */
      oldBackups: Schema.Struct({
        waiting: Count,
        setAside: Schema.Array(Schema.Struct({ what: Schema.String, reason: Schema.String }))
      })
    })
  ),
  /** The next backup that comes by itself; `null`: none does. */
  next: Schema.NullOr(
    Schema.Struct({
      at: Time,
      profile: Schema.String,
      /** Since when it should have come: no daemon seems to run. */
      overdueSince: Schema.NullOr(Time)
    })
  ),
  /** How the runs of each profile went at each of its places. */
  profiles: Schema.Array(Schema.Struct({ name: Schema.String, places: Schema.Array(ProfilePlace) })),
  lastCheck: Schema.NullOr(Check),
  lastFullCheck: Schema.NullOr(Check),
  warnings: Texts,
  /** Without a library: a database of the app that nothing protects. */
  found: optional(Schema.Array(FoundDatabase)),
  /** Without a library: folders of vaults on disks and in the folders of sync services. */
  foundVaults: optional(Texts)
})

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
