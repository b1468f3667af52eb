/** What a push did, for scripts. */
import { Count, optional } from "@white-room/core/output"
import * as Schema from "effect/Schema"

const pushedFields = {
  name: Schema.String,
  segments: Count,
  events: Count,
  bytes: Count,
  position: Count,
  line: optional(Schema.String),
  began: optional(Schema.Literal("first", "copy", "diverged")),
  /** It lacked what was sent before, which was sent again; it is looked for once more, ten minutes later. */
  missing: optional(Schema.Boolean),
  /** What was missing was so later too: somebody rolled it back or emptied it. */
  rolledBack: optional(Schema.Boolean),
  damaged: optional(Schema.Array(Schema.String)),
  error: optional(Schema.String)
}

/** What one vault was sent; `error` when it could not be reached. */
export const Pushed = Schema.Struct(pushedFields)

/** The same of a vault that may have been made for it. */
export const PushedTo = Schema.Struct({
  ...pushedFields,
  place: Schema.String,
  vaultId: Schema.String,
  isNew: Schema.Boolean
})
