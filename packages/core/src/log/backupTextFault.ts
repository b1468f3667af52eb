import { bounds } from "../bounds/Bounds.js"
import { utf8 } from "../codec/Bytes.js"

/** What people or programs say of a backup. */
interface BackupTexts {
  readonly description?: string | undefined
  readonly tags?: ReadonlyArray<string> | undefined
  readonly version?: string | undefined
}

/**
 * Which text of a backup is longer than any honest one, and why, as it stays in the log for ever; `undefined` when none is.
 * Asked wherever a backup begins or is edited; what a log says already stays as it is.
 */
export const backupTextFault = ({
  description = "",
  tags = [],
  version = ""
}: BackupTexts): { readonly field: string; readonly reason: string } | undefined => {
  const limit = bounds.headBytes
  const isLong = (text: string) => text.length > limit || utf8(text).length > limit
  const reason = `more than ${limit / 1024} KB are not kept`
  if (isLong(description)) return { field: "description", reason }
  // The bytes of separators count too, so that empty ones have a bound.
  if (tags.length > limit || isLong(tags.join(" "))) return { field: "tags", reason }
  return isLong(version) ? { field: "version", reason } : undefined
}
