/** What a restore or a diff reads from: a backup, a position of the log, a moment, or the library as it is now. */
import {
  type BackupInfo,
  decodeRecord,
  type EntityKey,
  EntityNotFound,
  type Entry,
  emptyTree,
  entriesOf,
  formatBackupTimestamp,
  fromHex,
  type Kind,
  keyString,
  kinds,
  lookup,
  MomentNotFound,
  type NewObject,
  type NodeStore,
  ObjectRef,
  parseBackupReference,
  type RestoreSource,
  rootOf,
  toHex,
  updateTree
} from "@white-room/core"
import { allBackups, findBackup, importedBackups } from "../backup/Catalog.js"
import { checkpoint } from "../backup/Checkpoint.js"
import { positionAtTime, timeOfPosition } from "../log/Commands.js"
import { versionsOf } from "../log/EntityEvents.js"
import { changedEntities, readHead, stateOf } from "../log/EventTable.js"
import { isKept } from "../object/Damaged.js"
import type { Session } from "../session/Session.js"
import type { State } from "../session/State.js"

export const entriesOfState = (source: State, kind: Kind): ReadonlyArray<Entry> => [
  ...entriesOf(source.root(), kind, source.nodes)
]

export const countOfState = (source: State, wanted: ReadonlyArray<Kind> = kinds): number => {
  const root = rootOf(source.root(), source.nodes)
  return wanted.reduce((sum, kind) => sum + root[kind].count, 0)
}

/** @throws EntityNotFound when the state lacks it */
export const requireRecord = (source: State, { kind, id }: EntityKey): Uint8Array => {
  const record = source.record({ kind, id })
  if (record === undefined) throw new EntityNotFound({ kind, name: id, where: source.label, near: [] })
  return record
}

/** Which entities of a state are meant: these, or all of these kinds. */
export interface Selection {
  /** Default: everything. */
  readonly only?: ReadonlyArray<EntityKey> | undefined
  /** Default: all. */
  readonly kinds?: ReadonlyArray<Kind> | undefined
}

/** The chosen entities, each once. @throws EntityNotFound */
export const selectRecords = (
  source: State,
  { only, kinds: wanted = kinds }: Selection
): ReadonlyArray<EntityKey & { readonly record: Uint8Array }> => {
  if (only === undefined)
    return wanted.flatMap((kind) =>
      entriesOfState(source, kind).map(({ id, record }) => ({ kind, id, record }))
    )
  const keys = [...new Map(only.map((key) => [keyString(key.kind, key.id), key])).values()]
  return keys.map(({ kind, id }) => ({ kind, id, record: requireRecord(source, { kind, id }) }))
}

const stateOfBackup = (backup: BackupInfo, nodes: NodeStore): State => ({
  label: `b${backup.number}`,
  position: backup.position,
  backup,
  record: (key) => lookup(fromHex(backup.root), key, nodes),
  root: () => fromHex(backup.root),
  nodes,
  isLogged: backup.trigger !== "imported"
})

/** The tree at a position: that of the nearest backup before it, brought forward. */
const treeAt = (session: Session, position: number, nodes: NodeStore): Uint8Array => {
  const base = allBackups(session.db)
    .filter((backup) => backup.position <= position && backup.trigger !== "imported")
    .at(-1)
  const root = base === undefined ? emptyTree(nodes) : fromHex(base.root)
  return updateTree(root, changedEntities(session.db, base?.position ?? 0, position), nodes)
}

/** For people: in the zone of this machine. */
const shown = (time: number | undefined): string =>
  time === undefined ? "the beginning" : formatBackupTimestamp(new Date(time))

const stateOfPosition = (session: Session, position: number, nodes: NodeStore): State => {
  const head = readHead(session.db).position
  if (position > head)
    throw new MomentNotFound({
      moment: `@${position}`,
      reason: "the log does not reach that far",
      near: [`@${head}`]
    })
  let root: Uint8Array | undefined
  return {
    label: `@${position} of ${shown(timeOfPosition(session.db, position))}`,
    position,
    backup: undefined,
    record: (key) => stateOf(session.db, key, position).record,
    root: () => {
      root ??= treeAt(session, position, nodes)
      return root
    },
    nodes,
    isLogged: true
  }
}

/**
 * The state at a moment. Before the log begins it is the newest backup from before: what was changed after it, and when,
 * nobody knows. @throws MomentNotFound where there is none
 */
const stateAt = (session: Session, at: Date, nodes: NodeStore): State => {
  const last = positionAtTime(session.db, at.getTime())
  if (last !== undefined) return stateOfPosition(session, last, nodes)
  const backups = importedBackups(session.db)
  const backup = backups.findLast(({ timestamp }) => timestamp <= at)
  if (backup !== undefined) return stateOfBackup(backup, nodes)
  const [oldest] = backups
  const first = timeOfPosition(session.db, 1)
  const near = [
    ...(oldest === undefined ? [] : [`b${oldest.number} of ${shown(oldest.timestamp.getTime())}`]),
    ...(first === undefined ? [] : [`@1 of ${shown(first)}`])
  ]
  throw new MomentNotFound({ moment: shown(at.getTime()), reason: "the log begins later", near })
}

/** The state a reference names. @throws BackupNotFound | MomentNotFound */
export const resolveState = (session: Session, reference: RestoreSource): State => {
  const pending = new Map<string, NewObject>()
  const nodes = session.nodeStore(pending)
  if (typeof reference !== "string") return stateAt(session, reference.at, nodes)
  const foreign = session.offered.get(reference)
  if (foreign !== undefined) return foreign
  if (reference.toLowerCase() === "now") {
    let root: Uint8Array | undefined
    return {
      label: "now",
      position: readHead(session.db).position,
      backup: undefined,
      record: (key) => stateOf(session.db, key).record,
      root: () => {
        if (root === undefined) {
          const point = checkpoint(session)
          for (const node of point.nodes) pending.set(toHex(node.hash), node)
          root = point.root
        }
        return root
      },
      nodes,
      isLogged: true
    }
  }
  const parsed = parseBackupReference(reference)
  if (parsed._tag === "Position") return stateOfPosition(session, parsed.position, nodes)
  return stateOfBackup(findBackup(session.db, reference), nodes)
}

/** True while every document of a record is still kept. One that is damaged was not released: whoever reads it is told. */
const isComplete = (session: Session, kind: Kind, record: Uint8Array): boolean =>
  [...decodeRecord(kind, record).values()].every(
    (cell) => !(cell instanceof ObjectRef) || isKept(session.db, cell.hash)
  )

/** Refuses a version whose document was released, and names the nearest versions that exist. */
export const requireContent = (session: Session, key: EntityKey, record: Uint8Array, source: State): void => {
  if (isComplete(session, key.kind, record)) return
  const kept = versionsOf(session.db, key)
    .filter((version) => version.record && isComplete(session, key.kind, version.record))
    .map(({ position }) => position)
  const earlier = kept.filter((position) => position <= source.position).at(-1)
  const later = kept.find((position) => position > source.position)
  throw new MomentNotFound({
    moment: `${key.kind} ${key.id} at ${source.label}`,
    reason: "its document was released by prune",
    near: [earlier, later].flatMap((position) =>
      position === undefined ? [] : [`@${position} of ${shown(timeOfPosition(session.db, position))}`]
    )
  })
}
