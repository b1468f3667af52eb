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

const What = Schema.Literal("restore", "import", "delete", "forget", "pull", "undo")

/** Something that was done and can be taken back. */
export const Operation = Schema.Struct({
  /** By which it is taken back. */
  number: Output.Count,
  what: What,
  description: Schema.String,
  /** The same for those who say it in words of their own; `undone`: how often it was taken back, and that taken back. */
  deed: Schema.Struct({
    what: What,
    undone: Output.Count,
    of: Schema.String,
    kind: Output.optional(Output.Kind),
    more: Output.Count,
    firstIn: Output.optional(Schema.String),
    notIn: Output.optional(Schema.String)
  }),
  actor: Schema.String,
  at: Output.Time,
  /** Positions before its first event, and of its last. */
  before: Output.Count,
  after: Output.Count
}).annotations({ identifier: "Operation" })

/** What an undo took back, and what that came to. It can be taken back itself. */
export const Undone = Schema.Struct({ operation: Operation, outcome: Output.RestoreOutcome }).annotations({
  identifier: "Undone"
})
export type Undone = typeof Undone.Encoded
