import { type LocalParts, utcOffset } from "../format/LocalTime.js"
import { elapsed, type Moment, pausedReason } from "./Clock.js"
import { calendarRules } from "./calendarRules.js"
import type { RetentionItem, RetentionPolicy } from "./Policy.js"
import { describeDuration } from "./Policy.js"

/** A backup and the moment it was taken, as far as that is known. */
export interface PlacedBackup {
  readonly item: RetentionItem
  readonly moment: Moment
}

export interface Rules {
  readonly policy: RetentionPolicy
  readonly localParts: (milliseconds: number) => LocalParts
  readonly paused: boolean
}

export type Reasons = readonly [item: RetentionItem, reasons: ReadonlyArray<string>]

/** What the rules of a policy keep of the backups of one class, newest first, profile by profile. */
export const applyRules = (backups: ReadonlyArray<PlacedBackup>, rules: Rules): ReadonlyArray<Reasons> => {
  const profiles = new Map<string | undefined, Array<PlacedBackup>>()
  for (const backup of backups) {
    const group = profiles.get(backup.item.profile)
    if (group === undefined) profiles.set(backup.item.profile, [backup])
    else group.push(backup)
  }
  return [...profiles.values()].flatMap((group) => applyToProfile(group, rules))
}

const applyToProfile = (group: ReadonlyArray<PlacedBackup>, rules: Rules): ReadonlyArray<Reasons> => {
  const { keepLast = 0, keepWithin = 0 } = rules.policy
  const newest = group[0]
  const reasons = group.map(({ moment }, index) => {
    const found: Array<string> = []
    if (index < keepLast) found.push(`last ${keepLast}`)
    if (keepWithin > 0 && newest !== undefined && elapsed(moment, newest.moment) <= keepWithin) {
      found.push(`within ${describeDuration(keepWithin)}`)
    }
    return found
  })
  for (const rule of calendarRules) keepByCalendar(group, reasons, rule, rules)
  const ofTime = keepWithin > 0 || calendarRules.some(({ field }) => (rules.policy[field] ?? 0) > 0)
  return group.map(({ item }, index) => {
    const found = reasons[index] ?? []
    return [item, found.length === 0 && ofTime && rules.paused ? [pausedReason] : found]
  })
}

/**
 * Keeps the newest backup of each of the last n periods. One whose time is not trusted uses up no period and
 * stays as long as there is room for one.
 */
const keepByCalendar = (
  group: ReadonlyArray<PlacedBackup>,
  reasons: ReadonlyArray<Array<string>>,
  rule: (typeof calendarRules)[number],
  { policy, localParts }: Rules
): void => {
  const room = policy[rule.field] ?? 0
  const seen = new Set<string>()
  for (const [index, { item, moment }] of group.entries()) {
    if (seen.size >= room) return
    if (!moment.trusted) {
      reasons[index]?.push(`${rule.word} (time uncertain)`)
      continue
    }
    const at = localParts(item.time)
    const period = rule.periodOf(at)
    const key = rule.byOffset ? `${period} ${utcOffset(at, item.time)}` : period
    if (seen.has(key)) continue
    seen.add(key)
    reasons[index]?.push(`${rule.word} ${period}`)
  }
}
