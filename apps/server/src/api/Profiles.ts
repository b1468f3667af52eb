/** When a library that is written here is backed up by itself, and how long backups are kept: seen, saved, run now. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Output from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { Id, limit, preferHeader } from "./Model.js"
import { problemSchema } from "./Problem.js"
import { refused } from "./Reads.js"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

const Rule = Schema.String.pipe(Schema.maxLength(200))
const Texts = Schema.Array(Schema.String.pipe(Schema.maxLength(100))).pipe(Schema.maxItems(100))
const Amount = Schema.Finite.pipe(Schema.positive())

const ProfileName = Schema.String.pipe(Schema.minLength(1), Schema.maxLength(64))

/**
 * The profiles of `whiteroom schedule`, without what reaches out of the library: a server calls nobody and runs no command for
 * those who use it, and its library goes into its files by itself. `when` and `quiet` are rules as people write them. Of a library on
 * this computer (`whiteroom open`) commands, addresses and drills of a profile are not seen, and stay as they are when it is saved.
 */
export const ProfileWish = Schema.Struct({
  when: Schema.Array(Rule).pipe(Schema.minItems(1), Schema.maxItems(100)),
  zone: optional(Schema.String.pipe(Schema.maxLength(100))),
  quiet: optional(Schema.Array(Rule).pipe(Schema.maxItems(100))),
  catchUp: optional(Schema.Union(Schema.Literal("once", "off"), Schema.Struct({ withinMinutes: Amount }))),
  kinds: optional(Schema.Array(Output.Kind).pipe(Schema.minItems(1), Schema.maxItems(3))),
  /** Vaults of a library on this computer, by their names, that get every backup too. A server sends nowhere. */
  places: optional(Schema.Array(ProfileName).pipe(Schema.maxItems(20))),
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

/** With its defaults, its name, and when it comes next. */
const Profile = Schema.Struct({
  name: Schema.String,
  ...ProfileWish.fields,
  /** False: the preferences ask for it. The first that is saved takes its place. */
  stored: Schema.Boolean,
  /** The next backup; none while it is paused. */
  next: Schema.NullOr(Output.Time),
  /** Since when it should have run: nobody seems to look. */
  overdueSince: Schema.NullOr(Output.Time)
}).annotations({ identifier: "Profile" })
export type Profile = typeof Profile.Encoded

/** One run; without `endedAt` it lasts, or its server ended before it did. */
const Run = Schema.Struct({
  number: Output.Count,
  profile: Schema.String,
  activity: Schema.String,
  /** The empty text is the library itself. */
  place: Schema.String,
  dueAt: Output.Time,
  startedAt: Output.Time,
  endedAt: Schema.NullOr(Output.Time),
  outcome: Schema.NullOr(Schema.Literal("done", "skipped", "failed", "inconclusive")),
  backupId: Schema.NullOr(Schema.String),
  detail: Schema.NullOr(Schema.String)
}).annotations({ identifier: "Run" })
export type Run = typeof Run.Encoded

const Runs = Schema.Struct({ runs: Schema.Array(Run) })

const library = HttpApiSchema.param("library", Id)
/** The name of a profile: as it is where it has only `A-Z a-z 0-9 . _ -`, else `~` and its base64url. */
const name = HttpApiSchema.param("id", Schema.String.pipe(Schema.maxLength(400)))
const headers = Schema.Struct(preferHeader)
const seen = Schema.Struct({
  "if-match": Schema.optional(Schema.String),
  "if-none-match": Schema.optional(Schema.String)
})

const notRun = Schema.Union(
  refused,
  problemSchema("ProfileNotFound"),
  problemSchema("HomeElsewhere"),
  problemSchema("Leaving"),
  problemSchema("Busy"),
  problemSchema("Stopping")
)

const notSaved = Schema.Union(notRun, problemSchema("ProfileChanged"), problemSchema("VersionRequired"))

/**
 * A profile is saved as it was seen: `If-Match` with its `ETag`, or `If-None-Match: *` for a new one. `run` takes its backup now, whether
 * or not it is due; what has not changed is skipped, so that it may be asked for again.
 */
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
      .addError(Schema.Union(notSaved, problemSchema("TooManyProfiles")))
  )
  .add(
    HttpApiEndpoint.del("remove")`/v1/libraries/${library}/profiles/${name}`
      .setHeaders(seen)
      .addSuccess(HttpApiSchema.NoContent)
      .addError(notSaved)
  )
  .add(
    HttpApiEndpoint.post("run")`/v1/libraries/${library}/profiles/${name}/run`
      .addSuccess(Runs)
      .addError(Schema.Union(notRun, problemSchema("TooManyToday")))
  )
  .add(
    HttpApiEndpoint.get("runs")`/v1/libraries/${library}/runs`
      .setUrlParams(Schema.Struct({ limit }))
      .setHeaders(headers)
      .addSuccess(Schema.Struct({ items: Schema.Array(Run), isLast: Schema.Boolean }))
      .addError(refused)
  )
