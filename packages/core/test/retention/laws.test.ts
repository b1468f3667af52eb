import * as FastCheck from "effect/FastCheck"
import { expect, it } from "vitest"
import type { RetentionItem, RetentionPolicy } from "../../src/retention/Policy.js"
import { decideRetention, type RetentionContext } from "../../src/retention/Retention.js"
import { at, backup, day, hour, utc } from "./fixtures.js"

const start = at("2026-01-01")

/** Times of a library in use, now and then of a clock that is wrong by minutes or by decades. */
const step = FastCheck.oneof(
  { weight: 6, arbitrary: FastCheck.integer({ min: 0, max: 40 * day }) },
  { weight: 2, arbitrary: FastCheck.integer({ min: -3 * hour, max: 3 * hour }) },
  { weight: 1, arbitrary: FastCheck.integer({ min: -60 * 366 * day, max: 60 * 366 * day }) }
)

const details = FastCheck.record({
  step,
  trigger: FastCheck.constantFrom(
    "manual" as const,
    "scheduled" as const,
    "safety" as const,
    "imported" as const
  ),
  pinned: FastCheck.boolean(),
  tags: FastCheck.subarray(["tour", "live"]),
  profile: FastCheck.constantFrom(undefined, undefined, "nightly"),
  gap: FastCheck.integer({ min: 0, max: 3 })
})

const backups = FastCheck.array(details, { minLength: 1, maxLength: 40 }).map((all) => {
  let time = start
  let position = 1
  return all.map(({ step, gap, profile, ...rest }, index): RetentionItem => {
    time += step
    position += gap
    return backup(position, time, {
      ...rest,
      id: `b${index}`,
      number: index,
      ...(profile !== undefined && { profile })
    })
  })
})

const count = FastCheck.integer({ min: 0, max: 12 })
const policy: FastCheck.Arbitrary<RetentionPolicy> = FastCheck.record(
  {
    keepLast: count,
    keepHourly: count,
    keepDaily: count,
    keepWeekly: count,
    keepMonthly: count,
    keepYearly: count,
    keepWithin: FastCheck.integer({ min: 0, max: 400 * day }),
    keepTags: FastCheck.subarray(["tour", "live"]),
    imported: FastCheck.constantFrom("keep" as const, "count" as const)
  },
  { requiredKeys: [] }
)

/** Times that many milliseconds after each other. */
const ascending = (steps: ReadonlyArray<number>): ReadonlyArray<number> => {
  const times: Array<number> = []
  for (const step of steps) times.push((times.at(-1) ?? start) + step)
  return times
}

const contextFor = (items: ReadonlyArray<RetentionItem>, wait: number, held: number): RetentionContext => {
  const latestKnownTime = items.at(-1)?.time ?? start
  return {
    now: latestKnownTime + wait,
    latestKnownTime,
    localParts: utc,
    safetyHeldUntil: (item) => item.time + held
  }
}

const scenario = FastCheck.tuple(backups, step, FastCheck.integer({ min: 0, max: 60 * day })).map(
  ([items, wait, held]) => ({ items, context: contextFor(items, wait, held) })
)

const keptIds = (items: ReadonlyArray<RetentionItem>, rules: RetentionPolicy, context: RetentionContext) => {
  const result = decideRetention(items, rules, context)
  if (result._tag === "Refused") return undefined
  return new Set(result.decisions.filter(({ keep }) => keep).map(({ id }) => id))
}

const isTaken = ({ trigger }: RetentionItem): boolean => trigger === "manual" || trigger === "scheduled"

const newest = (items: ReadonlyArray<RetentionItem>): RetentionItem | undefined =>
  [...items].sort((a, b) => b.position - a.position || b.number - a.number)[0]

it("every backup gets one decision with a reason, and neither the newest nor all are ever dropped", () => {
  FastCheck.assert(
    FastCheck.property(scenario, policy, ({ items, context }, rules) => {
      const result = decideRetention(items, rules, context)
      if (result._tag === "Refused") {
        expect(result.reason).not.toBe("")
        return
      }
      expect(result.decisions.map(({ id }) => id).sort()).toEqual(items.map(({ id }) => id).sort())
      for (const { reasons } of result.decisions) expect(reasons.length).toBeGreaterThan(0)
      expect(result.decisions[0]).toMatchObject({ id: newest(items)?.id, keep: true })
      const newestTaken = newest(items.filter(isTaken))
      expect(result.decisions.find(({ id }) => id === newestTaken?.id)?.keep ?? true).toBe(true)
      const pinned = new Set(items.filter((item) => item.pinned).map(({ id }) => id))
      for (const { id, keep } of result.decisions) expect(keep || !pinned.has(id)).toBe(true)
    })
  )
})

it("the order in which backups are given does not matter", () => {
  const shuffled = scenario.chain(({ items, context }) =>
    FastCheck.shuffledSubarray(items, { minLength: items.length }).map((mixed) => ({ items, mixed, context }))
  )
  FastCheck.assert(
    FastCheck.property(shuffled, policy, ({ items, mixed, context }, rules) => {
      expect(decideRetention(mixed, rules, context)).toEqual(decideRetention(items, rules, context))
    })
  )
})

it("more of any rule never keeps less", () => {
  const more = FastCheck.tuple(
    FastCheck.constantFrom(
      "keepLast" as const,
      "keepHourly" as const,
      "keepDaily" as const,
      "keepWeekly" as const,
      "keepMonthly" as const,
      "keepYearly" as const,
      "keepWithin" as const
    ),
    FastCheck.integer({ min: 1, max: 10 })
  )
  FastCheck.assert(
    FastCheck.property(scenario, policy, more, ({ items, context }, rules, [field, extra]) => {
      const less = keptIds(items, rules, context)
      const added = field === "keepWithin" ? extra * day : extra
      const greater = keptIds(items, { ...rules, [field]: (rules[field] ?? 0) + added }, context)
      for (const id of less ?? []) expect(greater).toContain(id)
    })
  )
})

it("safety and imported backups change no decision about those that were taken", () => {
  FastCheck.assert(
    FastCheck.property(scenario, policy, ({ items, context }, rules) => {
      const untagged = { ...rules, keepTags: [] }
      const taken = items.filter(isTaken)
      const all = keptIds(items, untagged, context)
      const alone = keptIds(taken, untagged, context)
      expect(taken.filter(({ id }) => all?.has(id))).toEqual(taken.filter(({ id }) => alone?.has(id)))
    })
  )
})

it("backups of another profile change no decision, clocks being right", () => {
  const forward = FastCheck.tuple(backups, FastCheck.array(FastCheck.integer({ min: 0, max: 30 * day }))).map(
    ([items, steps]) => {
      const times = ascending(items.map((_, index) => steps[index] ?? hour))
      return items.map((item, index) => ({ ...item, time: times[index] ?? start }))
    }
  )
  FastCheck.assert(
    FastCheck.property(forward, policy, (items, rules) => {
      const context = contextFor(items, 0, 0)
      const own = items.filter((item) => item.profile === undefined && isTaken(item))
      const all = keptIds(items, { ...rules, keepLast: 1 + (rules.keepLast ?? 0) }, context)
      const alone = keptIds(own, { ...rules, keepLast: 1 + (rules.keepLast ?? 0) }, context)
      expect(own.filter(({ id }) => all?.has(id))).toEqual(own.filter(({ id }) => alone?.has(id)))
    })
  )
})

it("deciding again about what was kept drops nothing more by counting", () => {
  FastCheck.assert(
    FastCheck.property(scenario, FastCheck.integer({ min: 1, max: 12 }), ({ items, context }, keepLast) => {
      const first = keptIds(items, { keepLast }, context)
      const rest = items.filter(({ id }) => first?.has(id))
      const second = keptIds(rest.filter(isTaken), { keepLast }, context)
      expect(second).toEqual(new Set(rest.filter(isTaken).map(({ id }) => id)))
    })
  )
})

it("a clock that jumps more than a year ahead lets nothing go that a right clock keeps", () => {
  FastCheck.assert(
    FastCheck.property(
      FastCheck.array(FastCheck.integer({ min: 0, max: 30 * day }), { minLength: 1, maxLength: 30 }),
      FastCheck.integer({ min: 367 * day, max: 40 * 366 * day }),
      policy,
      (steps, jump, rules) => {
        const items = ascending(steps).map((time, index) =>
          backup(index + 1, time, { trigger: index % 3 === 0 ? "safety" : "manual" })
        )
        const right = contextFor(items, hour, 0)
        const kept = keptIds(items, rules, right)
        for (const now of [right.now + jump, right.now - jump]) {
          const wrong = keptIds(items, rules, { ...right, now })
          for (const id of kept ?? []) expect(wrong).toContain(id)
        }
      }
    )
  )
})

it("a backup taken while the clock was years off lets nothing go that it would not with a right clock", () => {
  FastCheck.assert(
    FastCheck.property(
      FastCheck.array(FastCheck.integer({ min: hour, max: 30 * day }), { minLength: 1, maxLength: 30 }),
      FastCheck.nat(),
      FastCheck.integer({ min: 40 * 366 * day, max: 80 * 366 * day }),
      FastCheck.boolean(),
      policy,
      (steps, place, jump, ahead, rules) => {
        const right = ascending(steps).map((time, index) =>
          backup(index + 1, time, { trigger: index % 3 === 0 ? "safety" : "manual" })
        )
        const off = place % right.length
        const wrong = right.map((item, index) =>
          index === off ? { ...item, time: item.time + (ahead ? jump : -jump) } : item
        )
        const kept = keptIds(right, rules, contextFor(right, hour, 0))
        const setRight = keptIds(wrong, rules, {
          ...contextFor(wrong, 0, 0),
          now: contextFor(right, hour, 0).now
        })
        const stillWrong = keptIds(wrong, rules, contextFor(wrong, hour, 0))
        for (const id of kept ?? []) {
          expect(setRight).toContain(id)
          expect(stillWrong).toContain(id)
        }
      }
    )
  )
})
