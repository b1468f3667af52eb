import * as Cause from "effect/Cause"
import { isProblem, type Problem, problem } from "../api/Problem.js"
import { errorsIn } from "./errorsIn.js"

/** The problem that a failure is; one that is none of ours is a fault of the server, unless it was stopped in the middle. */
export const problemIn = (cause: Cause.Cause<unknown>): Problem =>
  errorsIn(cause).find(isProblem) ?? problem(Cause.isInterruptedOnly(cause) ? "CutOff" : "InternalFault")
