import { SqlError } from "@effect/sql/SqlError"
import { causesOf } from "./causesOf.js"

/** What PostgreSQL says of a text with a NUL, which it has none of: as a text, or in a JSON. */
const codes: ReadonlySet<unknown> = new Set(["22021", "22P05"])

/** Whether a statement failed because a text that somebody sent has a NUL in it. Nothing was changed. */
export const holdsNul = (error: unknown): boolean => {
  if (!(error instanceof SqlError)) return false
  for (const each of causesOf(error)) if ("code" in each && codes.has(each.code)) return true
  return false
}
