/** A backup that a program gives as documents. */
import {
  type BackupDocument,
  type BackupInfo,
  backupTextFault,
  InvalidInput,
  readExchangeParts
} from "@white-room/core"
import { backupById, keptBackup } from "../backup/Catalog.js"
import { untilStill } from "../capture/Commit.js"
import type { Session } from "../session/Session.js"
import { fitterTo } from "../staging/fitterTo.js"
import { stageRows } from "../staging/Stager.js"
import { timeSpellingOf } from "../staging/timeSpellingOf.js"
import { importStates } from "./ImportStates.js"

const invalid = (field: string, reason: string) => new InvalidInput({ field, reason })

/** The rows of the documents; none when a part of them cannot be read. @throws InvalidInput */
const readDocuments = (session: Session, backup: Omit<BackupDocument, "size">) => {
  const { songsJSON: songs, performancesJSON: performances, preferencesJSON } = backup
  // A program without preferences wrote an empty object.
  const preferences = /^\s*\{\s*\}\s*$/.test(preferencesJSON) ? "null" : preferencesJSON
  const times = timeSpellingOf(session)
  const { entities, problems } = readExchangeParts({ songs, performances, preferences }, { times })
  const [problem] = problems
  if (problem !== undefined) throw invalid("backup", `${problem.where}: ${problem.reason}`)
  return entities.map(fitterTo(session))
}

/** Keeps documents as an imported backup under their own id. All or nothing. @throws InvalidInput */
export const keepDocuments = (
  session: Session,
  backup: Omit<BackupDocument, "size">,
  now: number
): BackupInfo => {
  const { id, timestamp, description, version } = backup
  if (id === "" || id.length > 1024 || id.includes("\u0000")) throw invalid("id", "it names no backup")
  if (!(timestamp.getTime() >= 0)) throw invalid("timestamp", "it is not a time after 1970")
  const fault = backupTextFault(backup)
  if (fault !== undefined) throw new InvalidInput(fault)
  if (backupById(session.db, id) !== undefined) throw invalid("id", `there is a backup ${id} already`)
  const rows = readDocuments(session, backup)
  const kept = { backupId: id, timestamp, description, tags: [], pinned: false, version }
  untilStill(session, now, () => {
    const staged = stageRows(session, rows, now)
    return importStates(session, { source: "documents", backups: [{ ...staged, backup: kept }] }, {}, now)
  })
  return keptBackup(session.db, id)
}
