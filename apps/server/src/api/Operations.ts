/** What was done to a library that is written here and can be taken back: deletions, restores, imports, what was forgotten. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Schema from "effect/Schema"
import { Id, keyHeader, limit, preferHeader } from "./Model.js"
import { problemSchema } from "./Problem.js"
import { refused } from "./Reads.js"
import { Operation, Undone } from "./Results.js"
import { later } from "./Runs.js"

/** How something is taken back. */
export const UndoWish = Schema.Struct({
  /** What happens to what was edited since; without it those edits stay. */
  onConflict: Schema.optional(Schema.Literal("keep", "replace", "both", "combine"))
})

const library = HttpApiSchema.param("library", Id)
const number = HttpApiSchema.param("id", Schema.String.pipe(Schema.pattern(/^\d{1,15}$/)))

/** Newest first; those that were taken back are not among them. */
export const operations = HttpApiGroup.make("operations")
  .add(
    HttpApiEndpoint.get("list")`/v1/libraries/${library}/operations`
      .setUrlParams(Schema.Struct({ limit }))
      .setHeaders(Schema.Struct(preferHeader))
      .addSuccess(Schema.Struct({ items: Schema.Array(Operation), isLast: Schema.Boolean }))
      .addError(refused)
  )
  .add(
    HttpApiEndpoint.post("undo")`/v1/libraries/${library}/operations/${number}/undo`
      .setPayload(UndoWish)
      .setHeaders(Schema.Struct({ ...keyHeader, ...preferHeader }))
      .addSuccess(Undone)
      .addSuccess(later)
      .addError(
        Schema.Union(
          refused,
          problemSchema("HomeElsewhere"),
          problemSchema("Leaving"),
          problemSchema("Busy"),
          problemSchema("Stopping"),
          problemSchema("KeyRequired"),
          problemSchema("KeyReused"),
          problemSchema("OperationNotFound"),
          problemSchema("TooMany")
        )
      )
  )
