import { describe, expect, it } from "vitest"
import { InvalidInput } from "../../src/errors/WhiteRoomError.js"
import { parseDuration, parseMoment, parsePeriod } from "../../src/format/Period.js"
import { day, hour, minute } from "../../src/model/Time.js"

const berlin = "Europe/Berlin"
/** A Sunday afternoon in Berlin. */
const now = Date.parse("2026-11-22T14:30:00+01:00")

/** `from .. until` by the clock in Berlin; one of them when they are the same. */
const read = (text: string, at = now, ahead = false): string => {
  const { from, until } = parsePeriod(text, at, { timeZone: berlin, ahead })
  const show = (moment: number) =>
    new Date(moment)
      .toLocaleString("sv-SE", { timeZone: berlin, timeZoneName: "longOffset" })
      .replace(" GMT", "")
  return from === until ? show(from) : `${show(from)} .. ${show(until)}`
}

describe("durations", () => {
  it.each([
    ["12h", 12 * hour],
    ["30d", 30 * day],
    ["2w", 14 * day],
    ["90 min", 90 * minute],
    ["2 hours", 2 * hour],
    ["1 week 2 days", 9 * day],
    ["6m", 180 * day],
    ["6mo", 180 * day],
    ["1y6m", (365 + 180) * day]
  ])("%s", (input, milliseconds) => expect(parseDuration(input)).toBe(milliseconds))

  it.each(["", "12", "d", "1.5d", "-1d", "1d ", "9999999d", "3 moons", "1d2"])("%j is none", (input) =>
    expect(parseDuration(input)).toBeUndefined()
  )
})

describe("a moment", () => {
  it.each([
    ["now", "2026-11-22 14:30:00+01:00"],
    ["2h", "2026-11-22 12:30:00+01:00"],
    ["2 Hours ago", "2026-11-22 12:30:00+01:00"],
    ["an hour ago", "2026-11-22 13:30:00+01:00"],
    ["7d", "2026-11-15 14:30:00+01:00"],
    ["in 2 weeks", "2026-12-06 14:30:00+01:00"],
    ["14:30", "2026-11-22 14:30:00+01:00"],
    ["14:31", "2026-11-21 14:31:00+01:00"],
    ["6pm", "2026-11-21 18:00:00+01:00"],
    ["6:05 AM", "2026-11-22 06:05:00+01:00"],
    ["12am", "2026-11-22 00:00:00+01:00"],
    ["12pm", "2026-11-22 12:00:00+01:00"],
    ["noon", "2026-11-22 12:00:00+01:00"],
    ["midnight", "2026-11-22 00:00:00+01:00"],
    ["friday at midnight", "2026-11-20 00:00:00+01:00"],
    ["Yesterday 18:00", "2026-11-21 18:00:00+01:00"],
    ["2026-02-30T10:00:00Z", undefined],
    ["2026-02-29 10:00+01:00", undefined],
    ["2026-11-20T10:00:00+25:99", undefined],
    ["yesterday at 6pm", "2026-11-21 18:00:00+01:00"],
    ["6 pm yesterday", "2026-11-21 18:00:00+01:00"],
    ["18:00 on", undefined],
    ["monday 10:00", "2026-11-16 10:00:00+01:00"],
    ["last fri 7:30", "2026-11-20 07:30:00+01:00"],
    ["sunday 10:00", "2026-11-15 10:00:00+01:00"],
    ["2026-07-20 18:05", "2026-07-20 18:05:00+02:00"],
    ["2026-07-20T18:05:09", "2026-07-20 18:05:09+02:00"],
    ["2026-07-20T18:05:09.250Z", "2026-07-20 20:05:09+02:00"],
    ["2026-07-20 18:05-04:00", "2026-07-21 00:05:00+02:00"]
  ])("%s", (text, expected) =>
    expected === undefined
      ? expect(() => read(text)).toThrow(InvalidInput)
      : expect(read(text)).toBe(expected)
  )

  it("in the gap of spring is as much later as the gap is long; in autumn the first of the two", () => {
    expect(read("2026-03-29 02:30")).toBe("2026-03-29 03:30:00+02:00")
    expect(read("2026-10-25 02:30")).toBe("2026-10-25 02:30:00+02:00")
  })
})

describe("a period", () => {
  it.each([
    ["today", "2026-11-22 00:00:00+01:00 .. 2026-11-22 23:59:59+01:00"],
    ["yesterday", "2026-11-21 00:00:00+01:00 .. 2026-11-21 23:59:59+01:00"],
    ["friday", "2026-11-20 00:00:00+01:00 .. 2026-11-20 23:59:59+01:00"],
    ["2026-10-25", "2026-10-25 00:00:00+02:00 .. 2026-10-25 23:59:59+01:00"],
    ["last week", "2026-11-09 00:00:00+01:00 .. 2026-11-15 23:59:59+01:00"],
    ["this week", "2026-11-16 00:00:00+01:00 .. 2026-11-22 23:59:59+01:00"],
    ["last month", "2026-10-01 00:00:00+02:00 .. 2026-10-31 23:59:59+01:00"],
    ["2026-10", "2026-10-01 00:00:00+02:00 .. 2026-10-31 23:59:59+01:00"],
    ["last year", "2025-01-01 00:00:00+01:00 .. 2025-12-31 23:59:59+01:00"],
    ["next month", "2026-12-01 00:00:00+01:00 .. 2026-12-31 23:59:59+01:00"]
  ])("%s", (text, expected) => expect(read(text)).toBe(expected))

  it("of last month in January is December of the year before", () =>
    expect(read("last month", Date.parse("2027-01-05T12:00:00Z"))).toBe(
      "2026-12-01 00:00:00+01:00 .. 2026-12-31 23:59:59+01:00"
    ))
})

describe("what is to come", () => {
  it.each([
    ["3d", "2026-11-25 14:30:00+01:00"],
    ["6pm", "2026-11-22 18:00:00+01:00"],
    ["14:30", "2026-11-23 14:30:00+01:00"],
    ["tomorrow 9:00", "2026-11-23 09:00:00+01:00"],
    ["sunday", "2026-11-29 00:00:00+01:00 .. 2026-11-29 23:59:59+01:00"],
    ["monday at 6pm", "2026-11-23 18:00:00+01:00"],
    ["next week", "2026-11-23 00:00:00+01:00 .. 2026-11-29 23:59:59+01:00"]
  ])("%s", (text, expected) => expect(read(text, now, true)).toBe(expected))
})

describe("the moment that --at means", () => {
  it("is the end of a period, or now while that lasts", () => {
    const at = (text: string) => parseMoment(text, now, berlin).toISOString()
    expect(at("yesterday")).toBe("2026-11-21T22:59:59.999Z")
    expect(at("last week")).toBe("2026-11-15T22:59:59.999Z")
    expect(at("today")).toBe(new Date(now).toISOString())
    expect(at("this year")).toBe(new Date(now).toISOString())
  })
})

describe("what is not a time", () => {
  it.each([
    ...[
      "",
      " ",
      "soon",
      "2026",
      "2026-13-01",
      "2026-02-30",
      "0000-01-01",
      "2026-11-20 25:00",
      "yesterday 24:00"
    ],
    ...[
      "20.11.2026",
      "13pm",
      "0am",
      "6",
      "18",
      "last",
      "last 6pm",
      "yesterday today",
      "6pm 7pm",
      "in 2h ago",
      "ago"
    ],
    ...["999999y", "1e9d", "__proto__", "constructor", `${"1d".repeat(1000)}`, "2026-11-20T18:00+99:99"]
  ])("%j is refused", (text) => {
    expect(() => read(text)).toThrow(InvalidInput)
    expect(() => read(text, now, true)).toThrow(InvalidInput)
  })

  it("asks which is meant when minutes and months are spelled alike", () => {
    for (const text of ["5m", "5 m ago"]) expect(() => read(text)).toThrow("write 5min or 5mo")
    expect(read("5min")).toBe("2026-11-22 14:25:00+01:00")
    expect(read("1y6m")).toBe("2025-05-26 15:30:00+02:00")
  })
})
