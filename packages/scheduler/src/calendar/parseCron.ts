import { InvalidInput } from "@white-room/core"
import * as Cron from "effect/Cron"
import * as Either from "effect/Either"
import type { DayRule, Rule } from "./Rule.js"

const aliases: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *"
}

/** Last values of the fields; the library that reads cron refuses ranges that wrap around. */
const ends: ReadonlyArray<number> = [59, 23, 31, 12, 6]

const unwrapped = (field: string, index: number): string =>
  field.replace(/(?<![\d/])(\d+)-(\d+)(?![\d/])/g, (range, from: string, to: string) =>
    Number(from) > Number(to) ? `${from}-${ends[index]},${index === 2 || index === 3 ? 1 : 0}-${to}` : range
  )

const daysIn = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** True when some month has such a day. */
const canCome = ({ days, months, weekdays, either }: DayRule): boolean =>
  days === undefined ||
  (either === true && weekdays !== undefined) ||
  days.some((day) => daysIn.some((length, month) => day <= length && (months?.includes(month + 1) ?? true)))

/** The values of a field in order; none means all. */
const some = (values: ReadonlySet<number>): ReadonlyArray<number> | undefined =>
  values.size === 0 ? undefined : [...values].sort((a, b) => a - b)

/**
 * Five fields of cron, or an alias such as `@daily`; `L` as the day is the last one of the month. `undefined` for what
 * does not look like cron. @throws InvalidInput for cron that is wrong, or whose days never come
 */
export const parseCron = (text: string): Rule | undefined => {
  const fields = (aliases[text] ?? text).split(" ")
  if (text.startsWith("@") && aliases[text] === undefined)
    throw new InvalidInput({ field: `"${text}"`, reason: `known are ${Object.keys(aliases).join(", ")}` })
  if (fields.length !== 5 || !fields.slice(0, 3).every((field) => /^[\d*l][\d*,/\-l]*$/.test(field)))
    return undefined
  const isLast = fields[2] === "l"
  const plain = fields.map((field, index) => (index === 2 && isLast ? "*" : unwrapped(field, index)))
  const parsed = Cron.parse(plain.join(" "))
  if (Either.isLeft(parsed)) throw new InvalidInput({ field: `"${text}"`, reason: parsed.left.message })
  const { minutes, hours, days, months, weekdays } = parsed.right
  const on: DayRule = {
    weekdays: some(weekdays),
    days: isLast ? [-1] : some(days),
    months: some(months),
    either: (weekdays.size > 0 && (isLast || days.size > 0)) || undefined
  }
  if (!canCome(on)) throw new InvalidInput({ field: `"${text}"`, reason: "no month has such a day" })
  const all = (count: number) => Array.from({ length: count }, (_, value) => value)
  const allHours = some(hours) ?? all(24)
  const allMinutes = some(minutes) ?? all(60)
  return {
    _tag: "Calendar",
    on,
    times: allHours.flatMap((hour) => allMinutes.map((minute) => hour * 60 + minute)),
    everyHour: hours.size === 0 || hours.size === 24
  }
}
