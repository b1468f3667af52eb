/**
 * What a warning of a library is about: for pages and programs that say it in words of their own, in other languages too. An empty
 * `place` is the library itself.
 *
 * @example
 * Schema.is(Concern)({ code: "NoCopy" }) // true
 */
import * as Schema from "effect/Schema"
import { Count, Texts, Time } from "./Fields.js"

const about = <Code extends string, Fields extends Schema.Struct.Fields>(code: Code, fields: Fields) =>
  Schema.Struct({ code: Schema.Literal(code), ...fields })

/** What only the app can write: rows that cannot be added, changed in all columns, or deleted by a restore. */
export const AppLimit = Schema.Struct({
  table: Schema.String,
  cannot: Schema.Array(Schema.Literal("insert", "update", "delete")),
  /** Such as `the collation localizedStandard`. */
  needs: Schema.String,
  /** Such as `index ix_name`. */
  parts: Texts
})

export const Concern = Schema.Union(
  about("NoLibrary", {}),
  about("NoBackup", {}),
  /** The newest backup is older than backups are wanted to be. */
  about("BackupOld", { changed: Count }),
  /** There is no copy that outlives the disk of the library. */
  about("NoCopy", {}),
  about("CopiesAway", { places: Texts }),
  about("CopiesOnSameDisk", {}),
  about("CopiesOld", { changed: Count }),
  /** What was sent there is not there any more. */
  about("PlaceEmptied", { place: Schema.String }),
  about("PlaceRolledBack", { place: Schema.String, at: Time }),
  /** A sealed place that only its passphrase opens once this computer is gone. */
  about("NoRecoveryKit", { place: Schema.String }),
  about("DeviceDiffers", {
    device: Schema.String,
    place: Schema.String,
    songs: Count,
    performances: Count,
    preferences: Count
  }),
  /** Somebody sent songs back: `agreed` ones wait until the app is closed, others for an answer. */
  about("RestoreWaits", { from: Schema.String, names: Texts, count: Count, agreed: Schema.Boolean }),
  /** An app that was open during a restore saved its old copy over it. */
  about("RestoreOverwritten", { source: Schema.String, names: Texts, count: Count }),
  about("ProfileLate", { profile: Schema.String, place: Schema.String, lastGood: Schema.NullOr(Time) }),
  about("ProfileUnreadable", { profile: Schema.String, reason: Schema.String }),
  about("ScheduleLate", { since: Time }),
  about("ScheduleIdle", {}),
  about("DrillFailed", { place: Schema.String, detail: Schema.NullOr(Schema.String) }),
  about("Damage", {}),
  /** On a server: what of the library is damaged or missing there. */
  about("DamagedThere", { what: Schema.String }),
  about("NotProven", {}),
  about("TablesUnknown", { tables: Texts }),
  about("RowsWithoutId", { table: Schema.String, rows: Count }),
  about("RowsOfApp", AppLimit.fields),
  about("OldBackupUnreadable", { what: Schema.String, reason: Schema.String, more: Count })
)
export type Concern = typeof Concern.Type
