const controls = /\p{Cc}/gu

/** What stands in `$'…'`, byte by byte, as bash, zsh and POSIX of 2024 read it. */
const escaped = (character: string): string =>
  character === "\\" || character === "'"
    ? `\\${character}`
    : Array.from(
        new TextEncoder().encode(character),
        (byte) => `\\${byte.toString(8).padStart(3, "0")}`
      ).join("")

/**
 * A text as one word of a shell's command, so that what a message says can be pasted: quoted where that is needed. A word
 * with controls in it, such as a newline, has them as escapes, so it is on one line and means the same.
 */
export const shellWord = (text: string): string => {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text
  return text.search(controls) >= 0
    ? `$'${text.replace(/[\\'\p{Cc}]/gu, escaped)}'`
    : `'${text.replaceAll("'", "'\\''")}'`
}
