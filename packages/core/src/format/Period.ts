/**
 * Times as people write them, read in one way everywhere. What is written is a period: `--since` means its beginning, `--until`
 * and `--at` its end.
 *
 * | written | means |
 * |---|---|
 * | `now`, `2026-11-20T18:00:00Z`, `2026-11-20 18:00+01:00` | that moment |
 * | `2h`, `7d`, `90 min`, `1y6m`, `3 days ago`, `an hour ago`, `in 2 weeks` | that moment, so long before or after now |
 * | `2026-11-20 14:30`, `yesterday 18:00`, `monday at 6pm`, `6:30 pm today` | that moment, by the clock on the wall |
 * | `14:30`, `6pm`, `noon`, `midnight` | the last time that the clock showed that, or with `ahead` the next |
 * | `2026-11-20`, `today`, `yesterday`, `friday`, `last friday` | that whole day |
 * | `last week`, `this month`, `next year`, `2026-11` | that whole week (from Monday on), month or year |
 */
import { InvalidInput } from "../errors/WhiteRoomError.js"
import { day, hour, minute, second } from "../model/Time.js"
import { type LocalParts, localParts, momentOf, weekdayOf } from "./LocalTime.js"

/** Milliseconds since 1970, both ends included; of a moment they are the same. */
export interface Period {
  readonly from: number
  readonly until: number
}

export interface PeriodOptions {
  /** IANA name; the zone of this machine unless given. */
  readonly timeZone?: string | undefined
  /** What is meant lies ahead: `3d`, `friday` and `6pm` are to come. */
  readonly ahead?: boolean | undefined
}

const units: ReadonlyArray<readonly [RegExp, number]> = [
  [/^s(?:ec(?:ond)?s?)?$/, second],
  [/^min(?:ute)?s?$/, minute],
  [/^h(?:(?:ou)?rs?)?$/, hour],
  [/^d(?:ays?)?$/, day],
  [/^w(?:(?:ee)?ks?)?$/, 7 * day],
  [/^m(?:o(?:nth)?s?)?$/, 30 * day],
  [/^y(?:(?:ea)?rs?)?$/, 365 * day]
]

const refuse = (text: string, reason: string): never => {
  throw new InvalidInput({ field: `"${text}"`, reason })
}

/** Milliseconds of `12h`, `30d`, `2 weeks`, `6m` (of 30 days), `1y` (of 365) or several together: `1y6m`. */
export const parseDuration = (text: string): number | undefined => {
  const plain = text.toLowerCase()
  if (!/^(?:\d{1,6} ?[a-z]+ ?)*\d{1,6} ?[a-z]+$/.test(plain)) return undefined
  let sum = 0
  for (const [, amount, word = ""] of plain.matchAll(/(\d+) ?([a-z]+)/g)) {
    const unit = units.find(([pattern]) => pattern.test(word))
    if (unit === undefined) return undefined
    sum += Number(amount) * unit[1]
  }
  return sum
}

const isPoint = (moment: number): Period => ({ from: moment, until: moment })

/** `2h`, `2 hours ago`, `in 2 hours`. A bare one lies before now, or after it with `ahead`. */
const readDistance = (text: string, now: number, ahead: boolean): Period | undefined => {
  const [, before, bare = "", after] = /^(in )?(.*?)( ago)?$/.exec(text) ?? []
  const length = parseDuration(bare.replace(/^(?:an?|one) (?=[a-z]+$)/, "1 "))
  if (length === undefined || (before !== undefined && after !== undefined)) return undefined
  if (/^\d+ ?m$/.test(bare)) refuse(text, "it may be minutes or months: write 5min or 5mo")
  const forwards = before !== undefined || (ahead && after === undefined)
  return isPoint(forwards ? now + length : now - length)
}

/** Milliseconds after midnight of `18:00`, `18:00:05`, `6pm`, `6:30 am`, `noon`, `midnight`; nothing for any other text. */
export const parseTimeOfDay = (text: string): number | undefined => {
  if (text === "noon") return 12 * hour
  if (text === "midnight") return 0
  const [, hours, minutes, seconds = "0", half] =
    /^(\d{1,2})(?::(\d\d)(?::(\d\d))?)? ?([ap]m)?$/.exec(text) ?? []
  if (hours === undefined || (minutes === undefined && half === undefined)) return undefined
  const [h, m, s] = [Number(hours), Number(minutes ?? 0), Number(seconds)]
  if (m > 59 || s > 59 || h > 23 || (half !== undefined && (h < 1 || h > 12))) return undefined
  const ofDay = half === undefined ? h : (h % 12) + (half === "pm" ? 12 : 0)
  return ofDay * hour + m * minute + s * second
}

/** Midnights in calendar arithmetic: where a day, week, month or year begins, and where the one after it does. */
type Days = readonly [begin: number, end: number]

const midnightOf = ({ year, month, day: date }: LocalParts): number => Date.UTC(year, month - 1, date)

const nearDays = new Map([
  ["yesterday", -1],
  ["today", 0],
  ["tomorrow", 1]
])

const readDay = (text: string, today: LocalParts, ahead: boolean): Days | undefined => {
  const midnight = midnightOf(today)
  const dayAt = (begin: number): Days => [begin, begin + day]
  const near = nearDays.get(text)
  if (near !== undefined) return dayAt(midnight + near * day)
  const [, which, name = ""] = /^(?:(last|next) )?([a-z]+)$/.exec(text) ?? []
  const weekday = weekdayOf(name)
  if (weekday !== undefined) {
    const forwards = which === "next" || (ahead && which !== "last")
    const days = (weekday - new Date(midnight).getUTCDay() + 7) % 7
    return dayAt(midnight + (forwards ? days || 7 : days - 7) * day)
  }
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []
  if (year === undefined) return undefined
  const begin = Date.UTC(Number(year), Number(month) - 1, Number(date))
  return Number(year) > 99 && new Date(begin).toISOString().startsWith(text) ? dayAt(begin) : undefined
}

/** `last week`, `this month`, `next year`, `2026-11`. */
const readSpan = (text: string, today: LocalParts): Days | undefined => {
  const [, inYear, ofMonth] = /^([1-9]\d{3})-(0[1-9]|1[0-2])$/.exec(text) ?? []
  if (inYear !== undefined) {
    const month = Number(ofMonth)
    return [Date.UTC(Number(inYear), month - 1, 1), Date.UTC(Number(inYear), month, 1)]
  }
  const [, which = "", unit] = /^(?:the )?(last|past|previous|this|next) (week|month|year)$/.exec(text) ?? []
  if (unit === undefined) return undefined
  const step = which === "this" ? 0 : which === "next" ? 1 : -1
  const { year, month } = today
  if (unit === "year") return [Date.UTC(year + step, 0, 1), Date.UTC(year + step + 1, 0, 1)]
  if (unit === "month") return [Date.UTC(year, month - 1 + step, 1), Date.UTC(year, month + step, 1)]
  const midnight = midnightOf(today)
  const monday = midnight - ((new Date(midnight).getUTCDay() + 6) % 7) * day + step * 7 * day
  return [monday, monday + 7 * day]
}

/** A day and a time of day, in either order; or one of them. */
const readWall = (
  text: string,
  now: number,
  { timeZone, ahead = false }: PeriodOptions
): Period | undefined => {
  const today = localParts(now, timeZone)
  const at = (wall: number): number => momentOf(wall, timeZone)
  const days = readSpan(text, today) ?? readDay(text, today, ahead)
  if (days !== undefined) return { from: at(days[0]), until: at(days[1]) - 1 }
  const alone = parseTimeOfDay(text)
  if (alone !== undefined) {
    const tries = [-1, 0, 1].map((step) => at(midnightOf(today) + step * day + alone))
    const found = ahead ? tries.find((moment) => moment > now) : tries.findLast((moment) => moment <= now)
    return found === undefined ? undefined : isPoint(found)
  }
  // At every gap between two words, or the `t` of a date, the day may end and the time begin, or the other way round.
  for (const { index, 0: gap } of text.matchAll(/ at | |t(?=\d)/g)) {
    const [first, second] = [text.slice(0, index), text.slice(index + gap.length)]
    const found = [
      [readDay(first, today, ahead), parseTimeOfDay(second)],
      [readDay(second, today, ahead), parseTimeOfDay(first)]
    ].find((pair): pair is [Days, number] => pair.every((part) => part !== undefined))
    if (found !== undefined) return isPoint(at(found[0][0] + found[1]))
  }
  return undefined
}

const absolute = /^\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:z|[+-]\d\d:?\d\d)$/

/** Not a number where there is no such day: a parser of dates takes 30 February for 2 March. */
const absoluteMoment = (text: string): number => {
  const date = text.slice(0, 10)
  const begin = Date.parse(date)
  return !Number.isNaN(begin) && new Date(begin).toISOString().startsWith(date)
    ? Date.parse(text.replace(" ", "t").toUpperCase())
    : Number.NaN
}

/**
 * A period as people write it: see the table above.
 *
 * @param now milliseconds since 1970
 * @throws InvalidInput for anything else
 */
export const parsePeriod = (text: string, now: number, options: PeriodOptions = {}): Period => {
  const plain = text.trim().toLowerCase().replace(/\s+/g, " ")
  const period =
    plain.length > 60
      ? undefined
      : plain === "now"
        ? isPoint(now)
        : absolute.test(plain)
          ? isPoint(absoluteMoment(plain))
          : (readDistance(plain, now, options.ahead === true) ?? readWall(plain, now, options))
  if (period === undefined || Number.isNaN(new Date(period.from).getTime()))
    return refuse(
      text.slice(0, 60),
      'it is not a time; write "2026-11-20 14:30", "yesterday 18:00", "last week" or "2h"'
    )
  return period
}

/**
 * The moment that `--at` means: the end of the period, or now while it lasts.
 *
 * @param now milliseconds since 1970
 * @param timeZone IANA name; the zone of this machine unless given
 * @throws InvalidInput for what is not a time
 */
export const parseMoment = (text: string, now: number, timeZone?: string): Date => {
  const { from, until } = parsePeriod(text, now, { timeZone })
  return new Date(from <= now ? Math.min(until, now) : until)
}
