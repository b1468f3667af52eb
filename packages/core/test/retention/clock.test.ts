import { describe, expect, it } from "vitest"
import type { RetentionItem } from "../../src/retention/Policy.js"
import { at, backup, backupsAt, day, decide, kept, steady, table } from "./fixtures.js"

const ofTime = { keepDaily: 3, keepWeekly: 2, keepYearly: 2, keepWithin: 4 * day }
const week = ["2025-12-01", "2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"] as const
const before = backupsAt(...week)

/** What the rules keep with a right clock is kept in every story below, too. */
const keptBefore = kept(before, ofTime)

const dropped = (backups: ReadonlyArray<RetentionItem>, context = steady(backups)): ReadonlyArray<string> =>
  decide(backups, ofTime, context)
    .decisions.filter(({ keep }) => !keep)
    .map(({ id }) => id)

describe("a clock that jumps to 2036 and back", () => {
  it("expires nothing while it is there, before and after a backup in 2036", () => {
    expect(keptBefore).toEqual(["b6", "b5", "b4", "b3", "b2", "b1"])
    expect(dropped(before, steady(before, { now: at("2036-05-01") }))).toEqual([])
    const there = [...before, backup(7, at("2036-05-01")), backup(8, at("2036-05-02"))]
    expect(dropped(there)).toEqual([])
    expect(decide(there, ofTime).paused).toBe(true)
  })

  it("expires nothing when it is back, and the backups of 2036 use up no year and no day", () => {
    const there = [...before, backup(7, at("2036-05-01")), backup(8, at("2036-05-02"))]
    expect(dropped(there, steady(there, { now: at("2026-11-20T13:00:00Z") }))).toEqual([])
    const back = [...there, backup(9, at("2026-11-20T13:00:00Z"))]
    expect(dropped(back)).toEqual([])
    const settled = [...back, ...[21, 22, 23, 24, 25, 26, 27, 28].map((d) => backup(d, at(`2026-11-${d}`)))]
    const result = decide(settled, ofTime)
    expect(result.paused).toBe(false)
    const ids = result.decisions.filter(({ keep }) => keep).map(({ id }) => id)
    expect(ids).toEqual(["b28", "b27", "b26", "b25", "b24", "b22", "b8", "b7", "b1"])
    expect(table(settled, ofTime).at(-1)).toBe("b1 keep: yearly 2025")
    expect(table(settled, ofTime).at(-7)).toBe("b7 keep: yearly (time uncertain)")
  })

  it("expires no safety backup, and makes none of 2036 live until then", () => {
    const safety = backup(7, at("2026-11-20T13:00:00Z"), { trigger: "safety" })
    const inFuture = backup(8, at("2036-05-01"), { trigger: "safety" })
    const story = [...before, safety, inFuture]
    expect(dropped(story, steady(story, { now: at("2036-05-03") }))).toEqual([])
    const back = [...story, backup(9, at("2026-11-20T14:00:00Z"))]
    expect(kept(back, { keepLast: 30 })).toHaveLength(9)
    const later = [...back, backup(30, at("2026-11-26"))]
    const lines = table(later, { keepLast: 30 })
    expect(lines).toContain("b8 keep: safety: undo possible until 2026-11-27 14:00")
    const over = [...later, backup(31, at("2026-11-27")), backup(32, at("2026-11-29"))]
    expect(table(over, { keepLast: 30 }).filter((line) => line.includes("drop"))).toEqual([
      "b8 drop: safety: its undo is over",
      "b7 drop: safety: its undo is over"
    ])
  })
})

it("a backup of 2036 uses up no year either when no other followed it and the clock is right again", () => {
  const story = [...before, backup(7, at("2036-05-01"))]
  const result = decide(
    story,
    { keepYearly: 2 },
    steady(story, { latestKnownTime: at("2026-11-21"), now: at("2026-11-29") })
  )
  expect(result.paused).toBe(false)
  expect(result.decisions.filter(({ keep }) => keep).map(({ id }) => id)).toEqual(["b7", "b6", "b1"])
})

describe("a clock that is behind the log", () => {
  it.each([
    ["2026-11-19T12:00:01Z", false],
    ["2026-11-19T11:59:59Z", true],
    ["2026-08-01T12:00:00Z", true]
  ])("at %s pauses expiry: %s", (now, paused) => {
    const result = decide(before, { keepWithin: day }, steady(before, { now: at(now) }))
    expect(result.paused).toBe(paused)
    expect(result.decisions.every(({ keep }) => keep)).toBe(paused)
  })

  it("keeps safety backups whose undo is over until it is settled", () => {
    const story = [backup(1, at("2026-11-01"), { trigger: "safety" }), backup(2, at("2026-11-20"))]
    expect(table(story, { keepLast: 9 }).at(-1)).toBe("b1 drop: safety: its undo is over")
    const behind = steady(story, { now: at("2026-11-15") })
    expect(table(story, { keepLast: 9 }, behind).at(-1)).toBe("b1 keep: expiry is paused: the clock jumped")
  })
})

describe("a clock that falls back to 1970 and is set right", () => {
  it("expires nothing while it is there and when it is back", () => {
    const there = [...before, backup(7, at("1970-01-01")), backup(8, at("1970-01-02"))]
    expect(dropped(there)).toEqual([])
    const back = [...there, backup(9, at("2026-11-20T13:00:00Z"))]
    expect(dropped(back)).toEqual([])
    expect(table(back, ofTime).slice(1, 3)).toEqual([
      "b8 keep: within 4 days, daily (time uncertain), weekly (time uncertain), yearly (time uncertain)",
      "b7 keep: within 4 days, daily (time uncertain), weekly (time uncertain), yearly (time uncertain)"
    ])
  })
})

describe("a clock that is a hundred days ahead and is set right", () => {
  it("ages nothing by the hundred days", () => {
    const story = [
      ...before,
      backup(7, at("2027-02-28")),
      backup(8, at("2026-11-21")),
      ...[22, 23, 24, 25, 26, 27, 28, 29, 30].map((d) => backup(d, at(`2026-11-${d}`)))
    ]
    const result = decide(story, { keepWithin: 13 * day })
    expect(result.paused).toBe(false)
    const ids = result.decisions.filter(({ keep }) => keep).map(({ id }) => id)
    expect(ids.slice(-5)).toEqual(["b7", "b6", "b5", "b4", "b3"])
  })
})

it("a clock that ran ahead in two steps and is set right in one ages nothing", () => {
  const story = [
    ...before,
    backup(7, at("2027-09-01")),
    backup(8, at("2028-04-01")),
    backup(9, at("2026-11-21")),
    backup(10, at("2026-11-30"))
  ]
  const result = decide(story, { keepWithin: 13 * day })
  expect(result.paused).toBe(false)
  const ids = result.decisions.filter(({ keep }) => keep).map(({ id }) => id)
  expect(ids).toEqual(["b10", "b9", "b8", "b7", "b6", "b5", "b4", "b3"])
})

it("a clock that was ahead, then right, then jumped to 2036 to stay ages nothing by either", () => {
  const wrong = [backup(7, at("2027-02-28")), backup(8, at("2026-11-21"))]
  const story = [...before, ...wrong, backup(9, at("2036-05-01")), backup(10, at("2036-05-09"))]
  const result = decide(story, { keepWithin: 13 * day })
  expect(result.paused).toBe(false)
  const ids = result.decisions.filter(({ keep }) => keep).map(({ id }) => id)
  expect(ids).toEqual(["b10", "b9", "b8", "b7", "b6", "b5", "b4", "b3", "b2"])
})

describe("a library that rested for two years", () => {
  it("expires nothing for a week after it woke, then as the policy says", () => {
    const awake = [...before, backup(7, at("2028-12-01"))]
    expect(table(awake, { keepWithin: day, keepLast: 1 })).toEqual([
      "b7 keep: newest backup, last 1, within 1 day",
      "b6 keep: within 1 day",
      "b5 keep: within 1 day",
      ...["b4", "b3", "b2", "b1"].map((id) => `${id} keep: expiry is paused: the clock jumped`)
    ])
    const later = [...awake, backup(8, at("2028-12-09"))]
    expect(kept(later, { keepWithin: day })).toEqual(["b8"])
  })
})

describe("a clock that is set right by less than a day", () => {
  it("pauses nothing", () => {
    const backups = backupsAt("2026-11-01", "2026-11-10T12:00:00Z", "2026-11-10T00:30:00Z")
    expect(decide(backups, { keepDaily: 1 }).paused).toBe(false)
    expect(kept(backups, { keepDaily: 1 })).toEqual(["b3"])
  })
})

describe("rules without time", () => {
  it("go on while the clock is wrong", () => {
    const result = decide(before, { keepLast: 2 }, steady(before, { now: at("2036-05-01") }))
    expect(result.paused).toBe(true)
    expect(result.decisions.filter(({ keep }) => keep).map(({ id }) => id)).toEqual(["b6", "b5"])
  })
})
