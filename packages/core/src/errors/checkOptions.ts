import { InvalidInput } from "./WhiteRoomError.js"

/** The names of all options that a call takes. */
export type OptionNames = Readonly<Record<string, true>>

/**
 * Options that a program gives without a compiler. One that `call` does not know must not be passed over in silence: it
 * might be the one that was to keep the others from harm. @throws InvalidInput
 */
export const checkOptions = (call: string, names: OptionNames, given: unknown): void => {
  if (given === undefined) return
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new InvalidInput({ field: "options", reason: `${call} takes them as an object` })
  for (const [name, value] of Object.entries(given))
    if (value !== undefined && !Object.hasOwn(names, name)) {
      const known = Object.keys(names).join(", ")
      throw new InvalidInput({ field: name, reason: `${call} has no such option; it has ${known}` })
    }
}
