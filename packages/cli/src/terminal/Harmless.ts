/**
 * Texts from data, made harmless: names, paths, commands and what other programs print may hold anything, a terminal's
 * escape sequences too. All that is written passes through here, see `Stream.ts`.
 */

import { shortened } from "@white-room/core"

/**
 * Controls (C0, DEL, C1), line and paragraph separators, what turns the text around it, and what nobody can see but a
 * program reads.
 */
const hidden = "\\p{Cc}\\u061c\\u180e\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u206f\\ufeff\\ufff9-\\ufffb"
const unprintable = new RegExp(`[${hidden}]`, "gu")

/** A text on one line, safe to print: what cannot be seen becomes `\ufffd`. */
export const printable = (text: string): string => text.replace(unprintable, "\ufffd")

const inLines = new RegExp(`(?![\\n\\t])[${hidden}]`, "gu")

/** The same for a text of several lines, with tabs. */
export const printableLines = (text: string): string => text.replace(inLines, "\ufffd")

const escaped = (letter: string): string =>
  letter
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("")

/** JSON in which nothing is hidden: every such character stands as its escape, which reads as the same text. */
export const jsonText = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(inLines, escaped)

/** So many elements of a list become a text at once. */
const atOnce = 1000

const isLong = (value: unknown): value is ReadonlyArray<unknown> =>
  Array.isArray(value) && value.length > atOnce

/** A line of JSON in pieces: a long list in it is never a text as a whole, which takes more memory than all that it says. */
export function* jsonLine(value: object): Generator<string> {
  if (!Object.values(value).some(isLong)) return yield `${jsonText(value)}\n`
  let before = "{"
  for (const [key, each] of Object.entries(value)) {
    const name = `${before}${jsonText(key)}:`
    if (isLong(each)) {
      for (let from = 0; from < each.length; from += atOnce)
        yield `${from === 0 ? `${name}[` : ","}${jsonText(each.slice(from, from + atOnce)).slice(1, -1)}`
      yield "]"
    } else if (each !== undefined) yield `${name}${jsonText(each)}`
    else continue
    before = ","
  }
  yield "}\n"
}

const nameAndPassword = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@:]*:[^\s/?#@]*@/giu

/**
 * A message without the passwords of addresses in it: a word that was typed in the wrong place is named by the error that
 * refuses it, and errors end in logs and letters.
 */
export const withoutPasswords = (text: string): string => text.replace(nameAndPassword, "$1…@")

/** No path of any system is longer. */
const endless = /\S{5000,}/gu

/** A message in which words that never end, as somebody typed or sent them, are cut. */
export const withoutEndlessWords = (text: string): string => text.replace(endless, (word) => shortened(word))

/** A text that is to be judged letter by letter, such as a command: in quotes, with everything hidden written out. */
export const quoted = (text: string): string =>
  `"${text.replace(/["\\]/g, "\\$&").replace(unprintable, escaped)}"`
