/**
 * Restores, one resource wherever they happen. What is asked for is an intent: a state of the library, what of it, and
 * whether it comes beside what is there or into its place; whoever has the library makes the plan. Where the home is the
 * server, a restore is `planned`, then `applied`; what takes longer than `Prefer: wait=N` (2 s, at most 30) is answered 202 with the address
 * of a run in `Location`, and goes on by itself. Where it is a device, it is answered 202 and `waiting` until that hears of it.
 */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Output from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { Id, keyHeader, Listed, limit, preferHeader } from "./Model.js"
import { problemSchema } from "./Problem.js"
import { Language, LineId, Moment, refused } from "./Reads.js"
import { Restore } from "./Results.js"
import { later } from "./Runs.js"

const Key = Schema.Struct({
  kind: Output.Kind,
  id: Schema.String.pipe(Schema.minLength(1), Schema.maxLength(1000))
})

/** A chain hash of the log. */
const ChainHash = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/))

const Choice = Schema.Literal("keep", "replace", "both", "combine")

export const RestoreWish = Schema.Struct({
  /** The state it comes from: `b31`, `@1234`, a time. `line` says of which device, where several differ. */
  at: Schema.optional(Moment),
  line: Schema.optional(LineId),
  /** The same as the log has it, in the place of `at`: for libraries that are sealed, which nobody here can look into. */
  position: Schema.optional(Schema.Int.pipe(Schema.positive())),
  chainHash: Schema.optional(ChainHash),
  /** How far the sender saw the library; what changed after that is not replaced. Default: as far as it is here. */
  seen: Schema.optional(Schema.Struct({ position: Output.Count, chainHash: ChainHash })),
  /** What is restored. Without it everything, where the home is the server; a device is sent what is named. */
  only: Schema.optional(Schema.Array(Key).pipe(Schema.minItems(1), Schema.maxItems(200))),
  /** `copy` adds beside what is there; `replace` puts it in its place, which a device asks its owner about. */
  mode: Schema.optionalWith(Schema.Literal("copy", "replace"), { default: () => "copy" }),
  /** Of one device: its access, or its line. Without it the first of the library that hears of it. */
  device: Schema.optional(Schema.String.pipe(Schema.minLength(1), Schema.maxLength(100))),
  /** Where the home is the server: also deletes what the state lacks. */
  exact: Schema.optional(Schema.Boolean),
  /** Where the home is the server: what happens to what changed since. */
  onConflict: Schema.optional(Choice),
  /** Choices of their own for some. A device is sent them with `replace`, for what `only` names; it asks its owner about them. */
  decisions: Schema.optional(
    Schema.Array(
      Schema.Struct({
        ...Key.fields,
        choice: Choice,
        /** Of single parts of it, by the names that the preview gives them; `choice` is for the others. */
        parts: Schema.optional(
          Schema.Array(
            Schema.Struct({ name: Schema.String.pipe(Schema.maxLength(200)), choice: Choice })
          ).pipe(Schema.maxItems(200))
        )
      })
    ).pipe(Schema.maxItems(200))
  ),
  /** Plans, and does nothing yet: `apply` carries it out. */
  dryRun: Schema.optional(Schema.Boolean),
  /** What its plan is told in; without it English. Names of parts are the same in every language. */
  language: Schema.optional(Language)
})
export type RestoreWish = typeof RestoreWish.Type

/** What a device tells of a restore it has heard of. */
export const RestoreReport = Schema.Struct({
  state: Schema.Literal("heard", "applied", "refused", "failed"),
  /** From now on it cannot be cancelled. */
  begins: Schema.optional(Schema.Boolean),
  reason: Schema.optional(Output.RestoreReason),
  outcome: Schema.optional(Output.RestoreOutcome)
})
export type RestoreReport = typeof RestoreReport.Type

const library = HttpApiSchema.param("library", Id)
const id = HttpApiSchema.param("id", Schema.String.pipe(Schema.maxLength(100)))

/** `If-Match: "3"`: the revision that was seen. */
const ifMatch = Schema.Struct({ "if-match": Schema.optional(Schema.String) })

/** The same of what may take long: `Prefer: wait=N`. */
const ofWork = Schema.Struct({ ...ifMatch.fields, ...preferHeader })

const NotThere = problemSchema("NotFound")

/** What a change of a restore may be answered in the place of it. */
const Unchanged = Schema.Union(
  NotThere,
  problemSchema("RevisionRequired"),
  problemSchema("RevisionOutdated"),
  problemSchema("RestoreOver")
)

/** What a library that is written here may answer. */
const changedHere = Schema.Union(
  refused,
  problemSchema("Leaving"),
  problemSchema("Busy"),
  problemSchema("TooMany"),
  problemSchema("Stopping")
)

const done = (status: 200 | 201 | 202) => Restore.annotations(HttpApiSchema.annotations({ status }))

const restorePage = {
  after: Schema.optional(Schema.String.pipe(Schema.maxLength(700))),
  limit
}

export const restores = HttpApiGroup.make("restores")
  /** Of all libraries that one may see: those that wait, and those that a device has heard of. Those that wait longest first. */
  .add(
    HttpApiEndpoint.get("onTheirWay", "/v1/restores")
      .setUrlParams(Schema.Struct(restorePage))
      .addSuccess(Listed(Restore))
  )
  .add(
    HttpApiEndpoint.get("list")`/v1/libraries/${library}/restores`
      .setUrlParams(Schema.Struct({ ...restorePage, state: Schema.optional(Output.RestoreState) }))
      .addSuccess(Listed(Restore))
      .addError(NotThere)
  )
  .add(
    HttpApiEndpoint.post("create")`/v1/libraries/${library}/restores`
      .setPayload(RestoreWish)
      .setHeaders(
        Schema.Struct({
          ...keyHeader,
          ...preferHeader
        })
      )
      .addSuccess(done(200))
      .addSuccess(done(201))
      .addSuccess(done(202))
      .addSuccess(later)
      .addError(
        Schema.Union(
          refused,
          problemSchema("TooMany"),
          problemSchema("KeyRequired"),
          problemSchema("KeyReused"),
          problemSchema("HomeElsewhere"),
          problemSchema("DeviceNotFound"),
          problemSchema("Leaving"),
          problemSchema("Busy"),
          problemSchema("Stopping"),
          problemSchema("TooManyToday"),
          problemSchema("PlanOutdated")
        )
      )
  )
  .add(
    HttpApiEndpoint.get("read")`/v1/libraries/${library}/restores/${id}`
      .addSuccess(Restore)
      .addError(NotThere)
  )
  .add(
    HttpApiEndpoint.patch("report")`/v1/libraries/${library}/restores/${id}`
      .setPayload(RestoreReport)
      .setHeaders(ifMatch)
      .addSuccess(Restore)
      .addError(Unchanged)
  )
  .add(
    HttpApiEndpoint.post("apply")`/v1/libraries/${library}/restores/${id}/apply`
      .setHeaders(ofWork)
      .addSuccess(done(200))
      .addSuccess(done(202))
      .addSuccess(later)
      .addError(
        Schema.Union(Unchanged, changedHere, problemSchema("PlanOutdated"), problemSchema("TooManyToday"))
      )
  )
  .add(
    HttpApiEndpoint.post("cancel")`/v1/libraries/${library}/restores/${id}/cancel`
      .setHeaders(ifMatch)
      .addSuccess(Restore)
      .addError(Unchanged)
  )
  .add(
    HttpApiEndpoint.post("undo")`/v1/libraries/${library}/restores/${id}/undo`
      .setHeaders(ofWork)
      .addSuccess(Restore)
      .addSuccess(later)
      .addError(Schema.Union(Unchanged, changedHere, problemSchema("HomeElsewhere")))
  )

/**
 * What waits for a device, and what it has heard of and not ended: as JSON, or with `Accept: text/event-stream` as it comes. Such a stream
 * tells an event `inbox`, with all of it as `data`, at once and whenever it changes; `bye` that the access has ended or the server
 * stops; every 20 s a comment says that it still listens.
 */
export const inbox = HttpApiGroup.make("inbox").add(
  HttpApiEndpoint.get("list", "/v1/inbox")
    .setHeaders(Schema.Struct({ accept: Schema.optional(Schema.String) }))
    .addSuccess(Listed(Restore))
    .addError(problemSchema("TooMany"))
)
