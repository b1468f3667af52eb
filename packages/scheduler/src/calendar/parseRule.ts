import { InvalidInput, weekdayOf } from "@white-room/core"
import { parseCron } from "./parseCron.js"
import { type DayRule, ordinals, type Rule, unitMinutes, type WallTime } from "./Rule.js"

const refuse = (text: string, reason: string): never => {
  throw new InvalidInput({ field: `"${text}"`, reason })
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
  const words = plain
    .split(/[\s,]+/)
    .filter((word) => word !== "" && word !== "at" && word !== "on" && word !== "and")
  const times = words.map(readTime)
  const places = times.flatMap((time, index) => (time === undefined ? [] : [index]))
  const from = places[0]
  if (from === undefined)
    return refuse(text, "say a time of day such as 18:00, or `every 30 minutes`, or a cron expression")
  if (places.length < words.length - from) return refuse(text, `"${words[from + 1]}" is not a time of day`)
  const on = readDays(words.slice(0, from))
  if (on === undefined)
    return refuse(text, "its days are not known; try `weekdays`, `mon, fri` or `last sunday of the month`")
  return { _tag: "Calendar", on, times: unique(times.filter((time) => time !== undefined)), everyHour: false }
}
