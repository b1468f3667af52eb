/** When nightly work is due: asked of the clock and of what is on record, every minute. */
import { day, systemZone } from "@white-room/core"
import { comingRuns, dueRun, parseRule, type Timing } from "@white-room/scheduler"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { minuteOr } from "../http/Waits.js"

export const nightly: Timing = {
  rules: [parseRule("nightly")],
  zone: systemZone(),
  quiet: [],
  catchUp: "once"
}

/** Whether a night has begun between two moments. */
export const isNight = (since: number, now: number): boolean =>
  dueRun(nightly, { since, last: undefined }, now) !== undefined

/** Until the next night begins, or a minute. */
export const nightOrMinute = Effect.gen(function* () {
  const now = yield* Clock.currentTimeMillis
  const [next] = comingRuns(nightly, { since: now }, now, 1)
  yield* minuteOr(next === undefined ? day : next.at - now)
})
