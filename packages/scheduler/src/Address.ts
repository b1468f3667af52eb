/**
 * Addresses of webhooks and heartbeats. What stands in one beside its host may be a secret, so nothing else of it is ever
 * said: not in an error, a warning, a log, or for programs.
 */
import { InvalidInput } from "@white-room/core"

const longest = 2048

/** Reads an address. @throws InvalidInput that repeats nothing of it */
export const parseAddress = (text: string): URL => {
  const plain = text.length <= longest && !/[\s\p{Cc}]/u.test(text)
  if (plain && /^https?:\/\//i.test(text) && URL.canParse(text)) return new URL(text)
  throw new InvalidInput({ field: "address", reason: addressFault })
}

/** What is wrong with a text that is not an address. */
export const addressFault = "it is not an address such as https://example.com/hook"

/** All that may be said of an address. */
export const hostOf = (address: string): string => {
  try {
    return parseAddress(address).host
  } catch {
    return "an address that cannot be read"
  }
}
