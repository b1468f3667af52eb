/** What the commands that look into the past print for scripts. */
import { Count, Time } from "@white-room/core/output"
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
