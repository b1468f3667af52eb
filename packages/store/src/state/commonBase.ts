/** The version that two libraries come from, for `combine`. */
import { type EntityKey, equalBytes, lookup, type NodeStore, objectsOfRecord } from "@white-room/core"
import { versionsOf } from "../log/EntityEvents.js"
import { hasObject } from "../object/Objects.js"
import type { Session } from "../session/Session.js"

/** True when the log of this library has, or had, the entity with just this record, and its documents are kept. */
const isShared = (session: Session, key: EntityKey, record: Uint8Array): boolean =>
  versionsOf(session.db, key).some((version) => version.record && equalBytes(version.record, record)) &&
  objectsOfRecord(key.kind, record).every(({ hash }) => hasObject(session.db, hash))

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
