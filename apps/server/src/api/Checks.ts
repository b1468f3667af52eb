/** Checks of a library that somebody asks for, beside those of every night. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Schema from "effect/Schema"
import { Id, limit, preferHeader, Time } from "./Model.js"
import { problemSchema } from "./Problem.js"
import { LibraryRun } from "./Runs.js"

/** A check that runs, or how it went. */
export const CheckRun = Schema.Struct({
  id: Schema.String,
  activity: Schema.Literal("check"),
  startedAt: Time,
  /** `null` while it runs. */
  endedAt: Schema.NullOr(Time),
  outcome: Schema.NullOr(Schema.Literal("done", "failed")),
  /** Bytes that were read. */
  bytes: Schema.NonNegativeInt,
  /** What did not come back whole, in words: the first hundred. */
  damaged: Schema.Array(Schema.String)
}).annotations({ identifier: "CheckRun" })
export type CheckRun = typeof CheckRun.Type

const library = HttpApiSchema.param("library", Id)
const id = HttpApiSchema.param("id", Schema.String.pipe(Schema.maxLength(100)))
const notFound = problemSchema("NotFound")

/**
 * A check makes the library again from all of its files, every byte read and every backup's root proven, and throws it away. Of a library
 * one runs at a time, which all who ask get; the server has one under way. What takes longer than `Prefer: wait=N` (2 s, at most
 * 30) is answered 202 with its address in `Location`. How each went stays on record, the newest first in the list; what exactly was damaged is known of the newest,
 * and of others until the server ends. `runs` tells of them, and of other work that goes on: at once, or with `Prefer: wait=N` when it has ended.
 */
export const checks = HttpApiGroup.make("checks")
  .add(
    HttpApiEndpoint.post("check")`/v1/libraries/${library}/checks`
      .setHeaders(Schema.Struct(preferHeader))
      .addSuccess(CheckRun)
      .addSuccess(CheckRun.annotations(HttpApiSchema.annotations({ status: 202 })))
      .addError(
        Schema.Union(
          notFound,
          problemSchema("NothingThere"),
          problemSchema("Sealed"),
          problemSchema("TooMany"),
          problemSchema("TooManyToday"),
          problemSchema("Stopping")
        )
      )
  )
  .add(
    HttpApiEndpoint.get("list")`/v1/libraries/${library}/checks`
      .setUrlParams(Schema.Struct({ limit }))
      .addSuccess(Schema.Struct({ items: Schema.Array(CheckRun), isLast: Schema.Boolean }))
      .addError(notFound)
  )
  .add(
    HttpApiEndpoint.get("run")`/v1/libraries/${library}/runs/${id}`
      .setHeaders(Schema.Struct(preferHeader))
      .addSuccess(Schema.Union(CheckRun, LibraryRun))
      .addError(notFound)
  )
