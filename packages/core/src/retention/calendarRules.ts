import { type LocalParts, showClock, showDate } from "../format/LocalTime.js"
import { day } from "../model/Time.js"

/** The ISO 8601 week that a date lies in: it belongs to the year that holds its Thursday. */
const weekOf = (at: LocalParts): string => {
  const date = new Date(0)
  date.setUTCFullYear(at.year, at.month - 1, at.day)
  date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7))
  const yearOfWeek = date.getUTCFullYear()
  const start = new Date(0)
  start.setUTCFullYear(yearOfWeek, 0, 1)
  const week = Math.floor((date.getTime() - start.getTime()) / (7 * day)) + 1
  return `${yearOfWeek}-W${String(week).padStart(2, "0")}`
}

/**
 * Each calendar rule: its field in the policy, its word in reasons, and the period that a local time lies in. The hour that
 * autumn repeats is two hours, which `byOffset` tells apart.
 */
export const calendarRules = [
  {
    field: "keepHourly",
    word: "hourly",
    byOffset: true,
    periodOf: (at: LocalParts) => `${showDate(at)} ${showClock(at).slice(0, 2)}:00`
  },
  { field: "keepDaily", word: "daily", byOffset: false, periodOf: showDate },
  { field: "keepWeekly", word: "weekly", byOffset: false, periodOf: weekOf },
  {
    field: "keepMonthly",
    word: "monthly",
    byOffset: false,
    periodOf: (at: LocalParts) => showDate(at).slice(0, 7)
  },
  { field: "keepYearly", word: "yearly", byOffset: false, periodOf: (at: LocalParts) => `${at.year}` }
] as const
