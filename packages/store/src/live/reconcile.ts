/**
 * One operation, `reconcile`: turns differences between the live rows and the log into events of `external`.
 * Capture, every write of ours, the scan after an app's migration, and `check` use it.
 */
import { randomUUID } from "node:crypto"
import {
  cellOfId,
  decide,
  type EntityKey,
  encodeRecord,
  equalBytes,
  evolve,
  idOfCell,
  type Kind,
  keyString,
  kindCode,
  kinds,
  LibraryLocked,
  type NewObject
} from "@white-room/core"
import { readInfo, SchemaMoved, type Session } from "../library/Session.js"
import { EventWriter, latestStates, stateOf } from "../log/events.js"
import { sha256 } from "../object/compression.js"
import { hasObject, insertBlocks, packLoose } from "../object/objects.js"
import { boundCell, isNullId, readCell } from "./LiveTable.js"
import { installTriggers } from "./triggers.js"

/** Keys and raw bytes taken over in one write transaction: keeps the lock short. */
const sliceKeys = 50
const sliceBytes = 1024 * 1024

export interface PendingChange extends EntityKey {
  readonly seq: number
}

/** What the capture triggers noted and nobody took over yet, oldest first. */
export const pendingChanges = (session: Session, limit = -1): ReadonlyArray<PendingChange> =>
  session.db
    .rows<[number, number, string, unknown]>(
      `SELECT seq, kind, substr(typeof(id), 1, 1), CASE typeof(id) WHEN 'real' THEN id ELSE CAST(id AS BLOB) END
       FROM external_changes ORDER BY seq LIMIT ?`,
      limit
    )
    .flatMap(([seq, code, tag, value]) => {
      const kind = kinds[code - 1]
      return kind === undefined ? [] : [{ seq, kind, id: idOfCell(readCell(tag, value)) }]
    })

export const hasPending = (session: Session): boolean =>
  session.db.row("SELECT 1 FROM external_changes LIMIT 1") !== undefined

/** Keeps objects that are not there yet, each loose. */
export const keepLoose = (session: Session, objects: ReadonlyArray<NewObject>): void => {
  for (const object of objects)
    if (!hasObject(session.db, object.hash)) insertBlocks(session.db, [packLoose(object)])
}

/** Brings the log up to the live row of one entity. Returns the bytes it read. */
export const reconcileEntity = (session: Session, writer: EventWriter, key: EntityKey): number => {
  if (isNullId(key.id)) return 0
  const row = session.tables[key.kind]?.get(key.id)
  const state = stateOf(session.db, key)
  const { record, objects } = row ? encodeRecord(key.kind, row, sha256) : { record: null, objects: [] }
  const event = decide(key, state, record)
  if (event !== undefined) {
    keepLoose(session, objects)
    writer.add(key.kind, key.id, evolve(state, event).version, event)
  }
  return objects.reduce((sum, object) => sum + object.bytes.length, record?.length ?? 0)
}

/** A command of `external`, finished before it returns. Returns the number of events. */
export const asExternal = (session: Session, now: number, body: (writer: EventWriter) => void): number => {
  const writer = new EventWriter(session.db, { commandId: randomUUID(), actor: "external", now })
  body(writer)
  writer.finish()
  return writer.count
}

/** Inside a write transaction: takes over what is pending for these entities. Cheap when nothing is pending. */
export const reconcileTouched = (session: Session, keys: ReadonlyArray<EntityKey>, now: number): void => {
  if (!hasPending(session)) return
  const wanted = new Set(keys.map(({ kind, id }) => keyString(kind, id)))
  const pending = pendingChanges(session).filter(({ kind, id }) => wanted.has(keyString(kind, id)))
  if (pending.length === 0) return
  const touched = new Map(pending.map((change) => [keyString(change.kind, change.id), change]))
  asExternal(session, now, (writer) => {
    for (const key of touched.values()) reconcileEntity(session, writer, key)
  })
  // Where a noted write may have removed rows unseen, the note stays for `captureAll`, which looks for those.
  for (const { seq, kind } of pending)
    if (session.tables[kind]?.replacesUnseen !== true)
      session.db.run("DELETE FROM external_changes WHERE seq = ?", seq)
}

/** Thrown when a live row is not what the log says although nothing was noted: reconcile it, then repeat. */
export class LiveRowMoved extends Error {
  constructor(readonly key: EntityKey) {
    super("a live row moved")
  }
}

/** Takes over what an app did behind the triggers' back, as far as `problem` names it; else throws it again. */
const settle = (session: Session, now: number, problem: unknown): void => {
  if (problem instanceof SchemaMoved) watchAgain(session)
  else if (problem instanceof LiveRowMoved)
    session.write(() => asExternal(session, now, (writer) => reconcileEntity(session, writer, problem.key)))
  else throw problem
}

const patience = 5

/**
 * Writes, and when an app changed the schema or a row behind the triggers' back, first takes that over. The body
 * may run several times; only its last run is kept.
 */
export const writeReconciled = <A>(session: Session, now: number, body: () => A): A => {
  let problem: unknown
  for (let tries = 0; tries <= patience; tries++) {
    try {
      if (problem !== undefined) settle(session, now, problem)
      return session.write(body)
    } catch (error) {
      if (!(error instanceof SchemaMoved || error instanceof LiveRowMoved)) throw error
      problem = error
    }
  }
  throw new LibraryLocked({ path: session.path })
}

/** Takes over a slice of the changes noted up to a number; returns whether more are waiting, and the events written. */
const captureSlice = (
  session: Session,
  upTo: number,
  now: number
): { readonly more: boolean; readonly events: number } =>
  writeReconciled(session, now, () => {
    session.db.run("DELETE FROM external_changes WHERE kind IS NULL OR kind NOT IN (1, 2, 3)")
    const pending = pendingChanges(session, sliceKeys).filter(({ seq }) => seq <= upTo)
    const done = new Set<string>()
    let bytes = 0
    let last = 0
    const events = asExternal(session, now, (writer) => {
      for (const { seq, kind, id } of pending) {
        if (bytes > sliceBytes) break
        const name = keyString(kind, id)
        if (!done.has(name)) bytes += reconcileEntity(session, writer, { kind, id })
        done.add(name)
        last = seq
      }
    })
    session.db.run("DELETE FROM external_changes WHERE seq <= ?", last)
    const left = session.db.row("SELECT 1 FROM external_changes WHERE seq <= ? LIMIT 1", upTo)
    return { more: left !== undefined, events }
  })

/** True when an app changed the schema, which may have removed the triggers, and nobody looked since. */
export const hasGap = (session: Session): boolean =>
  readInfo(session.db).schemaVersion !== session.db.pragma("schema_version")

/** True when something is noted, or was perhaps written unwatched. */
export const isWaiting = (session: Session): boolean => hasPending(session) || hasGap(session)

/**
 * Takes over rows that a noted write may have removed unseen. That comes before the notes are taken over, which would
 * be the only sign of it after a crash. Returns up to which note it looked, and the events written.
 */
const captureReplaced = (
  session: Session,
  now: number
): { readonly upTo: number; readonly events: number } => {
  const { upTo, missing } = session.reading(() => {
    const noted = session.db.rows<[number, number]>(
      "SELECT kind, max(seq) FROM external_changes GROUP BY kind"
    )
    const suspects = kinds.filter(
      (kind) =>
        session.tables[kind]?.replacesUnseen === true && noted.some(([code]) => code === kindCode(kind))
    )
    return {
      upTo: suspects.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...noted.map(([, last]) => last)),
      missing: [...liveDifferences(session, suspects)].filter(isMissing)
    }
  })
  return { upTo, events: takeOver(session, missing, now) }
}

/** Takes over everything that is noted, or was written unwatched. Returns the number of events. */
export const captureAll = (session: Session, now: number): number => {
  if (hasGap(session)) watchAgain(session)
  let events = 0
  if (!hasPending(session)) return events
  const replaced = captureReplaced(session, now)
  events += replaced.events
  for (let more = true; more; ) {
    const slice = captureSlice(session, replaced.upTo, now)
    events += slice.events
    more = slice.more
  }
  return events
}

/** Takes over what was written while nobody watched, if there was such a time. Returns the number of events. */
export const closeGap = (session: Session, now: number): number =>
  hasGap(session) ? captureAll(session, now) : 0

/** A live row that is not what the log says. */
export interface LiveDifference extends EntityKey {
  readonly reason: "differs" | "missing" | "unknown"
  /** What the log says, unless it never knew the entity. */
  readonly record: Uint8Array | undefined
}

const isMissing = ({ reason }: LiveDifference): boolean => reason === "missing"

const rowsPerPage = 200

function* liveDifferencesOf(
  session: Session,
  kind: Kind,
  alive: Map<string, Uint8Array>
): Generator<LiveDifference> {
  const table = session.tables[kind]
  let page = table?.page(undefined, rowsPerPage)
  for (; page?.next !== undefined; page = table?.page(page.next, rowsPerPage))
    for (const { id, row } of page.rows) {
      if (isNullId(id)) continue
      const logged = alive.get(id)
      alive.delete(id)
      if (logged === undefined) yield { kind, id, reason: "unknown", record: undefined }
      else if (!equalBytes(logged, encodeRecord(kind, row, sha256).record))
        yield { kind, id, reason: "differs", record: logged }
    }
  for (const [id, record] of alive) yield { kind, id, reason: "missing", record }
}

/** Compares every live row of these kinds with the log; what is noted as pending counts as different too. */
export function* liveDifferences(
  session: Session,
  wanted: ReadonlyArray<Kind> = kinds
): Generator<LiveDifference> {
  for (const kind of wanted) {
    const alive = new Map<string, Uint8Array>()
    for (const { id, record } of latestStates(session.db, [kind])) if (record !== null) alive.set(id, record)
    yield* liveDifferencesOf(session, kind, alive)
  }
}

/**
 * Brings the log up to the live rows of these entities, in short transactions, whether noted or not. Returns the
 * number of events.
 */
export const takeOver = (session: Session, keys: ReadonlyArray<EntityKey>, now: number): number => {
  let events = 0
  for (let from = 0; from < keys.length; from += sliceKeys)
    events += writeReconciled(session, now, () =>
      asExternal(session, now, (writer) => {
        for (const key of keys.slice(from, from + sliceKeys)) reconcileEntity(session, writer, key)
      })
    )
  return events
}

/** Notes entities as the triggers do, unless the schema moved on meanwhile; then tells so and notes nothing. */
const noteMissed = (session: Session, version: unknown, missed: ReadonlyArray<EntityKey>): boolean =>
  session.writeSchema(() => {
    if (session.db.pragma("schema_version") !== version) return false
    for (const { kind, id } of missed) {
      const { place, value } = boundCell(cellOfId(id))
      session.db.run(`INSERT INTO external_changes(kind, id) VALUES (?, ${place})`, kindCode(kind), value)
    }
    session.rememberSchema()
    return true
  })

/**
 * After an app changed the schema: reinstalls capture triggers it dropped, and notes what was written while nobody
 * watched. The schema counts as known only together with those notes, so that a crash in between loses nothing.
 */
const watchAgain = (session: Session): void => {
  for (let tries = 0; tries <= patience; tries++) {
    const version = session.writeSchema(() => {
      installTriggers(session.db)
      return session.db.pragma("schema_version")
    })
    if (noteMissed(session, version, [...liveDifferences(session)])) return
  }
  throw new LibraryLocked({ path: session.path })
}
