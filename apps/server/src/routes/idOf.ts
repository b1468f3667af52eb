/** An id as it stands in an address: `~` begins base64url. */
export const idOf = (text: string): string =>
  text.startsWith("~") ? Buffer.from(text.slice(1), "base64url").toString("utf8") : text
