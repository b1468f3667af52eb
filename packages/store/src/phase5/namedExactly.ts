import type { BackupInfo } from "@white-room/core"
import type { Library } from "../promise/Library.js"

/**
 * The backup that has exactly this id, in the trash or not. Phase 5's ids are any text: one that reads `b2` or `latest`
 * must not name the backup that the library calls so.
 */
export const namedExactly = async (
  { backups }: Library,
  id: string
): Promise<(BackupInfo & { readonly reference: string }) | undefined> => {
  for (const trash of [false, true]) {
    const found = (await backups.list({ trash })).find(({ backupId }) => backupId === id)
    if (found !== undefined) return { ...found, reference: `b${found.number}` }
  }
  return undefined
}
