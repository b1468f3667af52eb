/** The values that options take, beyond texts and numbers. */

import { message, text } from "@optique/core/message"
import type { NonEmptyString } from "@optique/core/nonempty"
import type { ValueParser, ValueParserResult } from "@optique/core/valueparser"
import { day, hour } from "@white-room/core"
import type { CheckOptions } from "@white-room/store"

const units: Readonly<Record<string, number>> = {
  h: hour,
  d: day,
  w: 168 * hour,
  m: 720 * hour,
  y: 365 * day
}

/** Milliseconds of `12h`, `30d`, `2w`, `6m` (of 30 days), `1y` (of 365) or several together: `1y6m`. */
export const parseDuration = (input: string): number | undefined => {
  if (!/^(?:\d{1,6}[hdwmy])+$/.test(input)) return undefined
  let sum = 0
  for (const [, amount, unit] of input.matchAll(/(\d+)([hdwmy])/g))
    sum += Number(amount) * (units[unit ?? ""] ?? 0)
  return sum
}

/** Local midnight `days` after the day of a moment. */
const midnight = (moment: Date, days: number): Date =>
  new Date(moment.getFullYear(), moment.getMonth(), moment.getDate() + days)

const relativeDay = (input: string, now: Date): Date | undefined => {
  const found = /^(today|yesterday)(?: (\d{1,2}):(\d{2}))?$/i.exec(input)
  if (found === null || Number(found[2] ?? 0) > 23 || Number(found[3] ?? 0) > 59) return undefined
  const day = midnight(now, found[1]?.toLowerCase() === "today" ? 0 : -1)
  if (found[2] !== undefined) day.setHours(Number(found[2]), Number(found[3]))
  return day
}

const calendarDay = (input: string): Date | undefined => {
  const found = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(input)
  if (found === null) return undefined
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0))
  const time = new Date(year, month - 1, day, hours, minutes, seconds)
  const same =
    time.getMonth() === month - 1 && time.getDate() === day && hours < 24 && minutes < 60 && seconds < 60
  return same ? time : undefined
}

/**
 * A moment: `2026-11-20`, `2026-11-20 18:00` (local), RFC 3339 (`2026-11-20T18:00:00Z`), `today`, `yesterday 18:00`,
 * or a duration before now (`7d`). With `end`, a day without a time is its last millisecond.
 */
export const parseMoment = (input: string, now: Date, end = false): Date | undefined => {
  const duration = parseDuration(input)
  if (duration !== undefined) return new Date(now.getTime() - duration)
  const day = relativeDay(input, now) ?? calendarDay(input)
  if (day !== undefined) return end && !input.includes(":") ? new Date(midnight(day, 1).getTime() - 1) : day
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/i.test(input))
    return undefined
  const exact = new Date(input)
  return Number.isNaN(exact.getTime()) ? undefined : exact
}

/** A value that `read` understands; `expected` completes "Expected …, but got …". */
export const valueBy = <A>(
  metavar: NonEmptyString,
  placeholder: A,
  expected: string,
  read: (input: string) => A | undefined
): ValueParser<"sync", A> => ({
  mode: "sync",
  metavar,
  placeholder,
  parse: (input): ValueParserResult<A> => {
    const value = read(input)
    if (value !== undefined) return { success: true, value }
    return { success: false, error: message`Expected ${text(expected)}, but got ${input}.` }
  },
  format: String
})

/** @see parseMoment */
export const moment = (options: { readonly end: boolean }): ValueParser<"sync", Date> =>
  valueBy(
    "TIME",
    new Date(0),
    'a time such as "2026-11-20", "2026-11-20 18:00", "yesterday" or "7d"',
    (input) => parseMoment(input, new Date(), options.end)
  )

/** @see parseDuration */
export const duration = (): ValueParser<"sync", number> =>
  valueBy("DURATION", 0, 'a duration such as "12h", "30d" or "1y"', parseDuration)

type Subset = NonNullable<CheckOptions["subset"]>

/** `3/10`: the third of ten parts; `5%`: about a twentieth. */
export const parseSubset = (input: string): Subset | undefined => {
  const parts = /^(\d{1,6})\/(\d{1,6})$/.exec(input)
  if (parts !== null) {
    const [part, of] = [Number(parts[1]), Number(parts[2])]
    return part >= 1 && part <= of ? { part, of } : undefined
  }
  const percent = /^(\d{1,3}(?:\.\d{1,6})?)%$/.exec(input)
  const share = Number(percent?.[1] ?? Number.NaN) / 100
  return share > 0 && share <= 1 ? { share } : undefined
}

/** @see parseSubset */
export const subset = (): ValueParser<"sync", Subset> =>
  valueBy("N/T|P%", { share: 1 }, 'a part such as "1/10" or a share such as "5%"', parseSubset)
