/**
 * Events whose bytes were damaged, put back from what is whole elsewhere in the library. What an event must have been the chain
 * says: nothing is written that does not fit the hash before it and the one after it.
 */
import {
  type BackupInfo,
  chainHash,
  encodeBackupTaken,
  encodeRecord,
  equalBytes,
  fromHex,
  isDeletion,
  isEntity,
  type LoggedEvent,
  lookup,
  noPayload,
  subjects,
  takenOfBackup
} from "@white-room/core"
import { readableBackups } from "../backup/Catalog.js"
import { commit } from "../capture/Commit.js"
import { chainHashAt, commandOf, loggedEvent } from "../log/EventTable.js"
import { sha256 } from "../object/Compression.js"
import type { Session } from "../session/Session.js"
import { ifReadable } from "../sqlite/ifReadable.js"
import { wholeOf } from "../sqlite/StoredValue.js"
import type { Findings } from "./Findings.js"

/** The event at a position with these bytes as its payload, or with those that are stored. */
const eventAt = ({ db }: Session, position: number, payload?: Uint8Array): LoggedEvent | undefined => {
  const row = db.row<ReadonlyArray<unknown>>(
    `SELECT position, command, subject, entity_id, version, type, schema, payload, chain_hash
     FROM event_log WHERE position = ?`,
    position
  )
  const bytes = payload ?? row?.[7]
  if (row === undefined || !(bytes instanceof Uint8Array) || !(row[8] instanceof Uint8Array)) return undefined
  const asked = commandOf(db, wholeOf(row[1], "event"))
  return asked && loggedEvent(row, bytes, row[8], asked)
}

/** The hash of the chain after an event that follows on another hash. */
const chainAfter = (previous: Uint8Array, event: LoggedEvent): Uint8Array =>
  chainHash(previous, event, event.payloadHash, sha256)

/** So many trees are looked into for one record: one is enough, where it can be read. */
const mostTrees = 3

/** Records of an entity as they stand elsewhere, one of which may be that of the event. */
function* recordsOf(
  session: Session,
  backups: ReadonlyArray<BackupInfo>,
  { subject, id, position }: LoggedEvent
): Generator<Uint8Array | undefined> {
  if (!isEntity(subject)) return
  const row = session.tables[subject]?.get(id)
  if (row !== undefined) yield encodeRecord(subject, row, sha256).record
  const [next] = session.db.row<[number | null]>(
    "SELECT min(position) FROM event_log WHERE subject = ? AND entity_id = ? AND position > ?",
    subjects.indexOf(subject),
    id,
    position
  ) ?? [null]
  const trees = backups.filter(
    (backup) =>
      backup.trigger !== "imported" &&
      backup.position >= position &&
      backup.position < (next ?? Number.POSITIVE_INFINITY)
  )
  const nodes = session.nodeStore(new Map())
  for (const { root } of trees.slice(0, mostTrees))
    yield ifReadable(() => lookup(fromHex(root), { kind: subject, id }, nodes))
}

/** What the payload of an event may have been. */
function* payloadsFor(
  session: Session,
  backups: ReadonlyArray<BackupInfo>,
  event: LoggedEvent
): Generator<Uint8Array | undefined> {
  if (isDeletion(event.type)) yield noPayload
  else if (isEntity(event.subject)) yield* recordsOf(session, backups, event)
  else if (event.type === "BackupTaken")
    for (const backup of backups)
      if (backup.backupId === event.id) yield encodeBackupTaken(takenOfBackup(backup))
}

/** The payload with which an event fits the chain. */
const payloadFitting = (
  session: Session,
  backups: ReadonlyArray<BackupInfo>,
  position: number
): Uint8Array | undefined => {
  const previous = ifReadable(() => chainHashAt(session.db, position - 1))
  const event = ifReadable(() => eventAt(session, position, noPayload))
  if (previous === undefined || event === undefined) return undefined
  for (const payload of payloadsFor(session, backups, event)) {
    const tried = payload && { ...event, payload, payloadHash: sha256(payload) }
    if (tried && equalBytes(chainAfter(previous, tried), event.chainHash)) return payload
  }
  return undefined
}

/** The hash that an event must have for the one after it to fit. */
const chainFitting = (session: Session, position: number): Uint8Array | undefined => {
  const previous = ifReadable(() => chainHashAt(session.db, position - 1))
  const event = ifReadable(() => eventAt(session, position))
  const next = ifReadable(() => eventAt(session, position + 1))
  if (previous === undefined || event === undefined || next === undefined) return undefined
  const chain = chainAfter(previous, event)
  return equalBytes(chainAfter(chain, next), next.chainHash) ? chain : undefined
}

/** Puts right what of these events can be proven. Returns how many. */
export const mendEvents = (session: Session, { brokenEvents }: Findings, now: number): number => {
  if (brokenEvents.size === 0) return 0
  const backups = readableBackups(session.db, () => undefined)
  let mended = 0
  for (const position of [...brokenEvents].sort((a, b) => a - b)) {
    const payload = payloadFitting(session, backups, position)
    const chain = payload === undefined ? chainFitting(session, position) : undefined
    const [column, bytes] = payload === undefined ? ["chain_hash", chain] : ["payload", payload]
    if (bytes === undefined) continue
    mended += commit(session, { now }, () =>
      session.db.run(`UPDATE event_log SET ${column} = ? WHERE position = ?`, bytes, position)
    )
  }
  return mended
}
