import { day, localParts } from "@white-room/core"
import * as Arbitrary from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { lastOccurrence, nextOccurrence } from "../../src/calendar/Occurrences.js"
import { parseRule } from "../../src/calendar/parseRule.js"
import { rounds } from "../support/soak.js"

const berlin = "Europe/Berlin"
const newYork = "America/New_York"
const lordHowe = "Australia/Lord_Howe"

/** The occurrences of a rule from one moment to another, as ISO texts. */
const between = (rule: string, zone: string, from: string, to: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  const until = Date.parse(to)
  for (let at = Date.parse(from); ; ) {
    const next = nextOccurrence(parseRule(rule), at, zone)
    if (next === undefined || next > until) return found
    found.push(new Date(next).toISOString().slice(0, 16))
    at = next
  }
}

describe("clock changes", () => {
  it.each([
    // Spring: 02:00 becomes 03:00 (Lord Howe: 02:30). A time that is left out comes as much later as the gap is long.
    [
      "daily 02:30",
      berlin,
      "2026-03-28T12:00Z",
      "2026-03-30T12:00Z",
      ["2026-03-29T01:30", "2026-03-30T00:30"]
    ],
    [
      "daily 02:30",
      newYork,
      "2026-03-07T12:00Z",
      "2026-03-09T12:00Z",
      ["2026-03-08T07:30", "2026-03-09T06:30"]
    ],
    [
      "daily 02:15",
      lordHowe,
      "2026-10-03T00:00Z",
      "2026-10-04T20:00Z",
      ["2026-10-03T15:45", "2026-10-04T15:15"]
    ],
    // Autumn: the hour that comes twice counts once.
    [
      "daily 02:30",
      berlin,
      "2026-10-24T12:00Z",
      "2026-10-26T12:00Z",
      ["2026-10-25T00:30", "2026-10-26T01:30"]
    ],
    [
      "daily 01:30",
      newYork,
      "2026-10-31T12:00Z",
      "2026-11-02T12:00Z",
      ["2026-11-01T05:30", "2026-11-02T06:30"]
    ],
    [
      "daily 01:45",
      lordHowe,
      "2026-04-04T00:00Z",
      "2026-04-05T20:00Z",
      ["2026-04-04T14:45", "2026-04-05T15:15"]
    ],
    // Without an hour: every real hour.
    [
      "15 * * * *",
      berlin,
      "2026-10-24T23:20Z",
      "2026-10-25T02:20Z",
      ["2026-10-25T00:15", "2026-10-25T01:15", "2026-10-25T02:15"]
    ],
    [
      "15 * * * *",
      berlin,
      "2026-03-29T00:00Z",
      "2026-03-29T02:20Z",
      ["2026-03-29T00:15", "2026-03-29T01:15", "2026-03-29T02:15"]
    ],
    [
      "every hour",
      lordHowe,
      "2026-04-04T13:00Z",
      "2026-04-04T16:00Z",
      ["2026-04-04T14:00", "2026-04-04T15:00", "2026-04-04T16:00"]
    ]
  ])("%s in %s from %s", (rule, zone, from, to, expected) =>
    expect(between(rule, zone, from, to)).toEqual(expected)
  )

  it.each([berlin, newYork, lordHowe, "Africa/Casablanca", "America/St_Johns"])(
    "leaves no two hours without a run of an hourly rule, on any clock change of %s",
    (zone) => {
      const day = 86_400_000
      const noons = Array.from({ length: 363 }, (_, n) => Date.parse("2026-01-02T12:00Z") + n * day)
      const clockAt = (moment: number) => localParts(moment, zone).hour * 60 + localParts(moment, zone).minute
      // Three days each; in the soak they are the whole year.
      const chosen = noons.filter(
        (noon, n) => n % rounds(363, 3) === 0 || clockAt(noon) !== clockAt(noon + day)
      )
      expect(chosen.length).toBeGreaterThan(2)
      for (const noon of chosen)
        for (let at = noon - day; at < noon + 2 * day; ) {
          const next = nextOccurrence(parseRule("20 * * * *"), at, zone) ?? Number.NaN
          expect(next - at).toBeLessThanOrEqual(90 * 60_000)
          at = next
        }
    }
  )
})

describe("calendar days", () => {
  it.each([
    [
      "last sunday of the month 3:00",
      "2026-01-01T00:00Z",
      "2026-04-01T00:00Z",
      ["2026-01-25T02:00", "2026-02-22T02:00", "2026-03-29T01:00"]
    ],
    [
      "fifth friday 12:00",
      "2026-01-01T00:00Z",
      "2026-07-01T00:00Z",
      ["2026-01-30T11:00", "2026-05-29T10:00"]
    ],
    [
      "last day of the month 22:00",
      "2026-01-15T00:00Z",
      "2026-03-31T23:00Z",
      ["2026-01-31T21:00", "2026-02-28T21:00", "2026-03-31T20:00"]
    ],
    ["0 0 29 2 *", "2026-01-01T00:00Z", "2033-01-01T00:00Z", ["2028-02-28T23:00", "2032-02-28T23:00"]],
    ["0 12 13 2 5", "2026-02-10T00:00Z", "2026-02-21T00:00Z", ["2026-02-13T11:00", "2026-02-20T11:00"]]
  ])("%s", (rule, from, to, expected) => expect(between(rule, berlin, from, to)).toEqual(expected))
})

/** Every minute of a span, looked at one by one. */
const scan = (rule: string, zone: string, from: number, to: number): ReadonlyArray<number> => {
  const parsed = parseRule(rule)
  if (parsed._tag === "Every") throw new Error("calendar rules only")
  const found: Array<number> = []
  for (let at = from; at <= to; at += 60_000) {
    const { hour, minute, year, month, day } = localParts(at, zone)
    const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay()
    const fits = parsed.on.weekdays?.includes(weekday) ?? true
    if (fits && parsed.times.includes(hour * 60 + minute)) found.push(at)
  }
  return found
}

describe("laws", () => {
  const start = Date.parse("2026-05-01T00:00Z")
  const rules = Arbitrary.constantFrom(
    "daily 18:00",
    "weekdays 7:15, 23:59",
    "30 */6 * * *",
    "sun 0:00",
    "5 4 * * 1,3"
  )
  const zones = Arbitrary.constantFrom(berlin, newYork, lordHowe, "Asia/Kathmandu", "UTC")

  it("finds what looking at every minute finds, where no clock changes", () => {
    Arbitrary.assert(
      Arbitrary.property(
        rules,
        zones,
        Arbitrary.integer({ min: 0, max: 20 * 1440 }),
        (rule, zone, offset) => {
          const from = start + offset * 60_000
          const to = from + 3 * day
          const found: Array<number> = []
          for (let at = from - 1; ; ) {
            const next = nextOccurrence(parseRule(rule), at, zone)
            if (next === undefined || next > to) break
            found.push(next)
            at = next
          }
          expect(found).toEqual(scan(rule, zone, from, to))
        }
      ),
      { numRuns: rounds(10, 250), seed: 1 }
    )
  })

  it("the last one until a moment is followed by none until then", () => {
    Arbitrary.assert(
      Arbitrary.property(
        rules,
        zones,
        Arbitrary.integer({ min: 0, max: 500 * 1440 }),
        (rule, zone, offset) => {
          const parsed = parseRule(rule)
          const until = start + offset * 60_000 + 30_000
          const last = lastOccurrence(parsed, 0, until, zone) ?? Number.NaN
          expect(last).toBeLessThanOrEqual(until)
          expect(nextOccurrence(parsed, last, zone)).toBeGreaterThan(until)
          expect(nextOccurrence(parsed, last - 1, zone)).toBe(last)
        }
      ),
      { numRuns: rounds(100, 2000), seed: 2 }
    )
  })
})

it("a gap at midnight loses no run of either day", () => {
  const rule = parseRule("23:30, 0:15")
  const expected = ["2026-03-28T02:15Z", "2026-03-29T01:15Z", "2026-03-29T01:30Z", "2026-03-30T00:30Z"]
  const moments = expected.map((time) => Date.parse(time))
  for (const [index, moment] of moments.entries()) {
    const next = moments[index + 1]
    if (next === undefined) continue
    expect(nextOccurrence(rule, moment, "America/Nuuk")).toBe(next)
    expect(lastOccurrence(rule, moment - 1, next - 1, "America/Nuuk")).toBe(moment)
  }
})
