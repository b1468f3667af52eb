/** `rebuild`: makes the live rows and the catalogue what the log says, by DML; an app's table is never dropped. */
import {
  decodeRecord,
  type EntityKey,
  encodeRecord,
  equalBytes,
  isWhiteRoomError,
  type OnProgress,
  type Row,
  rowOfRecord,
  type WhiteRoomError
} from "@white-room/core"
import { rebuildCatalogue } from "../backup/Catalog.js"
import { captureAll } from "../capture/Capture.js"
import { commit } from "../capture/Commit.js"
import { liveDifferences, recordDifferences } from "../capture/LiveDifferences.js"
import { asExternal, reconcileEntity } from "../capture/Reconcile.js"
import { stateOf } from "../log/EventTable.js"
import type { EventWriter } from "../log/EventWriter.js"
import { sha256 } from "../object/Compression.js"
import { inStorageOrder } from "../object/StorageOrder.js"
import { Moved } from "../session/Moved.js"
import type { Session } from "../session/Session.js"
import { writeEntity } from "../write/writeEntity.js"

const entitiesPerSlice = 200

/** An entity whose live row is not what the log says, and its row as it must be; none when the log never knew it. */
interface Broken {
  readonly key: EntityKey
  readonly present: boolean
  readonly wanted: { readonly record: Uint8Array; readonly row: Row } | undefined
}

/** Looks at one entity under the write lock. @throws MalformedData | ContentReleased when its row cannot be read */
const brokenOf = (session: Session, key: EntityKey): Broken | undefined => {
  const { record } = stateOf(session.db, key)
  const row = session.tables[key.kind]?.get(key.id)
  const found = row && encodeRecord(key.kind, row, sha256).record
  if (record === undefined) return found && { key, present: true, wanted: undefined }
  if (found !== undefined && equalBytes(found, record)) return undefined
  const cells = rowOfRecord(decodeRecord(key.kind, record), (ref) => session.reader.get(ref.hash))
  return { key, present: found !== undefined, wanted: { record, row: cells } }
}

interface Slice {
  readonly broken: ReadonlyArray<Broken>
  /** The first entity whose documents cannot be read: it stays as it is, and so stays damage. */
  readonly unreadable: WhiteRoomError | undefined
}

const examine = (session: Session, keys: ReadonlyArray<EntityKey>): Slice => {
  const broken: Array<Broken> = []
  let unreadable: WhiteRoomError | undefined
  for (const key of keys) {
    try {
      const found = brokenOf(session, key)
      if (found !== undefined) broken.push(found)
    } catch (error) {
      if (!isWhiteRoomError(error)) throw error
      unreadable ??= error
    }
  }
  return { broken, unreadable }
}

const writeBack = (session: Session, writer: EventWriter, { key, present, wanted }: Broken) => {
  if (wanted === undefined) return undefined
  if (present) return writeEntity(session, writer, { ...key, record: wanted.record, cells: () => wanted.row })
  session.tables[key.kind]?.insert(wanted.row)
  return undefined
}

/** Everything in one transaction: what an app wrote meanwhile is taken over, not undone. */
const mend = (session: Session, keys: ReadonlyArray<EntityKey>, now: number): Slice =>
  commit(session, { now }, (tx) => {
    tx.reconcile(keys)
    const slice = examine(session, keys)
    asExternal(session, now, (writer) => {
      for (const { key, present } of slice.broken) if (present) reconcileEntity(session, writer, key)
    })
    const writer = tx.command()
    for (const broken of slice.broken) {
      const outcome = writeBack(session, writer, broken)
      if (outcome instanceof Moved) return outcome
    }
    return slice
  })

/**
 * A row the log does not explain is taken into the log first, so that even a damaged row stays in the history; then
 * the entity gets the state it had in the log. Rows of entities the log never knew are kept. Returns how many
 * entities were not as the log said. @throws MalformedData | ContentReleased after mending everything else
 */
export const rebuild = (
  session: Session,
  options: { readonly dryRun?: boolean; readonly onProgress?: OnProgress },
  now: number
): number => {
  if (options.dryRun === true) return [...liveDifferences(session)].length
  captureAll(session, now)
  const differences = inStorageOrder(session.db, [...recordDifferences(session)], ({ record }) => record).map(
    ({ item }) => item
  )
  let mended = 0
  let unreadable: WhiteRoomError | undefined
  for (let from = 0; from < differences.length; from += entitiesPerSlice) {
    const slice = mend(session, differences.slice(from, from + entitiesPerSlice), now)
    mended += slice.broken.length
    unreadable ??= slice.unreadable
    const done = Math.min(from + entitiesPerSlice, differences.length)
    options.onProgress?.({ done, total: differences.length, step: "rebuild" })
  }
  commit(session, { now }, () => rebuildCatalogue(session.db))
  session.checkpoint()
  if (unreadable !== undefined) throw unreadable
  return mended
}
