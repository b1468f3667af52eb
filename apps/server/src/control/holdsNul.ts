import { SqlError } from "@effect/sql/SqlError"
import { hasCode } from "./hasCode.js"

/** Whether PostgreSQL refused a statement because of a NUL, which it has in no text and in no JSON. Nothing was changed. */
export const holdsNul = (error: unknown): boolean =>
  error instanceof SqlError && hasCode(error, ["22021", "22P05"])
