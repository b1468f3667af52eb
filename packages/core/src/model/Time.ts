/** Times: their units, how they are read, and what stands for one that cannot be. */
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"

/** A second in milliseconds, as times are everywhere. */
export const second = 1000
/** A minute in milliseconds. */
export const minute = 60 * second
/** An hour in milliseconds. */
export const hour = 60 * minute
/** A day of 24 hours in milliseconds. */
export const day = 24 * hour

/** 2001-01-01T00:00:00Z, where the times of Apple's `JSONEncoder`, and so of the iOS app, begin. */
export const appleEpoch = Date.UTC(2001, 0, 1)

/** Seconds since 2001 reach this in the year 5169; milliseconds since 1970 passed it in 1973. */
const firstMilliseconds = 1e11

const pattern =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?: ?(Z|([+-])(\d\d):?(\d\d)))?)?$/i

/**
 * A time as any White Room app wrote it, or `undefined` when it is not one:
 * - text: ISO 8601 (Node), `YYYY-MM-DD HH:MM:SS.SSS` (GRDB) or a date alone. Without a zone it is UTC, on every
 *   machine; below the millisecond it is cut. A day or hour that does not exist is not a time.
 * - number: seconds since 2001-01-01 (iOS), or from 1e11 on milliseconds since 1970 (old song models).
 *
 * Years are those from 0000 to 9999.
 */
export const parseTime = (value: unknown): Date | undefined => {
  if (typeof value === "number") {
    return validDate(Math.abs(value) < firstMilliseconds ? appleEpoch + Math.round(value * second) : value)
  }
  if (typeof value !== "string") return undefined
  const match = pattern.exec(value.trim())
  if (match === null) return undefined
  const part = (group: number): number => Number(match[group] ?? 0)
  const [year, month, date, hours, minutes, seconds] = [part(1), part(2), part(3), part(4), part(5), part(6)]
  const local = new Date(0)
  local.setUTCFullYear(year, month - 1, date)
  if (local.getUTCMonth() !== month - 1 || local.getUTCDate() !== date) return undefined
  if (hours > 23 || minutes > 59 || seconds > 59 || part(10) > 23 || part(11) > 59) return undefined
  local.setUTCHours(hours, minutes, seconds, Number((match[7] ?? "").slice(0, 3).padEnd(3, "0")))
  const offset = part(10) * hour + part(11) * minute
  return validDate(local.getTime() + (match[9] === "-" ? offset : -offset))
}

/** Other years need more than four digits, which no stored form has. */
const validDate = (milliseconds: number): Date | undefined => {
  const date = new Date(milliseconds)
  return date.getUTCFullYear() >= 0 && date.getUTCFullYear() <= 9999 ? date : undefined
}

/** What stands for a time that cannot be read: an invalid Date, never another moment. */
export const unknownTime = (): Date => new Date(Number.NaN)

/**
 * A moment; in JSON a text that `parseTime` reads (RFC 3339 when written), or `null` for a time that is not known. Marked as
 * pure: a page that only wants to know how long a minute is does not carry Effect along.
 */
export const Time = /* @__PURE__ */ Schema.transformOrFail(
  /* @__PURE__ */ Schema.NullOr(Schema.String),
  Schema.DateFromSelf,
  {
    strict: true,
    decode: (stored, _, ast) => {
      const time = stored === null ? unknownTime() : parseTime(stored)
      return time === undefined
        ? ParseResult.fail(new ParseResult.Type(ast, stored))
        : ParseResult.succeed(time)
    },
    encode: (time) => ParseResult.succeed(Number.isNaN(time.getTime()) ? null : time.toISOString())
  }
)
