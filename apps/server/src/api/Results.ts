/** What work on a library comes to: the same whether it is answered at once, or told by a run. */
import * as Output from "@white-room/core/output"
import * as Schema from "effect/Schema"

export const Restore = Output.Restore.annotations({ identifier: "Restore" })
export type Restore = typeof Restore.Type

/** What an import brought, or would bring. `problems` and `warnings` say what of the file could not be taken, and why. */
export const Imported = Schema.Struct({
  ...Output.restoredFields,
  /** Backups that are new here. */
  backups: Schema.Array(
    Schema.Struct({ backupId: Schema.String, timestamp: Output.Time, description: Schema.String })
  ),
  notes: Output.Texts,
  problems: Output.Texts,
  warnings: Output.Texts
}).annotations({ identifier: "Imported" })
export type Imported = typeof Imported.Encoded
