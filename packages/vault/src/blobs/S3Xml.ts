/**
 * The few elements that are read of what S3 answers. Not a reader of XML: no declarations of types, so no entities but
 * the five and numbers, and nothing is looked up elsewhere. The caller bounds the text.
 */
const entities: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"]
])

const characterOf = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd")

const decoded = (text: string): string =>
  text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]{1,4}));/g, (whole, hex, decimal, name) => {
    if (hex !== undefined) return characterOf(Number.parseInt(hex, 16))
    if (decimal !== undefined) return characterOf(Number(decimal))
    return entities.get(name) ?? whole
  })

/** What stands in each element of a name, tags included. Elements of one name do not lie in one another. */
export function* elements(xml: string, name: string): Generator<string> {
  const [open, close] = [`<${name}`, `</${name}>`]
  for (let at = 0; ; ) {
    const begin = xml.indexOf(open, at)
    if (begin < 0) return
    const inside = xml.indexOf(">", begin) + 1
    if (inside === 0) return
    at = inside
    // `<Key` is also how `<KeyCount>` begins; `<Key/>` is empty.
    if (!/[\s>/]/.test(xml.charAt(begin + open.length))) continue
    if (xml.charAt(inside - 2) === "/") {
      yield ""
      continue
    }
    const end = xml.indexOf(close, inside)
    if (end < 0) return
    at = end + close.length
    yield xml.slice(inside, end)
  }
}

/** The text of the first element of a name, or `undefined`. */
export const textOf = (xml: string, name: string): string | undefined => {
  for (const inside of elements(xml, name)) return decoded(inside)
  return undefined
}
