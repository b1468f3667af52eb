/** What clocks on walls and calendars show, in any time zone. */
import { InvalidInput } from "../errors/WhiteRoomError.js"
import { day, second } from "../model/Time.js"

/** What a clock on the wall and a calendar show. `month` and `day` begin with 1, `hour` is 0 to 23. */
export interface LocalParts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

const formatters = new Map<string, Intl.DateTimeFormat>()

const formatterFor = (timeZone: string): Intl.DateTimeFormat => {
  const known = formatters.get(timeZone)
  if (known !== undefined) return known
  try {
    const formatter = new Intl.DateTimeFormat("en-US", {
      timeZone,
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
  // Dates know the zone of this machine, and Intl takes as long to begin as a twentieth of a command.
  if (timeZone === undefined) {
    const at = new Date(milliseconds)
    return {
      year: at.getFullYear(),
      month: at.getMonth() + 1,
      day: at.getDate(),
      hour: at.getHours(),
      minute: at.getMinutes(),
      second: at.getSeconds()
    }
  }
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

/** Whether the platform knows a time zone of this name. */
export const isZone = (name: string): boolean => {
  try {
    formatterFor(name)
    return true
  } catch {
    return false
  }
}

/** The zone of this machine, as it is now; `UTC` when it has none that is known, as with an empty variable `TZ`. */
export const systemZone = (): string => {
  // Whatever its type says: of some zones, such as `TZ=UTC0`, the platform gives no name at all.
  const { timeZone = "" } = new Intl.DateTimeFormat().resolvedOptions()
  return isZone(timeZone) ? timeZone : "UTC"
}

const two = (value: number): string => String(value).padStart(2, "0")

/** `2026-11-22` */
export const showDate = ({ year, month, day }: LocalParts): string =>
  `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`

/** `14:30:05` */
export const showClock = ({ hour, minute, second }: LocalParts): string =>
  `${two(hour)}:${two(minute)}:${two(second)}`

/** From Sunday on, as the week of `Date` begins. */
export const weekdayNames = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]

/** The day of the week that a lower-case word of three letters or more begins: 0 is Sunday. */
export const weekdayOf = (word: string): number | undefined => {
  const index = word.length < 3 ? -1 : weekdayNames.findIndex((name) => name.startsWith(word))
  return index < 0 ? undefined : index
}

/** Parts as if they were UTC: a number to do calendar arithmetic with. */
export const asUtc = (parts: LocalParts): number =>
  Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second)

/** Milliseconds that the clock of these parts is ahead of UTC at the moment they are of. */
export const utcOffset = (parts: LocalParts, moment: number): number =>
  asUtc(parts) - Math.floor(moment / second) * second

/**
 * The moment at which a zone's clock shows what `asUtc` made of its parts. In the hour that autumn repeats, the first of
 * the two; in spring's gap, as much later as the gap is long.
 */
export const momentOf = (wall: number, timeZone?: string): number => {
  const offset = (moment: number) => asUtc(localParts(moment, timeZone)) - moment
  const early = wall - offset(wall - day)
  const late = wall - offset(wall + day)
  return asUtc(localParts(early, timeZone)) !== wall && asUtc(localParts(late, timeZone)) === wall
    ? late
    : early
}
