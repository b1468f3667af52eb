import {
  decodeRecord,
  type Entry,
  emptyTree,
  idOfCell,
  incompleteTag,
  isWhiteRoomError,
  type Kind,
  liveTables,
  type NewObject,
  type NodeStore,
  ObjectRef,
  type TreeChange,
  toHex,
  updateTree,
  walkTree
} from "@white-room/core"
import { reasonOf } from "../check/Findings.js"
import { sha256 } from "../object/Compression.js"
import { firstTime } from "../object/HashKeys.js"

/** What can be read of a state, under a tree of its own. */
export interface WholePart {
  readonly root: Uint8Array
  readonly entities: number
  /** Its nodes, those that are nowhere else included. */
  readonly nodes: NodeStore
  readonly made: ReadonlyArray<NewObject>
}

/** True for a record that is that of its entity, with all its documents. */
const isWhole = (kind: Kind, { id, record }: Entry, document: (ref: ObjectRef) => void): boolean => {
  try {
    const cells = decodeRecord(kind, record)
    const key = cells.get(liveTables[kind].idColumn)
    if (key === undefined || key instanceof ObjectRef || idOfCell(key) !== id) return false
    for (const cell of cells.values()) if (cell instanceof ObjectRef) document(cell)
    return true
  } catch (error) {
    if (!isWhiteRoomError(error)) throw error
    return false
  }
}

/** The entries of a tree of which not all can be read, each once, and only those that are of their entities. */
export const entriesThatCanBeRead = (
  root: Uint8Array,
  nodes: NodeStore
): ReadonlyArray<{ readonly kind: Kind; readonly entry: Entry }> => {
  const entries: Array<{ readonly kind: Kind; readonly entry: Entry }> = []
  walkTree(root, nodes, {
    // No node lies at two places of one tree, so one that was seen is not entered again.
    node: firstTime(),
    entry: (kind, entry) => {
      if (isWhole(kind, entry, () => undefined)) entries.push({ kind, entry })
    },
    damage: (_hash, _kind, error) => void reasonOf(error)
  })
  return entries
}

/**
 * The entities of a state that are whole, where not all are: each is judged for itself. The same part has the same root.
 * `document` throws for one that cannot be read.
 */
export const wholePart = (
  root: Uint8Array,
  nodes: NodeStore,
  document: (ref: ObjectRef) => void
): WholePart => {
  const entries = entriesThatCanBeRead(root, nodes).flatMap(
    ({ kind, entry }): ReadonlyArray<TreeChange> =>
      isWhole(kind, entry, document) ? [{ kind, id: entry.id, record: entry.record }] : []
  )
  const made = new Map<string, NewObject>()
  const store: NodeStore = {
    sha256,
    get: (hash) => made.get(toHex(hash))?.bytes ?? nodes.get(hash),
    put: (bytes) => {
      const hash = sha256(bytes)
      made.set(toHex(hash), { hash, bytes })
      return hash
    }
  }
  return {
    root: updateTree(emptyTree(store), entries, store),
    entities: entries.length,
    nodes: store,
    made: [...made.values()]
  }
}

/** The id of a part of a backup: always the same for the same part, and never that of the whole. */
export const incompleteId = (backupId: string, root: Uint8Array): string =>
  `${backupId}-${incompleteTag}-${toHex(root).slice(0, 8)}`

/** The ids of backups that this may be a part of, by the id that `incompleteId` gave it. */
export const wholesOf = (id: string): ReadonlyArray<string> =>
  Array.from(id.matchAll(new RegExp(`-${incompleteTag}-`, "g")), ({ index }) => id.slice(0, index))
