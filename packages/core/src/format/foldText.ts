/** A text as search sees it: accents, forms of one letter and case do not tell texts apart. */
export const foldText = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLocaleLowerCase()
