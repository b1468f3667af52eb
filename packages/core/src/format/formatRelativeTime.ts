import { day, hour, minute } from "../model/Time.js"

const month = 30.436875 * day
const year = 12 * month

const units = [
  { size: minute, below: hour, one: "min", many: "min" },
  { size: hour, below: day, one: "h", many: "h" },
  { size: day, below: 61 * day, one: "day", many: "days" },
  { size: month, below: 2 * year, one: "month", many: "months" }
]
const years = { size: year, one: "year", many: "years" }

/**
 * How far a moment is from `now`, in whole units rounded towards it: `just now` (within a minute), `12 min ago`,
 * `2 h ago`, `6 days ago` (to 60), `3 months ago` (to 23), `2 years ago`, `in 3 h`. A `Date` that holds no time is
 * `unknown time`.
 */
export const formatRelativeTime = (time: Date, now: Date): string => {
  const distance = time.getTime() - now.getTime()
  if (Number.isNaN(distance)) return "unknown time"
  const away = Math.abs(distance)
  if (away < minute) return "just now"
  const unit = units.find(({ below }) => away < below) ?? years
  const count = Math.floor(away / unit.size)
  const amount = `${count} ${count === 1 ? unit.one : unit.many}`
  return distance < 0 ? `${amount} ago` : `in ${amount}`
}
