/** A retention policy: what it says, whether it makes sense, and how it is told. */
import { day, hour, minute, second } from "../model/Time.js"
import { calendarRules } from "./calendarRules.js"

/** What retention needs to know of a backup. `time` is in milliseconds since 1970, finite. */
export interface RetentionItem {
  readonly id: string
  readonly number: number
  readonly position: number
  readonly time: number
  readonly trigger: "manual" | "scheduled" | "safety" | "imported"
  readonly pinned: boolean
  readonly tags: ReadonlyArray<string>
  readonly profile?: string
}

/**
 * What to keep; a backup stays if any rule keeps it. The counts are whole numbers (or `Infinity` for all): the
 * last n backups, and the newest backup of each of the last n hours, days, weeks, months and years that have one.
 * `keepWithin`: milliseconds, counted back from the newest backup of the same profile.
 */
export interface RetentionPolicy {
  readonly keepLast?: number | undefined
  readonly keepHourly?: number | undefined
  readonly keepDaily?: number | undefined
  readonly keepWeekly?: number | undefined
  readonly keepMonthly?: number | undefined
  readonly keepYearly?: number | undefined
  readonly keepWithin?: number | undefined
  readonly keepTags?: ReadonlyArray<string> | undefined
  readonly imported?: "keep" | "count" | undefined
}

/** The last 30, as `maxBackups` in the preferences. */
export const defaultRetentionPolicy: RetentionPolicy = { keepLast: 30 }

const countRules = [{ field: "keepLast", word: "last" }, ...calendarRules] as const

/** The tags of a backup for which the policy keeps it. */
export const tagsToKeep = (item: RetentionItem, policy: RetentionPolicy): ReadonlyArray<string> =>
  item.tags.filter((tag) => policy.keepTags?.includes(tag))

/** Why a policy is refused, or `undefined`: a value without meaning, no rule at all, or only tags that no backup has. */
export const findFault = (
  policy: RetentionPolicy,
  backups: ReadonlyArray<RetentionItem>
): string | undefined => {
  for (const { field, word } of countRules) {
    const count = policy[field] ?? 0
    if (!(count >= 0) || (!Number.isInteger(count) && count !== Number.POSITIVE_INFINITY)) {
      return `${word} must be a whole number of 0 or more, not ${count}`
    }
  }
  const within = policy.keepWithin ?? 0
  if (!(within >= 0 && Number.isFinite(within)))
    return `the duration to keep within must be 0 or more, not ${within}`
  if (within > 0 || countRules.some(({ field }) => (policy[field] ?? 0) > 0)) return undefined
  if ((policy.keepTags ?? []).length === 0) return "it would keep nothing"
  const matched = backups.length === 0 || backups.some((item) => tagsToKeep(item, policy).length > 0)
  return matched ? undefined : `it would keep nothing: no backup has the ${describePolicy(policy)}`
}

/** A policy in words: `last 30, daily 7, within 30 days, tag tour`. */
export const describePolicy = (policy: RetentionPolicy): string =>
  [
    ...countRules.flatMap(({ field, word }) =>
      (policy[field] ?? 0) > 0 ? [`${word} ${policy[field]}`] : []
    ),
    ...((policy.keepWithin ?? 0) > 0 ? [`within ${describeDuration(policy.keepWithin ?? 0)}`] : []),
    ...(policy.keepTags ?? []).map((tag) => `tag ${tag}`)
  ].join(", ")

/** A duration in its largest whole unit: `30 days`, `36 hours`, `90 minutes`, `1500 ms`. */
export const describeDuration = (milliseconds: number): string => {
  for (const [size, unit] of durationUnits) {
    if (milliseconds % size === 0) return `${milliseconds / size} ${unit}${milliseconds === size ? "" : "s"}`
  }
  return `${milliseconds} ms`
}

const durationUnits = [
  [day, "day"],
  [hour, "hour"],
  [minute, "minute"],
  [second, "second"]
] as const
