/** What a column must hold. SQLite keeps any class of value in any column, and a changed bit may change the class. */
import { MessagePack, malformed } from "@white-room/core"

/** @throws MalformedData */
export const bytesOf = (value: unknown, what: string): Uint8Array => {
  if (value instanceof Uint8Array) return value
  throw malformed(what, "it holds something else where bytes must be")
}

/** @throws MalformedData */
export const textOf = (value: unknown, what: string): string => {
  if (typeof value === "string") return value
  throw malformed(what, "it holds something else where a text must be")
}

/** A whole number that JavaScript holds exactly. @throws MalformedData */
export const wholeOf = (value: unknown, what: string): number => {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value
  throw malformed(what, "it holds something else where a whole number must be")
}

/** A whole number of 0 or more that JavaScript holds exactly. @throws MalformedData */
export const countOf = (value: unknown, what: string): number => {
  const whole = wholeOf(value, what)
  if (whole >= 0) return whole
  throw malformed(what, "it holds a negative number where something is counted")
}

/** Whether a value is epoch milliseconds that a date can be. */
export const isTime = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Math.abs(Number(value)) <= MessagePack.latestTime

/** Epoch milliseconds that a date can be. @throws MalformedData */
export const timeOf = (value: unknown, what: string): number => {
  if (isTime(value)) return value
  throw malformed(what, "it holds a time that no calendar has")
}
