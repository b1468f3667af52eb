import { hour } from "@white-room/core"

/** When a line was kept up last, and how much came since. */
export interface KeptUp {
  /** In epoch milliseconds; 0: never. */
  readonly at: number
  /** Files that were pushed since. */
  readonly files: number
}

/** So many files are read one by one until they are merged: two groups of sixteen. */
const mostFiles = 32

/**
 * Whether a line that is pushed to again and again is to be kept up now: after `every` milliseconds, six hours by default,
 * and on a busy day after 32 files, so that what readers have to open stays below 90 files however much is written.
 *
 * ```ts
 * import { upkeepDue } from "@white-room/vault"
 *
 * upkeepDue({ at: Date.now(), files: 31 }, Date.now()) // false: one more file, or six hours
 * ```
 */
export const upkeepDue = ({ at, files }: KeptUp, now: number, every: number = 6 * hour): boolean =>
  files >= mostFiles || now - at >= every
