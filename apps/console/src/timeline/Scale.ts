/** Time across a picture: what is in sight, how long its slots are, where its axis has numbers. */
import type { SlotLength } from "@white-room/core"
import { day, hour, minute } from "../texts/Spans.js"

/** What is in sight, in milliseconds since 1970. */
export interface View {
  readonly from: number
  readonly until: number
}

const lengths: ReadonlyArray<readonly [SlotLength, number]> = [
  ["minute", minute],
  ["10minutes", 10 * minute],
  ["hour", hour],
  ["6hours", 6 * hour],
  ["day", day],
  ["week", 7 * day],
  ["month", 31 * day]
]

/** The shortest slots that can be told from each other, and how long one is at most. */
export const slotsFor = ({ from, until }: View, width: number): readonly [SlotLength, number] => {
  // Twice the view is fetched, in no more than a thousand slots.
  const least = ((until - from) / width) * Math.max(4, width / 450)
  return lengths.find(([, length]) => length >= least) ?? ["month", 31 * day]
}

/** The shortest time that can fill the page. */
const shortest = 10 * minute

/** A view of what there is: no shorter than some minutes, no longer than all of it and a little more, and of some of it. */
export const fitting = ({ from, until }: View, all: View): View => {
  const longest = Math.max(day, (all.until - all.from) * 1.1)
  const length = Math.min(longest, Math.max(shortest, until - from))
  const margin = length * 0.05
  const latest = Math.max(all.from - margin, all.until + margin - length)
  const begin = Math.min(latest, Math.max(all.from - margin, from + (until - from - length) / 2))
  return { from: begin, until: begin + length }
}

type TickUnit = "minute" | "day" | "month" | "year"

interface Step {
  readonly unit: TickUnit
  readonly length: number
  /** The last one at or before a moment, by the clock on the wall. */
  readonly floor: (date: Date) => Date
}

const stepsOf = (
  unit: TickUnit,
  size: number,
  counts: ReadonlyArray<number>,
  floor: (date: Date, count: number) => Date
): ReadonlyArray<Step> =>
  counts.map((count) => ({ unit, length: count * size, floor: (date) => floor(date, count) }))

const down = (value: number, step: number): number => value - (value % step)

const steps: ReadonlyArray<Step> = [
  ...stepsOf(
    "minute",
    minute,
    [1, 5, 15, 30],
    (date, count) =>
      new Date(
        date.getFullYear(),
        date.getMonth(),
        date.getDate(),
        date.getHours(),
        down(date.getMinutes(), count)
      )
  ),
  ...stepsOf(
    "minute",
    hour,
    [1, 3, 6, 12],
    (date, count) =>
      new Date(date.getFullYear(), date.getMonth(), date.getDate(), down(date.getHours(), count))
  ),
  ...stepsOf(
    "day",
    day,
    [1, 2, 7, 14],
    // Not so near to the end of a month that the next one has no room.
    (date, count) =>
      new Date(
        date.getFullYear(),
        date.getMonth(),
        1 + Math.min(down(date.getDate() - 1, count), down(30 - count, count))
      )
  ),
  ...stepsOf(
    "month",
    30 * day,
    [1, 3, 6],
    (date, count) => new Date(date.getFullYear(), down(date.getMonth(), count))
  ),
  ...stepsOf("year", 365 * day, [1, 2, 5, 10], (date, count) => new Date(down(date.getFullYear(), count), 0))
]

export interface Tick {
  readonly time: number
  /** How precisely it is said. */
  readonly unit: TickUnit
}

/** Where the axis has numbers, as near to each other as there is room. */
export const ticksOf = ({ from, until }: View, width: number, room: number): ReadonlyArray<Tick> => {
  const least = ((until - from) / width) * room
  const step = steps.find(({ length }) => length >= least) ?? steps.at(-1)
  if (step === undefined) return []
  const ticks: Array<Tick> = []
  let time = step.floor(new Date(from)).getTime()
  while (time <= until && ticks.length < 200) {
    // A day begins in every row of hours, and is told as a day.
    const isDay = step.unit === "minute" && new Date(time).getHours() + new Date(time).getMinutes() === 0
    ticks.push({ time, unit: isDay ? "day" : step.unit })
    const next = step.floor(new Date(time + step.length * 1.5)).getTime()
    time = next > time ? next : time + step.length
  }
  return ticks
}
