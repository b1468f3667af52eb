/** The history of one entity: its distinct versions, with what changed in words. */
import {
  decodeRecord,
  diffRecords,
  type EntityKey,
  EntityNotFound,
  type EventType,
  InvalidInput,
  isDeletion,
  kinds,
  nameOfRecord,
  type ObjectRef,
  type RecordCells,
  recordSize
} from "@white-room/core"
import { payloadOf } from "../log/EventTable.js"
import type { Session } from "../session/Session.js"

type VersionRow = [number, EventType, number, Uint8Array, number, number, string, number]

const versionRows = (session: Session, { kind, id }: EntityKey): ReadonlyArray<VersionRow> =>
  session.db.rows<VersionRow>(
    `SELECT e.position, e.type, e.schema, e.payload, e.version, c.number, c.actor, c.recorded_at
     FROM event_log e JOIN command c ON c.number = e.command
     WHERE e.subject = ? AND e.entity_id = ? ORDER BY e.position`,
    kinds.indexOf(kind) + 1,
    id
  )

/** The document behind a reference as text, or `undefined` when it was released or cannot be read. */
export const documentOf =
  (session: Session) =>
  (ref: ObjectRef): string | undefined => {
    try {
      return new TextDecoder().decode(session.reader.getAlone(ref.hash))
    } catch {
      return undefined
    }
  }

/**
 * When another program made a change that was captured at `number`: after the last time that everything noted had
 * been taken over. Only a capture of its own, or a backup, empties the notes.
 */
const watchedSince = (session: Session, number: number): number | undefined =>
  session.db.row<[number | null]>(
    `SELECT max(c.recorded_at) FROM command c WHERE c.number < ? AND (c.actor = 'external' OR EXISTS (
       SELECT 1 FROM event_log e WHERE e.position = c.last_position AND e.type = 'BackupTaken'))`,
    number
  )?.[0] ?? undefined

/** What else a command did that explains this version: a restore, an undo, an import. */
const reasonOf = (session: Session, command: number): string | undefined => {
  const type = session.db.row<[string]>(
    `SELECT e.type FROM command c JOIN event_log e ON e.position IN (c.last_position, c.last_position + 1)
     AND e.command = c.number WHERE c.number = ? ORDER BY e.position DESC LIMIT 1`,
    command
  )?.[0]
  if (type === "BackupRestored") return "restored"
  if (type === "OperationUndone") return "undone"
  return type === "LibraryImported" ? "imported" : undefined
}

/**
 * All distinct versions, oldest first, numbered from 1. A version with the same meaning as the one before it (other
 * key order, other spaces) is folded into it. @throws EntityNotFound
 */
export const historyOf = (session: Session, key: EntityKey): ReadonlyArray<EntityVersion> => {
  const rows = versionRows(session, key)
  if (rows.length === 0)
    throw new EntityNotFound({ kind: key.kind, name: key.id, where: "this library", near: [] })
  const versions: Array<EntityVersion> = []
  let before: RecordCells | undefined
  for (const [position, type, schema, payload, , number, actor, recordedAt] of rows) {
    const gone = isDeletion(type)
    const record = gone ? undefined : payloadOf(session.db, type, schema, payload)
    const after = record && decodeRecord(key.kind, record)
    const difference = diffRecords(key.kind, before, after, documentOf(session))
    const folded = before !== undefined && after !== undefined && difference.words.length === 0
    before = after
    if (folded) continue
    const reason = reasonOf(session, number)
    const since = actor === "external" ? watchedSince(session, number) : undefined
    versions.push({
      version: versions.length + 1,
      position,
      timestamp: new Date(recordedAt),
      ...(since !== undefined && { since: new Date(since) }),
      actor,
      deleted: gone,
      name: record ? nameOfRecord(key.kind, record) : (versions.at(-1)?.name ?? ""),
      size: record ? recordSize(key.kind, record) : 0,
      changes: [...(reason === undefined ? [] : [reason]), ...difference.words]
    })
  }
  return versions
}

/** The position of a version as `historyOf` numbers them. @throws InvalidInput */
export const positionOfVersion = (session: Session, key: EntityKey, version: number): number => {
  const versions = historyOf(session, key)
  const found = versions.find((candidate) => candidate.version === version)
  if (found === undefined)
    throw new InvalidInput({ field: "version", reason: `there are versions 1 to ${versions.length}` })
  if (found.deleted)
    throw new InvalidInput({ field: "version", reason: `version ${version} is its deletion` })
  return found.position
}

/** One distinct version of an entity. */
export interface EntityVersion {
  /** 1, 2, 3 … as `restore --version` takes it. */
  readonly version: number
  readonly position: number
  /** When it was recorded; for a change of another program, when it was captured. */
  readonly timestamp: Date
  /** A change of another program happened between this and `timestamp`. */
  readonly since?: Date
  readonly actor: string
  readonly deleted: boolean
  readonly name: string
  /** Bytes, document included. */
  readonly size: number
  /** What changed since the version before it, in words. */
  readonly changes: ReadonlyArray<string>
}

export interface NamedEntity extends EntityKey {
  readonly name: string
}
