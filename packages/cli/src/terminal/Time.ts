/** Times as people read them: local and relative in lists, exact in details. */
import { day, formatBackupTimestamp, formatRelativeTime, localParts } from "@white-room/core"

export const ago = (time: Date, now: Date): string => formatRelativeTime(time, now)

/** `2026-11-22 14:30:05`, local. */
export const exactTime = (time: Date): string => formatBackupTimestamp(time)

const months = ["January", "February", "March", "April", "May", "June"].concat([
  "July",
  "August",
  "September",
  "October",
  "November",
  "December"
])

/** `4 May`, with its year when that is another one. */
export const dayOf = (time: Date, now: Date): string => {
  if (Number.isNaN(time.getTime())) return "an unknown day"
  const { year, month, day } = localParts(time.getTime())
  const thisYear = localParts(now.getTime()).year
  return `${day} ${months[month - 1]}${year === thisYear ? "" : ` ${year}`}`
}

/** A duration of a song: `3:05`. */
export const clock = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds))
  const two = (value: number): string => String(value).padStart(2, "0")
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

/** A moment near now, local: `today 18:00`, `tomorrow 9:30`, `Friday 18:00`, `4 May 18:00`. */
export const dayTime = (time: Date, now: Date): string => {
  const [at, today] = [localParts(time.getTime()), localParts(now.getTime())]
  const midnight = (parts: typeof at): number => Date.UTC(parts.year, parts.month - 1, parts.day)
  const days = Math.round((midnight(at) - midnight(today)) / day)
  const near = [undefined, "yesterday", "today", "tomorrow"][days + 2]
  const weekday = weekdays[new Date(midnight(at)).getUTCDay()] ?? ""
  const name = near ?? (days > 1 && days < 7 ? weekday : dayOf(time, now))
  return `${name} ${at.hour}:${String(at.minute).padStart(2, "0")}`
}
