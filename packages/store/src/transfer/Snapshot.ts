/**
 * A library as those see it who keep it elsewhere: its log in runs, and the objects that its events brought, on one
 * snapshot. Nothing of it can be changed, and no writer waits.
 */
import {
  decodeBackupTaken,
  type EntityKey,
  encodeRecord,
  equalBytes,
  isDeletion,
  isEntity,
  isWhiteRoomError,
  type LogHead,
  malformed,
  type NodeStore,
  objectsOfRecord,
  type Subject,
  subjects
} from "@white-room/core"
import { chainHashAt, commandAt, eventType, payloadOf, readHead, stateOf } from "../log/EventTable.js"
import { sha256 } from "../object/Compression.js"
import { damagedObject } from "../object/Damaged.js"
import { ObjectReader } from "../object/ObjectReader.js"
import { type Place, placeOf } from "../object/Objects.js"
import { objectsBelow } from "../object/objectsBelow.js"
import { readInfo, type Session } from "../session/Session.js"
import { bytesOf, countOf, textOf, wholeOf } from "../sqlite/StoredValue.js"
import { type BackupsChange, backupsChanged } from "./BackupsChanged.js"
import { commandsOf, type LoggedCommand } from "./LoggedCommand.js"
import { type TableForm, tableForms } from "./TableForm.js"

/** An event as the log has it, but for its position and hash, which follow from its place. */
export interface PlainEvent {
  /** Number of its command. */
  readonly command: number
  readonly subject: Subject
  readonly id: string
  readonly version: number
  readonly type: string
  readonly schema: number
  readonly payload: Uint8Array
}

/** Events without a gap, with their commands; commands that wrote nothing are among these. */
export interface EventRun {
  /** The chain hashes before the first event and after the last; where a run was cut, the latter is not known. */
  readonly before: Uint8Array
  readonly after: Uint8Array | undefined
  /** The position of the first event. */
  readonly first: number
  readonly commands: ReadonlyArray<LoggedCommand>
  readonly events: ReadonlyArray<PlainEvent>
}

/** An object that events need: its bytes, or why there are none. */
export type SentObject =
  | { readonly hash: Uint8Array; readonly bytes: Uint8Array }
  | { readonly hash: Uint8Array; readonly bytes: undefined; readonly why: "released" | "damaged" }

export interface Snapshot {
  readonly libraryId: string
  readonly head: LogHead
  /** The columns of the library's tables. */
  readonly tables: () => ReadonlyArray<TableForm>
  /** The chain hash after a position, and that before the first event for 0; `undefined` past the head. */
  readonly chainHashAt: (position: number) => Uint8Array | undefined
  /** The events after a position, at most so many, and the commands they are of; `undefined` at the head. */
  readonly runAfter: (position: number, limit: number) => EventRun | undefined
  /** The last position up to one at which no command is in the middle. */
  readonly wholeAt: (position: number) => number
  /** The position of the last event about a backup up to one; 0 when there is none. */
  readonly lastBackupAt: (position: number) => number
  /** What the events after one position, up to another, change of the backups; `undefined` when they are about none. */
  readonly backupsChanged: (after: number, last: number) => BackupsChange | undefined
  /** The hashes of what an event needs and its entity, one version before, did not have. */
  readonly neededBy: (event: PlainEvent, position: number) => ReadonlyArray<Uint8Array>
  /** Where an object lies, for reading many in that order; `undefined` when it is not kept. */
  readonly placeOf: (hash: Uint8Array) => Place | undefined
  /** Reads objects one after the other. What is damaged is taken from the live rows where they have it. */
  readonly object: (hash: Uint8Array, owner: EntityKey | undefined) => SentObject
}

const eventOf = (row: ReadonlyArray<unknown>, position: number): PlainEvent => {
  if (row[0] !== position) throw malformed("event", `@${position} is missing`)
  const subject = subjects[countOf(row[2], "event")]
  if (subject === undefined) throw malformed("event", `unknown subject at @${position}`)
  return {
    command: countOf(row[1], "event"),
    subject,
    id: textOf(row[3], "event"),
    version: countOf(row[4], "event"),
    type: textOf(row[5], "event"),
    schema: countOf(row[6], "event"),
    payload: bytesOf(row[7], "event")
  }
}

const wholeAt = (session: Session, position: number, head: LogHead): number => {
  const command = commandAt(session.db, position)
  if (position >= head.position || commandAt(session.db, position + 1) !== command) return position
  const row = session.db.row<[unknown]>(
    "SELECT position FROM event_log WHERE position < ? AND command <> ? ORDER BY position DESC LIMIT 1",
    position,
    command
  )
  return wholeOf(row?.[0] ?? 0, "event")
}

const lastBackupAt = (session: Session, position: number): number => {
  // By the index of subjects: the newest may be many events ago.
  const row = session.db.row<[unknown]>(
    `SELECT max(position) FROM event_log INDEXED BY event_log_entity WHERE subject = ? AND position <= ?`,
    subjects.indexOf("backup"),
    position
  )
  return countOf(row?.[0] ?? 0, "event")
}

/** Commands without events belong to the run whose last command they do not come after; the last run has the rest. */
const runAfter = (session: Session, after: number, limit: number, head: LogHead): EventRun | undefined => {
  const before = chainHashAt(session.db, after)
  if (before === undefined || after >= head.position) return undefined
  const events = session.db
    .rows<ReadonlyArray<unknown>>(
      `SELECT position, command, subject, entity_id, version, type, schema, payload FROM event_log
       WHERE position > ? ORDER BY position LIMIT ?`,
      after,
      limit
    )
    .map((row, index) => eventOf(row, after + 1 + index))
  const isLast = after + events.length >= head.position
  const lowest = Math.min(commandAt(session.db, after) + 1, events[0]?.command ?? 0)
  const highest = isLast ? Number.MAX_SAFE_INTEGER : (events.at(-1)?.command ?? 0)
  return {
    before,
    after: chainHashAt(session.db, after + events.length),
    first: after + 1,
    commands: commandsOf(session.db, lowest, highest),
    events
  }
}

/** Raw bytes of opened blocks that are kept: objects are read as they lie, so that each block is opened about once. */
const openedBlocks = 4 * 1024 * 1024

const nodesOf = (session: Session): NodeStore => session.nodeStore(new Map())

/** What stands in no event: the tree of an imported backup, or of one that was in the trash. */
const objectsOfBackup = (session: Session, { id, type, payload }: PlainEvent): ReadonlyArray<Uint8Array> => {
  const root =
    type === "BackupUndeleted"
      ? session.db.row<[Uint8Array]>("SELECT root FROM backup_catalog WHERE backup_id = ?", id)?.[0]
      : importedRoot(type, payload)
  if (root === undefined) return []
  try {
    return [...objectsBelow([root], nodesOf(session)).values()]
  } catch (error) {
    // Expired since, or damaged: its root says so where it is looked for.
    if (!isWhiteRoomError(error)) throw error
    return [root]
  }
}

const importedRoot = (type: string, payload: Uint8Array): Uint8Array | undefined => {
  if (type !== "BackupTaken") return undefined
  const taken = decodeBackupTaken(payload)
  return taken.trigger === "imported" ? taken.root : undefined
}

const neededBy = (session: Session, event: PlainEvent, position: number): ReadonlyArray<Uint8Array> => {
  const { subject, id } = event
  if (!isEntity(subject)) return subject === "backup" ? objectsOfBackup(session, event) : []
  const type = eventType(event.type)
  if (isDeletion(type)) return []
  const refs = objectsOfRecord(subject, payloadOf(session.db, type, event.schema, event.payload))
  if (refs.length === 0) return []
  const { record } =
    event.version === 1 ? { record: undefined } : stateOf(session.db, { kind: subject, id }, position - 1)
  const had = record === undefined ? [] : objectsOfRecord(subject, record)
  return refs.filter(({ hash }) => !had.some((known) => equalBytes(known.hash, hash))).map(({ hash }) => hash)
}

/** The bytes of an object as the live row of its entity has them, where its stored form is damaged. */
const fromLiveRow = (session: Session, hash: Uint8Array, { kind, id }: EntityKey): Uint8Array | undefined => {
  const row = session.tables[kind]?.get(id)
  if (row === undefined) return undefined
  return encodeRecord(kind, row, sha256).objects.find((object) => equalBytes(object.hash, hash))?.bytes
}

const readObject = (
  session: Session,
  reader: ObjectReader,
  hash: Uint8Array,
  owner: EntityKey | undefined
): SentObject => {
  const place = placeOf(session.db, hash)
  try {
    if (place !== undefined) return { hash, bytes: reader.get(hash) }
  } catch (error) {
    if (!isWhiteRoomError(error)) throw error
  }
  const bytes = owner && fromLiveRow(session, hash, owner)
  if (bytes !== undefined) return { hash, bytes }
  const isDamaged = place !== undefined || damagedObject(session.db, hash) !== undefined
  return { hash, bytes: undefined, why: isDamaged ? "damaged" : "released" }
}

/** Places name a folder after it. @throws MalformedData for one that no library has */
const libraryIdOf = ({ db }: Session): string => {
  const { libraryId } = readInfo(db)
  if (/^[0-9a-f-]{32,36}$/.test(libraryId)) return libraryId
  throw malformed("library", "its id is not that of a library")
}

/** The library that this session reads. @throws MalformedData for events that cannot be read */
export const snapshotOf = (session: Session): Snapshot => {
  const head = readHead(session.db)
  // What is sent elsewhere is what the file has, not what was read of it before.
  const reader = new ObjectReader(session.db, openedBlocks)
  return {
    libraryId: libraryIdOf(session),
    head,
    tables: () => tableForms(session.db),
    chainHashAt: (position) => chainHashAt(session.db, position),
    runAfter: (position, limit) => runAfter(session, position, limit, head),
    wholeAt: (position) => wholeAt(session, position, head),
    lastBackupAt: (position) => lastBackupAt(session, position),
    backupsChanged: (after, last) => backupsChanged(session.db, after, last),
    placeOf: (hash) => placeOf(session.db, hash),
    neededBy: (event, position) => neededBy(session, event, position),
    object: (hash, owner) => readObject(session, reader, hash, owner)
  }
}
