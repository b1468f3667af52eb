import { localParts, showClock, showDate } from "./LocalTime.js"

/**
 * A moment as a person reads it: `2026-11-22 14:30:05`, local time, in the zone of this machine or the IANA zone
 * named. A `Date` that holds no time is `unknown time`.
 *
 * @throws InvalidInput for a zone that the platform does not know
 */
export const formatBackupTimestamp = (time: Date, options?: { readonly timeZone?: string }): string => {
  if (Number.isNaN(time.getTime())) return "unknown time"
  const at = localParts(time.getTime(), options?.timeZone)
  return `${showDate(at)} ${showClock(at)}`
}
