/**
 * Months in which everything happens: sleep, deaths at every step, two processes, clocks that jump or change. What
 * happened is compared with a plain model of what was promised.
 */
import { describe, expect, it } from "@effect/vitest"
import { day, hour, minute } from "@white-room/core"
import { type Library, openLibrary } from "@white-room/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { drowsy, mortal } from "./support/processes.js"
import { rounds } from "./support/soak.js"
import {
  backups,
  edit,
  folderIn,
  freshLibrary,
  look,
  morning,
  onlyState,
  withProfile
} from "./support/worlds.js"

const timeout = 300_000

/** How often a process sleeps for days. In `npm test` more often: fewer looks at the same months. */
const longSleeps = rounds(45, 6) / 100

/** The same numbers in 0 ≤ x < 1 for the same seed. */
const randomOf = (seed: number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** Milliseconds that the clocks of a zone are ahead of UTC, as the platform says it: `GMT+10:30`. */
const offsetsOf = (zone: string) => {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" })
  return (moment: number): number => {
    const name = format.formatToParts(moment).find(({ type }) => type === "timeZoneName")?.value ?? ""
    const [, sign, hours, minutes] = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(name) ?? []
    return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * hour + Number(minutes ?? 0) * minute)
  }
}

/**
 * The moments at which `daily H:MM` is promised: the first on each day at which the clock shows this. On a day on which
 * the clock passes over it, as much later as it passes over.
 */
const promises = (
  zone: string,
  times: ReadonlyArray<number>,
  from: number,
  until: number
): ReadonlyArray<number> => {
  const offsetAt = offsetsOf(zone)
  const moments: Array<number> = []
  for (let midnight = Math.floor(from / day) * day - day; midnight < until + day; midnight += day)
    for (const wall of times.map((time) => midnight + time)) {
      const [before, after] = [offsetAt(wall - day), offsetAt(wall + day)]
      const shown = [wall - before, wall - after].filter((moment) => moment + offsetAt(moment) === wall)
      moments.push(shown.length === 0 ? wall - before : Math.min(...shown))
    }
  return moments.filter((moment) => moment > from && moment <= until).sort((a, b) => a - b)
}

const goodRuns = (library: Library, place = "", activity = "backup") =>
  Effect.map(library.schedule.runs({ activity, place, limit: 5000 }), (runs) =>
    runs.filter(({ outcome }) => outcome === "done" || outcome === "skipped").reverse()
  )

/** What must hold at any time, once there is a backup: some are kept, and among them the newest there ever was. */
const expectSound = (library: Library, newest: { number: number }) =>
  Effect.gen(function* () {
    const kept = yield* backups(library)
    expect(kept.length).toBeGreaterThan(0)
    const last = Math.max(...kept)
    expect(last).toBeGreaterThanOrEqual(newest.number)
    newest.number = last
  })

const worlds = [
  { zone: "Europe/Berlin", rule: "daily 2:30", times: [150 * minute], seed: 1, fields: {} },
  {
    zone: "America/New_York",
    rule: "daily 2:30",
    times: [150 * minute],
    seed: 2,
    fields: { catchUp: { withinMinutes: 600 } }
  },
  {
    zone: "Australia/Lord_Howe",
    rule: "1:45, 2:15",
    times: [105 * minute, 135 * minute],
    seed: 3,
    fields: { quiet: ["22:00-03:00"] }
  }
]

const lives = worlds.flatMap((world) =>
  Array.from({ length: rounds(1, 3) }, (_, n) => ({ ...world, seed: world.seed + worlds.length * n }))
)

describe("seven months with both clock changes, sleep and deaths", () => {
  it.scoped.each(lives)(
    "in $zone bring exactly the promised runs ($seed)",
    ({ zone, rule, times, seed, fields }) =>
      Effect.gen(function* () {
        const random = randomOf(seed)
        const from = Date.parse("2026-09-20T12:00:00Z")
        const until = from + 210 * day
        const library = yield* freshLibrary
        yield* TestClock.setTime(from)
        yield* withProfile(library, { when: [rule], zone, keep: { last: 3, weekly: 2 }, ...fields })
        const promised = promises(zone, times, from, until)
        const offsetAt = offsetsOf(zone)
        const isQuiet = (now: number) =>
          "quiet" in fields &&
          (((now + offsetAt(now)) / hour) % 24 < 3 || ((now + offsetAt(now)) / hour) % 24 >= 22)
        const limit = "catchUp" in fields ? 600 * minute : Number.POSITIVE_INFINITY
        const newest = { number: 0 }
        const model = { served: from, runs: 0, missed: 0, begun: false }
        for (let n = 0, now = from; now < until; n++) {
          now += (random() < longSleeps ? 9 * day : 18 * hour) * (0.1 + 0.9 * random())
          now = Math.min(until, Math.floor(now))
          yield* TestClock.setTime(now)
          if (random() < 0.8) yield* edit(library, `${n}`)
          const waiting = promised.filter((moment) => moment > model.served && moment <= now)
          const dueAt = waiting.at(-1)
          const isDue = dueAt !== undefined && !isQuiet(now) && (model.begun || now - dueAt <= limit)
          const dies = random() < 0.25
          const at = 1 + Math.floor(random() * 16)
          const process = dies ? mortal(library, at, random() < 0.5 ? "before" : "after") : { library }
          yield* Effect.exit(look(process.library))
          const runs = yield* goodRuns(library)
          if (dies && isDue && runs.length === model.runs) {
            model.begun ||= (yield* library.schedule.runs({ limit: 1 })).some(
              ({ outcome }) => outcome === undefined
            )
            continue
          }
          expect(runs.length, new Date(now).toISOString()).toBe(model.runs + (isDue ? 1 : 0))
          if (!isDue) continue
          expect(runs.at(-1)?.dueAt).toEqual(new Date(dueAt))
          Object.assign(model, { served: dueAt, runs: runs.length, begun: false })
          model.missed += waiting.length - 1
          yield* expectSound(library, newest)
        }
        const left = promised.filter((moment) => moment > model.served).length
        expect(model.runs + model.missed + left).toBe(promised.length)
        expect(model.runs).toBeGreaterThan(rounds(25, 70))
        const kept = (yield* backups(library)).length
        expect(kept).toBeGreaterThanOrEqual(3)
        expect(kept).toBeLessThanOrEqual(5)
      }),
    timeout
  )
})

/** One promised moment a day; each day is edited before. */
const daily = Effect.gen(function* () {
  const library = yield* freshLibrary
  const stick = folderIn(library, "stick")
  yield* withProfile(library, { zone: "UTC", places: [stick], keep: { last: 4 } })
  return { library, stick }
})

/** The nth day's time of the run. */
const evening = (n: number): number => morning + 9 * hour + n * day

const expectOneEach = (library: Library, stick: string, days: number) =>
  Effect.gen(function* () {
    const moments = Array.from({ length: days }, (_, n) => evening(n))
    const runs = yield* goodRuns(library)
    expect(runs.map(({ dueAt }) => dueAt.getTime())).toEqual(moments)
    // Each day's content was backed up once, and its backup reached the folder.
    expect(yield* backups(library)).toEqual([days - 3, days - 2, days - 1, days].filter((n) => n > 0))
    const latest = yield* library.backups.latest
    expect(runs.at(-1)?.backupId).toBe(latest?.backupId)
    expect((yield* goodRuns(library, stick, "copy")).at(-1)?.backupId).toBe(latest?.backupId)
  })

/** When a process is killed at a step: to be killed after one is nearly what it is to be killed before the next. */
const momentsOf = (step: number): ReadonlyArray<"before" | "after"> =>
  rounds(1, 2) === 2 ? ["before", "after"] : [step % 2 === 0 ? "before" : "after"]

describe("a process that is killed", () => {
  it.scoped(
    "at any step of its work costs no run, no backup and no copy",
    () =>
      Effect.gen(function* () {
        const { library, stick } = yield* daily
        let steps = 1
        let days = 0
        for (let at = 1; at <= steps; at++)
          for (const when of momentsOf(at)) {
            yield* TestClock.setTime(evening(days))
            yield* edit(library, `${at} ${when}`)
            const process = mortal(library, at, when)
            yield* Effect.exit(look(process.library))
            // As long as it was killed there may be one step more.
            if (process.calls() >= at) steps = Math.max(steps, at + 1)
            yield* TestClock.adjust("10 minutes")
            yield* look(library)
            yield* expectOneEach(library, stick, ++days)
            yield* TestClock.adjust("1 hour")
            expect(yield* look(library)).toEqual([])
          }
        expect(days).toBeGreaterThan(rounds(15, 30))
      }),
    timeout
  )
})

describe("a process that falls asleep", () => {
  it.scoped(
    "at any step, while another one takes over, commits nothing when it wakes up",
    () =>
      Effect.gen(function* () {
        const { library, stick } = yield* daily
        const other = yield* openLibrary(library.path, { actor: "bea@laptop" })
        let days = 0
        for (let at = 1, slept = true; slept; at++) {
          yield* TestClock.setTime(evening(days))
          yield* edit(library, `${at}`)
          const process = drowsy(library, at)
          const running = yield* Effect.fork(look(process.library).pipe(Effect.exit))
          while (!process.isAsleep() && running.unsafePoll() === null) yield* Effect.yieldNow()
          slept = process.isAsleep()
          yield* TestClock.adjust("10 minutes")
          yield* look(other)
          yield* expectOneEach(library, stick, days + 1)
          // Something that a stale backup could keep.
          yield* edit(library, `after ${at}`)
          const before = yield* library.log.head
          yield* process.wake
          yield* Fiber.join(running)
          expect(yield* library.log.head).toEqual(before)
          yield* expectOneEach(library, stick, ++days)
        }
        expect(days).toBeGreaterThan(15)
      }),
    timeout
  )

  it.scoped(
    "two that look at the same moments share the work, whoever is first at each step",
    () =>
      Effect.gen(function* () {
        const { library, stick } = yield* daily
        const other = yield* openLibrary(library.path, { actor: "bea@laptop" })
        for (let n = 0; n < rounds(12, 70); n++) {
          yield* TestClock.setTime(evening(n))
          yield* edit(library, `${n}`)
          const sleepers = [drowsy(library, 1 + (n % 7)), drowsy(other, 1 + (n % 5))]
          const running = yield* Effect.forEach(sleepers, (each) =>
            Effect.fork(Effect.exit(look(each.library)))
          )
          for (let turn = 0; turn < 50; turn++) yield* Effect.yieldNow()
          for (const each of n % 2 === 0 ? sleepers : sleepers.toReversed()) yield* each.wake
          yield* Effect.forEach(running, Fiber.join)
          yield* TestClock.adjust("10 minutes")
          yield* look(library)
          yield* expectOneEach(library, stick, n + 1)
        }
      }),
    timeout
  )
})

describe("a clock that jumps now and then, either way", () => {
  it.scoped(
    "never stops the runs, and never costs the newest backup",
    () =>
      Effect.gen(function* () {
        const random = randomOf(7)
        const library = yield* freshLibrary
        yield* withProfile(library, { zone: "UTC", keep: { last: 3, daily: 3 } })
        const newest = { number: 0 }
        for (let n = 0; n < rounds(10, 100); n++) {
          const now = yield* Clock.currentTimeMillis
          const length = [hour, 30 * hour, 20 * day, 900 * day, 20_000 * day][n % 5] ?? day
          yield* TestClock.setTime(Math.max(day, Math.floor(now + length * (random() * 2 - 1.2))))
          yield* edit(library, `jump ${n}`)
          yield* look(library)
          // From the second day on everything is as ever.
          yield* TestClock.adjust("1 day")
          yield* look(library)
          for (let after = 0; after < 2; after++) {
            yield* TestClock.adjust("1 day")
            yield* edit(library, `${n} ${after}`)
            const before = newest.number
            expect((yield* look(library)).map(({ run }) => run.outcome)).toEqual(["done"])
            yield* expectSound(library, newest)
            expect(newest.number).toBeGreaterThan(before)
          }
          expect((yield* onlyState(library)).runs.every(({ outcome }) => outcome !== "failed")).toBe(true)
        }
      }),
    timeout
  )
})
