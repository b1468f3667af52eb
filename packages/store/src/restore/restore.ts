/**
 * Restoring from a backup: plan on today's tree, take a safety backup, apply in one transaction, verify the live
 * rows against the plan before committing. Events are appended; a file is never swapped.
 */
import { randomUUID } from "node:crypto"
import {
  type BackupInfo,
  type Cell,
  changedColumns,
  createEmptyRestoreResult,
  currentSchema,
  decodeRecord,
  diffTrees,
  type EntityKey,
  EntityNotFound,
  encodeBackupRestored,
  encodeRecord,
  equalBytes,
  fromHex,
  idOfCell,
  isWhiteRoomError,
  type Kind,
  keyString,
  kinds,
  lookup,
  type NodeStore,
  ObjectRef,
  type OnProgress,
  objectsOfRecord,
  type PlanItem,
  PlanOutdated,
  planRestore,
  RestoreNotVerified,
  type RestoreOptions,
  type RestorePlan,
  type RestoreResult,
  type Row,
  rootOf,
  rowOfRecord,
  type TreeDifference,
  toHex
} from "@white-room/core"
import { findBackup } from "../backup/catalog.js"
import { type Checkpoint, checkpoint, createBackup } from "../backup/createBackup.js"
import type { Session } from "../library/Session.js"
import { captureAll, hasPending, liveDifferences, takeOver, writeReconciled } from "../live/reconcile.js"
import { writeEntity } from "../log/entityWrites.js"
import { changedEntities, EventWriter, readHead } from "../log/events.js"
import { sha256 } from "../object/compression.js"
import { blockOf } from "../object/objects.js"

interface PreparedRestore {
  readonly backup: BackupInfo
  readonly plan: RestorePlan
  /** Where the log stood when the plan was made. */
  readonly position: number
}

interface Trees {
  readonly now: Uint8Array
  readonly source: Uint8Array
  readonly nodes: NodeStore
}

const difference = (trees: Trees, key: EntityKey): TreeDifference => ({
  kind: key.kind,
  id: key.id,
  before: lookup(trees.now, key, trees.nodes),
  after: lookup(trees.source, key, trees.nodes)
})

/** The song of a performance that is to come back, when the library lacks it and the source has it. */
const missingSong = (trees: Trees, { kind, after }: TreeDifference): ReadonlyArray<TreeDifference> => {
  if (kind !== "performance" || after === undefined) return []
  const songId = decodeRecord("performance", after).get("song_id")
  if (songId === undefined || songId instanceof ObjectRef) return []
  const song = difference(trees, { kind: "song", id: idOfCell(songId) })
  return song.before === undefined && song.after !== undefined ? [song] : []
}

/** These differences, each once, and the songs that their performances need. */
const withSongs = (
  trees: Trees,
  differences: ReadonlyArray<TreeDifference>
): ReadonlyArray<TreeDifference> => {
  const all = differences.flatMap((each) => [...missingSong(trees, each), each])
  return [...new Map(all.map((each) => [keyString(each.kind, each.id), each])).values()]
}

/** Named entities. @throws EntityNotFound for one the source does not have */
const namedDifferences = (trees: Trees, backup: BackupInfo, only: ReadonlyArray<EntityKey>) =>
  only.map((key) => {
    const named = difference(trees, key)
    if (named.after === undefined)
      throw new EntityNotFound({ kind: key.kind, name: key.id, where: `b${backup.number}`, near: [] })
    return named
  })

const scopeOf = (trees: Trees, wanted: ReadonlyArray<Kind>): number => {
  const root = rootOf(trees.source, trees.nodes)
  return wanted.reduce((sum, kind) => sum + root[kind].count, 0)
}

const treesOf = (session: Session, point: Checkpoint, backup: BackupInfo): Trees => {
  const pending = new Map(point.nodes.map((node) => [toHex(node.hash), node]))
  return { now: point.root, source: fromHex(backup.root), nodes: session.nodeStore(pending) }
}

const columnsOf = (session: Session): Readonly<Record<Kind, ReadonlyMap<string, Cell>>> => ({
  song: session.tables.song?.defaults ?? new Map(),
  performance: session.tables.performance?.defaults ?? new Map(),
  preferences: session.tables.preferences?.defaults ?? new Map()
})

/**
 * Takes over other programs' changes, and rows that differ from the log although nobody was seen writing them: a
 * plan compares what is there, so that a damaged row is put right too.
 */
const takeOverRows = (session: Session, only: ReadonlyArray<EntityKey> | undefined, now: number): void => {
  captureAll(session, now)
  takeOver(session, only ?? [...liveDifferences(session)], now)
}

/** The plan that restores a backup onto what is there now. */
export const prepareRestore = (
  session: Session,
  reference: string,
  options: RestoreOptions,
  now: number
): PreparedRestore => {
  const backup = findBackup(session.db, reference)
  if (!session.readonly) takeOverRows(session, options.only, now)
  return session.db.snapshot(() => {
    const point = checkpoint(session)
    const trees = treesOf(session, point, backup)
    const wanted = options.kinds ?? kinds
    const chosen = options.only
      ? namedDifferences(trees, backup, options.only)
      : [...diffTrees(trees.now, trees.source, trees.nodes)].filter(({ kind }) => wanted.includes(kind))
    const differences = withSongs(trees, chosen)
    const plan = planRestore(differences, {
      mode: options.mode ?? "merge",
      onConflict: options.onConflict ?? "keep",
      named: options.only !== undefined,
      columns: columnsOf(session),
      scope: options.only ? differences.length : scopeOf(trees, wanted) + differences.length - chosen.length
    })
    return { backup, plan, position: point.position }
  })
}

/** Thrown inside the transaction when the library moved on after the plan was made: plan again. */
class PlanMoved extends Error {}

/** The cells of a plan item; documents are read only for columns that are written. */
const cellsOf =
  (session: Session, item: PlanItem) =>
  (columns: ReadonlyArray<string> | "all"): Row => {
    const record = decodeRecord(item.kind, item.after ?? new Uint8Array([0]))
    const wanted =
      columns === "all" ? record : new Map([...record].filter(([name]) => columns.includes(name)))
    return rowOfRecord(wanted, (ref) => session.reader.get(ref.hash))
  }

const label = (item: PlanItem): string =>
  `${item.kind} ${item.name === "" ? item.id : `${item.name} (${item.id})`}`

/** The items in the order in which their documents lie in the file, so that each block is opened once. */
const inStorageOrder = (session: Session, items: ReadonlyArray<PlanItem>): ReadonlyArray<PlanItem> =>
  items
    .map((item) => {
      const [document] = item.after === undefined ? [] : objectsOfRecord(item.kind, item.after)
      return { item, block: document === undefined ? 0 : (blockOf(session.db, document.hash) ?? 0) }
    })
    .sort((a, b) => a.block - b.block)
    .map(({ item }) => item)

/** The live row must now be exactly the record of the plan. @throws RestoreNotVerified */
const verifyItem = (session: Session, item: PlanItem): void => {
  const row = session.tables[item.kind]?.get(item.id)
  const record = row && encodeRecord(item.kind, row, sha256).record
  const fits =
    item.action === "delete" ? record === undefined : record && item.after && equalBytes(record, item.after)
  if (fits !== true) {
    const columns =
      record && item.after
        ? changedColumns(decodeRecord(item.kind, record), decodeRecord(item.kind, item.after))
        : []
    throw new RestoreNotVerified({ detail: `${label(item)} ${columns.join(", ")}`.trim() })
  }
}

interface Applied {
  readonly done: ReadonlyArray<PlanItem>
  readonly errors: ReadonlyArray<string>
}

const applyItems = (
  session: Session,
  writer: EventWriter,
  items: ReadonlyArray<PlanItem>,
  onProgress: OnProgress | undefined
): Applied => {
  const done: Array<PlanItem> = []
  const errors: Array<string> = []
  for (const item of items) {
    try {
      const record = item.action === "delete" ? null : (item.after ?? null)
      writeEntity(session, writer, { kind: item.kind, id: item.id, record, cells: cellsOf(session, item) })
    } catch (error) {
      // One unreadable document must not cost the others; everything else undoes the whole restore.
      if (!isWhiteRoomError(error) || (error._tag !== "MalformedData" && error._tag !== "ContentReleased"))
        throw error
      errors.push(`${label(item)} could not be restored: ${error.message}`)
      continue
    }
    done.push(item)
    if (item.dropped.length > 0)
      errors.push(
        `${label(item)}: this library has no column ${item.dropped.join(", ")}; the rest was restored`
      )
    onProgress?.({ done: done.length, total: items.length, step: "restore" })
  }
  return { done, errors }
}

const commit = (
  session: Session,
  prepared: PreparedRestore,
  safety: BackupInfo,
  options: RestoreOptions,
  now: number
): Applied => {
  if (
    hasPending(session) ||
    changedEntities(session.db, prepared.position, readHead(session.db).position).length > 0
  )
    throw new PlanMoved()
  // Another process may have expired it; from here on, under the lock, its documents stay.
  findBackup(session.db, prepared.backup.backupId)
  const writer = new EventWriter(session.db, { commandId: randomUUID(), actor: session.options.actor, now })
  const before = writer.position
  const items = inStorageOrder(
    session,
    prepared.plan.items.filter((item) => item.action !== "keep")
  )
  const applied = applyItems(session, writer, items, options.onProgress)
  for (const item of applied.done) verifyItem(session, item)
  const payload = encodeBackupRestored({
    backupId: prepared.backup.backupId,
    safetyBackupId: safety.backupId,
    mode: prepared.plan.mode,
    before,
    after: writer.position
  })
  writer.mark("backup", prepared.backup.backupId, { type: "BackupRestored", schema: currentSchema, payload })
  writer.finish()
  return applied
}

const resultOf = (
  prepared: PreparedRestore,
  applied: Applied,
  safety: BackupInfo | undefined
): RestoreResult => {
  const restored = (kind: Kind) => applied.done.filter((item) => item.kind === kind).length
  return {
    songsRestored: restored("song"),
    performancesRestored: restored("performance"),
    preferencesRestored: restored("preferences"),
    errors: applied.errors,
    isSuccess: applied.errors.length === 0,
    plan: prepared.plan.counts,
    conflicts: prepared.plan.conflicts,
    backupId: prepared.backup.backupId,
    ...(safety && { safetyBackupId: safety.backupId })
  }
}

/** Plans and restores; when the library moves on meanwhile, plans again. All or nothing. */
export const restoreFromBackup = (
  session: Session,
  reference: string,
  options: RestoreOptions,
  now: number
): RestoreResult => {
  session.requireWritable()
  for (let tries = 1; tries <= 5; tries++) {
    const prepared = prepareRestore(session, reference, options, now)
    if (prepared.plan.items.every((item) => item.action === "keep"))
      return {
        ...createEmptyRestoreResult(prepared.backup.backupId),
        plan: prepared.plan.counts,
        conflicts: prepared.plan.conflicts
      }
    const description = `before restoring b${prepared.backup.number}`
    const safety = createBackup(session, { trigger: "safety", description, skipIfUnchanged: true }, now)
    try {
      const applied = writeReconciled(session, now, () => commit(session, prepared, safety, options, now))
      return resultOf(prepared, applied, safety)
    } catch (error) {
      if (!(error instanceof PlanMoved)) throw error
    }
  }
  throw new PlanOutdated({ detail: "other programs kept writing to it" })
}
