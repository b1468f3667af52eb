import {
  decodeRecord,
  type EntityKey,
  type Performance,
  performanceOfRow,
  preferencesOfRow,
  type RestoreSource,
  rowOfRecord,
  type Song,
  songOfRow,
  type UserPreferences
} from "@white-room/core"
import type { Session } from "../session/Session.js"
import { requireContent, resolveState } from "../state/States.js"

/** An entity as it was in a state of the library; `undefined` when it was not there. @throws MomentNotFound */
export const entityAt = (
  session: Session,
  key: EntityKey,
  reference: RestoreSource
): Song | Performance | UserPreferences | undefined => {
  const source = resolveState(session, reference)
  const record = source.record(key)
  if (record === undefined) return undefined
  requireContent(session, key, record, source)
  const row = rowOfRecord(decodeRecord(key.kind, record), (ref) => session.reader.get(ref.hash))
  if (key.kind === "song") return songOfRow(key.id, row)
  return key.kind === "performance" ? performanceOfRow(key.id, row) : preferencesOfRow(key.id, row)
}
