/**
 * The moments a rule means. By the clock on the wall a rule is right on both days of a clock change: a time that
 * spring leaves out comes as much later as the gap is long, a time that autumn repeats comes once; rules that name no
 * hour (`15 * * * *`) come in every real hour.
 */
import { asUtc, day, localParts, minute, momentOf } from "@white-room/core"
import type { DayRule, Rule } from "./Rule.js"

type Calendar = Extract<Rule, { _tag: "Calendar" }>

/** Whether a day, as its midnight in calendar arithmetic, is one of the rule's. */
const isOn = ({ weekdays, nth, days, months, either }: DayRule, midnight: number): boolean => {
  const date = new Date(midnight)
  const number = date.getUTCDate()
  const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  if (months !== undefined && !months.includes(date.getUTCMonth() + 1)) return false
  const fitsDay = days === undefined || days.includes(number) || (days.includes(-1) && number === length)
  const place = nth === -1 ? number > length - 7 : nth === undefined || Math.ceil(number / 7) === nth
  const fitsWeekday = weekdays === undefined || (weekdays.includes(date.getUTCDay()) && place)
  return either === true ? fitsDay || fitsWeekday : fitsDay && fitsWeekday
}

/** Every moment at which the wall's clock shows this, and where spring leaves it out the one after the gap. */
const momentsOf = (wall: number, zone: string, everyHour: boolean): ReadonlyArray<number> => {
  const first = momentOf(wall, zone)
  if (!everyHour) return [first]
  // No zone has turned its clock back by more than three hours without calling it another day.
  const again = [30, 60, 120, 180].map((minutes) => first + minutes * minute)
  return [first, ...again.filter((moment) => asUtc(localParts(moment, zone)) === wall)]
}

const midnightOf = (moment: number, zone: string): number => {
  const parts = localParts(moment, zone)
  return Date.UTC(parts.year, parts.month - 1, parts.day)
}

/** What a zone's clock is ahead of UTC. */
const offsetAt = (moment: number, zone: string): number => asUtc(localParts(moment, zone)) - moment

/** The moments of one day, in order, each once. */
const momentsOn = (rule: Calendar, midnight: number, zone: string): ReadonlyArray<number> => {
  if (!isOn(rule.on, midnight)) return []
  const offset = offsetAt(midnight - day, zone)
  // On most days no clock changes.
  if (offset === offsetAt(midnight + 2 * day, zone))
    return rule.times.map((time) => midnight + time * minute - offset)
  const moments = rule.times.flatMap((time) => momentsOf(midnight + time * minute, zone, rule.everyHour))
  return [...new Set(moments)].sort((a, b) => a - b)
}

/** 29 February can be eight years away, and a first Monday that falls on it far longer. */
const horizon = 366 * 41

/** The first moment of a calendar rule after `after`; `undefined` when there is none in forty years. */
const nextOfCalendar = (rule: Calendar, after: number, zone: string): number | undefined => {
  // The day before too: what its gap moved, or a zone's skipped day, may come after this midnight.
  const from = midnightOf(after, zone) - day
  for (let n = 0; n < horizon; n++) {
    const [found, later] = [n, n + 1].map((days) =>
      momentsOn(rule, from + days * day, zone).find((moment) => moment > after)
    )
    // A gap at midnight, as in Nuuk, moves the end of one day into the next.
    if (found !== undefined) return Math.min(found, later ?? found)
  }
  return undefined
}

const lastOfCalendar = (rule: Calendar, until: number, zone: string): number | undefined => {
  const from = midnightOf(until, zone) + day
  for (let n = 0; n < horizon; n++) {
    const [found, earlier] = [n, n + 1].map((days) =>
      momentsOn(rule, from - days * day, zone).findLast((moment) => moment <= until)
    )
    if (found !== undefined) return Math.max(found, earlier ?? found)
  }
  return undefined
}

/**
 * The first moment of a rule after `after`, in milliseconds since 1970. Of `every …` rules, which count from the run
 * before, `after` is that run.
 */
export const nextOccurrence = (rule: Rule, after: number, zone: string): number | undefined =>
  rule._tag === "Every" ? after + rule.minutes * minute : nextOfCalendar(rule, after, zone)

/** The last moment of a rule in `(after, until]`, or `undefined`; of `every …` rules counted from `after`. */
export const lastOccurrence = (
  rule: Rule,
  after: number,
  until: number,
  zone: string
): number | undefined => {
  if (rule._tag === "Every") {
    const count = Math.floor((until - after) / (rule.minutes * minute))
    return count < 1 ? undefined : after + count * rule.minutes * minute
  }
  const last = lastOfCalendar(rule, until, zone)
  return last === undefined || last <= after ? undefined : last
}
