/** Events as a timeline wants them: when, how many, of what kind. */
import { type EntityKey, subjects, type TimelineMark } from "@white-room/core"
import type { Database } from "../sqlite/Database.js"
import { countOf, textOf, timeOf, wholeOf } from "../sqlite/StoredValue.js"
import { entityAfter, eventType } from "./EventTable.js"

/** A command that wrote something. */
interface RecordedCommand {
  readonly number: number
  readonly recordedAt: number
  /** Its last event. */
  readonly last: number
}

/** Commands after a number that wrote something, one by one, oldest first. */
export function* commandsAfter(db: Database, number: number): Generator<RecordedCommand> {
  const rows = db.iterate<ReadonlyArray<unknown>>(
    "SELECT number, recorded_at, last_position FROM command WHERE number > ? AND last_position > 0 ORDER BY number",
    number
  )
  for (const [stored, recordedAt, last] of rows)
    yield {
      number: wholeOf(stored, "command"),
      recordedAt: timeOf(recordedAt, "command"),
      last: wholeOf(last, "command")
    }
}

/** As many changes of one entity are counted in a range. */
const most = 1000

/** Changes of an entity in `(after, until]`, the first of which is known to be there. */
export const countChanges = (
  db: Database,
  { kind, id }: EntityKey,
  after: number,
  until: number
): { readonly count: number; readonly last: number } => {
  const [count, last] = db.row<[unknown, unknown]>(
    `SELECT count(*), max(position) FROM (SELECT position FROM event_log
       WHERE subject = ? AND entity_id = ? AND position > ? AND position <= ? ORDER BY position DESC LIMIT ${most})`,
    subjects.indexOf(kind),
    id,
    after,
    until
  ) ?? [0, 0]
  return { count: countOf(count, "event"), last: wholeOf(last, "event") }
}

/** The first change of an entity in `(after, until]`. */
export const firstChange = (
  db: Database,
  { kind, id }: EntityKey,
  after: number,
  until: number
): number | undefined => {
  const row = db.row<[unknown]>(
    `SELECT position FROM event_log WHERE subject = ? AND entity_id = ? AND position > ? AND position <= ?
     ORDER BY position LIMIT 1`,
    subjects.indexOf(kind),
    id,
    after,
    until
  )
  return row && wholeOf(row[0], "event")
}

/** What the last change of an entity in `(0, until]` made of it, and where it stands. */
export const changeUntil = (
  db: Database,
  { kind, id }: EntityKey,
  until: number
): { readonly position: number; readonly record: Uint8Array | undefined } | undefined => {
  const row = db.row<[unknown, ...Array<unknown>]>(
    `SELECT position, subject, entity_id, type, schema, payload FROM event_log
     WHERE subject = ? AND entity_id = ? AND position <= ? ORDER BY position DESC LIMIT 1`,
    subjects.indexOf(kind),
    id,
    until
  )
  if (row === undefined) return undefined
  const [position, ...event] = row
  return { position: wholeOf(position, "event"), record: entityAfter(db, event).record }
}

/** The type of the event at a position. */
export const typeAt = (db: Database, position: number) =>
  eventType(db.row<[unknown]>("SELECT type FROM event_log WHERE position = ?", position)?.[0])

const marks = {
  BackupTaken: "backup",
  BackupRestored: "restore",
  OperationUndone: "undo",
  LibraryImported: "import",
  LineMerged: "pull"
} as const satisfies Record<string, TimelineMark["what"]>

/** Something that happened to the whole library. */
export interface MarkedEvent extends Pick<TimelineMark, "what" | "position"> {
  readonly recordedAt: number
  /** The id of the backup that it is about. */
  readonly id: string
}

/** What happened to the whole library after a position, oldest first. Reads the index of events that are not about an entity. */
export const marksAfter = (db: Database, position: number): ReadonlyArray<MarkedEvent> => {
  const types = Object.keys(marks)
  return db
    .rows<ReadonlyArray<unknown>>(
      `SELECT e.position, e.type, e.entity_id, c.recorded_at FROM event_log e INDEXED BY event_log_entity
       JOIN command c ON c.number = e.command
       WHERE e.subject IN (0, 4) AND e.position > ? AND e.type IN (${types.map(() => "?").join(", ")}) ORDER BY e.position`,
      position,
      ...types
    )
    .map(([at, stored, id, recordedAt]) => ({
      what: marks[eventType(stored) as keyof typeof marks],
      position: wholeOf(at, "event"),
      id: textOf(id, "event"),
      recordedAt: timeOf(recordedAt, "command")
    }))
}
