import { SqlError } from "@effect/sql/SqlError"
import { causesOf } from "./causesOf.js"

/** What the system says of a way that leads nowhere now. */
const lost: ReadonlySet<string> = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "EPIPE", "ETIMEDOUT"],
  ...["EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ENOTFOUND", "EAI_AGAIN"]
])

/**
 * PostgreSQL: a connection that failed; one that it ends or refuses as it stops, fails or starts; too many of them. And what took too long, most
 * of all as others held what was wanted, as a server does that is asleep: a lock, a statement, a transaction that stood still.
 */
const ending = /^(?:08...|57P0[1-5]|53300|55P03|40P01|40001|57014|25P03)$/

/** What the driver says without a code. */
const words =
  /^(?:Connection terminated|timeout exceeded when trying to connect|timeout expired|Client (?:has encountered a connection error|was closed) and is not queryable)/

const isLost = (error: object): boolean => {
  if (!(error instanceof Error)) return false
  const code = "code" in error && typeof error.code === "string" ? error.code : ""
  if (lost.has(code) || ending.test(code) || words.test(error.message)) return true
  // Several addresses of one name, each of which was tried.
  return error instanceof AggregateError && error.errors.some(isLost)
}

/** Whether the control database could not be reached in time, or the way to it was lost. What was said to it then may be done. */
export const isAway = (error: unknown): boolean => {
  if (!(error instanceof SqlError)) return false
  for (const each of causesOf(error)) if (isLost(each)) return true
  return false
}
