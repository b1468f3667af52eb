import { localParts } from "../../src/format/LocalTime.js"
import type { RetentionItem, RetentionPolicy } from "../../src/retention/Policy.js"
import { decideRetention, type RetentionContext } from "../../src/retention/Retention.js"

export const hour = 3_600_000
export const day = 24 * hour

/** Noon UTC of a date such as `2026-11-20`, or the moment of a full ISO time. */
export const at = (time: string): number => Date.parse(time.length === 10 ? `${time}T12:00:00Z` : time)

export const utc = (milliseconds: number) => localParts(milliseconds, "UTC")

/** A manual backup at a position, which is also its number and its id (`b3`). */
export const backup = (position: number, time: number, more: Partial<RetentionItem> = {}): RetentionItem => ({
  id: `b${position}`,
  number: position,
  position,
  time,
  trigger: "manual",
  pinned: false,
  tags: [],
  ...more
})

/** Backups at positions 1, 2, 3 … at the times given. */
export const backupsAt = (...times: ReadonlyArray<string>): ReadonlyArray<RetentionItem> =>
  times.map((time, index) => backup(index + 1, at(time)))

/** A clock that agrees with the newest backup. */
export const steady = (
  backups: ReadonlyArray<RetentionItem>,
  more: Partial<RetentionContext> = {}
): RetentionContext => {
  const last = backups.reduce((newest, item) => (item.position > newest.position ? item : newest))
  return { now: last.time + hour, latestKnownTime: last.time, localParts: utc, ...more }
}

export const decide = (
  backups: ReadonlyArray<RetentionItem>,
  policy: RetentionPolicy,
  context: RetentionContext = steady(backups)
) => {
  const result = decideRetention(backups, policy, context)
  if (result._tag === "Refused") throw new Error(`refused: ${result.reason}`)
  return result
}

/** The ids that stay, newest first. */
export const kept = (...args: Parameters<typeof decide>): ReadonlyArray<string> =>
  decide(...args)
    .decisions.filter(({ keep }) => keep)
    .map(({ id }) => id)

/** One line for each backup: `b3 keep: last 2, daily 2026-11-20`. */
export const table = (...args: Parameters<typeof decide>): ReadonlyArray<string> =>
  decide(...args).decisions.map(
    ({ id, keep, reasons }) => `${id} ${keep ? "keep" : "drop"}: ${reasons.join(", ")}`
  )
