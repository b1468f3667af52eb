import { day } from "@white-room/core"
import * as Arbitrary from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { comingRuns, dueRun, type History, isQuiet, type Timing } from "../../src/calendar/Due.js"
import { parseRule } from "../../src/calendar/parseRule.js"
import { rounds } from "../support/soak.js"

const timing = (rule: string, more: Partial<Timing> = {}): Timing => ({
  rules: [parseRule(rule)],
  zone: "Europe/Berlin",
  quiet: [],
  catchUp: "once",
  ...more
})

const at = (text: string): number => Date.parse(`${text}Z`)
const ran = (text: string): NonNullable<History["last"]> => ({ dueAt: at(text), startedAt: at(text) })
const since = at("2026-06-01T00:00")

describe("what is due", () => {
  it("is nothing before the time, and one run after it, once", () => {
    const daily = timing("daily 18:00")
    const history = { since, last: ran("2026-06-01T16:00") }
    expect(dueRun(daily, history, at("2026-06-02T15:59"))).toBeUndefined()
    expect(dueRun(daily, history, at("2026-06-02T16:00"))).toEqual({
      dueAt: at("2026-06-02T16:00"),
      missed: 0
    })
    expect(dueRun(daily, { since, last: ran("2026-06-02T16:00") }, at("2026-06-03T15:00"))).toBeUndefined()
  })

  it("catches up once, however many were missed", () => {
    const history = { since, last: ran("2026-06-01T16:00") }
    const now = at("2026-06-11T09:00")
    expect(dueRun(timing("daily 18:00"), history, now)).toEqual({ dueAt: at("2026-06-10T16:00"), missed: 8 })
    expect(dueRun(timing("every 30 minutes"), history, now)?.missed).toBe(465)
    const after = { since, last: { dueAt: at("2026-06-10T16:00"), startedAt: now } }
    expect(dueRun(timing("daily 18:00"), after, now)).toBeUndefined()
  })

  it("catches up not at all, or not after so long, when told so", () => {
    const history = { since, last: ran("2026-06-01T16:00") }
    const off = timing("daily 18:00", { catchUp: "off" })
    expect(dueRun(off, history, at("2026-06-03T16:04"))).toBeDefined()
    expect(dueRun(off, history, at("2026-06-03T16:06"))).toBeUndefined()
    const within = timing("daily 18:00", { catchUp: { withinMinutes: 120 } })
    expect(dueRun(within, history, at("2026-06-03T17:59"))).toBeDefined()
    expect(dueRun(within, history, at("2026-06-03T18:01"))).toBeUndefined()
    const every = timing("every 60 minutes", { catchUp: "off" })
    expect(dueRun(every, history, at("2026-06-03T15:30"))).toBeUndefined()
    expect(dueRun(every, history, at("2026-06-03T16:01"))).toBeDefined()
  })

  it("waits through a quiet time and is not late after it", () => {
    const quiet = [{ from: 17 * 60, to: 9 * 60 }]
    const off = timing("daily 18:00", { quiet, catchUp: "off" })
    const history = { since, last: ran("2026-06-01T16:00") }
    expect(dueRun(off, history, at("2026-06-02T16:00"))).toBeUndefined()
    expect(dueRun(off, history, at("2026-06-03T06:59"))).toBeUndefined()
    expect(dueRun(off, history, at("2026-06-03T07:01"))).toEqual({ dueAt: at("2026-06-02T16:00"), missed: 0 })
    expect(comingRuns(off, history, at("2026-06-02T12:00"), 1)).toMatchObject([
      { at: at("2026-06-03T07:00"), delayed: true }
    ])
  })

  it("knows a quiet time by the day on which it began", () => {
    const zone = "Europe/Berlin"
    const quiet = [{ from: 22 * 60, to: 6 * 60, on: { weekdays: [5] } }]
    expect(isQuiet({ quiet, zone }, at("2026-06-05T20:30"))).toBe(true)
    expect(isQuiet({ quiet, zone }, at("2026-06-06T03:30"))).toBe(true)
    expect(isQuiet({ quiet, zone }, at("2026-06-06T20:30"))).toBe(false)
    expect(isQuiet({ quiet, zone }, at("2026-06-05T03:30"))).toBe(false)
  })

  it("is one run when several rules are due together", () => {
    const both = timing("daily 18:00", { rules: [parseRule("daily 18:00"), parseRule("every 1 hour")] })
    expect(dueRun(both, { since, last: ran("2026-06-01T16:00") }, at("2026-06-02T16:00"))).toBeDefined()
    expect(dueRun(both, { since, last: ran("2026-06-02T16:00") }, at("2026-06-02T16:01"))).toBeUndefined()
  })

  it("is set right by one run after a clock was wrong, in either direction", () => {
    for (const rule of ["daily 18:00", "every 60 minutes"]) {
      const future = { since, last: ran("2036-01-01T00:00") }
      const now = at("2026-06-02T12:00")
      expect(dueRun(timing(rule), future, now)).toBeDefined()
      expect(
        dueRun(timing(rule), { since, last: { dueAt: now, startedAt: now } }, now + 60_000)
      ).toBeUndefined()
      expect(dueRun(timing(rule), { since: at("2036-01-01T00:00") }, now)).toBeDefined()
    }
  })

  it("names the coming runs, and one that is due already as now", () => {
    const now = at("2026-06-05T12:00")
    const runs = comingRuns(timing("weekdays 18:00"), { since, last: ran("2026-06-04T16:00") }, now, 3)
    expect(runs.map((run) => run.at)).toEqual(
      ["2026-06-05T16:00", "2026-06-08T16:00", "2026-06-09T16:00"].map(at)
    )
    const late = comingRuns(timing("weekdays 18:00"), { since, last: ran("2026-06-03T16:00") }, now, 2)
    expect(late.map((run) => run.at)).toEqual([now, at("2026-06-05T16:00")])
  })
})

describe("law", () => {
  it("whenever the process looks, every day has its run when it looked that day after the time, and none has two", () => {
    const looks = Arbitrary.array(Arbitrary.integer({ min: 0, max: 60 * 1440 }), {
      minLength: 1,
      maxLength: 200
    })
    Arbitrary.assert(
      Arbitrary.property(looks, (minutes) => {
        const daily = timing("daily 18:00")
        let history: History = { since }
        const served = new Set<number>()
        for (const minute of [...minutes].sort((a, b) => a - b)) {
          const now = since + minute * 60_000
          const due = dueRun(daily, history, now)
          const last = Math.floor((now - at("2026-06-01T16:00")) / day)
          if (last >= 0 && !served.has(last)) expect(due?.dueAt).toBe(at("2026-06-01T16:00") + last * day)
          else expect(due).toBeUndefined()
          if (due === undefined) continue
          served.add(last)
          history = { since, last: { dueAt: due.dueAt, startedAt: now } }
        }
      }),
      { numRuns: rounds(50, 2000), seed: 3 }
    )
  })
})
