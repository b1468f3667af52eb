import { InvalidInput } from "@white-room/core"

/** The value itself. @throws InvalidInput unless it is a whole number of 0 or more */
export const wholeNumber = (value: number, field: string): number => {
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new InvalidInput({ field, reason: "it must be a whole number of 0 or more" })
}
