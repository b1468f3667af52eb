/** How safe a library is, as scripts and clients see it. */
import * as Schema from "effect/Schema"
import { AppLimit, Concern } from "./Concern.js"
import { Count, optional, Texts, Time } from "./Fields.js"

export const Outcome = Schema.NullOr(Schema.Literal("done", "skipped", "failed", "inconclusive"))

/** How the runs of a profile went at a place; the empty text is the library itself. */
export const ProfilePlace = Schema.Struct({
  place: Schema.String,
  /** False: its disk is away, or something else lies at its path. */
  there: Schema.Boolean,
  lastGood: Schema.NullOr(Time),
  lastRun: Schema.NullOr(Time),
  lastOutcome: Outcome,
  lastDetail: Schema.NullOr(Schema.String),
  stale: Schema.Boolean,
  lastDrill: Schema.NullOr(Time),
  lastDrillOutcome: Outcome,
  /** The last drill that found everything restorable. */
  lastProven: Schema.NullOr(Time)
})

const Check = Schema.Struct({
  level: Schema.Literal("quick", "full"),
  checkedAt: Time,
  position: Count,
  ok: Schema.Boolean
})

/** Another device, and in how many entities it and this library differ. All zero: in backups only. */
export const OtherDevice = Schema.Struct({
  device: Schema.String,
  line: Schema.String,
  songs: Count,
  performances: Count,
  preferences: Count
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
  differing: Schema.Array(OtherDevice),
  /** True for a sealed one of which this computer has a key, and no recovery kit was made. */
  lacksKit: Schema.Boolean
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
  /** What each warning is about, in their order: for who says it in words of their own. */
  concerns: Schema.Array(Concern),
  /** What to type about each warning, in their order; empty where nothing helps. Only where the library is. */
  commands: optional(Texts),
  /** Without a library: a database of the app that nothing protects. */
  found: optional(Schema.Array(FoundDatabase)),
  /** Without a library: folders of vaults on disks and in the folders of sync services. */
  foundVaults: optional(Texts)
})
