/** When a library that is written here is backed up by itself, and how long backups are kept. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Output from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { Id, limit } from "./Model.js"
import { problemSchema } from "./Problem.js"
import { refused } from "./Reads.js"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

const Rule = Schema.String.pipe(Schema.maxLength(200))
const Texts = Schema.Array(Schema.String.pipe(Schema.maxLength(100))).pipe(Schema.maxItems(100))
const Amount = Schema.Finite.pipe(Schema.positive())

/**
 * The profiles of `whiteroom schedule`, without what reaches out of the library: a server calls nobody and runs no command for
 * those who use it, and its library goes into its files by itself. `when` and `quiet` are rules as people write them.
 */
export const ProfileWish = Schema.Struct({
  when: Schema.Array(Rule).pipe(Schema.minItems(1), Schema.maxItems(100)),
  zone: optional(Schema.String.pipe(Schema.maxLength(100))),
  quiet: optional(Schema.Array(Rule).pipe(Schema.maxItems(100))),
  catchUp: optional(Schema.Union(Schema.Literal("once", "off"), Schema.Struct({ withinMinutes: Amount }))),
  kinds: optional(Schema.Array(Output.Kind).pipe(Schema.minItems(1), Schema.maxItems(3))),
  skipIfUnchanged: optional(Schema.Boolean),
  description: optional(Schema.String.pipe(Schema.maxLength(1000))),
  tags: optional(Texts),
  keep: optional(
    Schema.Struct({
      last: optional(Output.Count),
      hourly: optional(Output.Count),
      daily: optional(Output.Count),
      weekly: optional(Output.Count),
      monthly: optional(Output.Count),
      yearly: optional(Output.Count),
      withinDays: optional(Amount),
      tags: optional(Texts)
    })
  ),
  enabled: optional(Schema.Boolean),
  pausedUntil: optional(Output.Time),
  staleAfterHours: optional(Amount)
}).annotations({ identifier: "ProfileWish", parseOptions: { onExcessProperty: "error" } })

/** With its defaults, and its name. */
const Profile = Schema.Struct({ name: Schema.String, ...ProfileWish.fields }).annotations({
  identifier: "Profile"
})
export type Profile = typeof Profile.Encoded

/** One run; without `endedAt` it lasts, or its server ended before it did. */
const Run = Schema.Struct({
  number: Output.Count,
  profile: Schema.String,
  activity: Schema.String,
  dueAt: Output.Time,
  startedAt: Output.Time,
  endedAt: Schema.NullOr(Output.Time),
  outcome: Schema.NullOr(Schema.Literal("done", "skipped", "failed", "inconclusive")),
  backupId: Schema.NullOr(Schema.String),
  detail: Schema.NullOr(Schema.String)
}).annotations({ identifier: "Run" })
export type Run = typeof Run.Encoded

const library = HttpApiSchema.param("library", Id)
const name = HttpApiSchema.param(
  "id",
  Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/))
)
const headers = Schema.Struct({ prefer: Schema.optional(Schema.String) })
const seen = Schema.Struct({
  "if-match": Schema.optional(Schema.String),
  "if-none-match": Schema.optional(Schema.String)
})

const notSaved = Schema.Union(
  refused,
  problemSchema("ProfileNotFound"),
  problemSchema("ProfileChanged"),
  problemSchema("VersionRequired"),
  problemSchema("HomeElsewhere"),
  problemSchema("Leaving"),
  problemSchema("Busy"),
  problemSchema("Stopping")
)

/** A profile is saved as it was seen: `If-Match` with its `ETag`, or `If-None-Match: *` for a new one. */
export const profiles = HttpApiGroup.make("profiles")
  .add(
    HttpApiEndpoint.get("list")`/v1/libraries/${library}/profiles`
      .setHeaders(headers)
      .addSuccess(Schema.Struct({ items: Schema.Array(Profile), isLast: Schema.Boolean }))
      .addError(refused)
  )
  .add(
    HttpApiEndpoint.get("read")`/v1/libraries/${library}/profiles/${name}`
      .setHeaders(headers)
      .addSuccess(Profile)
      .addError(Schema.Union(refused, problemSchema("ProfileNotFound")))
  )
  .add(
    HttpApiEndpoint.put("save")`/v1/libraries/${library}/profiles/${name}`
      .setPayload(ProfileWish)
      .setHeaders(seen)
      .addSuccess(Profile)
      .addError(notSaved)
  )
  .add(
    HttpApiEndpoint.del("remove")`/v1/libraries/${library}/profiles/${name}`
      .setHeaders(seen)
      .addSuccess(HttpApiSchema.NoContent)
      .addError(notSaved)
  )
  .add(
    HttpApiEndpoint.get("runs")`/v1/libraries/${library}/runs`
      .setUrlParams(Schema.Struct({ limit }))
      .setHeaders(headers)
      .addSuccess(Schema.Struct({ items: Schema.Array(Run), isLast: Schema.Boolean }))
      .addError(refused)
  )
