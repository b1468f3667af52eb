import {
  type BackupEntry,
  type Kind,
  kinds,
  nameOfRecord,
  type RestoreSource,
  recordSize
} from "@white-room/core"
import type { Session } from "../session/Session.js"
import { entriesOfState, resolveState } from "../state/States.js"

/** What a source holds, by kind and name. */
export const entriesIn = (
  session: Session,
  reference: RestoreSource,
  wanted: ReadonlyArray<Kind> = kinds
) => {
  const source = resolveState(session, reference)
  const entries = wanted.flatMap(
    (kind): ReadonlyArray<BackupEntry> =>
      entriesOfState(source, kind)
        .map(({ id, record }) => ({
          kind,
          id,
          name: nameOfRecord(kind, record),
          size: recordSize(kind, record)
        }))
        .sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id))
  )
  return { source: source.label, entries }
}
