/** What backs a library up by itself, where its home is the server: seen, added, paused, run. Commands and addresses of hooks are not. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Output from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { Id, Listed } from "./Model.js"
import { problemSchema } from "./Problem.js"
import { refused } from "./Reads.js"

const Rules = Schema.Array(Schema.String.pipe(Schema.minLength(1), Schema.maxLength(200))).pipe(
  Schema.minItems(1),
  Schema.maxItems(20)
)

const ProfileName = Schema.String.pipe(Schema.minLength(1), Schema.maxLength(64))

export const ScheduledProfile = Schema.Struct({
  name: Schema.String,
  /** False: the preferences ask for it. */
  stored: Schema.Boolean,
  /** Rules as people write them: `daily 18:00`, `every 30 minutes`. */
  when: Output.Texts,
  enabled: Schema.Boolean,
  pausedUntil: Schema.NullOr(Output.Time),
  /** The next backup; none while it is paused. */
  next: Schema.NullOr(Output.Time),
  /** Since when it should have run: nobody seems to look. */
  overdueSince: Schema.NullOr(Output.Time),
  places: Schema.Array(Output.ProfilePlace)
}).annotations({ identifier: "ScheduledProfile" })
export type ScheduledProfile = typeof ScheduledProfile.Encoded

export const ScheduleWish = Schema.Struct({
  name: ProfileName,
  when: Rules,
  /** Vaults of the library, by their names, that get every backup too. */
  places: Schema.optional(Schema.Array(ProfileName).pipe(Schema.maxItems(20))),
  /** How many of its backups stay. Default: 30. */
  keepLast: Schema.optional(Schema.Int.pipe(Schema.between(1, 1_000_000)))
})
export type ScheduleWish = typeof ScheduleWish.Type

/** What is left out stays. */
export const ScheduleChange = Schema.Struct({
  when: Schema.optional(Rules),
  /** False pauses it until it is told to go on. */
  enabled: Schema.optional(Schema.Boolean)
})
export type ScheduleChange = typeof ScheduleChange.Type

const Run = Schema.Struct({
  activity: Schema.String,
  /** The empty text is the library itself. */
  place: Schema.String,
  outcome: Output.Outcome,
  detail: Schema.NullOr(Schema.String)
})

export const Runs = Schema.Struct({ runs: Schema.Array(Run) })
export type Runs = typeof Runs.Encoded

const library = HttpApiSchema.param("library", Id)
/** The name of a profile: as it is where it has only `A-Z a-z 0-9 . _ -`, else `~` and its base64url. */
const id = HttpApiSchema.param("id", Schema.String.pipe(Schema.maxLength(400)))

const unchanged = Schema.Union(refused, problemSchema("HomeElsewhere"))

export const schedule = HttpApiGroup.make("schedule")
  .add(
    HttpApiEndpoint.get("list")`/v1/libraries/${library}/schedule`
      .addSuccess(Listed(ScheduledProfile))
      .addError(unchanged)
  )
  .add(
    HttpApiEndpoint.post("add")`/v1/libraries/${library}/schedule`
      .setPayload(ScheduleWish)
      .addSuccess(ScheduledProfile, { status: 201 })
      .addError(unchanged)
  )
  .add(
    HttpApiEndpoint.patch("change")`/v1/libraries/${library}/schedule/${id}`
      .setPayload(ScheduleChange)
      .addSuccess(ScheduledProfile)
      .addError(unchanged)
  )
  .add(
    HttpApiEndpoint.post("run")`/v1/libraries/${library}/schedule/${id}/run`
      .addSuccess(Runs)
      .addError(unchanged)
  )
