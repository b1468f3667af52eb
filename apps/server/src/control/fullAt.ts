import { day } from "@white-room/core"

/** How much of a disk was free on a day. */
export interface DiskSample {
  /** Days since 1970. */
  readonly day: number
  readonly free: number
  /** Of the whole disk: one of another size is another disk. */
  readonly size: number
}

/** What fewer days say is chance; what is farther off than a year is no forecast. */
const fewestDays = 3
const farthestDays = 365

/**
 * When only `needed` bytes of a disk will be free, in epoch milliseconds, should it fill as it did on the days that are told: by the line that
 * comes nearest to them. `undefined` where it does not fill, or nobody can tell.
 */
export const fullAt = (samples: ReadonlyArray<DiskSample>, needed: number): number | undefined => {
  const last = samples.at(-1)
  if (last === undefined || last.day - (samples[0]?.day ?? last.day) < fewestDays) return undefined
  const same = samples.filter(({ size }) => size === last.size)
  const middle = (of: (sample: DiskSample) => number) =>
    same.reduce((sum, sample) => sum + of(sample), 0) / same.length
  const [middleDay, middleFree] = [middle((sample) => sample.day), middle(({ free }) => free)]
  const spread = middle((sample) => (sample.day - middleDay) ** 2)
  if (spread === 0 || last.day - (same[0]?.day ?? last.day) < fewestDays) return undefined
  const slope = middle((sample) => (sample.day - middleDay) * (sample.free - middleFree)) / spread
  if (slope >= 0) return undefined
  const days = Math.max(0, last.free - needed) / -slope
  return days > farthestDays ? undefined : (last.day + days) * day
}
