import * as FastCheck from "effect/FastCheck"
import { expect, it } from "vitest"
import { parseTime } from "../../src/model/Time.js"

it.each([
  ["2026-01-16T09:00:00.000Z", "2026-01-16T09:00:00.000Z"],
  ["2026-01-16t09:00:00z", "2026-01-16T09:00:00.000Z"],
  ["2026-01-16 09:00:00.250", "2026-01-16T09:00:00.250Z"],
  ["2026-01-16 09:00", "2026-01-16T09:00:00.000Z"],
  ["2026-01-16T09:00:00", "2026-01-16T09:00:00.000Z"],
  ["2026-01-16T09:00:00.5+01:30", "2026-01-16T07:30:00.500Z"],
  ["2026-01-16 09:00:00 -0800", "2026-01-16T17:00:00.000Z"],
  ["2026-01-16T09:00:00.123999Z", "2026-01-16T09:00:00.123Z"],
  ["2026-01-16", "2026-01-16T00:00:00.000Z"],
  ["0099-03-01", "0099-03-01T00:00:00.000Z"],
  ["0000-01-01", "0000-01-01T00:00:00.000Z"],
  ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
  ["2028-02-29", "2028-02-29T00:00:00.000Z"],
  [0, "2001-01-01T00:00:00.000Z"],
  [-546_441_967.34, "1983-09-08T10:33:52.660Z"],
  [790_246_800, "2026-01-16T09:00:00.000Z"],
  [-978_307_200, "1970-01-01T00:00:00.000Z"],
  [1_768_554_000_000, "2026-01-16T09:00:00.000Z"]
])("%j is %s", (value, time) => {
  expect(parseTime(value)?.toISOString()).toBe(time)
})

it.each([
  "2026-02-29",
  "2026-13-01",
  "2026-00-01",
  "2026-01-16T24:00:00Z",
  "2026-01-16T09:60:00Z",
  "2026-01-16T09:00:00+25:00",
  "0000-01-01T00:00:00+00:01",
  "9999-12-31T23:59:59-00:01",
  "+010000-01-01T00:00:00Z",
  253_402_300_800_000,
  "16.01.2026",
  "now",
  "",
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1e300,
  true,
  null,
  {},
  new Date(0)
])("%j is not a time", (value) => {
  expect(parseTime(value)).toBeUndefined()
})

it("reads what Node and GRDB write of any moment of four-digit years", () => {
  const moment = FastCheck.date({
    min: new Date("0001-01-01Z"),
    max: new Date("9999-12-31Z"),
    noInvalidDate: true
  })
  FastCheck.assert(
    FastCheck.property(moment, (date) => {
      const iso = date.toISOString()
      expect(parseTime(iso)).toEqual(date)
      expect(parseTime(iso.replace("T", " ").replace("Z", ""))).toEqual(date)
    })
  )
})
