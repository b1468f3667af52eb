import { InvalidInput } from "../errors/WhiteRoomError.js"
import { day, hour, minute, second } from "../model/Time.js"
import { type LocalParts, localParts, momentOf, weekdayOf } from "./LocalTime.js"

const units: ReadonlyArray<readonly [RegExp, number]> = [
  [/^s(ec(ond)?s?)?$/, second],
  [/^m(in(ute)?s?)?$/, minute],
  [/^h((ou)?rs?)?$/, hour],
  [/^d(ays?)?$/, day],
  [/^w(eeks?)?$/, 7 * day]
]

interface Clock {
  readonly hour: number
  readonly minute: number
  readonly second: number
}

const readClock = (text: string): Clock | undefined => {
  const match = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(text)
  if (match === null) return undefined
  const clock = { hour: Number(match[1]), minute: Number(match[2]), second: Number(match[3] ?? 0) }
  return clock.hour < 24 && clock.minute < 60 && clock.second < 60 ? clock : undefined
}

const endOfDay: Clock = { hour: 23, minute: 59, second: 59 }

/** `2 hours ago`, `3 days ago`, `1 w ago`. */
const readAgo = (text: string, now: number): number | undefined => {
  const match = /^(\d{1,6})\s*([a-z]+)\s+ago$/.exec(text)
  const unit = match && units.find(([pattern]) => pattern.test(match[2] ?? ""))
  return match && unit ? now - Number(match[1]) * unit[1] : undefined
}

/** The first word of a day, as midnight of that day in calendar arithmetic. */
const readDay = (word: string, today: LocalParts): number | undefined => {
  const midnight = Date.UTC(today.year, today.month - 1, today.day)
  if (word === "today") return midnight
  if (word === "yesterday") return midnight - day
  const weekday = weekdayOf(word)
  if (weekday !== undefined) {
    const back = (new Date(midnight).getUTCDay() - weekday + 7) % 7
    return midnight - (back === 0 ? 7 : back) * day
  }
  const date = /^(\d{4})-(\d\d)-(\d\d)$/.exec(word)
  if (date === null) return undefined
  const wall = Date.UTC(Number(date[1]), Number(date[2]) - 1, Number(date[3]))
  return new Date(wall).toISOString().startsWith(word) ? wall : undefined
}

const readWall = (text: string, now: number, timeZone: string | undefined): number | undefined => {
  const today = localParts(now, timeZone)
  const onDay = (midnight: number, clock: Clock) =>
    momentOf(midnight + clock.hour * hour + clock.minute * minute + clock.second * second, timeZone)
  const alone = readClock(text)
  if (alone !== undefined) {
    const midnight = Date.UTC(today.year, today.month - 1, today.day)
    const moment = onDay(midnight, alone)
    return moment <= now ? moment : onDay(midnight - day, alone)
  }
  const [word = "", ...rest] = text.replace(/^last /, "").split(/[ t]+(?=\d)/)
  const midnight = readDay(word, today)
  const clock = rest.length === 0 ? endOfDay : readClock(rest.join(" "))
  if (midnight === undefined || clock === undefined) return undefined
  return Math.min(
    onDay(midnight, clock) + (rest.length === 0 ? 999 : 0),
    Math.max(now, onDay(midnight, clock))
  )
}

/**
 * A moment as people write it: `2026-11-20 14:30`, `2026-11-20` (its end), `14:30` (the last time the clock showed
 * that), `today 9:00`, `yesterday 18:00`, `monday 10:00`, `2 hours ago`, `now`, or RFC 3339 with a zone.
 *
 * @param now milliseconds since 1970
 * @param timeZone IANA name; the zone of this machine unless given
 * @throws InvalidInput for anything else
 */
export const parseMoment = (text: string, now: number, timeZone?: string): Date => {
  const plain = text.trim().toLowerCase().replace(/\s+/g, " ")
  const absolute = /^\d{4}-\d\d-\d\d[t ]\d\d:\d\d(:\d\d(\.\d+)?)?(z|[+-]\d\d:?\d\d)$/.test(plain)
  const moment =
    plain === "now"
      ? now
      : absolute
        ? Date.parse(plain.replace(" ", "t").toUpperCase())
        : (readAgo(plain, now) ?? readWall(plain, now, timeZone))
  if (moment === undefined || Number.isNaN(moment))
    throw new InvalidInput({
      field: `"${text}"`,
      reason: 'it is not a time; write "2026-11-20 14:30", "yesterday 18:00" or "2 hours ago"'
    })
  return new Date(moment)
}
