/** `rebuild`: makes the live rows and the catalogue what the log says, by DML; an app's table is never dropped. */
import { randomUUID } from "node:crypto"
import {
  decodeRecord,
  type EntityKey,
  encodeRecord,
  equalBytes,
  keyString,
  type OnProgress,
  rowOfRecord
} from "@white-room/core"
import { rebuildCatalogue } from "../backup/catalog.js"
import type { Session } from "../library/Session.js"
import { writeEntity } from "../log/entityWrites.js"
import { EventWriter, stateOf } from "../log/events.js"
import { sha256 } from "../object/compression.js"
import {
  captureAll,
  type LiveDifference,
  liveDifferences,
  reconcileEntities,
  writeReconciled
} from "./reconcile.js"

const entitiesPerSlice = 200

const restoreRow = (session: Session, writer: EventWriter, key: EntityKey, wanted: Uint8Array): void => {
  const cells = () => rowOfRecord(decodeRecord(key.kind, wanted), (ref) => session.reader.get(ref.hash))
  const row = session.tables[key.kind]?.get(key.id)
  if (row === undefined) {
    session.tables[key.kind]?.insert(cells())
    return
  }
  if (equalBytes(encodeRecord(key.kind, row, sha256).record, wanted)) return
  writeEntity(session, writer, { ...key, record: wanted, cells })
}

/**
 * Rows the log does not explain are taken into the log first, so that even a damaged row stays in the history; then
 * each entity gets the state it had in the log. Rows of entities the log never knew are kept. Returns rows written.
 */
export const rebuild = (
  session: Session,
  options: { readonly dryRun?: boolean; readonly onProgress?: OnProgress },
  now: number
): number => {
  if (options.dryRun === true) return [...liveDifferences(session)].length
  captureAll(session, now)
  const differences = [...liveDifferences(session)]
  const wanted = new Map<string, Uint8Array>()
  for (const key of differences) {
    const { record } = stateOf(session.db, key)
    if (record !== undefined) wanted.set(keyString(key.kind, key.id), record)
  }
  reconcileEntities(
    session,
    now,
    differences.filter(({ reason }) => reason !== "missing")
  )
  const broken = differences.filter((key) => wanted.has(keyString(key.kind, key.id)))
  for (let from = 0; from < broken.length; from += entitiesPerSlice) {
    writeSlice(session, broken.slice(from, from + entitiesPerSlice), wanted, now)
    options.onProgress?.({
      done: Math.min(from + entitiesPerSlice, broken.length),
      total: broken.length,
      step: "rebuild"
    })
  }
  writeReconciled(session, now, () => rebuildCatalogue(session.db))
  return differences.length
}

const writeSlice = (
  session: Session,
  slice: ReadonlyArray<LiveDifference>,
  wanted: ReadonlyMap<string, Uint8Array>,
  now: number
): void =>
  writeReconciled(session, now, () => {
    const writer = new EventWriter(session.db, { commandId: randomUUID(), actor: session.options.actor, now })
    for (const key of slice) {
      const record = wanted.get(keyString(key.kind, key.id))
      if (record !== undefined) restoreRow(session, writer, key, record)
    }
    writer.finish()
  })
