import { InvalidInput } from "@white-room/core"
import type { QuietTime } from "./Due.js"
import { parseRule } from "./parseRule.js"

/** Reads `22:00-06:00` or, on some days only, `weekdays 09:00-17:00`. @throws InvalidInput */
export const parseQuietTime = (text: string): QuietTime => {
  const match = /^(.*?)(\d{1,2}:\d\d)\s*[-–]\s*(\d{1,2}:\d\d)$/.exec(text.trim().toLowerCase())
  if (match === null)
    throw new InvalidInput({ field: `"${text}"`, reason: "write it as 22:00-06:00 or weekdays 09:00-17:00" })
  const [, days = "", from = "", to = ""] = match
  const began = parseRule(`${days.trim()} ${from}`)
  const ended = parseRule(to)
  if (began._tag === "Every" || ended._tag === "Every")
    throw new InvalidInput({ field: `"${text}"`, reason: "it needs times of day" })
  const [start = 0, end = 0] = [began.times[0], ended.times[0]]
  if (start === end) throw new InvalidInput({ field: `"${text}"`, reason: "it would never end" })
  if (began.times.length + ended.times.length !== 2)
    throw new InvalidInput({ field: `"${text}"`, reason: "write one time from and to for each quiet time" })
  const { weekdays, nth, days: dates } = began.on
  if (nth !== undefined || dates !== undefined)
    throw new InvalidInput({ field: `"${text}"`, reason: "it can be bound to days of the week only" })
  return { from: start, to: end, on: weekdays && { weekdays } }
}
