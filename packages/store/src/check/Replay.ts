/**
 * The log folded into states. Of each entity only the hash of its record is held: what a record is, the log has.
 */
import {
  diffTrees,
  type EntityKey,
  emptyTree,
  equalBytes,
  type Kind,
  kinds,
  lookup,
  type NodeStore,
  type TreeChange,
  updateTree
} from "@white-room/core"
import { stateOf } from "../log/EventTable.js"
import { keyOfBytes } from "../object/HashKeys.js"
import type { Database } from "../sqlite/Database.js"
import { reasonOf } from "./Findings.js"

type ByKind<A> = Readonly<Record<Kind, A>>

/** The keys of the hashes of records, by the ids of their entities. */
export type RecordKeys = ByKind<Map<string, string>>

/** The same of what changed; `undefined`: the entity is gone. */
type ChangedKeys = ByKind<Map<string, string | undefined>>

const forEachKind = <A>(make: () => A): ByKind<A> => ({
  song: make(),
  performance: make(),
  preferences: make()
})

const noChanges = (): ChangedKeys => forEachKind(() => new Map())

const isSaid = (key: string | undefined, record: Uint8Array | undefined): boolean =>
  record === undefined ? key === undefined : key === keyOfBytes(record)

/** Whether what changed, and is the same in both trees, changed back. */
const restIsAsBefore = (
  before: Uint8Array,
  root: Uint8Array,
  changed: ChangedKeys,
  store: NodeStore
): boolean => {
  const differing = forEachKind(() => new Set<string>())
  for (const { kind, id } of diffTrees(before, root, store)) differing[kind].add(id)
  for (const kind of kinds)
    for (const [id, key] of changed[kind])
      if (!differing[kind].has(id) && !isSaid(key, lookup(root, { kind, id }, store))) return false
  return true
}

/** True when a stored tree is the one before after these changes. Trees are canonical, so none is computed again. */
const fits = (before: Uint8Array, root: Uint8Array, changed: ChangedKeys, store: NodeStore): boolean => {
  let differing = 0
  for (const { kind, id, after } of diffTrees(before, root, store)) {
    if (!changed[kind].has(id) || !isSaid(changed[kind].get(id), after)) return false
    differing++
  }
  const count = kinds.reduce((sum, kind) => sum + changed[kind].size, 0)
  return differing === count || restIsAsBefore(before, root, changed, store)
}

/** The events that were folded so far. */
class Folded {
  /** What is there after the last event. */
  readonly records: RecordKeys = forEachKind(() => new Map())
  /** What changed since the last tree. */
  protected changed = noChanges()
  protected position = 0

  /** Takes in the key of the hash of a record; `undefined`: the entity is gone. */
  fold({ kind, id }: EntityKey, position: number, record: string | undefined): void {
    this.position = position
    this.changed[kind].set(id, record)
    if (record === undefined) this.records[kind].delete(id)
    else this.records[kind].set(id, record)
  }
}

/** What compares trees with the log: at once, or when their nodes are known. */
export interface TreeReplay {
  readonly records: RecordKeys
  readonly fold: (key: EntityKey, position: number, record: string | undefined) => void
  /** Whether the tree of everything folded so far has this root, as far as it can be told yet. @throws MalformedData and others */
  readonly arrivesAt: (root: Uint8Array) => boolean
}

export class Replay extends Folded implements TreeReplay {
  private root: Uint8Array

  constructor(
    private readonly db: Database,
    private readonly store: NodeStore
  ) {
    super()
    this.root = emptyTree(store)
  }

  private changes(): ReadonlyArray<TreeChange> {
    return kinds.flatMap((kind) =>
      [...this.changed[kind].keys()].map((id) => ({
        kind,
        id,
        record: stateOf(this.db, { kind, id }, this.position).record ?? null
      }))
    )
  }

  /**
   * Whether the tree of everything folded so far has this root. Where the stored tree is wrong or damaged, the one that
   * the log says is computed: the next are measured by it. @throws MalformedData and others when that cannot be
   */
  arrivesAt(root: Uint8Array): boolean {
    this.root = this.canBe(root) ? root : updateTree(this.root, this.changes(), this.store)
    for (const kind of kinds) this.changed[kind].clear()
    return equalBytes(this.root, root)
  }

  private canBe(root: Uint8Array): boolean {
    try {
      return fits(this.root, root, this.changed, this.store)
    } catch (error) {
      // A node that cannot be read is found, and named, by `checkTrees`.
      reasonOf(error)
      return false
    }
  }
}

/** A replay that comes by trees before their nodes are known, and keeps until then what the log says of each. */
export class LaterReplay extends Folded implements TreeReplay {
  private trees: Array<{ readonly root: Uint8Array; readonly changed: ChangedKeys }> = []
  private root: Uint8Array | undefined
  private isRight = true

  /** True: whether it is so, `settle` tells. */
  arrivesAt(root: Uint8Array): boolean {
    this.trees.push({ root, changed: this.changed })
    this.changed = noChanges()
    return true
  }

  /**
   * Whether every tree that it came by so far is what the log says. What one is measured by does not matter once one was
   * wrong. @throws MalformedData and others for a node that cannot be read
   */
  settle(store: NodeStore): boolean {
    for (const { root, changed } of this.trees) {
      this.isRight &&= fits(this.root ?? emptyTree(store), root, changed, store)
      this.root = root
    }
    this.trees = []
    return this.isRight
  }
}
