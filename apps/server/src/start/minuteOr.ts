import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** A minute of this machine: a timer for a night or a Monday would be late by as long as the machine slept. */
const minute = Effect.async<void>((resume) => {
  const timer = setTimeout(() => resume(Effect.void), 60_000).unref()
  return Effect.sync(() => clearTimeout(timer))
})

/** Waits until that has passed by the clock, or a minute of this machine. */
export const minuteOr = (duration: Duration.DurationInput): Effect.Effect<void> =>
  Effect.race(minute, Effect.sleep(duration))
