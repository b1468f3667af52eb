import { InvalidInput, minute, parseTimeOfDay, weekdayOf } from "@white-room/core"
import { parseCron } from "./parseCron.js"
import { type DayRule, ordinals, type Rule, unitMinutes, type WallTime } from "./Rule.js"

const refuse = (text: string, reason: string): never => {
  throw new InvalidInput({ field: `"${text}"`, reason })
}

const longest = 60 * 24 * 366

const readEvery = (text: string): Rule | undefined => {
  if (text === "hourly") return { _tag: "Every", minutes: 60 }
  if (text === "weekly") return { _tag: "Every", minutes: 7 * 24 * 60 }
  const match = /^every (?:(\d{1,6}) )?(minute|hour|day|week)s?$/.exec(text)
  if (match === null) return undefined
  const minutes = Number(match[1] ?? 1) * (unitMinutes[match[2] ?? ""] ?? 0)
  if (minutes < 1 || minutes > longest) refuse(text, "it must lie between a minute and a year")
  return { _tag: "Every", minutes }
}

/** A rule is kept to the minute. */
const readTime = (word: string): WallTime | undefined => {
  const time = parseTimeOfDay(word)
  return time === undefined || time % minute !== 0 ? undefined : time / minute
}

/** Words that begin a rule, the days that they mean, and the time of day where none is said. */
const beginnings: ReadonlyArray<readonly [begin: RegExp, days: string, time: WallTime]> = [
  [/^(?:nightly|every night)\b/, "daily", 3 * 60],
  [/^every morning\b/, "daily", 9 * 60],
  [/^every evening\b/, "daily", 18 * 60],
  [/^monthly$/, "day 1", 18 * 60],
  [/^(?:weekly|monthly|every week|every month) on /, "", 18 * 60],
  [/^every (?=[a-z])(?!day\b)/, "", 18 * 60],
  [/^/, "", 18 * 60]
]

const unique = (values: ReadonlyArray<number>): ReadonlyArray<number> =>
  [...new Set(values)].sort((a, b) => a - b)

/** The words before the times of day. */
const readDays = (words: ReadonlyArray<string>): DayRule | undefined => {
  const text = words.join(" ").replace(/ of (the|each|every) month$/, "")
  if (text === "" || text === "daily" || text === "every day") return {}
  if (text === "weekdays" || text === "weekday") return { weekdays: [1, 2, 3, 4, 5] }
  if (text === "weekends" || text === "weekend") return { weekdays: [0, 6] }
  if (text === "last day") return { days: [-1] }
  const [first = "", ...rest] = text.split(" ")
  if (first === "day" || first === "days") {
    const days = rest.map(Number)
    return days.length > 0 && days.every((day) => Number.isInteger(day) && day >= 1 && day <= 31)
      ? { days: unique(days) }
      : undefined
  }
  const nth = ordinals[first]
  const weekdays = (nth === undefined ? text.split(" ") : rest).map((word) =>
    weekdayOf(word.replace(/s$/, ""))
  )
  if (weekdays.length === 0 || (nth !== undefined && weekdays.length > 1)) return undefined
  const known = weekdays.filter((day) => day !== undefined)
  if (known.length < weekdays.length) return undefined
  return { weekdays: unique(known), nth }
}

/**
 * Reads a rule; see the table in `Rule.ts`. @throws InvalidInput that says what is wrong, also for days that never come
 */
export const parseRule = (text: string): Rule => {
  const plain = text.trim().toLowerCase().replace(/\s+/g, " ")
  const cron = parseCron(plain)
  if (cron !== undefined) return cron
  const every = readEvery(plain)
  if (every !== undefined) return every
  const [begin, means, usual] = beginnings.find(([words]) => words.test(plain)) ?? [/^/, "", 0]
  const words = plain
    .replace(begin, means)
    .replace(/(\d) ([ap]m)\b/g, "$1$2")
    .split(/[\s,]+/)
    .filter((word) => !["", "at", "on", "and"].includes(word))
  const isTime = words.map((word) => readTime(word) !== undefined)
  const first = isTime.indexOf(true)
  // "6pm on weekdays" and "weekdays 6pm" say the same; days on both sides are too many.
  const from = first < 0 ? words.length : first
  const to = from > 0 || !isTime.includes(false) ? words.length : isTime.indexOf(false)
  const times = words.slice(from, to).map(readTime)
  const days = [...words.slice(0, from), ...words.slice(to)]
  const stray = words.slice(from, to)[times.indexOf(undefined)] ?? days.find((word) => /\d[:ap]/.test(word))
  if (stray !== undefined) return refuse(text, `"${stray}" is not a time of day`)
  const on = plain === "" ? undefined : readDays(days)
  if (on === undefined)
    return refuse(
      text,
      "its days are not known; try `weekdays 18:00`, `mon, fri`, `last sunday of the month` or `every 30 minutes`"
    )
  const said = unique(times.filter((time) => time !== undefined))
  return { _tag: "Calendar", on, times: said.length === 0 ? [usual] : said, everyHour: false }
}
