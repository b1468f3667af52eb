/** What the commands that look into the past print for scripts. */
import { Count, optional, Texts, Time, Version } from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { restoreFields } from "./Backups.js"
import { summary } from "./Fields.js"

export const Operation = Schema.Struct({
  /** Its number, for `undo N`. */
  command: Count,
  what: Schema.Literal("restore", "import", "delete", "forget", "pull", "undo"),
  description: Schema.String,
  actor: Schema.String,
  timestamp: Time,
  before: Count,
  after: Count
})

export const UndoSummary = summary({ operation: Operation, ...restoreFields })

/** Something that may be missing, and what of it can be brought back, the likeliest first. */
export const Missing = Schema.Struct({
  kind: Schema.Literal("song", "performance"),
  id: Schema.String,
  name: Schema.String,
  /** The name of the past that was found, where it is another one. */
  formerly: optional(Schema.String),
  deleted: Schema.Boolean,
  /** The newest version: a deletion, or how it is now. */
  last: Version,
  versions: Schema.Array(
    Schema.Struct({
      ...Version.fields,
      /** What bringing it back changes, in words; null where there is none today. */
      brings: Schema.NullOr(Texts),
      /** The command that does it. */
      restore: Schema.String
    })
  )
})
