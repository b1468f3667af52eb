import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { foldText } from "../../src/format/foldText.js"
import { formatBackupSize } from "../../src/format/formatBackupSize.js"
import { formatBackupTimestamp } from "../../src/format/formatBackupTimestamp.js"
import { formatRelativeTime } from "../../src/format/formatRelativeTime.js"
import { localParts } from "../../src/format/LocalTime.js"

describe("formatBackupSize", () => {
  it.each([
    [0, "0 B"],
    [-0, "0 B"],
    [512, "512 B"],
    [1023, "1023 B"],
    [1023.4, "1023 B"],
    [1023.5, "1.00 KB"],
    [1024, "1.00 KB"],
    [1536, "1.50 KB"],
    [1_048_575, "1.00 MB"],
    [1_572_864, "1.50 MB"],
    [1024 ** 3 - 1, "1.00 GB"],
    [5 * 1024 ** 4, "5.00 TB"],
    [2048 * 1024 ** 4, "2048.00 TB"],
    [-1536, "-1.50 KB"],
    [-0.2, "0 B"],
    [Number.NaN, "unknown size"],
    [Number.POSITIVE_INFINITY, "unknown size"]
  ])("%d is %s", (bytes, text) => {
    expect(formatBackupSize(bytes)).toBe(text)
  })

  it("says sizes below TB in units of less than 1024, right to half a hundredth", () => {
    const factors = new Map(["B", "KB", "MB", "GB", "TB"].map((unit, power) => [unit, 1024 ** power]))
    FastCheck.assert(
      FastCheck.property(FastCheck.maxSafeNat(), (bytes) => {
        const [amount, unit] = formatBackupSize(bytes).split(" ")
        const factor = factors.get(unit ?? "") ?? Number.NaN
        expect(Math.abs(Number(amount) * factor - bytes)).toBeLessThanOrEqual(0.00501 * factor)
        expect(Number(amount) < 1024 || unit === "TB").toBe(true)
      })
    )
  })
})

describe("formatBackupTimestamp", () => {
  const time = new Date("2026-11-22T14:30:05.999Z")

  it.each([
    ["UTC", "2026-11-22 14:30:05"],
    ["Europe/Berlin", "2026-11-22 15:30:05"],
    ["America/Los_Angeles", "2026-11-22 06:30:05"],
    ["Asia/Kolkata", "2026-11-22 20:00:05"],
    ["Pacific/Kiritimati", "2026-11-23 04:30:05"]
  ])("in %s", (timeZone, text) => {
    expect(formatBackupTimestamp(time, { timeZone })).toBe(text)
  })

  it("is local time without a zone", () => {
    const two = (value: number) => String(value).padStart(2, "0")
    const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
    const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
    expect(formatBackupTimestamp(time)).toBe(`${date} ${clock}`)
  })

  it("says midnight as 00", () => {
    expect(formatBackupTimestamp(new Date("2026-01-02T00:00:00Z"), { timeZone: "UTC" })).toBe(
      "2026-01-02 00:00:00"
    )
  })

  it("does not make up a time", () => {
    expect(formatBackupTimestamp(new Date(Number.NaN))).toBe("unknown time")
  })

  it("refuses a zone that does not exist", () => {
    expect(() => formatBackupTimestamp(time, { timeZone: "Mars/Olympus" })).toThrow(
      expect.objectContaining({ _tag: "InvalidInput", reason: "Mars/Olympus is not known here" })
    )
  })
})

it("localParts gives what Date gives in UTC", () => {
  const moment = FastCheck.date({
    min: new Date("0001-01-01Z"),
    max: new Date("9999-12-31Z"),
    noInvalidDate: true
  })
  FastCheck.assert(
    FastCheck.property(moment, (date) => {
      expect(localParts(date.getTime(), "UTC")).toEqual({
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        hour: date.getUTCHours(),
        minute: date.getUTCMinutes(),
        second: date.getUTCSeconds()
      })
    })
  )
})

describe("formatRelativeTime", () => {
  const now = new Date("2026-11-22T14:30:05Z")
  const minute = 60_000
  const hour = 60 * minute
  const day = 24 * hour

  it.each([
    [0, "just now"],
    [-59_999, "just now"],
    [59_999, "just now"],
    [-minute, "1 min ago"],
    [-12.9 * minute, "12 min ago"],
    [-hour + 1, "59 min ago"],
    [-2 * hour, "2 h ago"],
    [-day + 1, "23 h ago"],
    [-day, "1 day ago"],
    [-6.5 * day, "6 days ago"],
    [-60 * day, "60 days ago"],
    [-61 * day, "2 months ago"],
    [-700 * day, "22 months ago"],
    [-731 * day, "2 years ago"],
    [3 * hour, "in 3 h"],
    [day, "in 1 day"],
    [90 * minute, "in 1 h"]
  ])("%d ms from now is %s", (distance, text) => {
    expect(formatRelativeTime(new Date(now.getTime() + distance), now)).toBe(text)
  })

  it("does not make up a time", () => {
    expect(formatRelativeTime(new Date(Number.NaN), now)).toBe("unknown time")
  })
})

it.each([
  ["Café", "cafe\u0301"],
  ["ÉTUDE", "etude"],
  ["ﬁnale", "FINALE"],
  ["夜のドライブ", "夜のドライブ"]
])("folds %s to what %s is folded to", (one, other) => {
  expect(foldText(one)).toBe(foldText(other))
})
