import type { BackupInfo } from "@white-room/core"
import type { Library } from "../promise/Library.js"

/**
 * The backup that has exactly this id; what was deleted is not there any more. Phase 5's ids are any text: one that reads
 * `b2` or `latest` must not name the backup that the library calls so.
 */
export const namedExactly = async (
  { backups }: Library,
  id: string
): Promise<(BackupInfo & { readonly reference: string }) | undefined> => {
  const found = (await backups.list()).find(({ backupId }) => backupId === id)
  return found && { ...found, reference: `b${found.number}` }
}
