/**
 * Colours, when there is somebody to see them. What is painted carries marks that only this run knows; the stream makes
 * them escape sequences when it writes. So no text from data can bring a sequence of its own.
 */
const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const

export type Colour = keyof typeof codes
export type Paint = (colour: Colour, text: string) => string

const mark = `\ufdd0${Math.random().toString(36).slice(2)}:`

const inColour: Paint = (colour, text) => {
  const [on, off] = codes[colour]
  return `${mark}${on};${text}${mark}${off};`
}
const plain: Paint = (_, text) => text

/** Whether a terminal can show colours, and `NO_COLOR` does not forbid them (https://no-color.org). */
export const hasColours = (
  stream: { readonly isTTY?: boolean },
  env: { readonly NO_COLOR?: string | undefined; readonly TERM?: string | undefined }
): boolean => stream.isTTY === true && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb"

export const paintFor = (...where: Parameters<typeof hasColours>): Paint =>
  hasColours(...where) ? inColour : plain

const marks = new RegExp(`${mark}(\\d+);`, "g")

/** The text as it looks: without its marks. */
export const withoutMarks = (text: string): string => text.replace(marks, "")

/** The text with its marks as the sequences that a terminal understands. */
export const withSequences = (text: string): string => text.replace(marks, "\u001b[$1m")
