import { afterEach, expect, it } from "vitest"
import { isZone, localParts, systemZone, utcOffset } from "../../src/format/LocalTime.js"
import { hour, minute } from "../../src/model/Time.js"

const before = process.env.TZ
afterEach(() => {
  if (before === undefined) delete process.env.TZ
  else process.env.TZ = before
})

it("knows the zones of the platform, and none besides", () => {
  for (const zone of ["UTC", "Europe/Berlin", "Asia/Kathmandu"]) expect(isZone(zone)).toBe(true)
  for (const zone of ["", "Etc/Unknown", "Nowhere/Town", "Europe/Berlin\u0000", " UTC "])
    expect(isZone(zone)).toBe(false)
})

it.each([
  ["Europe/Berlin", "Europe/Berlin"],
  ["UTC", "UTC"],
  ["", "UTC"],
  ["UTC0", "UTC"],
  ["Nowhere/Town", "UTC"]
])("a machine with TZ=%j has a zone that everything here knows: %s", (variable, zone) => {
  process.env.TZ = variable
  expect(systemZone()).toBe(zone)
  expect(localParts(0, systemZone()).year).toBe(1970)
})

it("a clock is ahead of UTC by its offset, to the minute, in both hours that autumn repeats", () => {
  const offset = (time: string, zone: string) =>
    utcOffset(localParts(Date.parse(time), zone), Date.parse(time))
  expect(offset("2027-10-31T00:30:00.999Z", "Europe/Berlin")).toBe(2 * hour)
  expect(offset("2027-10-31T01:30:00.001Z", "Europe/Berlin")).toBe(hour)
  expect(offset("2027-10-31T01:30:00Z", "Asia/Kathmandu")).toBe(5 * hour + 45 * minute)
  expect(offset("1969-12-31T23:59:59.500Z", "UTC")).toBe(0)
})
