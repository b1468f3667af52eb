/** What fails when while a cluster is used, and what that came to. */
import * as Effect from "effect/Effect"
import type { Wait } from "./clusterUsers.js"
import { movesOf } from "./movesOf.js"
import { ms } from "./ms.js"
import type { Attempt } from "./nodeSlots.js"

interface Failing<R> {
  /** So many rounds of a minute; none: one of half a minute. */
  readonly minutes: number
  readonly kill: (slot: number) => Effect.Effect<void>
  readonly pause: (slot: number) => Effect.Effect<void>
  readonly wake: (slot: number) => Effect.Effect<void>
  readonly stop: (slot: number) => Effect.Effect<void>
  readonly begin: (slot: number) => Effect.Effect<void, never, R>
  readonly restart: Effect.Effect<void>
  readonly away: (isAway: boolean) => Effect.Effect<void>
}

/** What failed, in milliseconds of this process. */
export interface Failed {
  readonly what: string
  /** Which node, where it is one. */
  readonly slot?: number
  readonly at: number
  readonly until: number
}

/** Seconds of a round at which each begins and ends. */
const long = { kill: [0, 6], pause: [12, 42], stop: 46, restart: 54, away: [0, 60], end: 60 } as const
const short = { kill: [0, 5], pause: [9, 18], stop: 21, restart: 26, away: [28, 34], end: 36 } as const

/** Every so many rounds PostgreSQL is restarted, and the bucket is away. */
const [restartEvery, awayEvery] = [3, 5]

export const faultsAt = <R>(failing: Failing<R>): Effect.Effect<ReadonlyArray<Failed>, never, R> =>
  Effect.gen(function* () {
    const all: Array<Failed> = []
    const plan = failing.minutes === 0 ? short : long
    const noted = <E, Q>(what: string, work: Effect.Effect<void, E, Q>, slot?: number) =>
      Effect.suspend(() => {
        const at = performance.now()
        const note = () =>
          void all.push({ what, ...(slot !== undefined && { slot }), at, until: performance.now() })
        return Effect.tap(work, () => Effect.sync(note))
      })
    const after = (seconds: number) => Effect.sleep(seconds * 1000)
    for (let round = 0; round < Math.max(1, failing.minutes); round++) {
      const [killed, asleep, stopped] = [round % 3, (round + 1) % 3, (round + 2) % 3]
      const isShort = failing.minutes === 0
      const nodes = Effect.gen(function* () {
        const began = performance.now()
        const until = (second: number) =>
          Effect.suspend(() => Effect.sleep(Math.max(0, began + second * 1000 - performance.now())))
        yield* until(plan.kill[0])
        yield* noted("kill", failing.kill(killed), killed)
        yield* until(plan.kill[1])
        yield* failing.begin(killed)
        yield* until(plan.pause[0])
        yield* noted(
          "sleep",
          Effect.zipRight(failing.pause(asleep), Effect.zipRight(until(plan.pause[1]), failing.wake(asleep))),
          asleep
        )
        yield* until(plan.stop)
        yield* noted("stop", failing.stop(stopped), stopped)
        yield* failing.begin(stopped)
        yield* until(plan.restart)
        if (isShort || round % restartEvery === restartEvery - 1)
          yield* noted("PostgreSQL restarted", failing.restart)
        yield* until(plan.end)
      })
      const bucket = Effect.gen(function* () {
        yield* after(plan.away[0])
        const [from, to] = plan.away
        yield* noted(
          "bucket away",
          Effect.zipRight(failing.away(true), Effect.zipRight(after(to - from), failing.away(false)))
        )
      })
      const isAway = isShort || round % awayEvery === awayEvery - 1
      yield* Effect.all([nodes, isAway ? bucket : Effect.void], { concurrency: "unbounded", discard: true })
    }
    return all
  })

const at = (sorted: ReadonlyArray<number>, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

interface Measured {
  readonly waits: ReadonlyArray<Wait>
  readonly events: ReadonlyArray<Failed>
  readonly attempts: ReadonlyArray<Attempt>
  readonly again: ReadonlyMap<string, number>
  readonly faults: ReadonlyArray<string>
  readonly puts: number
  readonly acknowledged: number
  readonly ms: number
}

/** What it came to, as text. */
export const reportOf = ({
  waits,
  events,
  attempts,
  again,
  faults,
  puts,
  acknowledged,
  ms: total
}: Measured): string => {
  const kinds = [...new Set(waits.map(({ what }) => what))].map((kind) => {
    const all = waits
      .filter(({ what }) => what === kind)
      .map(({ began, ended }) => ended - began)
      .sort((a, b) => a - b)
    return `${kind}: ${all.length}, half in ${ms(at(all, 0.5))}, 99 % in ${ms(at(all, 0.99))}, all in ${ms(at(all, 1))}`
  })
  const logged = new Map<string, number>()
  for (const fault of faults) {
    const what = fault.replace(/[a-z]+-[0-9a-f-]{12,}/g, "…").slice(0, 160)
    logged.set(what, (logged.get(what) ?? 0) + 1)
  }
  return [
    `${ms(total)}; ${acknowledged} writes were acknowledged with ${puts} puts, ${(puts / Math.max(1, acknowledged)).toFixed(2)} each`,
    ...kinds,
    ...movesOf(waits, events, attempts).flatMap(({ what, all }) => [
      `${what}, ${all.length} times: work went on within ${all.map(({ ms: length }) => ms(length)).join(", ")}`,
      ...all.map(({ ms: length, how }) => `  ${ms(length)}: ${how}`)
    ]),
    ...attempts
      .filter(({ outcome }) => outcome.startsWith("500"))
      .map(({ path, slot, began, ended }) => {
        const before = events.filter(({ at: since }) => since <= ended).at(-1)
        return `node ${slot} answered 500 after ${ms(ended - began)} to ${path}, ${ms(ended - (before?.at ?? ended))} after ${before?.what} of ${before?.slot}`
      }),
    `asked again: ${[...again].map(([why, count]) => `${why} ${count}`).join(", ")}`,
    ...[...logged].map(([what, count]) => `logged ${count} times: ${what}`)
  ].join("\n")
}
