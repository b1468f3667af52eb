/** What was done to a library that is written here and can be taken back: deletions, restores, imports, what was forgotten. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Output from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { Id, keyHeader, limit } from "./Model.js"
import { problemSchema } from "./Problem.js"
import { refused } from "./Reads.js"

const Operation = Schema.Struct({
  /** By which it is taken back. */
  number: Output.Count,
  what: Schema.Literal("restore", "import", "delete", "forget", "pull", "undo"),
  description: Schema.String,
  /** The same for those who say it in words of their own; `undone`: how often it was taken back, and that taken back. */
  deed: Schema.Struct({
    what: Schema.Literal("restore", "import", "delete", "forget", "pull", "undo"),
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

const UndoWish = Schema.Struct({
  /** What happens to what was edited since; without it those edits stay. */
  onConflict: Schema.optional(Schema.Literal("keep", "replace", "both", "combine"))
})

/** What an undo took back, and what that came to. It can be taken back itself. */
const Undone = Schema.Struct({ operation: Operation, outcome: Output.RestoreOutcome }).annotations({
  identifier: "Undone"
})
export type Undone = typeof Undone.Encoded

const library = HttpApiSchema.param("library", Id)
const number = HttpApiSchema.param("id", Schema.String.pipe(Schema.pattern(/^\d{1,15}$/)))

/** Newest first; those that were taken back are not among them. */
export const operations = HttpApiGroup.make("operations")
  .add(
    HttpApiEndpoint.get("list")`/v1/libraries/${library}/operations`
      .setUrlParams(Schema.Struct({ limit }))
      .setHeaders(Schema.Struct({ prefer: Schema.optional(Schema.String) }))
      .addSuccess(Schema.Struct({ items: Schema.Array(Operation), isLast: Schema.Boolean }))
      .addError(refused)
  )
  .add(
    HttpApiEndpoint.post("undo")`/v1/libraries/${library}/operations/${number}/undo`
      .setPayload(UndoWish)
      .setHeaders(Schema.Struct(keyHeader))
      .addSuccess(Undone)
      .addError(
        Schema.Union(
          refused,
          problemSchema("HomeElsewhere"),
          problemSchema("Leaving"),
          problemSchema("Busy"),
          problemSchema("Stopping"),
          problemSchema("KeyRequired"),
          problemSchema("KeyReused"),
          problemSchema("OperationNotFound")
        )
      )
  )
