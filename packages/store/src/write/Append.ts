/** The append command: many changes, one transaction, one receipt. */
import { randomUUID } from "node:crypto"
import {
  type AppendRequest,
  blockTarget,
  type Cell,
  type Change,
  CommandReused,
  type EntityState,
  encodeChange,
  encodeLibraryImported,
  equalBytes,
  hasColumnsOf,
  InvalidInput,
  isWellFormed,
  keyString,
  type NewObject,
  type OnProgress,
  type Receipt,
  type Row,
  requestHash,
  utf8
} from "@white-room/core"
import { commit, type Transaction } from "../capture/Commit.js"
import { isNullId, type LiveTable, type LiveTables } from "../live/LiveTable.js"
import { repeatableCommand } from "../log/Commands.js"
import { readHead, stateOf } from "../log/EventTable.js"
import { sha256 } from "../object/Compression.js"
import { firstTime } from "../object/HashKeys.js"
import {
  hasObject,
  insertBlocks,
  keepLoose,
  type PackedBlock,
  packBlock,
  packLoose
} from "../object/Objects.js"
import { Moved } from "../session/Moved.js"
import type { Session } from "../session/Session.js"
import { writeEntity } from "./writeEntity.js"

/** A change of an entity whose state in the log was looked at when the change was worked out. */
export interface KnownChange extends Change {
  readonly state?: EntityState
}

export interface AppendOptions extends AppendRequest {
  readonly changes: ReadonlyArray<KnownChange>
  /** Marks the whole command as an import from there. */
  readonly importedFrom?: string
  /** What a repeated command id must ask for again. Default: the changes. */
  readonly requestHash?: Uint8Array
  /** First as changes are prepared, then as they are written; what it throws undoes the whole command. */
  readonly onProgress?: OnProgress
}

/** Changes between two reports of progress. */
const reportEvery = 20

const reporter = (request: AppendOptions, step: string): (() => void) => {
  const { changes, onProgress } = request
  let done = 0
  return () => {
    done++
    if (done % reportEvery === 0 || done === changes.length)
      onProgress?.({ done, total: changes.length, step })
  }
}

interface Encoded {
  readonly change: KnownChange
  readonly record: Uint8Array | null
}

/** Everything that is done before the lock is taken. */
interface Prepared {
  readonly request: AppendOptions
  /** The end of the log when the changes of the request were worked out. */
  readonly position: number
  /** The tables it was prepared for; when the app changes them it must be prepared again. */
  readonly tables: LiveTables
  readonly encoded: ReadonlyArray<Encoded>
  readonly requestHash: Uint8Array | undefined
  /** Blocks of the objects that were new when this was prepared. */
  readonly blocks: ReadonlyArray<PackedBlock>
  /** Objects that were there already; kept again if `prune` took them meanwhile. */
  readonly known: ReadonlyArray<NewObject>
}

/** Collects new objects; fills blocks as it goes, so that few raw bytes are held at a time. */
class BlockFiller {
  private readonly isNew = firstTime()
  private readonly filled: Array<PackedBlock> = []
  private run: Array<NewObject> = []
  private size = 0

  add(object: NewObject): void {
    if (!this.isNew(object.hash)) return
    this.run.push(object)
    this.size += object.bytes.length
    if (this.size >= blockTarget) this.fill()
  }

  private fill(): void {
    this.filled.push(packBlock(this.run))
    this.run = []
    this.size = 0
  }

  /** Little stays loose, to be sealed together with what follows; much becomes blocks at once. */
  finish(): ReadonlyArray<PackedBlock> {
    if (this.filled.length === 0) return this.run.map(packLoose)
    if (this.run.length > 0) this.fill()
    return this.filled
  }
}

/**
 * The row as the app's table of today holds it: with its other columns at their defaults, without those it no
 * longer has. @throws InvalidInput rather than drop a value
 */
const fitRow = (table: LiveTable | undefined, row: Row): Row => {
  if (table === undefined || hasColumnsOf(table.defaults, row)) return row
  const fitted = new Map<string, Cell>()
  for (const [column, cell] of row) {
    if (table.defaults.has(column)) fitted.set(column, cell)
    else if (cell !== null)
      throw new InvalidInput({
        field: column,
        reason: `${table.definition.table} has no such column any more`
      })
  }
  for (const [column, initial] of table.defaults) if (!fitted.has(column)) fitted.set(column, initial)
  return fitted
}

/** The chain is computed from these texts, so they must be stored as they are. */
const checkText = (text: string | undefined, field: string): void => {
  if (text !== undefined && !isWellFormed(text))
    throw new InvalidInput({ field, reason: "it holds half a surrogate pair, which no file can store" })
}

const prepare = (session: Session, requestOf: () => AppendOptions): Prepared => {
  const { tables } = session
  const { position } = readHead(session.db)
  const request = requestOf()
  checkText(request.commandId, "commandId")
  checkText(request.actor, "actor")
  const encoded: Array<Encoded> = []
  const known: Array<NewObject> = []
  const filler = new BlockFiller()
  const prepared = reporter(request, "prepare")
  for (const change of request.changes) {
    if (isNullId(change.id))
      throw new InvalidInput({ field: "id", reason: "a row without a key has no name" })
    const fitted = { ...change, row: change.row && fitRow(tables[change.kind], change.row) }
    const { record, objects } = encodeChange(fitted, sha256)
    encoded.push({ change: fitted, record })
    for (const object of objects)
      if (hasObject(session.db, object.hash)) known.push(object)
      else filler.add(object)
    prepared()
  }
  const hash =
    request.commandId === undefined ? undefined : (request.requestHash ?? requestHash(encoded, sha256))
  return { request, position, tables, encoded, requestHash: hash, blocks: filler.finish(), known }
}

const earlierReceipt = (session: Session, commandId: string, hash: Uint8Array): Receipt | undefined => {
  const earlier = repeatableCommand(session.db, commandId)
  if (earlier === undefined) return undefined
  if (!equalBytes(earlier.requestHash, hash)) throw new CommandReused({ commandId })
  const { first, last } = earlier
  return { commandId, first, last, events: first === 0 ? 0 : last - first + 1, repeated: true }
}

/** Writes what was prepared, unless the command was done before. */
const write = (tx: Transaction, prepared: Prepared): Receipt | Moved => {
  const { session } = tx
  const { request, position } = prepared
  const commandId = request.commandId ?? randomUUID()
  const hash = prepared.requestHash
  const earlier = hash && earlierReceipt(session, commandId, hash)
  if (earlier !== undefined) return earlier
  insertBlocks(session.db, prepared.blocks)
  keepLoose(session.db, prepared.known)
  const writer = tx.command({ commandId, actor: request.actor, requestHash: hash })
  const before = writer.position
  const changed = new Set<string>()
  const written = reporter(request, "write")
  for (const { change, record } of prepared.encoded) {
    const { kind, id, row, expected } = change
    const key = keyString(kind, id)
    // The log only grows: where it ends as it did, an entity's state is as it was, until the first change of it here.
    const state = before === position && !changed.has(key) ? change.state : undefined
    changed.add(key)
    const outcome = writeEntity(session, writer, {
      kind,
      id,
      record,
      state,
      cells: () => row ?? new Map(),
      expected
    })
    if (outcome instanceof Moved) return outcome
    written()
  }
  tx.settle()
  const first = writer.count === 0 ? 0 : before + 1
  const last = writer.count === 0 ? 0 : writer.position
  const events = writer.count
  if (request.importedFrom !== undefined && events > 0) {
    const payload = encodeLibraryImported({ source: request.importedFrom, before, after: last })
    writer.mark("library", "", { type: "LibraryImported", payload })
  }
  return { commandId, first, last, events, repeated: false }
}

/** True when what the changes were worked out from is no longer what is there: the tables, or one of the entities. */
const isOutdated = (session: Session, { tables, position, request }: Prepared): boolean =>
  tables !== session.tables ||
  (readHead(session.db).position !== position &&
    request.changes.some(
      (change) => change.state !== undefined && stateOf(session.db, change).version !== change.state.version
    ))

/** Reads, encodes, hashes and compresses on a snapshot, outside the lock; then writes everything in one transaction. */
const appendRequest = (session: Session, requestOf: () => AppendOptions, now: number): Receipt => {
  let prepared = session.reading(() => prepare(session, requestOf))
  return commit(session, { now }, (tx) => {
    tx.reconcile(prepared.request.changes)
    if (isOutdated(session, prepared)) prepared = prepare(session, requestOf)
    return write(tx, prepared)
  })
}

export const append = (session: Session, request: AppendOptions, now: number): Receipt =>
  appendRequest(session, () => request, now)

/** One text per JSON value, whatever the order of its fields. */
const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part
  )

/**
 * `append` of changes that are worked out from what is there now. A repeated command id is answered before that, by
 * what was asked for (`wish`): the same wish makes other changes later.
 */
export const appendWish = (
  session: Session,
  wish: unknown,
  request: Omit<AppendOptions, "changes">,
  changes: () => ReadonlyArray<KnownChange>,
  now: number
): Receipt => {
  const { commandId } = request
  if (commandId === undefined) return appendRequest(session, () => ({ ...request, changes: changes() }), now)
  const asked = sha256(utf8(canonicalJson(wish)))
  const earlier = earlierReceipt(session, commandId, asked)
  return (
    earlier ?? appendRequest(session, () => ({ ...request, requestHash: asked, changes: changes() }), now)
  )
}
