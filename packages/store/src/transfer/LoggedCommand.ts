/** Commands of a log, read and written as they are. */
import type { Database } from "../sqlite/Database.js"
import { bytesOf, countOf, textOf, timeOf } from "../sqlite/StoredValue.js"

/** A command as the log has it. */
export interface LoggedCommand {
  readonly number: number
  readonly commandId: string
  /** Present when it may be repeated. */
  readonly requestHash: Uint8Array | undefined
  readonly actor: string
  readonly recordedAt: number
  /** What its receipt names; 0 when it wrote nothing. */
  readonly first: number
  readonly last: number
}

const columns = "number, command_id, request_hash, actor, recorded_at, first_position, last_position"

const commandOfRow = (row: ReadonlyArray<unknown>): LoggedCommand => ({
  number: countOf(row[0], "command"),
  commandId: textOf(row[1], "command"),
  requestHash: row[2] === null ? undefined : bytesOf(row[2], "command"),
  actor: textOf(row[3], "command"),
  recordedAt: timeOf(row[4], "command"),
  first: countOf(row[5], "command"),
  last: countOf(row[6], "command")
})

/** The commands with these numbers, in their order. */
export const commandsOf = (db: Database, from: number, to: number): ReadonlyArray<LoggedCommand> =>
  db
    .rows<ReadonlyArray<unknown>>(
      `SELECT ${columns} FROM command WHERE number BETWEEN ? AND ? ORDER BY number`,
      from,
      to
    )
    .map(commandOfRow)

/** A command by its number. */
export const commandOf = (db: Database, number: number): LoggedCommand | undefined =>
  commandsOf(db, number, number)[0]

export const insertCommand = (db: Database, command: LoggedCommand): void => {
  db.prepare(
    `INSERT INTO command(${columns})
     VALUES(?, ?, ?, ?, ?, ?, ?)`
  ).run(
    command.number,
    command.commandId,
    command.requestHash ?? null,
    command.actor,
    command.recordedAt,
    command.first,
    command.last
  )
}
