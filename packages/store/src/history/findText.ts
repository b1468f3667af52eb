/** Finding text in names and metadata through the whole history, also of what is gone. */
import {
  decodeRecord,
  type FoundVersion,
  foldText,
  type Kind,
  keyString,
  liveTables,
  nameOfRecord,
  Text
} from "@white-room/core"
import { versionsSince } from "../log/EntityEvents.js"
import type { Session } from "../session/Session.js"

/** Every run of versions that hold the text, newest first: since when, until when, and where. */
export const findText = (session: Session, text: string): ReadonlyArray<FoundVersion> => {
  const wanted = foldText(text)
  const open = new Map<string, FoundVersion>()
  const closed: Array<FoundVersion> = []
  for (const { position, kind, id, record, recordedAt } of versionsSince(session.db, 0)) {
    const key = keyString(kind, id)
    const known = open.get(key)
    const where = record === undefined ? [] : columnsWith(kind, record, wanted)
    const name = record ? nameOfRecord(kind, record) : ""
    if (known !== undefined && known.name === name && known.columns.join() === where.join()) continue
    if (known !== undefined) closed.push({ ...known, until: new Date(recordedAt), untilPosition: position })
    open.delete(key)
    if (where.length > 0)
      open.set(key, { kind, id, name, columns: where, position, since: new Date(recordedAt) })
  }
  return [...closed, ...open.values()].sort((a, b) => b.position - a.position)
}

const columnsWith = (kind: Kind, record: Uint8Array, wanted: string): ReadonlyArray<string> => {
  const { contentColumn } = liveTables[kind]
  return [...decodeRecord(kind, record)]
    .filter(
      ([column, cell]) =>
        column !== contentColumn && cell instanceof Text && foldText(cell.toString()).includes(wanted)
    )
    .map(([column]) => column)
}
