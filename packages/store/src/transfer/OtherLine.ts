/** What another line of a library has after a point, as it is read: checked event by event, nothing of it written yet. */
import {
  decodeBackupEdited,
  decodeBackupRestored,
  decodeBackupTaken,
  decodeLibraryImported,
  decodeLineMerged,
  decodeOperationUndone,
  decodeReason,
  decodeRecord,
  type EntityKey,
  entityEvent,
  equalBytes,
  idOfCell,
  isDeletion,
  isEntity,
  type Kind,
  keyString,
  type LineMerged,
  type LogHead,
  liveTables,
  malformed,
  ObjectRef
} from "@white-room/core"
import { eventType, payloadOf } from "../log/EventTable.js"
import type { Database } from "../sqlite/Database.js"
import type { LoggedCommand } from "./LoggedCommand.js"
import { type ArrivedEvent, placedEvents } from "./LoggedRows.js"
import type { EventRun } from "./Snapshot.js"

/** What an event of another line makes of an entity. */
export interface ArrivedState extends EntityKey {
  readonly position: number
  /** `undefined`: it is gone. */
  readonly record: Uint8Array | undefined
  /** By a merge that was taken back there: so it says nothing of what they wished. */
  readonly isTakenBack?: boolean
}

/** What a marker says must be readable: it is asked for long after. */
const markers: Readonly<Record<string, (payload: Uint8Array) => unknown>> = {
  BackupTaken: decodeBackupTaken,
  BackupEdited: decodeBackupEdited,
  BackupForgotten: decodeReason,
  BackupExpired: decodeReason,
  BackupRestored: decodeBackupRestored,
  LibraryImported: decodeLibraryImported,
  OperationUndone: decodeOperationUndone,
  LineMerged: decodeLineMerged
}

const entityState = (db: Database, { position, event }: ArrivedEvent): ArrivedState | undefined => {
  const { subject: kind, id } = event
  if (!isEntity(kind)) return undefined
  const type = eventType(event.type)
  const record = isDeletion(type) ? undefined : payloadOf(db, type, event.schema, event.payload)
  return { kind, id, position, record }
}

/** @throws MalformedData for what is not a record */
const isRecordOf = (kind: Kind, id: string, record: Uint8Array | undefined): boolean => {
  if (record === undefined) return true
  const key = decodeRecord(kind, record).get(liveTables[kind].idColumn)
  return key !== undefined && !(key instanceof ObjectRef) && idOfCell(key) === id
}

/** @throws MalformedData for an event that no program of ours writes */
const checkEvent = (db: Database, arrived: ArrivedEvent): void => {
  const { event, position } = arrived
  const { subject, id, type } = event
  const bad = (reason: string) => malformed("event", `@${position}: ${reason}`)
  const state = entityState(db, arrived)
  if (state === undefined) {
    const isOfBackup = type.startsWith("Backup")
    if (markers[type] === undefined && type !== "BackupUndeleted") throw bad("it is of something else")
    if (isOfBackup !== (subject === "backup")) throw bad("it is of something else")
    const payload = payloadOf(db, eventType(type), event.schema, event.payload)
    markers[type]?.(payload)
    if (
      type === "LineMerged" &&
      !decodeLineMerged(payload).kept.every((kept) => isRecordOf(kept.kind, kept.id, kept.record))
    )
      throw bad("its record is that of another")
    return
  }
  const { kind, record } = state
  if (!(["Created", "Edited", "Deleted"] as const).some((verb) => entityEvent(kind, verb) === type))
    throw bad("it is of something else")
  if (!isRecordOf(kind, id, record)) throw bad("its record is that of another")
}

export class OtherLine {
  private readonly arrived: Array<ArrivedEvent> = []
  private reached: LogHead | undefined
  /** By their numbers there. */
  readonly commands = new Map<number, LoggedCommand>()

  /** `from`: a point of the line that is known. What is read begins there or before. */
  constructor(
    private readonly db: Database,
    readonly from: LogHead
  ) {}

  get head(): LogHead {
    const last = this.arrived.at(-1)
    return last === undefined ? this.from : { position: last.position, chainHash: last.chain }
  }

  /** Takes the next events. @throws MalformedData unless they go on from those before, and pass through the known point */
  events(run: EventRun): void {
    const { from } = this
    const before = this.reached ?? { position: Math.min(run.first - 1, from.position), chainHash: run.before }
    if (run.first !== before.position + 1 || !equalBytes(run.before, before.chainHash))
      throw malformed("event", `those from @${run.first} on do not continue @${before.position}`)
    const placed = placedEvents(run, (number) => this.commands.get(number))
    const known = placed.find(({ position }) => position === from.position)
    const begins = before.position === from.position ? before.chainHash : known?.chain
    if (begins !== undefined && !equalBytes(begins, from.chainHash))
      throw malformed("event", `@${from.position} is not the event that was known`)
    const fresh = placed.filter(({ position }) => position > from.position)
    for (const each of fresh) checkEvent(this.db, each)
    for (const command of run.commands) this.commands.set(command.number, command)
    for (const each of fresh) this.arrived.push(each)
    const last = placed.at(-1)
    if (last !== undefined) this.reached = { position: last.position, chainHash: last.chain }
  }

  /** The events after a position. */
  after(position: number): ReadonlyArray<ArrivedEvent> {
    return this.arrived.slice(Math.max(0, position - this.from.position))
  }

  /** Every state that entities had after a position, in order; also those that a merge decided on and left as they were. */
  states(after: number): ReadonlyArray<ArrivedState> {
    const undone = this.undone()
    const takenBack = new Set(
      this.arrived.flatMap(({ event: { type, command } }) =>
        type === "LineMerged" && undone.has(command) ? [command] : []
      )
    )
    return this.after(after).flatMap((each): ReadonlyArray<ArrivedState> => {
      const { event, position } = each
      const isTakenBack = takenBack.has(event.command)
      if (event.type === "LineMerged" && !isTakenBack)
        return decodeLineMerged(this.payload(event)).kept.map((kept) => ({ ...kept, position }))
      const state = entityState(this.db, each)
      return state === undefined ? [] : [{ ...state, isTakenBack }]
    })
  }

  /** The last state of each entity that changed after a position. */
  lastStates(after: number): ReadonlyArray<ArrivedState> {
    return [...new Map(this.states(after).map((each) => [keyString(each.kind, each.id), each])).values()]
  }

  /** The commands that were taken back, but for those whose undo was taken back too. */
  private undone(): ReadonlySet<number> {
    const undone = new Set<number>()
    for (const { event } of this.arrived.toReversed())
      if (event.type === "OperationUndone" && !undone.has(event.command))
        undone.add(decodeOperationUndone(this.payload(event)).command)
    return undone
  }

  private payload({ type, schema, payload }: ArrivedEvent["event"]): Uint8Array {
    return payloadOf(this.db, eventType(type), schema, payload)
  }

  /** What the line itself took in of others, newest first; merges that were taken back do not count. */
  merged(): ReadonlyArray<LineMerged & { readonly at: number }> {
    const undone = this.undone()
    return this.arrived
      .toReversed()
      .flatMap(({ event, position }) =>
        event.type === "LineMerged" && !undone.has(event.command)
          ? [{ ...decodeLineMerged(this.payload(event)), at: position }]
          : []
      )
  }
}
