/** The version that two libraries come from, for `combine`. */
import {
  type EntityKey,
  type EventType,
  equalBytes,
  isDeletion,
  kinds,
  lookup,
  type NodeStore,
  objectsOfRecord
} from "@white-room/core"
import { payloadOf } from "../log/EventTable.js"
import { hasObject } from "../object/Objects.js"
import type { Session } from "../session/Session.js"

/** True when the log of this library has, or had, the entity with just this record, and its documents are kept. */
const isShared = (session: Session, { kind, id }: EntityKey, record: Uint8Array): boolean => {
  const rows = session.db.rows<[EventType, unknown, unknown]>(
    "SELECT type, schema, payload FROM event_log WHERE subject = ? AND entity_id = ? ORDER BY position DESC",
    kinds.indexOf(kind) + 1,
    id
  )
  return (
    rows.some(
      ([type, schema, payload]) =>
        !isDeletion(type) && equalBytes(payloadOf(session.db, type, schema, payload), record)
    ) && objectsOfRecord(kind, record).every(({ hash }) => hasObject(session.db, hash))
  )
}

/** The newest version of an entity that one of these states, newest first, and the log of this library share. */
export const commonBase =
  (session: Session, nodes: NodeStore, roots: ReadonlyArray<Uint8Array>) =>
  (key: EntityKey): Uint8Array | undefined => {
    for (const root of roots) {
      const record = lookup(root, key, nodes)
      if (record !== undefined && isShared(session, key, record)) return record
    }
    return undefined
  }
