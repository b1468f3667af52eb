/** Finding text in names and metadata through the whole history, also of what is gone. */
import {
  decodeRecord,
  type EventType,
  foldText,
  isDeletion,
  keyString,
  kinds,
  liveTables,
  nameOfRecord,
  Text
} from "@white-room/core"
import { payloadOf } from "../log/EventTable.js"
import type { Session } from "../session/Session.js"
import type { NamedEntity } from "./EntityHistory.js"

type Row = [number, number, string, EventType, number, Uint8Array, number]

/** Every run of versions that hold the text, newest first: since when, until when, and where. */
export const findText = (session: Session, text: string): ReadonlyArray<FoundVersion> => {
  const wanted = foldText(text)
  const open = new Map<string, FoundVersion>()
  const closed: Array<FoundVersion> = []
  const rows = session.db.iterate<Row>(
    `SELECT e.position, e.subject, e.entity_id, e.type, e.schema, e.payload, c.recorded_at
     FROM event_log e JOIN command c ON c.number = e.command WHERE e.subject BETWEEN 1 AND 3 ORDER BY e.position`
  )
  for (const [position, subject, id, type, schema, payload, recordedAt] of rows) {
    const kind = kinds[subject - 1]
    if (kind === undefined) continue
    const key = keyString(kind, id)
    const known = open.get(key)
    const record = isDeletion(type) ? undefined : payloadOf(session.db, type, schema, payload)
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

const columnsWith = (
  kind: (typeof kinds)[number],
  record: Uint8Array,
  wanted: string
): ReadonlyArray<string> => {
  const { contentColumn } = liveTables[kind]
  return [...decodeRecord(kind, record)]
    .filter(
      ([column, cell]) =>
        column !== contentColumn && cell instanceof Text && foldText(cell.toString()).includes(wanted)
    )
    .map(([column]) => column)
}

/** A run of versions that hold a text. */
export interface FoundVersion extends NamedEntity {
  /** Columns that hold it. */
  readonly columns: ReadonlyArray<string>
  readonly position: number
  readonly since: Date
  /** Absent while it is still so. */
  readonly until?: Date
  readonly untilPosition?: number
}
