/** Colours, when there is somebody to see them. */
const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const

export type Colour = keyof typeof codes
export type Paint = (colour: Colour, text: string) => string

const inColour: Paint = (colour, text) => {
  const [on, off] = codes[colour]
  return `\u001b[${on}m${text}\u001b[${off}m`
}
const plain: Paint = (_, text) => text

/** Colours only for a terminal that can show them, and not when `NO_COLOR` is set (https://no-color.org). */
export const paintFor = (
  stream: { readonly isTTY?: boolean },
  env: { readonly NO_COLOR?: string | undefined; readonly TERM?: string | undefined }
): Paint => {
  const wanted = stream.isTTY === true && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb"
  return wanted ? inColour : plain
}
