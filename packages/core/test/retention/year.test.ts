/** What realistic policies leave of a year of backups in Berlin, as tables to read. */
import { describe, expect, it } from "vitest"
import { localParts, momentOf } from "../../src/format/LocalTime.js"
import type { RetentionItem, RetentionPolicy } from "../../src/retention/Policy.js"
import { backup, day, decide, hour } from "./fixtures.js"

const zone = "Europe/Berlin"
const berlin = (milliseconds: number) => localParts(milliseconds, zone)

/** A moment by the clock in Berlin: `2026-03-29 02:30`. */
const wall = (time: string): number => momentOf(Date.parse(`${time.replace(" ", "T")}Z`), zone)

const days = (from: string, until: string): ReadonlyArray<string> => {
  const first = Date.parse(from)
  const count = (Date.parse(until) - first) / day + 1
  return Array.from({ length: count }, (_, n) => new Date(first + n * day).toISOString().slice(0, 10))
}

type Sketch = Omit<RetentionItem, "number" | "position" | "id"> & { readonly label: string }

const sketch = (label: string, time: number, more: Partial<RetentionItem> = {}): Sketch => ({
  label,
  time,
  trigger: "manual",
  pinned: false,
  tags: [],
  ...more
})

const year = days("2025-11-23", "2026-11-22")

/** Every night, in the studio on Saturdays by the hour, by hand on the 15th, and what restores and imports left. */
const sketches: ReadonlyArray<Sketch> = [
  sketch("old app", wall("2024-05-01 10:00"), { trigger: "imported" }),
  sketch("old app", wall("2024-06-01 10:00"), { trigger: "imported", tags: ["tour"] }),
  ...year.map((date) =>
    sketch("nightly", wall(`${date} 02:30`), { trigger: "scheduled", profile: "nightly" })
  ),
  ...year
    .filter((date) => new Date(date).getUTCDay() === 6)
    .flatMap((date) =>
      [14, 15, 16, 17, 18].map((hours) =>
        sketch("studio", wall(`${date} ${hours}:00`), { trigger: "scheduled", profile: "studio" })
      )
    ),
  // Every real hour of the night in which the clock shows 02:xx twice.
  ...Array.from({ length: 6 }, (_, n) =>
    sketch("hourly", wall("2026-10-25 00:10") + n * hour, { trigger: "scheduled", profile: "hourly" })
  ),
  ...year
    .filter((date) => date.endsWith("-15"))
    .map((date) =>
      sketch("by hand", wall(`${date} 12:00`), {
        pinned: date === "2026-03-15",
        tags: date === "2026-06-15" ? ["tour"] : []
      })
    ),
  sketch("before a restore", wall("2026-10-20 09:00"), { trigger: "safety" }),
  sketch("before a restore", wall("2026-11-20 09:00"), { trigger: "safety" })
]

const items = [...sketches]
  .sort(
    (a, b) => (a.trigger === "imported" ? -1 : 0) - (b.trigger === "imported" ? -1 : 0) || a.time - b.time
  )
  .map(({ label, ...more }, index) => ({ label, item: backup(index + 1, more.time, more) }))

const show = (time: number): string => {
  const { year: years, month, day: date, hour: hours, minute } = berlin(time)
  const two = (value: number) => String(value).padStart(2, "0")
  return `${years}-${two(month)}-${two(date)} ${two(hours)}:${two(minute)}`
}

/** The backups of one label that stay, newest first, with their reasons; and how many of them go. */
const table = (label: string, policy: RetentionPolicy): ReadonlyArray<string> => {
  const now = wall("2026-11-22 18:00")
  const { decisions } = decide(
    items.map(({ item }) => item),
    policy,
    { now, latestKnownTime: now - hour, localParts: berlin }
  )
  const of = new Map(items.filter((each) => each.label === label).map(({ item }) => [item.id, item]))
  const own = decisions.filter(({ id }) => of.has(id))
  const kept = own.filter(({ keep }) => keep)
  return [
    ...kept.map(({ id, reasons }) => `${show(of.get(id)?.time ?? 0)} | ${reasons.join(", ")}`),
    `${own.length - kept.length} go`
  ]
}

describe("of a year, these stay:", () => {
  const generations = { keepDaily: 7, keepWeekly: 4, keepMonthly: 12, keepYearly: 2 }

  it("a week of days, a month of weeks, a year of months", () => {
    expect(table("nightly", generations)).toEqual([
      "2026-11-22 02:30 | newest backup, daily 2026-11-22, weekly 2026-W47, monthly 2026-11, yearly 2026",
      "2026-11-21 02:30 | daily 2026-11-21",
      "2026-11-20 02:30 | daily 2026-11-20",
      "2026-11-19 02:30 | daily 2026-11-19",
      "2026-11-18 02:30 | daily 2026-11-18",
      "2026-11-17 02:30 | daily 2026-11-17",
      "2026-11-16 02:30 | daily 2026-11-16",
      "2026-11-15 02:30 | weekly 2026-W46",
      "2026-11-08 02:30 | weekly 2026-W45",
      "2026-11-01 02:30 | weekly 2026-W44",
      "2026-10-31 02:30 | monthly 2026-10",
      "2026-09-30 02:30 | monthly 2026-09",
      "2026-08-31 02:30 | monthly 2026-08",
      "2026-07-31 02:30 | monthly 2026-07",
      "2026-06-30 02:30 | monthly 2026-06",
      "2026-05-31 02:30 | monthly 2026-05",
      "2026-04-30 02:30 | monthly 2026-04",
      "2026-03-31 02:30 | monthly 2026-03",
      "2026-02-28 02:30 | monthly 2026-02",
      "2026-01-31 02:30 | monthly 2026-01",
      "2025-12-31 02:30 | monthly 2025-12, yearly 2025",
      "344 go"
    ])
  })

  it("the same of a profile that runs on Saturdays only: periods without a backup use up no room", () => {
    expect(table("studio", generations)).toEqual([
      "2026-11-21 18:00 | daily 2026-11-21, weekly 2026-W47, monthly 2026-11, yearly 2026",
      "2026-11-14 18:00 | daily 2026-11-14, weekly 2026-W46",
      "2026-11-07 18:00 | daily 2026-11-07, weekly 2026-W45",
      "2026-10-31 18:00 | daily 2026-10-31, weekly 2026-W44, monthly 2026-10",
      "2026-10-24 18:00 | daily 2026-10-24",
      "2026-10-17 18:00 | daily 2026-10-17",
      "2026-10-10 18:00 | daily 2026-10-10",
      "2026-09-26 18:00 | monthly 2026-09",
      "2026-08-29 18:00 | monthly 2026-08",
      "2026-07-25 18:00 | monthly 2026-07",
      "2026-06-27 18:00 | monthly 2026-06",
      "2026-05-30 18:00 | monthly 2026-05",
      "2026-04-25 18:00 | monthly 2026-04",
      "2026-03-28 18:00 | monthly 2026-03",
      "2026-02-28 18:00 | monthly 2026-02",
      "2026-01-31 18:00 | monthly 2026-01",
      "2025-12-27 18:00 | monthly 2025-12, yearly 2025",
      "243 go"
    ])
  })

  it("the last hours and two days back from the newest of the profile", () => {
    expect(table("studio", { keepHourly: 6, keepWithin: 2 * day })).toEqual([
      "2026-11-21 18:00 | within 2 days, hourly 2026-11-21 18:00",
      "2026-11-21 17:00 | within 2 days, hourly 2026-11-21 17:00",
      "2026-11-21 16:00 | within 2 days, hourly 2026-11-21 16:00",
      "2026-11-21 15:00 | within 2 days, hourly 2026-11-21 15:00",
      "2026-11-21 14:00 | within 2 days, hourly 2026-11-21 14:00",
      "2026-11-14 18:00 | hourly 2026-11-14 18:00",
      "254 go"
    ])
  })

  it("of the hour that autumn shows twice, both; in spring every night has its day", () => {
    expect(table("hourly", { keepHourly: 4 })).toEqual([
      "2026-10-25 04:10 | hourly 2026-10-25 04:00",
      "2026-10-25 03:10 | hourly 2026-10-25 03:00",
      "2026-10-25 02:10 | hourly 2026-10-25 02:00",
      "2026-10-25 02:10 | hourly 2026-10-25 02:00",
      "2 go"
    ])
    expect(
      table("nightly", { keepDaily: 365 }).filter((line) => /^2026-(03-(28|29|30)|10-2[456]) /.test(line))
    ).toEqual([
      "2026-10-26 02:30 | daily 2026-10-26",
      "2026-10-25 02:30 | daily 2026-10-25",
      "2026-10-24 02:30 | daily 2026-10-24",
      "2026-03-30 02:30 | daily 2026-03-30",
      "2026-03-29 03:30 | daily 2026-03-29",
      "2026-03-28 02:30 | daily 2026-03-28"
    ])
  })

  it("pins and tags, and the class of each trigger on its own", () => {
    const policy = { keepLast: 2, keepTags: ["tour"] }
    expect(table("by hand", policy)).toEqual([
      "2026-11-15 12:00 | last 2",
      "2026-10-15 12:00 | last 2",
      "2026-06-15 12:00 | tag tour",
      "2026-03-15 12:00 | pinned",
      "8 go"
    ])
    expect(table("nightly", policy)).toEqual([
      "2026-11-22 02:30 | newest backup, last 2",
      "2026-11-21 02:30 | last 2",
      "363 go"
    ])
    expect(table("before a restore", policy)).toEqual([
      "2026-11-20 09:00 | safety: undo possible until 2026-11-27 09:00",
      "1 go"
    ])
    expect(table("old app", policy)).toEqual([
      "2024-06-01 10:00 | tag tour, imported: kept until you forget it",
      "2024-05-01 10:00 | imported: kept until you forget it",
      "0 go"
    ])
    expect(table("old app", { ...policy, keepLast: 1, imported: "count" })).toEqual([
      "2024-06-01 10:00 | tag tour, last 1",
      "1 go"
    ])
  })
})
