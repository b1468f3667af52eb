/**
 * The log folded into states. Of each entity only the hash of its record is held, and where it changed last: what a
 * record is, the log has.
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

const forEachKind = <A>(make: () => A): ByKind<A> => ({
  song: make(),
  performance: make(),
  preferences: make()
})

export class Replay {
  /** What is there after the last event. */
  readonly records: RecordKeys = forEachKind(() => new Map())
  /** The entities that changed since the tree was the last one, and where. */
  private readonly changed = forEachKind(() => new Map<string, number>())
  private root: Uint8Array

  constructor(
    private readonly db: Database,
    private readonly store: NodeStore
  ) {
    this.root = emptyTree(store)
  }

  /** Takes in the key of the hash of a record; `undefined`: the entity is gone. */
  fold({ kind, id }: EntityKey, position: number, record: string | undefined): void {
    this.changed[kind].set(id, position)
    if (record === undefined) this.records[kind].delete(id)
    else this.records[kind].set(id, record)
  }

  private says({ kind, id }: EntityKey, record: Uint8Array | undefined): boolean {
    const key = this.records[kind].get(id)
    return record === undefined ? key === undefined : key === keyOfBytes(record)
  }

  /** True when a stored tree is the last one after these changes. Trees are canonical, so none is computed again. */
  private fits(root: Uint8Array): boolean {
    let differing = 0
    for (const { kind, id, after } of diffTrees(this.root, root, this.store)) {
      if (!this.changed[kind].has(id) || !this.says({ kind, id }, after)) return false
      differing++
    }
    const changed = kinds.reduce((sum, kind) => sum + this.changed[kind].size, 0)
    return differing === changed || this.restIsAsBefore(root)
  }

  /** Whether what changed, and is the same in both trees, changed back. */
  private restIsAsBefore(root: Uint8Array): boolean {
    const differing = forEachKind(() => new Set<string>())
    for (const { kind, id } of diffTrees(this.root, root, this.store)) differing[kind].add(id)
    for (const kind of kinds)
      for (const id of this.changed[kind].keys())
        if (!differing[kind].has(id) && !this.says({ kind, id }, lookup(root, { kind, id }, this.store)))
          return false
    return true
  }

  private changes(): ReadonlyArray<TreeChange> {
    return kinds.flatMap((kind) =>
      [...this.changed[kind]].map(([id, position]) => ({
        kind,
        id,
        record: stateOf(this.db, { kind, id }, position).record ?? null
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
      return this.fits(root)
    } catch (error) {
      // A node that cannot be read is found, and named, by `checkTrees`.
      reasonOf(error)
      return false
    }
  }
}
