/**
 * When a profile's backups are due, as a person writes it. A rule is a value without a clock: `occurrences.ts` says
 * which moments it means in a time zone.
 *
 * | written | means |
 * |---|---|
 * | `every 30 minutes`, `hourly`, `every 2 days` | so much real time after the run before |
 * | `daily 18:00`, `18:00`, `9:00, 18:30` | at these times by the clock on the wall, every day |
 * | `weekdays 18:00`, `weekends 10:00`, `mon, wed, fri 7:30` | on these days of the week |
 * | `last sunday of the month 3:00`, `first monday 9:00` | on that one of the month |
 * | `day 1 3:00`, `day 1, 15 3:00`, `last day of the month 22:00` | on these days of the month |
 * | `0 18 * * 1-5`, `@daily`, `0 3 L * *` | cron: minute, hour, day, month, weekday |
 */
import { InvalidInput } from "@white-room/core"
import { parseCron } from "./parseCron.js"

/** Minutes after midnight, 0 to 1439. */
export type WallTime = number

/** Which days of the calendar; every condition that is given must hold, but see `either`. */
export interface DayRule {
  /** 0 is Sunday. */
  readonly weekdays?: ReadonlyArray<number>
  /** Which of its weekday in the month: 1 to 5, or -1 for the last. */
  readonly nth?: number
  /** 1 to 31; -1 is the last day of the month. */
  readonly days?: ReadonlyArray<number>
  /** 1 to 12. */
  readonly months?: ReadonlyArray<number>
  /** True: a day that fits `weekdays` or `days` will do, as cron has it when both are given. */
  readonly either?: boolean
}

export type Rule =
  /** So many minutes of real time after the run before; not bound to the clock on the wall. */
  | { readonly _tag: "Every"; readonly minutes: number }
  | {
      readonly _tag: "Calendar"
      readonly on: DayRule
      /** In order, each once, at least one. */
      readonly times: ReadonlyArray<WallTime>
      /** True for cron expressions that name no hour: then they run in both hours that autumn repeats. */
      readonly everyHour: boolean
    }

const weekdayNames = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
const ordinals: Readonly<Record<string, number>> = {
  first: 1,
  second: 2,
  third: 3,
  fourth: 4,
  fifth: 5,
  last: -1
}
const unitMinutes: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440, week: 10_080 }

const refuse = (text: string, reason: string): never => {
  throw new InvalidInput({ field: `"${text}"`, reason })
}

const weekdayOf = (word: string): number | undefined => {
  const name = word.replace(/s$/, "")
  const index = name.length < 3 ? -1 : weekdayNames.findIndex((known) => known.startsWith(name))
  return index < 0 ? undefined : index
}

const longest = 60 * 24 * 366

const readEvery = (text: string): Rule | undefined => {
  if (text === "hourly") return { _tag: "Every", minutes: 60 }
  const match = /^every (?:(\d{1,6}) )?(minute|hour|day|week)s?$/.exec(text)
  if (match === null) return undefined
  const minutes = Number(match[1] ?? 1) * (unitMinutes[match[2] ?? ""] ?? 0)
  if (minutes < 1 || minutes > longest) refuse(text, "it must lie between a minute and a year")
  return { _tag: "Every", minutes }
}

const readTime = (word: string): WallTime | undefined => {
  const match = /^(\d{1,2}):(\d\d)$/.exec(word)
  if (match === null) return undefined
  const [hour, minute] = [Number(match[1]), Number(match[2])]
  return hour < 24 && minute < 60 ? hour * 60 + minute : undefined
}

const unique = (values: ReadonlyArray<number>): ReadonlyArray<number> =>
  [...new Set(values)].sort((a, b) => a - b)

/** The words before the times of day. */
const readDays = (words: ReadonlyArray<string>): DayRule | undefined => {
  const text = words.join(" ").replace(/ of (the|each|every) month$/, "")
  if (text === "" || text === "daily" || text === "every day") return {}
  if (text === "weekdays") return { weekdays: [1, 2, 3, 4, 5] }
  if (text === "weekends") return { weekdays: [0, 6] }
  if (text === "last day") return { days: [-1] }
  const [first = "", ...rest] = text.split(" ")
  if (first === "day" || first === "days") {
    const days = rest.map(Number)
    return days.length > 0 && days.every((day) => Number.isInteger(day) && day >= 1 && day <= 31)
      ? { days: unique(days) }
      : undefined
  }
  const nth = ordinals[first]
  const weekdays = (nth === undefined ? text.split(" ") : rest).map(weekdayOf)
  if (weekdays.length === 0 || (nth !== undefined && weekdays.length > 1)) return undefined
  const known = weekdays.filter((day) => day !== undefined)
  if (known.length < weekdays.length) return undefined
  return { weekdays: unique(known), ...(nth !== undefined && { nth }) }
}

/**
 * Reads a rule; see the table above. @throws InvalidInput that says what is wrong, also for days that never come
 */
export const parseRule = (text: string): Rule => {
  const plain = text.trim().toLowerCase().replace(/\s+/g, " ")
  const cron = parseCron(plain)
  if (cron !== undefined) return cron
  const every = readEvery(plain)
  if (every !== undefined) return every
  const words = plain
    .split(/[\s,]+/)
    .filter((word) => word !== "" && word !== "at" && word !== "on" && word !== "and")
  const times = words.map(readTime)
  const places = times.flatMap((time, index) => (time === undefined ? [] : [index]))
  const from = places[0]
  if (from === undefined)
    return refuse(text, "say a time of day such as 18:00, or `every 30 minutes`, or a cron expression")
  if (places.length < words.length - from) return refuse(text, `"${words[from + 1]}" is no time of day`)
  const on = readDays(words.slice(0, from))
  if (on === undefined)
    return refuse(text, "its days are not known; try `weekdays`, `mon, fri` or `last sunday of the month`")
  return { _tag: "Calendar", on, times: unique(times.filter((time) => time !== undefined)), everyHour: false }
}

const showTime = (time: WallTime): string =>
  `${String(Math.floor(time / 60)).padStart(2, "0")}:${String(time % 60).padStart(2, "0")}`

const showEvery = (minutes: number): string => {
  const [unit, size] = Object.entries(unitMinutes)
    .reverse()
    .find(([, size]) => minutes % size === 0) ?? ["minute", 1]
  const count = minutes / size
  return count === 1 ? `every ${unit}` : `every ${count} ${unit}s`
}

const showDays = ({ weekdays, nth, days }: DayRule): string => {
  const names = (weekdays ?? []).map((day) => weekdayNames[day]?.slice(0, 3) ?? "")
  const month = "of the month"
  if (nth !== undefined) {
    const ordinal = Object.entries(ordinals).find(([, value]) => value === nth)?.[0]
    return `${ordinal} ${weekdayNames[weekdays?.[0] ?? 0]} ${month}`
  }
  if (days !== undefined) return days.includes(-1) ? `last day ${month}` : `day ${days.join(", ")} ${month}`
  if (names.length === 0) return "daily"
  if (String(weekdays) === "1,2,3,4,5") return "weekdays"
  return String(weekdays) === "0,6" ? "weekends" : names.join(", ")
}

/** The rule in words; of one that was written in words, words that `parseRule` reads as the same rule. */
export const showRule = (rule: Rule): string =>
  rule._tag === "Every"
    ? showEvery(rule.minutes)
    : `${showDays(rule.on)} ${rule.times.map(showTime).join(", ")}`
