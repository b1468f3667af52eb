/** Golden bytes are written as hex in pieces, so that a person can check them against `docs/format.md`. */
export const hex = (...pieces: ReadonlyArray<string>): string => pieces.join("").replaceAll(" ", "")
