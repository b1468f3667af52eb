/**
 * Events and commands of this library's log that are damaged or missing, put back as another copy of the same log has them. That
 * it is the same is proven by the chain: up to the last position at which both have one hash, no event can be another.
 */
import { equalBytes, subjects } from "@white-room/core"
import type { RepairLog } from "../bundle/Repair.js"
import { commit } from "../capture/Commit.js"
import { forgetLostCommands } from "../log/Commands.js"
import { chainHashAt } from "../log/EventTable.js"
import type { Session } from "../session/Session.js"
import type { Database } from "../sqlite/Database.js"
import { ifReadable } from "../sqlite/ifReadable.js"
import { commandOf, insertCommand, type LoggedCommand } from "./LoggedCommand.js"
import { type ArrivedEvent, insertEvent, placedEvents } from "./LoggedRows.js"
import { type Snapshot, snapshotOf } from "./Snapshot.js"

const eventsAtOnce = 500

/** The events of a log page by page, each proven by its chain; ends where one does not follow from those before. */
function* provenPages(snapshot: Snapshot, db: Database): Generator<ReadonlyArray<ArrivedEvent>> {
  for (let after = 0; ; ) {
    const page = ifReadable(() => {
      const run = snapshot.runAfter(after, eventsAtOnce)
      return run && placedEvents(run, (number) => commandOf(db, number))
    })
    if (page === undefined) return
    after += page.length
    yield page
  }
}

/** The last position at which both logs are the same; 0 where they never were. */
function* lastShared(session: Session, theirs: Snapshot, db: Database): Generator<void, number> {
  let shared = 0
  for (const page of provenPages(theirs, db)) {
    for (const { position, chain } of page) {
      const here = ifReadable(() => chainHashAt(session.db, position))
      if (here !== undefined && equalBytes(here, chain)) shared = position
    }
    yield
  }
  return shared
}

type StoredRow = ReadonlyArray<unknown>

const isBytes = (stored: unknown, bytes: Uint8Array): boolean =>
  stored instanceof Uint8Array && equalBytes(stored, bytes)

const isSame = (row: StoredRow | undefined, { event, chain }: ArrivedEvent): boolean =>
  row !== undefined &&
  row[1] === event.command &&
  row[2] === subjects.indexOf(event.subject) &&
  row[3] === event.id &&
  row[4] === event.version &&
  row[5] === event.type &&
  row[6] === event.schema &&
  isBytes(row[7], event.payload) &&
  isBytes(row[8], chain)

const differingEvents = (db: Database, page: ReadonlyArray<ArrivedEvent>): ReadonlyArray<ArrivedEvent> => {
  const rows = new Map(
    db
      .rows<StoredRow>(
        `SELECT position, command, subject, entity_id, version, type, schema, payload, chain_hash FROM event_log WHERE position BETWEEN ? AND ?`,
        page[0]?.position ?? 0,
        page.at(-1)?.position ?? 0
      )
      .map((row) => [row[0], row])
  )
  return page.filter((arrived) => !isSame(rows.get(arrived.position), arrived))
}

/** What the chain proves of a command: who asked for its events, when, and by what. */
const isSameCommand = (here: LoggedCommand | undefined, there: LoggedCommand): boolean =>
  here?.commandId === there.commandId && here.actor === there.actor && here.recordedAt === there.recordedAt

const differingCommands = (
  db: Database,
  other: Database,
  page: ReadonlyArray<ArrivedEvent>
): ReadonlyArray<LoggedCommand> =>
  [...new Set(page.map(({ event }) => event.command))].flatMap((number) => {
    const there = commandOf(other, number)
    const here = ifReadable(() => commandOf(db, number))
    return there === undefined || isSameCommand(here, there) ? [] : [there]
  })

/** A command that may be repeated has its id alone: where another row has it, this one can be read and not repeated. */
const putCommand = (db: Database, command: LoggedCommand): void => {
  const taken = db.row(
    "SELECT 1 FROM command WHERE command_id = ? AND number <> ? AND request_hash IS NOT NULL",
    command.commandId,
    command.number
  )
  db.run("DELETE FROM command WHERE number = ?", command.number)
  insertCommand(db, taken === undefined ? command : { ...command, requestHash: undefined })
}

/** Gives how many events and commands differ from those of the other library, and puts theirs in the place of ours. */
export const mendLogFrom = (other: Session): RepairLog =>
  function* (session, now, dryRun) {
    const theirs = snapshotOf(other)
    const shared = yield* lastShared(session, theirs, other.db)
    let mended = 0
    for (const page of provenPages(theirs, other.db)) {
      const known = page.filter(({ position }) => position <= shared)
      if (known.length === 0) break
      const events = differingEvents(session.db, known)
      const commands = differingCommands(session.db, other.db, known)
      mended += events.length + commands.length
      if (!dryRun && events.length + commands.length > 0)
        commit(session, { now }, () => {
          for (const command of commands) putCommand(session.db, command)
          for (const event of events) insertEvent(session.db, event, "REPLACE")
          forgetLostCommands(session.db)
        })
      yield
    }
    return mended
  }
