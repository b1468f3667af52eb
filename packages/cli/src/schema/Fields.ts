/** The parts that the outputs for scripts are made of. Sizes are bytes; times RFC 3339, UTC, with milliseconds. */
import * as Schema from "effect/Schema"

export const Time = Schema.String.pipe(
  Schema.pattern(/^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  Schema.annotations({ jsonSchema: { type: "string", format: "date-time" } })
)

/** A time that an app stored; `null` when it cannot be read. */
export const StoredTime = Schema.NullOr(Time)

export const Count = Schema.NonNegativeInt
export const Kind = Schema.Literal("song", "performance", "preferences")
export const Texts = Schema.Array(Schema.String)

/** Counts of a plan by what happens to a song, a performance or preferences. */
export const PlanCounts = Schema.Struct({
  create: Count,
  update: Count,
  delete: Count,
  keep: Count,
  unchanged: Count
})

export const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optional(schema)

/** The last line of a command that does something. `dryRun`: it only says what it would do. */
export const summary = <F extends Schema.Struct.Fields>(fields: F) =>
  Schema.Struct({
    message_type: Schema.Literal("summary"),
    dryRun: optional(Schema.Literal(true)),
    ...fields
  })

export const Failed = Schema.Struct({ file: Schema.String, reason: Schema.String })

/** Something that is not as it must be, the backups that need it, and what it holds. */
export const Damage = Schema.Struct({
  what: Schema.String,
  reason: Schema.String,
  backups: Texts,
  entities: Texts,
  /** True when it was put right from what is whole. */
  mended: optional(Schema.Boolean)
})
