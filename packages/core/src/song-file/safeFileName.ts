import { utf8 } from "../codec/Bytes.js"

const maxBytes = 120

/** What no file system we know takes, and what turns the text around it (bidirectional controls). */
const unsafe = /[\p{Cc}\p{Surrogate}<>:"/\\|?*\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

const windowsDevice =
  /^(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(?:\.|$)/i

/** Names with the same key are one file somewhere: case, width and composition of letters do not tell them apart. */
const fileNameKey = (fileName: string): string => fileName.normalize("NFKC").toUpperCase().toLowerCase()

/**
 * A file name made of a name from data, safe on Linux, macOS and Windows: one path segment, never `.` or `..`,
 * not hidden, without separators, control or reserved characters (each becomes `_`), not a device such as `NUL`,
 * without spaces or dots at its ends, at most 120 bytes of UTF-8 with its extension, cut between characters.
 * Letters of every script stay. A name that leaves nothing is `untitled`; names that collide get ` (2)`, ` (3)`.
 *
 * @param extension with its dot, such as `.json`; comes from code, not from data
 * @param taken the names in use, as keys that this function makes; the new one is added
 */
export const safeFileName = (name: string, extension: string, taken: Set<string>): string => {
  const cleaned = trim(name.replace(unsafe, "_"))
  const whole = cleaned === "" ? "untitled" : windowsDevice.test(cleaned) ? `_${cleaned}` : cleaned
  for (let copy = 1; ; copy++) {
    const suffix = copy === 1 ? extension : ` (${copy})${extension}`
    const stem = cut(whole, maxBytes - 1 - utf8(suffix).length)
    // A cut can bare a device's name: `NUL`, many spaces, the rest.
    const fileName = (windowsDevice.test(stem) ? `_${stem}` : stem) + suffix
    const key = fileNameKey(fileName)
    if (taken.has(key)) continue
    taken.add(key)
    return fileName
  }
}

const trim = (text: string): string => text.replace(/^[\s.]+|[\s.]+$/gu, "")

const cut = (text: string, limit: number): string => {
  let length = 0
  let end = 0
  for (const character of text) {
    length += utf8(character).length
    if (length > limit) break
    end += character.length
  }
  return trim(text.slice(0, end))
}
