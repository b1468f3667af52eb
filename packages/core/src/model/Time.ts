import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { parseTime } from "./parseTime.js"

/** What stands for a time that cannot be read: an invalid Date, never another moment. */
export const unknownTime = (): Date => new Date(Number.NaN)

/** A moment; in JSON a text that `parseTime` reads (RFC 3339 when written), or `null` for a time that is not known. */
export const Time = Schema.transformOrFail(Schema.NullOr(Schema.String), Schema.DateFromSelf, {
  strict: true,
  decode: (stored, _, ast) => {
    const time = stored === null ? unknownTime() : parseTime(stored)
    return time === undefined
      ? ParseResult.fail(new ParseResult.Type(ast, stored))
      : ParseResult.succeed(time)
  },
  encode: (time) => ParseResult.succeed(Number.isNaN(time.getTime()) ? null : time.toISOString())
})
