import { BrokenJson, bytesFrom, JsonScanner, textOf } from "./JsonScanner.js"

/** What a member of a JSON object is, by the byte it begins with. */
export type JsonForm = "text" | "object" | "list" | "other"

const forms: ReadonlyMap<number, JsonForm> = new Map([
  [0x22, "text"],
  [0x7b, "object"],
  [0x5b, "list"]
])

/** More keys than this are not looked at: nothing that we know has so many. */
const maxKeys = 1000

/**
 * The keys of the JSON object that a file holds, without its contents: memory for a key, whatever the size. Of broken
 * JSON those before the break; of anything but an object none. Never throws but what `chunks` throws.
 */
export const keysOfJson = (chunks: Iterable<Uint8Array>): ReadonlyMap<string, JsonForm> => {
  const keys = new Map<string, JsonForm>()
  const iterator = chunks[Symbol.iterator]()
  const scanner = new JsonScanner(bytesFrom(iterator))
  try {
    if (!scanner.takes(0x7b) || scanner.takes(0x7d)) return keys
    do {
      if (scanner.peek() !== 0x22) break
      const { bytes } = scanner.value(4096)
      scanner.expect(":")
      const key: unknown = JSON.parse(textOf(bytes).text)
      if (typeof key === "string") keys.set(key, forms.get(scanner.peek()) ?? "other")
      if (keys.size >= maxKeys) break
      scanner.value(0)
    } while (scanner.takes(0x2c))
  } catch (error) {
    if (!(error instanceof BrokenJson || error instanceof SyntaxError)) throw error
  } finally {
    iterator.return?.()
  }
  return keys
}
