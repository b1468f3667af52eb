/**
 * Valid JSON as it is written. Parsing would forget how numbers are spelled, which of two equal keys was there, and
 * the order of keys that look like numbers.
 */

/** Where the string that begins at `from` ends. */
const endOfString = (json: string, from: number): number => {
  for (let at = from + 1; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === 0x5c) at++
    else if (code === 0x22) return at + 1
  }
  return json.length
}

/** The value of a string as it is written. */
export const parseString = (raw: string): string => {
  const value: unknown = JSON.parse(raw)
  return typeof value === "string" ? value : raw
}

/**
 * JSON that is spread over lines, as it would stand in one; all other JSON as it is. The apps store it in one line and
 * spell strings in ways of their own, which stay.
 */
export const compact = (json: string): string => {
  if (!json.includes("\n")) return json
  let out = ""
  let from = 0
  for (let at = 0; at < json.length; ) {
    const code = json.charCodeAt(at)
    if (code === 0x22) at = endOfString(json, at)
    else if (code <= 0x20) {
      out += json.slice(from, at)
      from = ++at
    } else at++
  }
  return out + json.slice(from)
}

/** The members of an object, in their order, each value as it is written. */
export const membersOf = (object: string): ReadonlyArray<readonly [key: string, raw: string]> => {
  const members: Array<readonly [string, string]> = []
  let depth = 0
  let key: string | undefined
  let from = 0
  const end = (at: number): void => {
    if (key !== undefined) members.push([key, object.slice(from, at).trim()])
    key = undefined
  }
  for (let at = 0; at < object.length; ) {
    const code = object.charCodeAt(at)
    if (code === 0x22) {
      const stop = endOfString(object, at)
      if (depth === 1 && key === undefined) {
        key = parseString(object.slice(at, stop))
        from = object.indexOf(":", stop) + 1
        at = from
      } else at = stop
      continue
    }
    if (code === 0x7b || code === 0x5b) depth++
    else if (code === 0x7d || code === 0x5d) {
      if (depth === 1) end(at)
      depth--
    } else if (code === 0x2c && depth === 1) end(at)
    at++
  }
  return members
}
