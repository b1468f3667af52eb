import type { LocalParts } from "../format/localParts.js"

const two = (value: number): string => String(value).padStart(2, "0")
const dateOf = ({ year, month, day }: LocalParts): string => `${year}-${two(month)}-${two(day)}`

/** The ISO 8601 week that a date lies in: it belongs to the year that holds its Thursday. */
const weekOf = ({ year, month, day }: LocalParts): string => {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7))
  const yearOfWeek = date.getUTCFullYear()
  const start = new Date(0)
  start.setUTCFullYear(yearOfWeek, 0, 1)
  const week = Math.floor((date.getTime() - start.getTime()) / (7 * 86_400_000)) + 1
  return `${yearOfWeek}-W${two(week)}`
}

/** Each calendar rule: its field in the policy, its word in reasons, and the period that a local time lies in. */
export const calendarRules = [
  { field: "keepHourly", word: "hourly", periodOf: (at: LocalParts) => `${dateOf(at)} ${two(at.hour)}:00` },
  { field: "keepDaily", word: "daily", periodOf: dateOf },
  { field: "keepWeekly", word: "weekly", periodOf: weekOf },
  { field: "keepMonthly", word: "monthly", periodOf: (at: LocalParts) => `${at.year}-${two(at.month)}` },
  { field: "keepYearly", word: "yearly", periodOf: (at: LocalParts) => `${at.year}` }
] as const
