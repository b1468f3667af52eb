/**
 * Decides which backups stay. Order and "newest" mean position in the log, never the clock; times only say which
 * hour, day, week, month or year a backup belongs to and how much time passed, and a wrong clock only makes that
 * less (`readClock`).
 *
 * Backups are judged in classes, so that none pushes out one of another class:
 * - taken (`manual`, `scheduled`): by the policy, counted per profile; those without a profile together
 * - `imported`: kept, unless the policy says `imported: "count"`; then by the policy, on their own
 * - `safety`: as long as their undo, at least seven days after they were taken
 * Pins and tags of the policy keep a backup of any class. The newest backup and the newest taken one always stay.
 */

import { type LocalParts, showClock, showDate } from "../format/LocalTime.js"
import { day } from "../model/Time.js"
import { applyRules, type PlacedBackup, type Reasons, type Rules } from "./applyRules.js"
import { type ClockReading, elapsed, pausedReason, readClock } from "./Clock.js"
import type { RetentionItem, RetentionPolicy } from "./Policy.js"
import { describePolicy, findFault, tagsToKeep } from "./Policy.js"

export interface RetentionContext {
  readonly now: number
  /** Recorded time of the last event of the log (the one with the highest position). */
  readonly latestKnownTime: number
  /** Local date and hour of a moment, for the calendar rules and the times in reasons. */
  readonly localParts: (milliseconds: number) => LocalParts
  /** Whether the clock jumped lately, where more than the times of the backups tells; otherwise they do. */
  readonly unsettled?: boolean | undefined
  /** Until when the undo that needs a safety backup is possible; seven days after it was taken if that is later. */
  readonly safetyHeldUntil?: ((item: RetentionItem) => number) | undefined
}

/** `reasons`, in words for the user, are those for keeping when `keep`, otherwise those for letting go. Never empty. */
export interface RetentionDecision {
  readonly id: string
  readonly keep: boolean
  readonly reasons: ReadonlyArray<string>
}

/**
 * `Decided`: one decision for each backup, newest first. `paused`: the clock jumped, and nothing is let go for
 * reasons of time until it has been steady for seven days. `Refused`: the policy makes no sense or keeps nothing.
 */
export type RetentionResult =
  | {
      readonly _tag: "Decided"
      readonly decisions: ReadonlyArray<RetentionDecision>
      readonly paused: boolean
    }
  | { readonly _tag: "Refused"; readonly reason: string }

const shortestUndo = 7 * day

/** The end of the range of `Date`. */
const latestDate = 8.64e15

/** Pure; the order of `backups` does not matter. */
export const decideRetention = (
  backups: ReadonlyArray<RetentionItem>,
  policy: RetentionPolicy,
  context: RetentionContext
): RetentionResult => {
  const fault = findFault(policy, backups)
  if (fault !== undefined) return { _tag: "Refused", reason: fault }
  const ordered = [...backups].sort(newestFirst)
  const taken = place(ordered.filter(isTaken), context)
  const newest = new Set([ordered[0], taken.backups[0]?.item])
  const rules = { policy, localParts: context.localParts, paused: context.unsettled ?? taken.clock.unsettled }
  const reasons = new Map([
    ...applyRules(taken.backups, rules),
    ...reasonsOfImported(ordered.filter(isImported), rules, context),
    ...reasonsOfSafety(ordered, context)
  ])
  const decisions = ordered.map((item) => {
    const found = [
      ...(newest.has(item) ? ["newest backup"] : []),
      ...(item.pinned ? ["pinned"] : []),
      ...tagsToKeep(item, policy).map((tag) => `tag ${tag}`),
      ...(reasons.get(item) ?? [])
    ]
    if (found.length > 0) return { id: item.id, keep: true, reasons: found }
    const why = item.trigger === "safety" ? "safety: its undo is over" : `outside ${describePolicy(policy)}`
    return { id: item.id, keep: false, reasons: [why] }
  })
  return { _tag: "Decided", decisions, paused: rules.paused }
}

const isTaken = ({ trigger }: RetentionItem): boolean => trigger === "manual" || trigger === "scheduled"
const isImported = ({ trigger }: RetentionItem): boolean => trigger === "imported"

const newestFirst = (a: RetentionItem, b: RetentionItem): number =>
  b.position - a.position || b.number - a.number || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0)

/** Gives each backup its moment on the clock of its class. Newest first, as it came. */
const place = (
  items: ReadonlyArray<RetentionItem>,
  { latestKnownTime, now }: { readonly latestKnownTime: number; readonly now: number }
): { readonly backups: ReadonlyArray<PlacedBackup>; readonly clock: ClockReading } => {
  const oldestFirst = [...items].reverse()
  const clock = readClock(
    oldestFirst.map(({ time }) => time),
    latestKnownTime,
    now
  )
  const backups = oldestFirst.flatMap((item, index) => {
    const moment = clock.moments[index]
    return moment === undefined ? [] : [{ item, moment }]
  })
  return { backups: backups.reverse(), clock }
}

/** Their times are those of another log, so they say nothing about the clock here and it little about them. */
const reasonsOfImported = (
  items: ReadonlyArray<RetentionItem>,
  rules: Rules,
  { now }: RetentionContext
): ReadonlyArray<Reasons> =>
  rules.policy.imported === "count"
    ? applyRules(place(items, { latestKnownTime: now, now }).backups, rules)
    : items.map((item) => [item, ["imported: kept until you forget it"]])

const reasonsOfSafety = (
  ordered: ReadonlyArray<RetentionItem>,
  context: RetentionContext
): ReadonlyArray<Reasons> => {
  const { backups, clock } = place(
    ordered.filter((item) => !isImported(item)),
    context
  )
  return backups
    .filter(({ item }) => item.trigger === "safety")
    .map(({ item, moment }) => {
      const held = (context.safetyHeldUntil?.(item) ?? item.time) - item.time
      const left = Math.max(shortestUndo, held) - elapsed(moment, clock.now)
      if (left > 0) return [item, [`safety: undo possible until ${stamp(context, context.now + left)}`]]
      return [item, (context.unsettled ?? clock.unsettled) ? [pausedReason] : []]
    })
}

const stamp = ({ localParts }: RetentionContext, milliseconds: number): string => {
  const at = localParts(Math.min(milliseconds, latestDate))
  return `${showDate(at)} ${showClock(at).slice(0, 5)}`
}
