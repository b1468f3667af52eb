/** Applying a plan inside one transaction; live rows are verified against it before the commit. */
import {
  type BackupInfo,
  type ContentReleased,
  type DecidedEvent,
  decodeRecord,
  emptyRecord,
  emptyRestoreResult,
  equalBytes,
  isHeld,
  isWhiteRoomError,
  keyString,
  type MalformedData,
  ObjectRef,
  type OnProgress,
  type PlanFacts,
  type PlanItem,
  type RestoreResult,
  type Row,
  rowOfRecord
} from "@white-room/core"
import type { Transaction } from "../capture/Commit.js"
import { hasPending } from "../capture/Pending.js"
import { changedEntities, readHead } from "../log/EventTable.js"
import type { EventWriter } from "../log/EventWriter.js"
import { entitiesAtOnce, lastEventsOf } from "../log/LastEvents.js"
import { keepLoose } from "../object/Objects.js"
import { Places, placesOfRecords } from "../object/StorageOrder.js"
import { Moved } from "../session/Moved.js"
import type { Session } from "../session/Session.js"
import type { Database } from "../sqlite/Database.js"
import { isTaken } from "../write/AppRefusals.js"
import { writeEntity } from "../write/writeEntity.js"
import { type Judged, judgeTriggered } from "./judgeTriggered.js"
import { label } from "./label.js"
import { PackedItems } from "./PackedItems.js"
import { Tally } from "./Tally.js"
import { type ReadForItem, Verifier } from "./Verifier.js"

/** What is restored, as the log remembers it: a backup's id, or `@1234`. */
export interface Origin {
  readonly id: string
  readonly label: string
}

/** The cells of a plan item; documents are read only for columns that are written. What was read is noted. */
const cellsOf =
  (session: Session, item: PlanItem, places: Places, index: number, read: ReadForItem) =>
  (columns: ReadonlyArray<string> | "all"): Row => {
    const record = decodeRecord(item.kind, item.after ?? emptyRecord)
    const document = [...record.values()].find((cell) => cell instanceof ObjectRef)
    const wanted =
      columns === "all" ? record : new Map([...record].filter(([name]) => columns.includes(name)))
    let isExact = columns === "all"
    const row = rowOfRecord(wanted, (ref) => {
      const place = ref === document ? places.at(index, ref.hash) : undefined
      const bytes = session.reader.getAlone(ref.hash, place)
      isExact = isExact && bytes.length === ref.length
      read.documents.push({ hash: ref.hash, bytes })
      return bytes
    })
    if (isExact) read.cells = row
    return row
  }

/** The rest of the restore goes on, so what an error says of everything is not said here. */
const whyNot = (error: MalformedData | ContentReleased): string =>
  error._tag === "MalformedData"
    ? `its ${error.what} cannot be read (${error.reason})`
    : "its document is not there"

/** A plan, however its items are held. */
export interface PlanToApply extends PlanFacts {
  readonly items: Iterable<PlanItem>
}

/** What applying a plan came to. */
export interface Applied extends Omit<Judged, "done"> {
  /** Items that are there as wished, but perhaps for columns that a trigger of the app sets. */
  readonly done: Tally
}

interface Written extends Pick<Applied, "done" | "errors"> {
  /** Items that are not quite as wished, or that triggers of the app may still change. */
  readonly altered: ReadonlyArray<PlanItem>
}

/** The app's columns stored other values than these. */
const isAltered = (event: DecidedEvent | undefined, { action, after }: PlanItem): boolean =>
  action !== "delete" &&
  after !== undefined &&
  event?.payload !== after &&
  !(event && equalBytes(event.payload, after))

/** Where the documents of the items that are written lie. */
const placesOfItems = (session: Session, items: PackedItems): Places => {
  const places = new Places()
  function* records() {
    for (const { kind, action, after } of items) yield { kind, record: action === "keep" ? undefined : after }
  }
  for (const place of placesOfRecords(session.db, records())) places.add(place)
  return places
}

/** An item, with its last event before it is written; `error`: why it could not be written yet. */
interface Located {
  readonly index: number
  readonly item: PlanItem
  readonly last: ReturnType<typeof lastEventsOf>[number] | undefined
  readonly error?: unknown
}

/**
 * Items in the order in which they are written, with the last event of each before it is: many are looked up at a time. None
 * for one that the same group has twice, which is another when it comes again.
 */
function* withLastEvents(db: Database, items: PackedItems, order: Uint32Array): Generator<Located> {
  for (let from = 0; from < order.length; from += entitiesAtOnce) {
    const indexes = order.subarray(from, from + entitiesAtOnce)
    const group = Array.from(indexes, (index) => ({ index, item: items.get(index) }))
    const last = lastEventsOf(
      db,
      group.map(({ item }) => item)
    )
    const seen = new Set<string>()
    for (const [at, { index, item }] of group.entries()) {
      const key = keyString(item.kind, item.id)
      yield { index, item, last: seen.has(key) ? undefined : last[at] }
      seen.add(key)
    }
  }
}

const applyItems = (
  session: Session,
  writer: EventWriter,
  { items: planned, counts }: PlanToApply,
  onProgress: OnProgress | undefined
): Written | Moved => {
  const items = PackedItems.of(planned)
  const total = counts.create + counts.update + counts.delete
  const before = writer.position
  const done = new Tally()
  const altered: Array<PlanItem> = []
  const mayBeAltered = writer.runsAppTriggers
  const errors: Array<string> = []
  const verifier = new Verifier(session)
  const places = placesOfItems(session, items)
  // The trees were read to make the plan; documents are read from here on.
  session.reader.forget()
  const waiting: Array<Located> = []
  const write = ({ index, item, last }: Located): Moved | undefined => {
    let outcome: ReturnType<typeof writeEntity>
    const read: ReadForItem = { documents: [] }
    try {
      const record = item.action === "delete" ? null : (item.after ?? null)
      // Nothing moved since the plan was made: what it saw of an entity need not be read again, until it is written here.
      const isKnown = last !== undefined && last.position <= before
      const state = isKnown ? { version: last.version, record: item.before } : undefined
      const cells = cellsOf(session, item, places, index, read)
      outcome = writeEntity(session, writer, { kind: item.kind, id: item.id, record, state, cells })
      if (outcome instanceof Moved) return outcome
    } catch (error) {
      if (isTaken(error)) {
        waiting.push({ index, item, last, error })
        return undefined
      }
      // One unreadable document must not cost the others; everything else undoes the whole restore.
      if (!isWhiteRoomError(error) || (error._tag !== "MalformedData" && error._tag !== "ContentReleased"))
        throw error
      errors.push(`${label(item)} could not be restored: ${whyNot(error)}.`)
      return undefined
    }
    if (mayBeAltered || isAltered(outcome, item)) altered.push(item)
    else {
      done.add(item)
      verifier.add(item, read)
    }
    for (const note of item.notes) errors.push(`${label(item)}: ${note}`)
    onProgress?.({ done: done.count + altered.length, total, step: "restore" })
    return undefined
  }
  const order = places.forwards()
  const movedAway = session.reader.openingAhead(places.of(order), () => {
    for (const located of withLastEvents(session.db, items, order)) {
      const moved = located.item.action === "keep" ? undefined : write(located)
      if (moved !== undefined) return moved
    }
    return undefined
  })
  if (movedAway !== undefined) return movedAway
  // What another row has in an index of the app is free when that row was written.
  for (let before = 0; waiting.length > 0; ) {
    if (waiting.length === before) throw waiting[0]?.error
    before = waiting.length
    for (const located of waiting.splice(0)) {
      const moved = write(located)
      if (moved !== undefined) return moved
    }
  }
  verifier.finish()
  return { done, altered, errors }
}

/** Of each item that stays because other tables of the app refer to it, why. */
export function* heldBack(items: Iterable<PlanItem>): Generator<string> {
  for (const item of items) if (isHeld(item)) yield `${label(item)} was kept: ${item.notes.join(", and ")}.`
}

/** How a finished application of a plan is marked in the log. */
export type Mark = (writer: EventWriter, before: number) => void

/**
 * Applies a plan inside a write transaction, on the very records it was made on; `Moved` when an entity of the plan, or
 * anything since `position`, changed.
 */
export const applyPlan = (
  tx: Transaction,
  plan: PlanToApply,
  position: number,
  mark: Mark,
  onProgress?: OnProgress
): Applied | Moved => {
  const { session } = tx
  if (hasPending(session) || changedEntities(session.db, position, readHead(session.db).position).length > 0)
    return Moved.input("other programs kept writing to it")
  keepLoose(session.db, plan.objects)
  const writer = tx.command()
  const before = writer.position
  const applied = applyItems(session, writer, plan, onProgress)
  if (applied instanceof Moved) return applied
  const judged = judgeTriggered(session, applied.altered, tx.settle())
  mark(writer, before)
  for (const item of judged.done) applied.done.add(item)
  return {
    done: applied.done,
    errors: [...applied.errors, ...judged.errors, ...heldBack(plan.items)],
    triggered: judged.triggered
  }
}

export const resultOf = (
  plan: PlanFacts,
  origin: Origin,
  applied: Applied,
  safety: BackupInfo | undefined
): RestoreResult => {
  const { kinds, actions, copies } = applied.done
  return {
    songsRestored: kinds.song,
    performancesRestored: kinds.performance,
    preferencesRestored: kinds.preferences,
    errors: applied.errors,
    isSuccess: applied.errors.length === 0,
    triggered: applied.triggered,
    plan: plan.counts,
    done: { create: actions.create, update: actions.update, delete: actions.delete, copies },
    conflicts: plan.conflicts,
    backupId: origin.id,
    source: origin.label,
    ...(safety && { safetyBackupId: safety.backupId })
  }
}

/** What a plan that asks for nothing comes to; `undefined` for one that changes something. */
export const nothingToDo = (
  { counts, conflicts, items }: PlanToApply,
  origin: Origin
): RestoreResult | undefined => {
  if (counts.create + counts.update + counts.delete > 0) return undefined
  const errors = [...heldBack(items)]
  const nothing = emptyRestoreResult(origin.id, origin.label)
  return { ...nothing, plan: counts, conflicts, errors, isSuccess: errors.length === 0 }
}
