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
  type TreeChange,
  toHex,
  updateTree
} from "@white-room/core"
import { commit } from "../capture/Commit.js"
import { sha256 } from "../object/Compression.js"
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

/** A prune took staged objects away before they were kept: they must be staged again. */
export const stagedObjectsGone = Moved.input("another program kept pruning it")

/** Whether everything that was staged is still there. */
export const areStaged = (
  session: Session,
  states: ReadonlyArray<StagedState>,
  beside?: Session
): boolean => {
  const isThere = (hash: Uint8Array): boolean =>
    hasObject(session.db, hash) || (beside !== undefined && hasObject(beside.db, hash))
  return states.every(({ needs }) => needs.every(isThere))
}

/** A row of another library or app; it may have columns that this library's table lacks. */
export interface ForeignRow extends EntityKey {
  readonly row: Row
}

/** A state whose documents and tree are in the object store. */
export interface StagedState {
  readonly root: Uint8Array
  /** The hash of every object it needs. */
  readonly needs: ReadonlyArray<Uint8Array>
}

/** Blocks that one short transaction writes. */
const blocksPerSlice = 4

/** Writes objects that the library lacks into blocks; holds few raw bytes at a time. */
export class Stager {
  private readonly needed = new Map<string, Uint8Array>()
  private run: Array<NewObject> = []
  private size = 0
  private blocks: Array<PackedBlock> = []

  constructor(
    private readonly session: Session,
    private readonly now: number,
    /** Where they are written: for a dry run a library that is thrown away. */
    private readonly target: Session = session
  ) {}

  /** The hashes of everything that was added. */
  get needs(): ReadonlyArray<Uint8Array> {
    return [...this.needed.values()]
  }

  /** Keeps an object; its hash must be that of its bytes. */
  add({ hash, bytes }: NewObject): void {
    this.addLazily(hash, () => bytes)
  }

  /** The same, and the bytes are asked for only when the library lacks them. */
  addLazily(hash: Uint8Array, read: () => Uint8Array): void {
    const name = toHex(hash)
    if (this.needed.has(name)) return
    const isThere = hasObject(this.session.db, hash) || hasObject(this.target.db, hash)
    const bytes = isThere ? undefined : read()
    this.needed.set(name, hash)
    if (bytes === undefined) return
    this.run.push({ hash, bytes })
    this.size += bytes.length
    if (this.size >= blockTarget) this.pack()
  }

  private pack(): void {
    for (const run of runsOf(this.run)) this.blocks.push(packBlock(run))
    this.run = []
    this.size = 0
    if (this.blocks.length >= blocksPerSlice) this.write()
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

/** Keeps the tree over entries that are staged; of two of one entity the last counts. */
const stageTree = (
  session: Session,
  changes: ReadonlyArray<TreeChange>,
  now: number,
  target: Session
): StagedState => {
  const nodes = new Map<string, NewObject>()
  const store = session.nodeStoreOfAll(nodes)
  const root = updateTree(emptyTree(store), changes, store)
  const isNew = ({ hash }: NewObject) => !hasObject(session.db, hash) && !hasObject(target.db, hash)
  const blocks = runsOf([...nodes.values()].filter(isNew), nodeBlockTarget).map((run) => packBlock(run))
  for (let from = 0; from < blocks.length; from += blocksPerSlice * 8)
    commit(target, { now }, () => insertBlocks(target.db, blocks.slice(from, from + blocksPerSlice * 8)))
  return { root, needs: Array.from(nodes.values(), ({ hash }) => hash) }
}

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
  const changes = states.flatMap(({ root }) =>
    kinds.flatMap((kind) =>
      [...entriesOf(root, kind, nodes)].map(({ id, record }): TreeChange => ({ kind, id, record }))
    )
  )
  const union = stageTree(session, changes, now, target)
  return { root: union.root, needs: [...union.needs, ...states.flatMap(({ needs }) => needs)] }
}

/** Keeps a state that comes entity by entity; of two of one entity the last counts. */
export class StateStager {
  private readonly changes: Array<TreeChange> = []
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

  get count(): number {
    return this.changes.length
  }

  /** @throws InvalidInput for a value that SQLite cannot hold */
  add({ kind, id, row }: ForeignRow): void {
    const { record, objects } = encodeChange({ kind, id, row }, sha256)
    for (const object of objects) this.documents.add(object)
    this.addRecord({ kind, id, record })
  }

  /** An entity whose documents are added by themselves. */
  addRecord(change: TreeChange): void {
    this.changes.push(change)
  }

  /** Writes what is left, and the tree. */
  finish(): StagedState {
    this.documents.finish()
    const tree = stageTree(this.session, this.changes, this.now, this.target)
    const needs = this.shared === undefined ? this.documents.needs : []
    return { root: tree.root, needs: [...needs, ...tree.needs] }
  }
}

/** Keeps rows and the tree over them; of two rows of one entity the last counts. */
export const stageRows = (session: Session, rows: Iterable<ForeignRow>, now: number): StagedState => {
  const state = new StateStager(session, now)
  for (const row of rows) state.add(row)
  return state.finish()
}
