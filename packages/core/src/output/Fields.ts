/** The parts that outputs for scripts and clients are made of. Sizes are bytes; times RFC 3339, UTC, with milliseconds. */
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

export const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optional(schema)
