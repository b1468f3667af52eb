import { describe, expect, it } from "vitest"
import { defaultRetentionPolicy, type RetentionPolicy } from "../../src/retention/Policy.js"
import { decideRetention } from "../../src/retention/Retention.js"
import { at, backup, backupsAt, day, decide, hour, kept, steady, table, utc } from "./fixtures.js"

describe("decisions and their reasons", () => {
  it("keeps the last 30 by default", () => {
    const backups = Array.from({ length: 32 }, (_, index) =>
      backup(index + 1, at("2026-11-01") + index * hour)
    )
    const lines = table(backups, defaultRetentionPolicy)
    expect(lines[0]).toBe("b32 keep: newest backup, last 30")
    expect(lines.slice(28)).toEqual([
      "b4 keep: last 30",
      "b3 keep: last 30",
      "b2 drop: outside last 30",
      "b1 drop: outside last 30"
    ])
  })

  it("keeps the newest backup of each period that has one", () => {
    const backups = backupsAt(
      "2024-12-30T10:00:00Z",
      "2025-12-31T10:00:00Z",
      "2026-01-01T10:00:00Z",
      "2026-10-31T10:00:00Z",
      "2026-11-16T10:00:00Z",
      "2026-11-20T10:05:00Z",
      "2026-11-20T10:50:00Z",
      "2026-11-22T09:00:00Z",
      "2026-11-22T09:59:00Z"
    )
    const policy = { keepHourly: 2, keepDaily: 2, keepWeekly: 3, keepMonthly: 3, keepYearly: 3 }
    expect(table(backups, policy)).toEqual([
      "b9 keep: newest backup, hourly 2026-11-22 09:00, daily 2026-11-22, weekly 2026-W47, monthly 2026-11, yearly 2026",
      "b8 drop: outside hourly 2, daily 2, weekly 3, monthly 3, yearly 3",
      "b7 keep: hourly 2026-11-20 10:00, daily 2026-11-20",
      "b6 drop: outside hourly 2, daily 2, weekly 3, monthly 3, yearly 3",
      "b5 drop: outside hourly 2, daily 2, weekly 3, monthly 3, yearly 3",
      "b4 keep: weekly 2026-W44, monthly 2026-10",
      "b3 keep: weekly 2026-W01, monthly 2026-01",
      "b2 keep: yearly 2025",
      "b1 keep: yearly 2024"
    ])
  })

  it.each([
    ["2026-01-01", "2026-W01"],
    ["2026-12-31", "2026-W53"],
    ["2027-01-03", "2026-W53"],
    ["2027-01-04", "2027-W01"],
    ["2024-12-30", "2025-W01"],
    ["2021-01-03", "2020-W53"]
  ])("counts weeks by ISO 8601: %s lies in %s", (date, week) => {
    expect(table(backupsAt(date), { keepWeekly: 1 })).toEqual([`b1 keep: newest backup, weekly ${week}`])
  })

  it("takes days from the local calendar that it is given", () => {
    const backups = backupsAt("2026-11-20T22:00:00Z", "2026-11-20T23:30:00Z")
    expect(kept(backups, { keepDaily: 2 })).toEqual(["b2"])
    const berlin = steady(backups, { localParts: (milliseconds) => utc(milliseconds + hour) })
    expect(kept(backups, { keepDaily: 2 }, berlin)).toEqual(["b2", "b1"])
  })

  it("counts keep-within back from the newest backup, not from the clock", () => {
    const backups = backupsAt("2026-01-01", "2026-01-02", "2026-02-01")
    const lateNow = steady(backups, { now: at("2026-11-22") })
    expect(table(backups, { keepWithin: 30 * day }, lateNow)).toEqual([
      "b3 keep: newest backup, within 30 days",
      "b2 keep: within 30 days",
      "b1 drop: outside within 30 days"
    ])
  })

  it.each([
    [day, "1 day"],
    [36 * hour, "36 hours"],
    [90 * 60_000, "90 minutes"],
    [1000, "1 second"],
    [1500, "1500 ms"]
  ])("says keep-within %d ms as %s", (keepWithin, words) => {
    expect(table(backupsAt("2026-01-01"), { keepWithin })).toEqual([
      `b1 keep: newest backup, within ${words}`
    ])
  })

  it("keeps what is pinned or has a tag, of any trigger", () => {
    const backups = [
      backup(1, at("2026-01-01"), { pinned: true }),
      backup(2, at("2026-01-02"), { tags: ["tour", "x"] }),
      backup(3, at("2026-01-03"), { trigger: "safety", tags: ["tour"] }),
      backup(4, at("2026-01-04"), { tags: ["x"] }),
      backup(5, at("2026-02-05"))
    ]
    expect(table(backups, { keepLast: 1, keepTags: ["tour"] })).toEqual([
      "b5 keep: newest backup, last 1",
      "b4 drop: outside last 1, tag tour",
      "b3 keep: tag tour",
      "b2 keep: tag tour",
      "b1 keep: pinned"
    ])
  })

  it("takes newest to mean position, then number, whatever the times say", () => {
    const backups = [
      backup(1, at("2026-11-05")),
      backup(2, at("2026-11-01")),
      backup(3, at("2026-11-03"), { number: 4, id: "later" }),
      backup(3, at("2026-11-04"), { number: 3, id: "sooner" })
    ]
    expect(decide(backups, { keepLast: 2 }).decisions.map(({ id, keep }) => [id, keep])).toEqual([
      ["later", true],
      ["sooner", true],
      ["b2", false],
      ["b1", false]
    ])
  })

  it("decides nothing about no backups", () => {
    const context = { now: 0, latestKnownTime: 0, localParts: utc }
    expect(decideRetention([], { keepTags: ["tour"] }, context)).toEqual({
      _tag: "Decided",
      decisions: [],
      paused: false
    })
  })
})

describe("classes of backups", () => {
  it("counts each profile on its own and backups without one together", () => {
    const backups = ["hourly", "weekly", "hourly", undefined, "hourly", undefined].map((profile, index) =>
      backup(index + 1, at("2026-11-01") + index * hour, {
        trigger: profile === undefined ? "manual" : "scheduled",
        ...(profile !== undefined && { profile })
      })
    )
    expect(kept(backups, { keepLast: 1 })).toEqual(["b6", "b5", "b2"])
    expect(kept(backups, { keepWithin: hour })).toEqual(["b6", "b5", "b2"])
  })

  it("counts manual and scheduled backups together", () => {
    const backups = [
      backup(1, at("2026-11-01")),
      backup(2, at("2026-11-02"), { trigger: "scheduled" }),
      backup(3, at("2026-11-03"))
    ]
    expect(kept(backups, { keepLast: 2 })).toEqual(["b3", "b2"])
  })

  it("keeps imported backups, unless the policy counts them, on their own", () => {
    const backups = [
      backup(1, at("2024-01-01"), { trigger: "imported" }),
      backup(2, at("2024-01-02"), { trigger: "imported" }),
      backup(3, at("2026-11-01")),
      backup(4, at("2026-11-02"))
    ]
    expect(table(backups, { keepLast: 1 })).toEqual([
      "b4 keep: newest backup, last 1",
      "b3 drop: outside last 1",
      "b2 keep: imported: kept until you forget it",
      "b1 keep: imported: kept until you forget it"
    ])
    expect(kept(backups, { keepLast: 1, imported: "count" })).toEqual(["b4", "b2"])
    expect(kept(backups, { keepYearly: 2, imported: "count" })).toEqual(["b4", "b2"])
  })

  it("never drops the newest backup nor the newest one that was taken", () => {
    const backups = [
      backup(1, at("2026-01-01"), { tags: ["tour"] }),
      backup(2, at("2026-01-02")),
      backup(3, at("2026-01-03"), { trigger: "safety" })
    ]
    const later = steady(backups, { now: at("2026-03-01"), latestKnownTime: at("2026-03-01") })
    expect(table(backups, { keepTags: ["tour"] }, later)).toEqual([
      "b3 keep: newest backup",
      "b2 keep: newest backup",
      "b1 keep: tag tour"
    ])
  })
})

describe("safety backups", () => {
  const backups = [
    backup(1, at("2026-11-01"), { trigger: "safety" }),
    backup(2, at("2026-11-01")),
    backup(3, at("2026-11-02"))
  ]
  const clockAt = (time: string, heldUntil?: string) =>
    steady(backups, {
      now: at(time),
      latestKnownTime: at(time),
      ...(heldUntil !== undefined && { safetyHeldUntil: () => at(heldUntil) })
    })

  it("live seven days and push out no other", () => {
    expect(table(backups, { keepLast: 1 }, clockAt("2026-11-08T11:59:59Z"))).toEqual([
      "b3 keep: newest backup, last 1",
      "b2 drop: outside last 1",
      "b1 keep: safety: undo possible until 2026-11-08 12:00"
    ])
    expect(table(backups, { keepLast: 9 }, clockAt("2026-11-08"))).toEqual([
      "b3 keep: newest backup, last 9",
      "b2 keep: last 9",
      "b1 drop: safety: its undo is over"
    ])
  })

  it("live as long as their undo, and never less than seven days", () => {
    expect(table(backups, { keepLast: 9 }, clockAt("2026-11-20", "2026-12-01")).at(-1)).toBe(
      "b1 keep: safety: undo possible until 2026-12-01 12:00"
    )
    expect(kept(backups, { keepLast: 9 }, clockAt("2026-12-01", "2026-12-01"))).not.toContain("b1")
    expect(kept(backups, { keepLast: 9 }, clockAt("2026-11-07", "2026-11-02"))).toContain("b1")
    const forEver = { ...clockAt("2026-11-20"), safetyHeldUntil: () => Number.POSITIVE_INFINITY }
    expect(kept(backups, { keepLast: 9 }, forEver)).toContain("b1")
  })
})

describe("a policy that is refused", () => {
  const refusal = (policy: RetentionPolicy): string => {
    const backups = backupsAt("2026-11-01", "2026-11-02")
    const result = decideRetention(backups, policy, steady(backups))
    return result._tag === "Refused" ? result.reason : "decided"
  }

  it.each<[RetentionPolicy, string]>([
    [{}, "it would keep nothing"],
    [{ keepLast: 0, keepDaily: 0, keepWithin: 0, keepTags: [] }, "it would keep nothing"],
    [{ imported: "keep" }, "it would keep nothing"],
    [{ keepTags: ["tour", "live"] }, "it would keep nothing: no backup has the tag tour, tag live"],
    [{ keepLast: -1 }, "last must be a whole number of 0 or more, not -1"],
    [{ keepDaily: 1.5 }, "daily must be a whole number of 0 or more, not 1.5"],
    [{ keepYearly: Number.NaN }, "yearly must be a whole number of 0 or more, not NaN"],
    [{ keepLast: 3, keepWithin: -1 }, "the duration to keep within must be 0 or more, not -1"],
    [{ keepWithin: Number.POSITIVE_INFINITY }, "the duration to keep within must be 0 or more, not Infinity"]
  ])("%j: %s", (policy, reason) => {
    expect(refusal(policy)).toBe(reason)
  })

  it("does not refuse to keep all", () => {
    expect(refusal({ keepLast: Number.POSITIVE_INFINITY })).toBe("decided")
  })
})
