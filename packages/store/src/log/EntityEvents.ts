/** The versions of entities that the log has. */
import { type EntityKey, subjects } from "@white-room/core"
import type { Database } from "../sqlite/Database.js"
import { countOf, textOf, timeOf } from "../sqlite/StoredValue.js"
import { entityAfter, rethrow, type Unreadable } from "./EventTable.js"

/** A version of an entity, and the command that made it. */
export interface Version extends EntityKey {
  readonly position: number
  /** `undefined`: it is its deletion. */
  readonly record: Uint8Array | undefined
  readonly command: number
  readonly actor: string
  readonly recordedAt: number
}

const selectVersions = `SELECT e.position, c.number, c.actor, c.recorded_at, e.subject, e.entity_id, e.type, e.schema,
  e.payload FROM event_log e JOIN command c ON c.number = e.command`

const ofEntity = "WHERE e.subject = ? AND e.entity_id = ?"

const versionOfRow = (
  db: Database,
  [position, command, actor, recordedAt, ...row]: ReadonlyArray<unknown>
): Version => ({
  ...entityAfter(db, row),
  position: countOf(position, "event"),
  command: countOf(command, "command"),
  actor: textOf(actor, "command"),
  recordedAt: timeOf(recordedAt, "command")
})

/** Every version of an entity, oldest first. */
export const versionsOf = (db: Database, { kind, id }: EntityKey): ReadonlyArray<Version> =>
  db
    .rows<ReadonlyArray<unknown>>(
      `${selectVersions} ${ofEntity} ORDER BY e.position`,
      subjects.indexOf(kind),
      id
    )
    .map((row) => versionOfRow(db, row))

/** The last version of an entity. */
export const lastVersionOf = (db: Database, { kind, id }: EntityKey): Version | undefined => {
  const sql = `${selectVersions} ${ofEntity} ORDER BY e.position DESC LIMIT 1`
  const row = db.row<ReadonlyArray<unknown>>(sql, subjects.indexOf(kind), id)
  return row && versionOfRow(db, row)
}

/** The first version of an entity after a position. */
export const versionAfter = (
  db: Database,
  { kind, id }: EntityKey,
  position: number
): Version | undefined => {
  const sql = `${selectVersions} ${ofEntity} AND e.position > ? ORDER BY e.position LIMIT 1`
  const row = db.row<ReadonlyArray<unknown>>(sql, subjects.indexOf(kind), id, position)
  return row && versionOfRow(db, row)
}

/** Every version of any entity after a position, one by one, in the order of the log. */
export function* versionsSince(db: Database, position: number): Generator<Version> {
  const sql = `${selectVersions} WHERE e.position > ? AND +e.subject BETWEEN 1 AND 3 ORDER BY e.position`
  for (const row of db.iterate<ReadonlyArray<unknown>>(sql, position)) yield versionOfRow(db, row)
}

/** A version of an entity, and the command that replaced it. */
export interface ReplacedVersion extends EntityKey, Pick<Version, "record"> {
  /** `undefined`: it is the present one. */
  readonly replacedBy: number | undefined
}

/**
 * Every version of every entity, one by one, those of one entity together, newest first. `unreadable` is told why an
 * event was left out; by default that ends it.
 */
export function* versionsByEntity(
  db: Database,
  unreadable: Unreadable = rethrow
): Generator<ReplacedVersion> {
  const rows = db.iterate<[command: number, ...row: Array<unknown>]>(
    `SELECT command, subject, entity_id, type, schema, payload FROM event_log WHERE subject BETWEEN 1 AND 3
     ORDER BY subject DESC, entity_id DESC, position DESC`
  )
  let [lastSubject, lastId]: ReadonlyArray<unknown> = []
  let replacedBy: number | undefined
  for (const [command, ...row] of rows) {
    const [subject, id] = row
    if (subject !== lastSubject || id !== lastId) replacedBy = undefined
    let version: ReplacedVersion | undefined
    try {
      version = { ...entityAfter(db, row), replacedBy }
    } catch (error) {
      unreadable(error)
    }
    if (version !== undefined) yield version
    lastSubject = subject
    lastId = id
    replacedBy = command
  }
}
