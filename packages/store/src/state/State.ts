/** What a restore or a diff reads from: a backup, a position of the log, a moment, or the library as it is now. */
import {
  type BackupInfo,
  decodeRecord,
  type EntityKey,
  type Entry,
  type EventType,
  emptyTree,
  entriesOf,
  formatBackupTimestamp,
  fromHex,
  type Kind,
  kinds,
  lookup,
  MomentNotFound,
  type NewObject,
  type NodeStore,
  ObjectRef,
  parseBackupReference,
  rootOf,
  toHex,
  updateTree
} from "@white-room/core"
import { allBackups, findBackup } from "../backup/Catalog.js"
import { checkpoint } from "../backup/Checkpoint.js"
import { changedEntities, payloadOf, readHead, stateOf } from "../log/EventTable.js"
import { hasObject } from "../object/Objects.js"
import type { Session } from "../session/Session.js"

/** A reference (`b31`, an id, `latest`, `latest~2`, `@1234`, `now`), or a moment. */
export type SourceReference = string | { readonly at: Date }

/** A state of the whole library. Trees are computed only when they are asked for. */
export interface Source {
  /** In words, such as `b31` or `@1234 of 2026-11-20 14:30:05`. */
  readonly label: string
  readonly position: number
  readonly backup: BackupInfo | undefined
  /** One path of a tree, or one index lookup. */
  readonly record: (key: EntityKey) => Uint8Array | undefined
  /** The root of the state's tree; the nodes it needs are found by `nodes`. */
  readonly root: () => Uint8Array
  readonly nodes: NodeStore
  /** The log tells the same state, at `position`; imported ones are known by their tree alone. */
  readonly isLogged?: boolean
  /** Of a state from elsewhere: the version of an entity that both sides come from. */
  readonly base?: (key: EntityKey) => Uint8Array | undefined
  /** What the name of a copy ends with. Default: the label. */
  readonly suffix?: string
  /** Of a state from elsewhere, all of which was read: its documents, where the library need not have them yet. */
  readonly content?: (hash: Uint8Array) => Uint8Array
  /** Of a state from elsewhere: what the log remembers as its id. Documents of it may be missing, each for itself. */
  readonly origin?: string
}

const offered = new WeakMap<Session, Map<string, Source>>()

/** Makes a state from elsewhere one that `resolveSource` finds by this name, as long as the session lasts. */
export const offerSource = (session: Session, name: string, source: Source): void => {
  const known = offered.get(session) ?? new Map<string, Source>()
  offered.set(session, known.set(name, source))
}

export const entriesOfSource = (source: Source, kind: Kind): ReadonlyArray<Entry> => [
  ...entriesOf(source.root(), kind, source.nodes)
]

export const countOfSource = (source: Source, wanted: ReadonlyArray<Kind> = kinds): number => {
  const root = rootOf(source.root(), source.nodes)
  return wanted.reduce((sum, kind) => sum + root[kind].count, 0)
}

const sourceOfBackup = (backup: BackupInfo, nodes: NodeStore): Source => ({
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

const timeOf = (session: Session, position: number): number | undefined =>
  session.db.row<[number]>(
    "SELECT c.recorded_at FROM event_log e JOIN command c ON c.number = e.command WHERE e.position = ?",
    position
  )?.[0]

/** For people: in the zone of this machine. */
const shown = (time: number | undefined): string =>
  time === undefined ? "the beginning" : formatBackupTimestamp(new Date(time))

const sourceOfPosition = (session: Session, position: number, nodes: NodeStore): Source => {
  const head = readHead(session.db).position
  if (position > head)
    throw new MomentNotFound({
      moment: `@${position}`,
      reason: "the log does not reach that far",
      near: [`@${head}`]
    })
  let root: Uint8Array | undefined
  return {
    label: `@${position} of ${shown(timeOf(session, position))}`,
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

/** The last event recorded at or before a moment, whatever the clock said in between. */
const positionAt = (session: Session, at: Date): number => {
  const last = session.db.row<[number | null]>(
    "SELECT max(last_position) FROM command WHERE recorded_at <= ?",
    at.getTime()
  )?.[0]
  if (last !== null && last !== undefined && last > 0) return last
  const first = timeOf(session, 1)
  const near = first === undefined ? [] : [`@1 of ${shown(first)}`]
  throw new MomentNotFound({ moment: shown(at.getTime()), reason: "the log begins later", near })
}

/** The state a reference names. @throws BackupNotFound | MomentNotFound */
export const resolveSource = (session: Session, reference: SourceReference): Source => {
  const pending = new Map<string, NewObject>()
  const nodes = session.nodeStore(pending)
  if (typeof reference !== "string")
    return sourceOfPosition(session, positionAt(session, reference.at), nodes)
  const foreign = offered.get(session)?.get(reference)
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
  if (parsed._tag === "Position") return sourceOfPosition(session, parsed.position, nodes)
  return sourceOfBackup(findBackup(session.db, reference), nodes)
}

/** True while every document of a record is still kept. */
const isComplete = (session: Session, kind: Kind, record: Uint8Array): boolean =>
  [...decodeRecord(kind, record).values()].every(
    (cell) => !(cell instanceof ObjectRef) || hasObject(session.db, cell.hash)
  )

/** Refuses a version whose document was released, and names the nearest versions that exist. */
export const requireContent = (
  session: Session,
  key: EntityKey,
  record: Uint8Array,
  source: Source
): void => {
  if (isComplete(session, key.kind, record)) return
  const versions = session.db.rows<[number, EventType, number, Uint8Array]>(
    `SELECT position, type, schema, payload FROM event_log
     WHERE subject = ? AND entity_id = ? AND type NOT LIKE '%Deleted' ORDER BY position`,
    kinds.indexOf(key.kind) + 1,
    key.id
  )
  const kept = versions
    .filter(([, type, schema, payload]) =>
      isComplete(session, key.kind, payloadOf(session.db, type, schema, payload))
    )
    .map(([position]) => position)
  const earlier = kept.filter((position) => position <= source.position).at(-1)
  const later = kept.find((position) => position > source.position)
  throw new MomentNotFound({
    moment: `${key.kind} ${key.id} at ${source.label}`,
    reason: "its document was released by prune",
    near: [earlier, later].flatMap((position) =>
      position === undefined ? [] : [`@${position} of ${shown(timeOf(session, position))}`]
    )
  })
}
