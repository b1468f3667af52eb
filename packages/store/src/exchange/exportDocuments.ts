/** A backup as texts of JSON, as the Node app wrote them. */
import {
  type BackupDocument,
  type BackupInfo,
  decodeRecord,
  entriesOf,
  fromHex,
  type Kind,
  rowOfRecord,
  writeExchangeEntity
} from "@white-room/core"
import { findBackup } from "../backup/Catalog.js"
import type { Session } from "../session/Session.js"

/** The entities of one kind in a backup, or that of one id, as the Node app wrote them. */
function* documentsOf(session: Session, backup: BackupInfo, kind: Kind, only?: string): Generator<string> {
  for (const { id, record } of entriesOf(fromHex(backup.root), kind, session.nodeStore(new Map()))) {
    if (only !== undefined && id !== only) continue
    const row = rowOfRecord(decodeRecord(kind, record), (ref) => session.reader.get(ref.hash))
    const json = writeExchangeEntity({ kind, id, row }, backup.timestamp, { family: "node" })
    if (json !== undefined) yield json
  }
}

/** @throws BackupNotFound */
export const exportDocuments = (session: Session, reference: string): BackupDocument => {
  const backup = findBackup(session.db, reference)
  const list = (kind: Kind): string => `[${[...documentsOf(session, backup, kind)].join(",")}]`
  const [ofDefault] = documentsOf(session, backup, "preferences", "default")
  const [first] = ofDefault === undefined ? documentsOf(session, backup, "preferences") : [ofDefault]
  return {
    id: backup.backupId,
    timestamp: backup.timestamp,
    description: backup.description,
    songsJSON: list("song"),
    performancesJSON: list("performance"),
    preferencesJSON: first ?? "null",
    size: backup.size,
    version: backup.version
  }
}
