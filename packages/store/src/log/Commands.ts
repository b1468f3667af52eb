/** The commands of the log: who wrote which events together, when, and what a repeated one is answered. */
import type { EventType } from "@white-room/core"
import type { Database } from "../sqlite/Database.js"
import { bytesOf, textOf, timeOf, wholeOf } from "../sqlite/StoredValue.js"
import { eventType, payloadOf } from "./EventTable.js"

/** The actor of commands that took over what other programs wrote. */
export const external = "external"

/** A command that may be repeated: what it asked for, and the positions of its events; 0 when it wrote none. */
export interface RepeatableCommand {
  readonly requestHash: Uint8Array
  readonly first: number
  readonly last: number
}

export const repeatableCommand = (db: Database, commandId: string): RepeatableCommand | undefined => {
  const row = db.row<[unknown, unknown, unknown]>(
    "SELECT request_hash, first_position, last_position FROM command WHERE command_id = ? AND request_hash IS NOT NULL",
    commandId
  )
  return (
    row && {
      requestHash: bytesOf(row[0], "command"),
      first: wholeOf(row[1], "command"),
      last: wholeOf(row[2], "command")
    }
  )
}

/** When the event at a position was recorded. */
export const timeOfPosition = (db: Database, position: number): number | undefined =>
  db.row<[number]>(
    "SELECT c.recorded_at FROM event_log e JOIN command c ON c.number = e.command WHERE e.position = ?",
    position
  )?.[0]

/** The last event recorded at or before a time, whatever the clock said in between; `undefined` when there is none. */
export const positionAtTime = (db: Database, time: number): number | undefined => {
  const [last] = db.row<[number | null]>(
    "SELECT max(last_position) FROM command WHERE recorded_at <= ?",
    time
  ) ?? [null]
  return last !== null && last > 0 ? last : undefined
}

/** When each command was recorded, oldest first, as its clock said. */
export const commandTimes = (db: Database): ReadonlyArray<readonly [number: number, recordedAt: number]> =>
  db
    .rows<[unknown, unknown]>("SELECT number, recorded_at FROM command ORDER BY number")
    .map(([number, time]) => [wholeOf(number, "command"), timeOf(time, "command")] as const)

/** When the newest command was recorded; 0 when there is none. */
export const newestCommandTime = (db: Database): number =>
  timeOf(
    db.row<[unknown]>("SELECT recorded_at FROM command ORDER BY number DESC LIMIT 1")?.[0] ?? 0,
    "command"
  )

/**
 * The last command before this one after which everything noted had been taken over: only a capture of its own, or a
 * backup, empties the notes. When it was recorded.
 */
export const watchedUntil = (db: Database, number: number): number | undefined =>
  db.row<[number | null]>(
    `SELECT max(c.recorded_at) FROM command c WHERE c.number < ? AND (c.actor = '${external}' OR EXISTS (
       SELECT 1 FROM event_log e WHERE e.position = c.last_position AND e.type = 'BackupTaken'))`,
    number
  )?.[0] ?? undefined

/** The type of the last event of a command; the marker of an import comes after those that its receipt names. */
export const lastEventOf = (db: Database, number: number): EventType | undefined => {
  const row = db.row<[unknown]>(
    `SELECT e.type FROM command c JOIN event_log e ON e.position IN (c.last_position, c.last_position + 1)
     AND e.command = c.number WHERE c.number = ? ORDER BY e.position DESC LIMIT 1`,
    number
  )
  return row && eventType(row[0])
}

/** An event, with its command: the positions of that command's first and last event. */
export interface EventOfCommand {
  readonly command: number
  readonly commandId: string
  readonly type: EventType
  readonly id: string
  readonly payload: Uint8Array
  readonly first: number
  readonly last: number
  readonly actor: string
  readonly recordedAt: number
}

/** The events of these types that commands of ours wrote, newest first. */
export const ownEventsOf = (db: Database, types: ReadonlyArray<EventType>): ReadonlyArray<EventOfCommand> =>
  db
    .rows<ReadonlyArray<unknown>>(
      `SELECT c.number, e.type, e.entity_id, e.schema, e.payload, c.first_position, c.last_position, c.actor,
         c.recorded_at, c.command_id FROM event_log e JOIN command c ON c.number = e.command
       WHERE e.type IN (${types.map(() => "?").join(", ")}) AND c.actor <> '${external}' ORDER BY e.position DESC`,
      ...types
    )
    .map(([number, stored, id, schema, payload, first, last, actor, recordedAt, commandId]) => {
      const type = eventType(stored)
      return {
        command: wholeOf(number, "command"),
        commandId: textOf(commandId, "command"),
        type,
        id: textOf(id, "event"),
        payload: payloadOf(db, type, schema, payload),
        first: wholeOf(first, "command"),
        last: wholeOf(last, "command"),
        actor: textOf(actor, "command"),
        recordedAt: timeOf(recordedAt, "command")
      }
    })

/** Who wrote the events of a command whose row was lost. */
export const lostActor = "unknown: lost"

/** Puts a row in the place of each that is lost: events are read with their command. Returns how many. */
export const replaceLostCommands = (db: Database): number =>
  db.run(
    `INSERT INTO command(number, command_id, request_hash, actor, recorded_at, first_position, last_position)
     SELECT e.command, 'lost-' || e.command, NULL, '${lostActor}',
       coalesce((SELECT c.recorded_at FROM command c WHERE c.number < e.command ORDER BY c.number DESC LIMIT 1), 0),
       coalesce(min(e.position) FILTER (WHERE e.type <> 'LibraryImported'), 0),
       coalesce(max(e.position) FILTER (WHERE e.type <> 'LibraryImported'), 0)
     FROM event_log e WHERE e.command NOT IN (SELECT number FROM command) GROUP BY e.command`
  )

/** Takes those back that no event is of any more. */
export const forgetLostCommands = (db: Database): number =>
  db.run(`DELETE FROM command WHERE actor = '${lostActor}' AND number NOT IN (SELECT command FROM event_log)`)

/** Has commands name the events that they wrote. Returns how many did not. */
export const renameCommands = (db: Database): number =>
  misnamedCommands(db).reduce((mended, { number }) => {
    const wrote = "FROM event_log WHERE command = number AND type <> 'LibraryImported'"
    return (
      mended +
      db.run(
        `UPDATE command SET first_position = (SELECT coalesce(min(position), 0) ${wrote}),
           last_position = (SELECT coalesce(max(position), 0) ${wrote}) WHERE number = ?`,
        number
      )
    )
  }, 0)

/** Commands that name other events than those they wrote, and the first of these. An import's marker is not among them. */
export const misnamedCommands = (
  db: Database
): ReadonlyArray<{ readonly number: number; readonly first: number }> =>
  db
    .rows<[number, number]>(
      `SELECT c.number, coalesce(e.first, c.first_position) FROM command c LEFT JOIN
         (SELECT command, min(position) AS first, max(position) AS last FROM event_log
          WHERE type <> 'LibraryImported' GROUP BY command) e ON e.command = c.number
       WHERE c.first_position IS NOT coalesce(e.first, 0) OR c.last_position IS NOT coalesce(e.last, 0)`
    )
    .map(([number, first]) => ({ number, first }))
