/**
 * Bringing states from elsewhere into the object store. Objects are written early, in slices of short transactions;
 * nothing refers to them until `importStates` does, and a `prune` of another process may take them away until then.
 */

import {
  blockTarget,
  type EntityKey,
  emptyTree,
  encodeChange,
  entriesOf,
  kinds,
  type NewObject,
  type NodeStore,
  type Row,
  updateTree,
  updateTreeByParts
} from "@white-room/core"
import { commit } from "../capture/Commit.js"
import { sha256 } from "../object/Compression.js"
import { HashSet } from "../object/HashSet.js"
import {
  hasObject,
  insertBlocks,
  nodeBlockTarget,
  type PackedBlock,
  packBlock,
  runsOf
} from "../object/Objects.js"
import { Moved } from "../session/Moved.js"
import type { Session } from "../session/Session.js"
import { PackedChanges } from "./PackedChanges.js"

/** A prune took staged objects away before they were kept: they must be staged again. */
export const stagedObjectsGone = Moved.input("another program kept pruning it")

/** Whether everything that was staged is still there. */
export const areStaged = (
  session: Session,
  states: ReadonlyArray<StagedState>,
  beside?: Session
): boolean => {
  for (const { needs } of states)
    for (const hash of needs)
      if (!hasObject(session.db, hash) && (beside === undefined || !hasObject(beside.db, hash))) return false
  return true
}

/** A row of another library or app; it may have columns that this library's table lacks. */
export interface ForeignRow extends EntityKey {
  readonly row: Row
}

/** A state whose documents and tree are in the object store. */
export interface StagedState {
  readonly root: Uint8Array
  /** The hash of every object it needs. */
  readonly needs: Iterable<Uint8Array>
}

/** How many raw bytes make a block, and how many blocks one short transaction writes. */
interface Packing {
  readonly target: number
  readonly blocksPerSlice: number
}

const documentPacking: Packing = { target: blockTarget, blocksPerSlice: 4 }
const nodePacking: Packing = { target: nodeBlockTarget, blocksPerSlice: 32 }

/** Writes objects that the library lacks into blocks; holds few raw bytes at a time. */
export class Stager {
  private readonly needed = new HashSet()
  private run: Array<NewObject> = []
  private size = 0
  private blocks: Array<PackedBlock> = []

  constructor(
    private readonly session: Session,
    private readonly now: number,
    /** Where they are written: for a dry run a library that is thrown away. */
    private readonly target: Session = session,
    private readonly packing: Packing = documentPacking
  ) {}

  /** The hashes of everything that was added. */
  get needs(): Iterable<Uint8Array> {
    return this.needed
  }

  /** Keeps an object; its hash must be that of its bytes. */
  add({ hash, bytes }: NewObject): void {
    this.addLazily(hash, () => bytes)
  }

  /** The same, and the bytes are asked for only when the library lacks them. */
  addLazily(hash: Uint8Array, read: () => Uint8Array): void {
    if (this.needed.has(hash)) return
    const isThere = hasObject(this.session.db, hash) || hasObject(this.target.db, hash)
    const bytes = isThere ? undefined : read()
    this.needed.add(hash)
    if (bytes === undefined) return
    this.run.push({ hash, bytes })
    this.size += bytes.length
    if (this.size >= this.packing.target) this.pack()
  }

  private pack(): void {
    for (const run of runsOf(this.run, this.packing.target)) this.blocks.push(packBlock(run))
    this.run = []
    this.size = 0
    if (this.blocks.length >= this.packing.blocksPerSlice) this.write()
  }

  private write(): void {
    const { blocks } = this
    this.blocks = []
    if (blocks.length > 0) commit(this.target, { now: this.now }, () => insertBlocks(this.target.db, blocks))
  }

  finish(): void {
    if (this.run.length > 0) this.pack()
    this.write()
  }
}

/** Of more changes than this the tree is made part by part: its nodes and keys take several times their bytes. */
const changesAtOnce = 20_000

/** Keeps the tree over entries that are staged; of two of one entity the last counts. */
const stageTree = (session: Session, changes: PackedChanges, now: number, target: Session): StagedState => {
  const nodes = new Stager(session, now, target, nodePacking)
  const empty = new Map<string, NewObject>()
  const base = emptyTree(session.nodeStoreOfAll(empty))
  for (const node of empty.values()) nodes.add(node)
  const store: NodeStore = {
    ...session.nodeStore(empty),
    put: (bytes) => {
      const hash = sha256(bytes)
      nodes.add({ hash, bytes })
      return hash
    }
  }
  const root =
    changes.length <= changesAtOnce
      ? updateTree(base, changes, store)
      : updateTreeByParts(base, changes.byParts(), store)
  nodes.finish()
  return { root, needs: nodes.needs }
}

/** Hashes of several, as often as they are asked for. */
export const joined = (...parts: ReadonlyArray<Iterable<Uint8Array>>): Iterable<Uint8Array> => ({
  *[Symbol.iterator]() {
    for (const part of parts) yield* part
  }
})

/**
 * Several states as one: of each entity the last of them that has it.
 * @param nodes finds the trees of the states
 */
export const stageUnion = (
  session: Session,
  states: ReadonlyArray<StagedState>,
  nodes: NodeStore,
  now: number,
  target: Session = session
): StagedState | undefined => {
  const [only, ...others] = states
  if (only === undefined || others.length === 0) return only
  const changes = new PackedChanges()
  for (const { root } of states)
    for (const kind of kinds)
      for (const { id, record } of entriesOf(root, kind, nodes)) changes.add({ kind, id, record })
  const union = stageTree(session, changes, now, target)
  return { root: union.root, needs: joined(union.needs, ...states.map(({ needs }) => needs)) }
}

/** Keeps a state that comes entity by entity; of two of one entity the last counts. */
export class StateStager {
  private changes = new PackedChanges()
  private added = 0
  private readonly documents: Stager

  constructor(
    private readonly session: Session,
    private readonly now: number,
    private readonly target: Session = session,
    /** Several states may share one, so that what they have in common is looked at once; it has its own needs. */
    private readonly shared?: Stager
  ) {
    this.documents = shared ?? new Stager(session, now, target)
  }

  /** How many entities were added. */
  get count(): number {
    return this.added
  }

  /** @throws InvalidInput for a value that SQLite cannot hold */
  add({ kind, id, row }: ForeignRow): void {
    const { record, objects } = encodeChange({ kind, id, row }, sha256)
    for (const object of objects) this.documents.add(object)
    if (record !== null) this.addRecord({ kind, id, record })
  }

  /** An entity whose documents are added by themselves. */
  addRecord(entity: EntityKey & { readonly record: Uint8Array }): void {
    this.changes.add(entity)
    this.added++
  }

  /** Writes what is left, and the tree; nothing can be added then. */
  finish(): StagedState {
    const { changes } = this
    this.changes = new PackedChanges()
    this.documents.finish()
    const tree = stageTree(this.session, changes, this.now, this.target)
    const needs = this.shared === undefined ? this.documents.needs : []
    return { root: tree.root, needs: joined(needs, tree.needs) }
  }
}

/** Keeps rows and the tree over them; of two rows of one entity the last counts. */
export const stageRows = (session: Session, rows: Iterable<ForeignRow>, now: number): StagedState => {
  const state = new StateStager(session, now)
  for (const row of rows) state.add(row)
  return state.finish()
}
