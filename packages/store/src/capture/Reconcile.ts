/**
 * One operation, `reconcile`: turns differences between the live rows and the log into events of `external`.
 * Capture, every write of ours, the scan after an app's migration, and `check` use it.
 */
import { randomUUID } from "node:crypto"
import { decide, type EntityKey, encodeRecord, evolve, keyString } from "@white-room/core"
import { isNullId } from "../live/LiveTable.js"
import { hasAppTriggers } from "../live/Triggers.js"
import { external } from "../log/Commands.js"
import { stateOf } from "../log/EventTable.js"
import { EventWriter } from "../log/EventWriter.js"
import { sha256 } from "../object/Compression.js"
import { keepLoose } from "../object/Objects.js"
import type { Session } from "../session/Session.js"
import { hasPending, type PendingChange, pendingChanges } from "./Pending.js"

/** Brings the log up to the live row of one entity. Returns the bytes it read. */
export const reconcileEntity = (session: Session, writer: EventWriter, key: EntityKey): number => {
  if (isNullId(key.id)) return 0
  const row = session.tables[key.kind]?.get(key.id)
  const state = stateOf(session.db, key)
  const { record, objects } = row ? encodeRecord(key.kind, row, sha256) : { record: null, objects: [] }
  const event = decide(key, state, record)
  if (event !== undefined) {
    keepLoose(session.db, objects)
    writer.add(key.kind, key.id, evolve(state, event).version, event)
  }
  return objects.reduce((sum, object) => sum + object.bytes.length, record?.length ?? 0)
}

/**
 * Inside a write transaction: what triggers of the app made of rows meanwhile becomes part of the command that made them
 * run, so that what is committed is what the log says. `since` is the last note before that command; returns what was
 * changed.
 */
export const settleTriggered = (
  session: Session,
  writer: EventWriter,
  since: bigint
): ReadonlyArray<EntityKey> => {
  if (!hasAppTriggers(session.db)) return []
  const noted = pendingChanges(session, -1, since)
  const keys = new Map(noted.map(({ kind, id }) => [keyString(kind, id), { kind, id }]))
  const changed = [...keys.values()].filter((key) => {
    const before = writer.count
    reconcileEntity(session, writer, key)
    return writer.count > before
  })
  forget(session, noted)
  return changed
}

/** Where a noted write may have removed rows unseen, the note stays for `captureAll`, which looks for those. */
const forget = (session: Session, notes: ReadonlyArray<PendingChange>): void => {
  for (const { seq, kind } of notes)
    if (session.tables[kind]?.replacesUnseen !== true)
      session.db.run("DELETE FROM external_changes WHERE seq = ?", seq)
}

/** A command of `external`, finished before it returns. Returns the number of events. */
export const asExternal = (session: Session, now: number, body: (writer: EventWriter) => void): number => {
  const writer = new EventWriter(session.db, { commandId: randomUUID(), actor: external, now })
  body(writer)
  writer.finish()
  return writer.count
}

/** Inside a write transaction: takes over what is pending for these entities. Cheap when nothing is pending. */
export const reconcileTouched = (session: Session, keys: ReadonlyArray<EntityKey>, now: number): void => {
  if (!hasPending(session)) return
  const wanted = new Set(keys.map(({ kind, id }) => keyString(kind, id)))
  const pending = pendingChanges(session).filter(({ kind, id }) => wanted.has(keyString(kind, id)))
  if (pending.length === 0) return
  const touched = new Map(pending.map((change) => [keyString(change.kind, change.id), change]))
  asExternal(session, now, (writer) => {
    for (const key of touched.values()) reconcileEntity(session, writer, key)
  })
  forget(session, pending)
}
