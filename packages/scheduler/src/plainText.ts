/** A text of others as it is put on record and passed on: no controls but newlines and tabs, whole characters, bounded. */
export const plainText = (text: string, most: number): string => {
  const short = text.length > most ? `${text.slice(0, most - 1)}…` : text
  return short.replace(/(?![\n\t])\p{Cc}|\p{Cs}/gu, "\ufffd")
}
