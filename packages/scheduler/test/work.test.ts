import { day, hour, minute } from "@white-room/core"
import type { ScheduledRun } from "@white-room/store"
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import {
  comingBackups,
  here,
  type ProfileState,
  planWork,
  stalePlaces,
  storedPlace,
  type Work
} from "../src/index.js"
import { rounds } from "./support/soak.js"
import { morning, profile } from "./support/worlds.js"

const always = () => true

const state = (
  fields: Readonly<Record<string, unknown>>,
  runs: ReadonlyArray<ScheduledRun> = []
): ProfileState => ({
  profile: profile(fields),
  changedAt: morning,
  runs
})

/** A run of this work that ended as soon as it began. */
const ran = (
  work: Work,
  now: number,
  outcome: "done" | "failed",
  runs: ReadonlyArray<ScheduledRun>
): ScheduledRun => ({
  number: runs.length + 1,
  profile: "daily",
  activity: work.activity,
  place: storedPlace(work.place),
  dueAt: new Date(work.dueAt),
  startedAt: new Date(now),
  endedAt: new Date(now),
  outcome,
  ...(outcome === "done" && { backupId: `backup ${runs.length + 1}` })
})

/** Lives through a span, looking every so many minutes; `fails` says which work does. Returns the minutes of each activity. */
const live = (
  fields: Readonly<Record<string, unknown>>,
  minutes: number,
  fails: (work: Work, n: number) => boolean,
  step = 1
) => {
  const made = state(fields)
  let runs: ReadonlyArray<ScheduledRun> = []
  const seen: Record<string, Array<number>> = { backup: [], copy: [], drill: [] }
  for (let n = 0; n < minutes; n += step)
    for (const activity of ["backup", "copy", "drill"] as const) {
      const now = morning + n * minute
      const work = planWork({ ...made, runs }, now, always).find((each) => each.activity === activity)
      if (work === undefined) continue
      runs = [ran(work, now, fails(work, n) ? "failed" : "done", runs), ...runs]
      seen[activity]?.push(n)
    }
  return seen
}

describe("what failed", () => {
  it("is tried again with pauses that grow to an hour, each a quarter more or less", () => {
    const { copy = [] } = live(
      { when: ["every 7 days"], places: ["/stick"] },
      12 * 60,
      ({ activity }) => activity === "copy"
    )
    const pauses = copy.slice(1).map((n, index) => n - (copy[index] ?? 0))
    for (const [index, pause] of pauses.entries()) {
      const expected = Math.min(60, 2 ** index)
      expect(pause).toBeGreaterThanOrEqual(Math.floor(expected * 0.75))
      expect(pause).toBeLessThanOrEqual(Math.ceil(expected * 1.25))
    }
    expect(pauses.length).toBeGreaterThan(12)
    expect(new Set(pauses.slice(7)).size).toBeGreaterThan(1)
  })

  it("does not keep the schedule from going on once it works again", () => {
    const { backup = [] } = live({ when: ["every 6 hours"] }, 30 * 60, (_, n) => n >= 360 && n < 700)
    const good = backup.filter((n) => n < 360 || n >= 700)
    expect(good[0]).toBe(0)
    expect(good[1]).toBeLessThanOrEqual(700 + 75)
    expect(good[2]).toBe((good[1] ?? 0) + 360)
  })

  it("is repeated even when missed runs are not caught up", () => {
    const { backup = [] } = live({ when: ["daily 18:00"], catchUp: "off" }, 24 * 60, (_, n) => n < 600)
    expect(backup.filter((n) => n >= 600)).toHaveLength(1)
  })
})

describe("law", () => {
  it("whatever fails, at least one run serves every promised moment after the failures end, and never two", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.constantFrom("daily 18:00", "every 3 hours", "0 */6 * * *"),
        FastCheck.integer({ min: 0, max: 20 * 60 }),
        FastCheck.integer({ min: 1, max: 10 * 60 }),
        (rule, from, length) => {
          const { backup = [] } = live(
            { when: [rule] },
            3 * 24 * 60,
            (_, n) => n >= from && n < from + length
          )
          const good = backup.filter((n) => n < from || n >= from + length)
          const healthy = live({ when: [rule] }, 3 * 24 * 60, () => false, 5).backup ?? []
          const longest = Math.max(...healthy.slice(1).map((n, index) => n - (healthy[index] ?? 0)))
          for (const [index, n] of good.entries()) {
            const next = good[index + 1] ?? 3 * 24 * 60
            const pause = n < from && next > from ? longest + length + 80 : longest + 5
            expect(next - n).toBeLessThanOrEqual(pause)
          }
          expect(good.length).toBeLessThanOrEqual(healthy.length + 1)
        }
      ),
      { numRuns: rounds(1, 12), seed: 4 }
    )
  })
})

describe("what comes", () => {
  it("is nothing while a profile is disabled, and begins after a pause", () => {
    expect(comingBackups(state({ enabled: false }), morning, 5)).toEqual([])
    const paused = state({ pausedUntil: new Date(morning + 3 * day).toISOString() })
    expect(comingBackups(paused, morning, 1)[0]?.at).toBeGreaterThanOrEqual(morning + 3 * day)
  })

  it("goes stale after twice the longest time between runs, and an hour", () => {
    const daily = state({ when: ["daily 18:00"] })
    expect(stalePlaces(daily, morning + 48 * hour)).toEqual([])
    expect(stalePlaces(daily, morning + 49 * hour + minute)).toMatchObject([{ place: here }])
    expect(stalePlaces(state({ enabled: false }), morning + 90 * day)).toEqual([])
  })
})
