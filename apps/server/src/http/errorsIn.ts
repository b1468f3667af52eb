import * as Cause from "effect/Cause"

/** All that failed, foreseen or not. */
export const errorsIn = (cause: Cause.Cause<unknown>): ReadonlyArray<unknown> => [
  ...Cause.failures(cause),
  ...Cause.defects(cause)
]
