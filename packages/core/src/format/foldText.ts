/** Letters that no decomposition takes apart, as those write them who have not got them. */
const written: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ð: "d",
  þ: "th",
  ł: "l",
  đ: "d",
  ħ: "h",
  ı: "i"
}

/** A text as search sees it: accents, forms of one letter and case do not tell texts apart. `Straße` is `strasse`. */
export const foldText = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLocaleLowerCase()
    .replace(/[ßæœøðþłđħı]/g, (letter) => written[letter] ?? letter)
