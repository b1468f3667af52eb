import { InvalidInput } from "@white-room/core"

/** A time as the API takes it. @throws InvalidInput */
export const timeOf = (text: string | undefined): Date | undefined => {
  if (text === undefined) return undefined
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) throw new InvalidInput({ field: "time", reason: "it is not a time" })
  return time
}
