/**
 * When a profile's backups are due, as a person writes it. A rule is a value without a clock: `occurrences.ts` says
 * which moments it means in a time zone.
 *
 * | written | means |
 * |---|---|
 * | `every 30 minutes`, `hourly`, `every 2 days` | so much real time after the run before |
 * | `daily 18:00`, `18:00`, `9:00, 18:30` | at these times by the clock on the wall, every day |
 * | `weekdays 18:00`, `weekends 10:00`, `mon, wed, fri 7:30`, `weekly on monday 6pm` | on these days of the week |
 * | `nightly`, `every morning`, `every evening`, `weekdays` | at 3:00, 9:00, 18:00: days without a time mean 18:00 |
 * | `last sunday of the month 3:00`, `first monday 9:00` | on that one of the month |
 * | `day 1 3:00`, `day 1, 15 3:00`, `last day of the month 22:00` | on these days of the month |
 * | `0 18 * * 1-5`, `@daily`, `0 3 L * *` | cron: minute, hour, day, month, weekday |
 */
import { weekdayNames } from "@white-room/core"

/** Minutes after midnight, 0 to 1439. */
export type WallTime = number

/** Which days of the calendar; every condition that is given must hold, but see `either`. */
export interface DayRule {
  /** 0 is Sunday. */
  readonly weekdays?: ReadonlyArray<number> | undefined
  /** Which of its weekday in the month: 1 to 5, or -1 for the last. */
  readonly nth?: number | undefined
  /** 1 to 31; -1 is the last day of the month. */
  readonly days?: ReadonlyArray<number> | undefined
  /** 1 to 12. */
  readonly months?: ReadonlyArray<number> | undefined
  /** True: a day that fits `weekdays` or `days` will do, as cron has it when both are given. */
  readonly either?: boolean | undefined
}

export type Rule =
  /** So many minutes of real time after the run before; not bound to the clock on the wall. */
  | { readonly _tag: "Every"; readonly minutes: number }
  | {
      readonly _tag: "Calendar"
      readonly on: DayRule
      /** In order, each once, at least one. */
      readonly times: ReadonlyArray<WallTime>
      /** True for cron expressions that name no hour: then they run in both hours that autumn repeats. */
      readonly everyHour: boolean
    }

/** Which of its weekday in a month: the last is -1. */
export const ordinals: Readonly<Record<string, number>> = {
  first: 1,
  second: 2,
  third: 3,
  fourth: 4,
  fifth: 5,
  last: -1
}
/** Minutes in the units of `every …` rules. */
export const unitMinutes: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440, week: 10_080 }

const showTime = (time: WallTime): string =>
  `${String(Math.floor(time / 60)).padStart(2, "0")}:${String(time % 60).padStart(2, "0")}`

const showEvery = (minutes: number): string => {
  const [unit, size] = Object.entries(unitMinutes)
    .reverse()
    .find(([, size]) => minutes % size === 0) ?? ["minute", 1]
  const count = minutes / size
  return count === 1 ? `every ${unit}` : `every ${count} ${unit}s`
}

const showDays = ({ weekdays, nth, days }: DayRule): string => {
  const names = (weekdays ?? []).map((day) => weekdayNames[day]?.slice(0, 3) ?? "")
  const month = "of the month"
  if (nth !== undefined) {
    const ordinal = Object.entries(ordinals).find(([, value]) => value === nth)?.[0]
    return `${ordinal} ${weekdayNames[weekdays?.[0] ?? 0]} ${month}`
  }
  if (days !== undefined) return days.includes(-1) ? `last day ${month}` : `day ${days.join(", ")} ${month}`
  if (names.length === 0) return "daily"
  if (String(weekdays) === "1,2,3,4,5") return "weekdays"
  return String(weekdays) === "0,6" ? "weekends" : names.join(", ")
}

/** The rule in words; of one that was written in words, words that `parseRule` reads as the same rule. */
export const showRule = (rule: Rule): string =>
  rule._tag === "Every"
    ? showEvery(rule.minutes)
    : `${showDays(rule.on)} ${rule.times.map(showTime).join(", ")}`
