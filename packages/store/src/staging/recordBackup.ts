/** A backup from elsewhere, as one of this library. */
import { type BackupInfo, encodeBackupTaken, noPayload } from "@white-room/core"
import { backupById, nextNumber, recordBackupEvent } from "../backup/Catalog.js"
import { countNewBytes, countsOf } from "../backup/Checkpoint.js"
import type { EventWriter } from "../log/EventWriter.js"
import type { Session } from "../session/Session.js"
import type { StatesToImport } from "./ImportSource.js"

/**
 * Adds a staged state as a backup, inside a write transaction; none when the library has it already. `source`: the files
 * it came out of; empty for what this library's app had kept.
 */
export const recordBackup = (
  session: Session,
  writer: EventWriter,
  { root, backup }: StatesToImport["backups"][number],
  source: string
): ReadonlyArray<BackupInfo> => {
  const known = backupById(session.db, backup.backupId)
  if (known !== undefined) {
    if (known.forgottenAt !== undefined)
      recordBackupEvent(session.db, writer, backup.backupId, { type: "BackupUndeleted", payload: noPayload })
    return []
  }
  const payload = encodeBackupTaken({
    backupId: backup.backupId,
    number: nextNumber(session.db),
    root,
    position: writer.position,
    time: backup.timestamp.getTime(),
    description: backup.description,
    tags: backup.tags,
    pinned: backup.pinned,
    trigger: "imported",
    profile: "",
    version: backup.version,
    ...countsOf(session, root),
    newBytes: countNewBytes(session.db),
    origin: { source, ...backup.origin }
  })
  const taken = recordBackupEvent(session.db, writer, backup.backupId, { type: "BackupTaken", payload })
  return taken === undefined ? [] : [taken]
}
