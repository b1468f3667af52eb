/** An id as it stands in an address: `~` begins base64url. What is no text there is no id of anything: the empty one. */
export const idOf = (text: string): string => {
  if (!text.startsWith("~")) return text
  const bytes = Buffer.from(text.slice(1), "base64url")
  const id = bytes.toString("utf8")
  return bytes.equals(Buffer.from(id, "utf8")) ? id : ""
}
