/**
 * Clocks are set wrong and set right again; order in the log is certain, times are not. This reads how much time
 * passed between backups so that a wrong clock can make them look younger, never older:
 *
 * - A step of more than 366 days between neighbours, either way, is a jump or a long rest and counts as nothing.
 *   Smaller steps count with their sign, so a clock that was ahead and is set back cancels out.
 * - The fewest backups whose times contradict the order of the others, and any in the future, are not trusted.
 * - After an odd step the clock is unsettled until seven days have passed on it.
 */
import { day } from "../model/Time.js"

const longestStep = 366 * day
const tolerance = day
const settlingTime = 7 * day

/** Why nothing is let go while the clock is unsettled. */
export const pausedReason = "expiry is paused: the clock jumped"

/** A point in the log's order. `time`: its own, or where that is not trusted the next one that is. */
export interface Moment {
  readonly time: number
  readonly trusted: boolean
  /** Time that passed up to here, jumps left out: only differences mean something. */
  readonly lived: number
}

export interface ClockReading {
  /** One for each time given. */
  readonly moments: ReadonlyArray<Moment>
  readonly now: Moment
  readonly unsettled: boolean
}

/**
 * What the times of backups say of the clock that gave them.
 *
 * @param times of the backups in the order of their positions, in milliseconds since 1970
 * @param latestKnownTime recorded time of the last event of the log
 */
export const readClock = (
  times: ReadonlyArray<number>,
  latestKnownTime: number,
  now: number
): ClockReading => {
  const points = [...times, latestKnownTime, now]
  const lived = [0]
  let oddStepEnd: number | undefined
  for (let i = 1; i < points.length; i++) {
    const step = (points[i] ?? Number.NaN) - (points[i - 1] ?? Number.NaN)
    lived[i] = (lived[i - 1] ?? 0) + (Math.abs(step) <= longestStep ? step : 0)
    if (!(step <= longestStep && step >= -tolerance)) oddStepEnd = lived[i]
  }
  const livedNow = lived.at(-1) ?? 0
  const trusted = longestAscent(times, now + tolerance)
  const moments: Array<Moment> = []
  let time = now
  for (let i = times.length - 1; i >= 0; i--) {
    if (trusted.has(i)) time = times[i] ?? time
    moments[i] = { time, trusted: trusted.has(i), lived: lived[i] ?? 0 }
  }
  return {
    moments,
    now: { time: now, trusted: true, lived: livedNow },
    unsettled: oddStepEnd !== undefined && livedNow - oddStepEnd < settlingTime
  }
}

/** Milliseconds that surely passed from one moment to a later one: the smaller of two ways to tell, never below 0. */
export const elapsed = (from: Moment, to: Moment): number =>
  Math.max(0, Math.min(to.lived - from.lived, to.time - from.time))

/** Indices of a longest subsequence that never descends and stays at or below a limit (patience sorting). */
const longestAscent = (times: ReadonlyArray<number>, limit: number): ReadonlySet<number> => {
  const tails: Array<number> = []
  const previous: Array<number | undefined> = []
  const timeOf = (index: number | undefined): number =>
    index === undefined ? Number.NaN : (times[index] ?? Number.NaN)
  for (let i = 0; i < times.length; i++) {
    if (!(timeOf(i) <= limit && timeOf(i) > Number.NEGATIVE_INFINITY)) continue
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (timeOf(tails[middle]) <= timeOf(i)) low = middle + 1
      else high = middle
    }
    previous[i] = low > 0 ? tails[low - 1] : undefined
    tails[low] = i
  }
  const ascent = new Set<number>()
  for (let i = tails.at(-1); i !== undefined; i = previous[i]) ascent.add(i)
  return ascent
}
