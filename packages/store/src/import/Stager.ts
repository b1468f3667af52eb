/**
 * Bringing states from elsewhere into the object store. Objects are written early, in slices of short transactions;
 * nothing refers to them until `importStates` does, and a `prune` of another process may take them away until then.
 */
import {
  blockTarget,
  type EntityKey,
  emptyTree,
  encodeChange,
  type NewObject,
  type NodeStore,
  type Row,
  type TreeChange,
  toHex,
  updateTree
} from "@white-room/core"
import type { Session } from "../library/Session.js"
import { writeReconciled } from "../live/reconcile.js"
import { sha256 } from "../object/compression.js"
import {
  hasObject,
  insertBlocks,
  nodeBlockTarget,
  type PackedBlock,
  packBlock,
  runsOf
} from "../object/objects.js"

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
    private readonly now: number
  ) {}

  /** The hashes of everything that was added. */
  get needs(): ReadonlyArray<Uint8Array> {
    return [...this.needed.values()]
  }

  /** Keeps an object; its hash must be that of its bytes. */
  add(object: NewObject): void {
    const name = toHex(object.hash)
    if (this.needed.has(name)) return
    this.needed.set(name, object.hash)
    if (hasObject(this.session.db, object.hash)) return
    this.run.push(object)
    this.size += object.bytes.length
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
    if (blocks.length > 0)
      writeReconciled(this.session, this.now, () => insertBlocks(this.session.db, blocks))
  }

  /** Writes what is left. */
  finish(): void {
    if (this.run.length > 0) this.pack()
    this.write()
  }
}

/** Keeps rows and the tree over them; of two rows of one entity the last counts. */
export const stageRows = (session: Session, rows: Iterable<ForeignRow>, now: number): StagedState => {
  const documents = new Stager(session, now)
  const changes: Array<TreeChange> = []
  for (const { kind, id, row } of rows) {
    const { record, objects } = encodeChange({ kind, id, row }, sha256)
    for (const object of objects) documents.add(object)
    changes.push({ kind, id, record })
  }
  documents.finish()
  const nodes = new Map<string, NewObject>()
  const store: NodeStore = {
    ...session.nodeStore(nodes),
    put: (bytes) => {
      const hash = sha256(bytes)
      nodes.set(toHex(hash), { hash, bytes })
      return hash
    }
  }
  const root = updateTree(emptyTree(store), changes, store)
  const fresh = [...nodes.values()].filter(({ hash }) => !hasObject(session.db, hash))
  const blocks = runsOf(fresh, nodeBlockTarget).map((run) => packBlock(run))
  for (let from = 0; from < blocks.length; from += blocksPerSlice * 8)
    writeReconciled(session, now, () =>
      insertBlocks(session.db, blocks.slice(from, from + blocksPerSlice * 8))
    )
  return { root, needs: [...documents.needs, ...[...nodes.values()].map(({ hash }) => hash)] }
}
