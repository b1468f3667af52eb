/** Time in equal steps as a calendar has them: where each begins by the clock on the wall, in any time zone. */
import { InvalidInput } from "../errors/WhiteRoomError.js"
import { hour, minute } from "../model/Time.js"
import { asUtc, localParts, momentOf } from "./LocalTime.js"

/** How long a slot is. */
export const slotLengths = ["minute", "10minutes", "hour", "6hours", "day", "week", "month"] as const
export type SlotLength = (typeof slotLengths)[number]

/** Those whose slots follow each other whatever the clock does: in autumn the hour that is repeated is there twice. */
const even: Partial<Record<SlotLength, number>> = { minute, "10minutes": 10 * minute, hour }

/** The end of the year 9999. */
const latest = Date.UTC(10_000, 0) - 1

/**
 * Where slots begin, and where the last of them ends: one more than there are slots. The first is the one that `from` is
 * in. Days have 23 or 25 hours where the clock is changed; weeks begin on Monday.
 *
 * @param from milliseconds since 1970, until the end of the year 9999
 * @param timeZone IANA name
 * @throws InvalidInput for a time or a zone that is not known
 * @example
 * // The days of a week in which the clock went forward
 * edgesOfSlots(Date.parse("2026-03-23T12:00:00Z"), "day", 7, "Europe/Berlin")
 */
export const edgesOfSlots = (
  from: number,
  length: SlotLength,
  count: number,
  timeZone: string
): ReadonlyArray<number> => {
  if (!(from >= 0 && from <= latest))
    throw new InvalidInput({ field: "from", reason: "it is not a time between 1970 and 9999" })
  const wall = asUtc(localParts(from, timeZone))
  const size = even[length]
  const edges = Array.from({ length: count + 1 }, (_, index) => index)
  if (size !== undefined) {
    const begin = from - (from % 1000) - (wall % size)
    return edges.map((index) => begin + index * size)
  }
  // A zone may leave out a whole day: its slots are empty.
  let before = Number.NEGATIVE_INFINITY
  return edges.map((index) => {
    before = Math.max(before, momentOf(wallOf(wall, length, index), timeZone))
    return before
  })
}

/** Where a slot begins on the wall, so many after the one of a moment. */
const wallOf = (wall: number, length: SlotLength, index: number): number => {
  if (length === "6hours") return wall - (wall % (6 * hour)) + index * 6 * hour
  const date = new Date(wall)
  const [year, month, first] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  if (length === "month") return Date.UTC(year, month + index)
  const monday = first - ((date.getUTCDay() + 6) % 7)
  return Date.UTC(year, month, length === "day" ? first + index : monday + index * 7)
}
