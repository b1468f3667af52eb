import * as Effect from "effect/Effect"
import { beginning, lookAlong } from "../../src/control/Audit.js"

/** The number of the first entry of the audit log that is not as it was written, or is missing; `undefined` when it is whole. */
export const firstFault = Effect.map(lookAlong(beginning), ({ end, isWhole }) =>
  isWhole ? undefined : end.number + 1
)
