/** A text as one word of a shell's command, so that what a message says can be pasted: quoted where that is needed. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
