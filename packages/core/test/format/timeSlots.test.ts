/** Slots of time begin where clocks and calendars say, also where a clock is changed. */
import { describe, expect, it } from "vitest"
import { edgesOfSlots, InvalidInput, slotLengths } from "../../src/index.js"

const at = (text: string): number => Date.parse(text)
const told = (edges: ReadonlyArray<number>) => edges.map((edge) => new Date(edge).toISOString().slice(0, 16))

describe("slots of time", () => {
  it("are days by the clock on the wall, of 23 and 25 hours where it is changed", () => {
    const spring = edgesOfSlots(at("2026-03-28T12:00:00Z"), "day", 3, "Europe/Berlin")
    expect(told(spring)).toEqual([
      "2026-03-27T23:00",
      "2026-03-28T23:00",
      "2026-03-29T22:00",
      "2026-03-30T22:00"
    ])
    const autumn = edgesOfSlots(at("2026-10-24T23:30:00Z"), "day", 1, "Europe/Berlin")
    expect(told(autumn)).toEqual(["2026-10-24T22:00", "2026-10-25T23:00"])
  })

  it("are hours that follow each other, though the clock shows one of them twice or not at all", () => {
    expect(told(edgesOfSlots(at("2026-10-24T23:59:59.999Z"), "hour", 4, "Europe/Berlin"))).toEqual([
      "2026-10-24T23:00",
      "2026-10-25T00:00",
      "2026-10-25T01:00",
      "2026-10-25T02:00",
      "2026-10-25T03:00"
    ])
    // In Nepal the clock is a quarter of an hour beside ours.
    expect(told(edgesOfSlots(at("2026-10-24T10:20:00Z"), "hour", 1, "Asia/Kathmandu"))).toEqual([
      "2026-10-24T10:15",
      "2026-10-24T11:15"
    ])
  })

  it("are weeks from Monday on, and months", () => {
    // The 29th of November 2026 is a Sunday.
    expect(told(edgesOfSlots(at("2026-11-29T12:00:00Z"), "week", 2, "UTC"))).toEqual([
      "2026-11-23T00:00",
      "2026-11-30T00:00",
      "2026-12-07T00:00"
    ])
    expect(told(edgesOfSlots(at("2026-11-29T12:00:00Z"), "month", 2, "America/New_York"))).toEqual([
      "2026-11-01T04:00",
      "2026-12-01T05:00",
      "2027-01-01T05:00"
    ])
    expect(told(edgesOfSlots(at("2026-11-29T12:34:56Z"), "6hours", 1, "UTC"))).toEqual([
      "2026-11-29T12:00",
      "2026-11-29T18:00"
    ])
    expect(told(edgesOfSlots(at("2026-11-29T12:34:56Z"), "10minutes", 1, "UTC"))).toEqual([
      "2026-11-29T12:30",
      "2026-11-29T12:40"
    ])
  })

  it("hold their first moment, of any length, and never go back", () => {
    for (const zone of ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe"])
      for (const length of slotLengths)
        for (let from = at("2011-12-28T00:00:00Z"); from < at("2012-01-02T00:00:00Z"); from += 37_777_777) {
          const edges = edgesOfSlots(from, length, 40, zone)
          expect(edges).toHaveLength(41)
          expect([zone, length, from, (edges[0] ?? 0) <= from]).toEqual([zone, length, from, true])
          expect([zone, length, from, (edges[1] ?? 0) > from]).toEqual([zone, length, from, true])
          expect(edges).toEqual(edges.toSorted((a, b) => a - b))
        }
  })

  it("are refused where no calendar has them", () => {
    for (const from of [Number.NaN, -1, 1e15, Number.POSITIVE_INFINITY])
      expect(() => edgesOfSlots(from, "day", 1, "UTC")).toThrow(InvalidInput)
    expect(() => edgesOfSlots(0, "day", 1, "Mars/Olympus")).toThrow(InvalidInput)
  })
})
