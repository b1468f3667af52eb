import { causesOf } from "./causesOf.js"

/** Whether a failure, or what caused it, has one of these codes of PostgreSQL. */
export const hasCode = (error: unknown, codes: ReadonlyArray<string>): boolean => {
  for (const each of causesOf(error))
    if ("code" in each && typeof each.code === "string" && codes.includes(each.code)) return true
  return false
}
