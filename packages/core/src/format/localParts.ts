import { InvalidInput } from "../errors/WhiteRoomError.js"

/** What a clock on the wall and a calendar show. `month` and `day` begin with 1, `hour` is 0 to 23. */
export interface LocalParts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

const formatters = new Map<string | undefined, Intl.DateTimeFormat>()

const formatterFor = (timeZone: string | undefined): Intl.DateTimeFormat => {
  const known = formatters.get(timeZone)
  if (known !== undefined) return known
  try {
    const formatter = new Intl.DateTimeFormat("en-US", {
      ...(timeZone !== undefined && { timeZone }),
      calendar: "iso8601",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric"
    })
    formatters.set(timeZone, formatter)
    return formatter
  } catch {
    throw new InvalidInput({ field: "time zone", reason: `${timeZone} is not known here` })
  }
}

/**
 * The local date and time at a moment, in the zone of this machine or the IANA zone named.
 *
 * @param milliseconds since 1970, within the range of `Date`
 * @throws InvalidInput for a zone that the platform does not know
 */
export const localParts = (milliseconds: number, timeZone?: string): LocalParts => {
  const values = new Map<string, number>()
  for (const { type, value } of formatterFor(timeZone).formatToParts(milliseconds))
    values.set(type, Number(value))
  const part = (type: string): number => values.get(type) ?? 0
  return {
    year: part("year"),
    month: part("month"),
    day: part("day"),
    hour: part("hour"),
    minute: part("minute"),
    second: part("second")
  }
}
