/** What happened lately, as pages or as it comes. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as Output from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { Id, limit, Time } from "./Model.js"
import { problemSchema } from "./Problem.js"

/**
 * `library`: something in it changed, or came. `backup`: one was taken, described, forgotten or brought back. `restore`: one was
 * planned, or went on. `profile`: one was saved, removed or ran. `access`: who has access changed.
 */
export const FeedType = Schema.Literal("library", "backup", "restore", "profile", "access")

export const FeedAbout = Schema.Struct({
  /** How far the library goes, where that is known. */
  position: Schema.optional(Schema.NonNegativeInt),
  restore: Schema.optional(Schema.String),
  state: Schema.optional(Output.RestoreState)
})

export const FeedEvent = Schema.Struct({
  /** A cursor: `after` takes it, and as `Last-Event-ID` browsers send it back. */
  id: Schema.String,
  at: Time,
  type: FeedType,
  library: Schema.optional(Id),
  ...FeedAbout.fields
}).annotations({ identifier: "FeedEvent" })
export type FeedEvent = typeof FeedEvent.Type

const FeedPage = Schema.Struct({
  items: Schema.Array(FeedEvent),
  isLast: Schema.Boolean,
  /** Where to go on, also when nothing was new. */
  next: Schema.String,
  /** True when some of what came after `after` is no longer kept: look at everything again. */
  reset: Schema.optional(Schema.Boolean)
})

const Cursor = Schema.String.pipe(Schema.pattern(/^\d{1,15}$/))

/**
 * JSON pages, or with `Accept: text/event-stream` everything as it comes: `event` is the type, `data` a `FeedEvent`. Such a
 * stream begins behind `after`, else with what is new from now on. `reset` says to look at everything again, `bye` that the
 * access has ended or the server stops; every 20 s a comment says that it still listens.
 */
export const feed = HttpApiGroup.make("feed").add(
  HttpApiEndpoint.get("events", "/v1/events")
    .setUrlParams(Schema.Struct({ after: Schema.optional(Cursor), limit }))
    .setHeaders(
      Schema.Struct({
        accept: Schema.optional(Schema.String),
        "last-event-id": Schema.optional(Schema.String)
      })
    )
    .addSuccess(FeedPage)
    .addError(problemSchema("TooMany"))
)
