import { localParts } from "./localParts.js"

/**
 * A moment as a person reads it: `2026-11-22 14:30:05`, local time, in the zone of this machine or the IANA zone
 * named. A `Date` that holds no time is `unknown time`.
 *
 * @throws InvalidInput for a zone that the platform does not know
 */
export const formatBackupTimestamp = (time: Date, options?: { readonly timeZone?: string }): string => {
  if (Number.isNaN(time.getTime())) return "unknown time"
  const { year, month, day, hour, minute, second } = localParts(time.getTime(), options?.timeZone)
  const two = (value: number): string => String(value).padStart(2, "0")
  const date = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`
  return `${date} ${two(hour)}:${two(minute)}:${two(second)}`
}
