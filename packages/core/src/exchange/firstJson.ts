import { BrokenJson, bytesOf, JsonScanner } from "./JsonScanner.js"

/**
 * The first JSON value of a text that has something after it, without that; `undefined` for a text that is one value and
 * white space, and for one that is not JSON from the beginning on.
 */
export const firstJson = (bytes: Uint8Array): Uint8Array | undefined => {
  const scanner = new JsonScanner(bytesOf([bytes]))
  try {
    if (scanner.peek() !== 0x7b) return undefined
    const { bytes: first, fault } = scanner.value(bytes.length)
    return fault === undefined && scanner.peek() !== -1 ? first.slice() : undefined
  } catch (error) {
    if (!(error instanceof BrokenJson)) throw error
    return undefined
  }
}
