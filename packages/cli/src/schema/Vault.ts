/** What the commands about vaults print for scripts. */
import { Count, OtherDevice, optional, Time } from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { restoreFields } from "./Backups.js"
import { Damage, summary } from "./Fields.js"
import { Pushed } from "./Pushed.js"

/** `behind`: events of the library that the vault is not known to have. */
export const KnownVault = Schema.Struct({
  name: Schema.String,
  place: Schema.String,
  vaultId: Schema.String,
  position: Count,
  behind: Count,
  pushedAt: optional(Time)
})

export const AddSummary = summary({
  name: Schema.String,
  place: Schema.String,
  vaultId: optional(Schema.String),
  /** False when there was a vault, which the library joined. */
  isNew: optional(Schema.Boolean),
  sealed: optional(Schema.Boolean)
})

export const RemoveSummary = summary({ name: Schema.String })

const Line = Schema.Struct({
  line: Schema.String,
  device: Schema.String,
  parent: Schema.NullOr(Schema.String),
  segments: Count,
  bytes: Count,
  position: Count,
  lastArrival: optional(Time)
})

export const VaultDetail = Schema.Struct({
  vaultId: Schema.String,
  place: Schema.String,
  sealed: Schema.Boolean,
  libraries: Schema.Array(Schema.Struct({ libraryId: Schema.String, lines: Schema.Array(Line) })),
  /** Devices that have something which this library has not. */
  differing: Schema.Array(OtherDevice)
})

/** There from here: what of a vault was damaged, and mended from the library. */
export const RepairSummary = summary({
  /** True when no damage is left. */
  ok: Schema.Boolean,
  damaged: Schema.Array(Damage),
  /** Segments that were sent again. */
  sent: Count,
  /** Damaged files that may not be deleted there; readers pass them over. */
  retained: Count,
  durationMs: Count
})

/** `merged` files became `made`; of `reclaimed`, segments were written again without these objects. */
export const UpkeepSummary = summary({
  name: Schema.String,
  merged: Count,
  made: Count,
  deleted: Count,
  retained: Count,
  reclaimed: Schema.Struct({ segments: Count, objects: Count, bytes: Count })
})

/** Days. */
export const PolicySummary = summary({ vault: Schema.String, keepEdits: Count, graceDays: Count })

export const PushSummary = summary({ vaults: Schema.Array(Pushed) })

/** `way`: nothing was new, the library went on with the other line, or both were merged. `position`: where it stands. */
export const PullSummary = summary({
  way: Schema.Literal("nothing", "forward", "merge"),
  events: Count,
  position: Count,
  vault: optional(Schema.String),
  line: optional(Schema.String),
  device: optional(Schema.String),
  /** Other devices that have something new there. */
  others: Schema.Array(Schema.String),
  ...restoreFields
})

export const CloneSummary = summary({
  library: Schema.String,
  libraryId: optional(Schema.String),
  songs: optional(Count),
  performances: optional(Count),
  preferences: optional(Count),
  backups: optional(Count),
  position: optional(Count),
  bytes: optional(Count),
  damaged: Schema.Array(Damage)
})

export const KitSummary = summary({
  vault: Schema.String,
  file: Schema.String,
  slot: optional(Schema.String)
})

/** `held`: its identity is kept by a device or a recovery kit, and not, locked, in the vault. */
const Key = Schema.Struct({
  slot: Schema.String,
  label: Schema.String,
  recipient: Schema.String,
  held: Schema.Boolean
})

/** `forked`: two devices changed the keys at once. `notTrusted`: files of keys that nobody with the keys wrote. */
export const KeyList = Schema.Struct({
  vaultId: Schema.String,
  fingerprint: Schema.String,
  generation: Count,
  forked: Schema.Boolean,
  notTrusted: Schema.Array(Schema.String),
  keys: Schema.Array(Key)
})

export const RotateSummary = summary({
  vault: Schema.String,
  generation: optional(Count),
  /** With --reseal: files that were sealed again, and those that still open with older keys alone. */
  resealed: optional(Schema.Struct({ files: Count, bytes: Count, left: Count }))
})

export const KeySummary = summary({ vault: Schema.String, slot: optional(Schema.String) })

export const VaultCheckSummary = summary({
  ok: Schema.Boolean,
  level: Schema.Literal("quick", "full"),
  lines: Count,
  segments: Count,
  bytes: Count,
  damaged: Schema.Array(Damage),
  durationMs: Count
})
