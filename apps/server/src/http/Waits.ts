/** Waiting for what is due: that is asked of the clock, and not of how long was waited. */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** Time of this machine, awake: a timer for a night or a Monday would be late by as long as it slept. */
export const machineTime = (ms: number): Effect.Effect<void> =>
  Effect.async((resume) => {
    const timer = setTimeout(() => resume(Effect.void), ms).unref()
    return Effect.sync(() => clearTimeout(timer))
  })

/** Waits until that has passed by the clock, or a minute of this machine. */
export const minuteOr = (duration: Duration.DurationInput): Effect.Effect<void> =>
  Effect.race(machineTime(60_000), Effect.sleep(duration))
