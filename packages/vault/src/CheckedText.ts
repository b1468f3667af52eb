/**
 * Small files of JSON that tell whether their bytes and their name are those that were written: their last field is
 * `"check"`, the first 16 hex digits of the SHA-256 of the name, a line feed and the text before that field. Readers take
 * what they can read; a full check finds every bit that was changed.
 */
import { equalBytes, utf8 } from "@white-room/core"
import { sha256 } from "@white-room/store/transfer"
import { shortHash } from "./segment/SegmentName.js"

const field = ',"check":"'

const withCheck = (name: string, open: string): string =>
  `${open}${field}${shortHash(sha256(utf8(`${name}\n${open}`)))}"}\n`

/** The text of a file of this name: a JSON object that has fields, with its check. */
export const checkedText = (name: string, json: string): string => withCheck(name, json.slice(0, -1))

/** Whether these are the bytes that were written under this name. */
export const isAsWritten = (name: string, bytes: Uint8Array): boolean => {
  const text = new TextDecoder().decode(bytes)
  const open = text.slice(0, Math.max(0, text.lastIndexOf(field)))
  return equalBytes(bytes, utf8(withCheck(name, open)))
}
