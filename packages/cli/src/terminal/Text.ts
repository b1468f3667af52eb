/** Text as a terminal shows it: measured in columns, cut. */
import { type EntityKey, formatCount } from "@white-room/core"
import { printable } from "./Harmless.js"

// ICU takes long to begin: for the first text that is not plain.
let segmenter: Intl.Segmenter | undefined
const graphemes = (text: string) => {
  segmenter ??= new Intl.Segmenter()
  return segmenter.segment(text)
}

const wide =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|^\p{Emoji_Presentation}|\ufe0f/u
const zero = /^[\p{Mn}\p{Me}\u200b\u2060\ufeff]/u

const graphemeWidth = (grapheme: string): number => (zero.test(grapheme) ? 0 : wide.test(grapheme) ? 2 : 1)

/** Columns that a text takes in a terminal. */
export const textWidth = (text: string): number => {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes(text)) width += graphemeWidth(segment)
  return width
}

/** The text in at most `width` columns, with `…` where something was cut off. */
export const cutText = (text: string, width: number): string => {
  if (textWidth(text) <= width) return text
  let used = 1
  let kept = ""
  for (const { segment } of graphemes(text)) {
    used += graphemeWidth(segment)
    if (used > width) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

/** Filled up with spaces to a width. */
export const padText = (text: string, width: number, align: "left" | "right" = "left"): string => {
  const space = " ".repeat(Math.max(0, width - textWidth(text)))
  return align === "left" ? text + space : space + text
}

/** `1 song`, `2 songs`; thousands apart. */
export const count = (amount: number, noun: string, plural = `${noun}s`): string =>
  `${formatCount(amount)} ${amount === 1 ? noun : plural}`

/** A song by its name, anything else with its kind; what has no name by its id. */
export const labelOf = ({ kind, name, id }: EntityKey & { readonly name: string }): string =>
  `${name === "" ? id : name}${kind === "song" ? "" : ` (${kind})`}`

/** Names for a sentence or a plan: the first few, and how many more there are. */
export const nameList = (names: ReadonlyArray<string>, limit: number): string => {
  const shown = names.slice(0, limit).map((name) => printable(name === "" ? "(no name)" : name))
  const more = names.length - shown.length
  return more > 0 ? `${shown.join(", ")} and ${count(more, "more", "more")}` : shown.join(", ")
}

/** `tempo 104 → 96, section Bridge added and 3 more`. */
export const phrases = (words: ReadonlyArray<string>, limit: number): string => {
  const more = words.length - Math.min(words.length, limit)
  const shown = words.slice(0, limit).map(printable).join(", ")
  return more > 0 ? `${shown} and ${count(more, "more change")}` : shown
}
