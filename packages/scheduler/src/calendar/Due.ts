/**
 * Whether a run is due. A function of what is on disk and of the time, never of a timer that was started: after
 * sleep, a crash or a restart the answer is the same as if the process had been there.
 */
import { day, localParts, minute } from "@white-room/core"
import { lastOccurrence, nextOccurrence } from "./Occurrences.js"
import type { DayRule, Rule } from "./Rule.js"

/** A daily time in which no run begins, by the clock on the wall; it may pass midnight. */
export interface QuietTime {
  /** Minutes after midnight. */
  readonly from: number
  readonly to: number
  /** Only on these days, by the day on which the quiet time begins. Default: every day. */
  readonly on?: DayRule | undefined
}

/** How missed runs are caught up: one run for however many were missed, none, or none after so long. */
export type CatchUp = "once" | "off" | { readonly withinMinutes: number }

export interface Timing {
  /** A run is due when any of these says so. */
  readonly rules: ReadonlyArray<Rule>
  /** IANA name. */
  readonly zone: string
  readonly quiet: ReadonlyArray<QuietTime>
  readonly catchUp: CatchUp
}

export interface History {
  /** Milliseconds since 1970: when the profile came into being or was last changed. */
  readonly since: number
  /** The moment for which the last run was, and when it began. Absent: none yet. */
  readonly last?: { readonly dueAt: number; readonly startedAt: number } | undefined
}

export interface Due {
  /** The moment that asked for the run. */
  readonly dueAt: number
  /** Moments before `dueAt` that no run served; at most 1,000 are counted. */
  readonly missed: number
}

/** A run this late is on time: the process sleeps between its looks at the clock. */
const onTime = 5 * minute

/** A clock may go back so far without a word; what lies further in the future was written by a clock that was wrong. */
const clockSlack = 2 * minute

const dayOf = (moment: number, zone: string) => {
  const at = localParts(moment, zone)
  return { midnight: Date.UTC(at.year, at.month - 1, at.day), time: at.hour * 60 + at.minute }
}

const fitsWeekday = (on: DayRule | undefined, midnight: number): boolean =>
  on?.weekdays === undefined || on.weekdays.includes(new Date(midnight).getUTCDay())

/** True while a quiet time lasts. */
export const isQuiet = ({ quiet, zone }: Pick<Timing, "quiet" | "zone">, moment: number): boolean => {
  const { midnight, time } = dayOf(moment, zone)
  return quiet.some(({ from, to, on }) => {
    if (from < to) return time >= from && time < to && fitsWeekday(on, midnight)
    const began = time >= from ? midnight : midnight - day
    return (time >= from || time < to) && fitsWeekday(on, began)
  })
}

/** The end of the quiet time that lasts at `moment`, to the minute; `moment` itself when it is not quiet. */
const afterQuiet = (timing: Timing, moment: number): number => {
  let at = moment
  for (let n = 0; isQuiet(timing, at) && n < (8 * day) / minute; n++)
    at = (Math.floor(at / minute) + 1) * minute
  return at
}

/** What the rules count from: the last run, unless a wrong clock wrote it. */
const base = ({ since, last }: History, rule: Rule, now: number): number | undefined => {
  if (last === undefined) return rule._tag === "Every" || since > now + clockSlack ? undefined : since
  const from = rule._tag === "Every" ? last.startedAt : last.dueAt
  return from > now + clockSlack || last.startedAt > now + clockSlack ? undefined : from
}

const missedBefore = (rule: Rule, from: number, until: number, zone: string): number => {
  if (rule._tag === "Every") return Math.max(0, Math.floor((until - from) / (rule.minutes * minute)) - 1)
  let missed = 0
  for (let at = nextOccurrence(rule, from, zone); at !== undefined && at < until; missed++) {
    if (missed === 1000) break
    at = nextOccurrence(rule, at, zone)
  }
  return missed
}

const dueByRule = (rule: Rule, timing: Timing, history: History, now: number): Due | undefined => {
  const { zone, catchUp } = timing
  const from = base(history, rule, now)
  // Nothing to count from: a new interval, or runs that a wrong clock dated into the future. One run sets it right.
  if (from === undefined) return { dueAt: now, missed: 0 }
  const dueAt = lastOccurrence(rule, from, now, zone)
  if (dueAt === undefined) return undefined
  // A quiet time makes a run wait, not late.
  const late = now - afterQuiet(timing, dueAt)
  if (catchUp === "off" && late > onTime) return undefined
  if (typeof catchUp === "object" && late > Math.max(onTime, catchUp.withinMinutes * minute)) return undefined
  return { dueAt, missed: missedBefore(rule, from, dueAt, zone) }
}

/** The run that is due now, if one is. Several rules that are due together ask for one run. */
export const dueRun = (timing: Timing, history: History, now: number): Due | undefined => {
  if (isQuiet(timing, now)) return undefined
  const due = timing.rules.flatMap((rule) => dueByRule(rule, timing, history, now) ?? [])
  const [first] = [...due].sort((a, b) => b.dueAt - a.dueAt)
  return first && { ...first, missed: Math.max(...due.map(({ missed }) => missed)) }
}

/** One coming run and the rule that asks for it; `delayed` when a quiet time moves it. */
export interface Coming {
  readonly at: number
  readonly rule: Rule
  readonly delayed: boolean
}

const comingAfter = (timing: Timing, history: History, now: number): Coming | undefined => {
  const found = timing.rules.flatMap((rule): ReadonlyArray<Coming> => {
    const wanted =
      rule._tag === "Every"
        ? Math.max(now, (base(history, rule, now) ?? now - rule.minutes * minute) + rule.minutes * minute)
        : nextOccurrence(rule, now, timing.zone)
    if (wanted === undefined) return []
    const at = afterQuiet(timing, wanted)
    return [{ at, rule, delayed: at !== wanted }]
  })
  return found.sort((a, b) => a.at - b.at)[0]
}

/** The next runs, from now on, as if each ran on time. A run that is due already comes first, as now. */
export const comingRuns = (
  timing: Timing,
  history: History,
  now: number,
  count: number
): ReadonlyArray<Coming> => {
  const runs: Array<Coming> = []
  let seen = history
  let at = now
  const due = dueRun(timing, history, now)
  const [rule] = timing.rules
  if (due !== undefined && rule !== undefined) {
    runs.push({ at: now, rule, delayed: false })
    seen = { ...seen, last: { dueAt: now, startedAt: now } }
  }
  while (runs.length < count) {
    const next = comingAfter(timing, seen, at)
    if (next === undefined) break
    runs.push(next)
    at = next.at
    seen = { ...seen, last: { dueAt: at, startedAt: at } }
  }
  return runs
}
