import * as FastCheck from "effect/FastCheck"
import { toHex } from "../../src/codec/Bytes.js"
import {
  type Cell,
  type EntityKey,
  type Kind,
  keyString,
  kinds,
  liveTables,
  text
} from "../../src/model/Entity.js"
import { encodeCells } from "../../src/model/Record.js"
import { ObjectRef } from "../../src/model/RecordCells.js"
import type { Sha256 } from "../../src/object/Sha256.js"
import { emptyTree, type NodeStore, type TreeChange, updateTree } from "../../src/tree/Tree.js"
import { sha256 } from "../sha256.js"

/** Keeps nodes in memory and gives out only what has the bytes of its name; counts what is asked of it. */
export class MemoryNodes implements NodeStore {
  readonly nodes = new Map<string, Uint8Array>()
  gets = 0
  puts = 0

  constructor(readonly sha256: Sha256) {}

  get = (hash: Uint8Array): Uint8Array => {
    this.gets++
    const bytes = this.nodes.get(toHex(hash))
    if (bytes === undefined) throw new Error(`no node ${toHex(hash)}`)
    if (toHex(this.sha256(bytes)) !== toHex(hash)) throw new Error(`node ${toHex(hash)} has other bytes`)
    return bytes
  }

  put = (node: Uint8Array): Uint8Array => {
    this.puts++
    const hash = this.sha256(node)
    this.nodes.set(toHex(hash), node)
    return hash
  }
}

/**
 * SHA-256, but the keys of entries (kind, 0, id) all begin with six equal nibbles: a few dozen entries then make
 * paths as deep as millions would.
 */
const deepKeys: Sha256 = (bytes) => {
  const hash = sha256(bytes)
  if (bytes[1] === 0) hash.fill(0xab, 0, 3)
  return hash
}

export const nodeStores = {
  "with evenly spread keys": () => new MemoryNodes(sha256),
  "with keys that make deep paths": () => new MemoryNodes(deepKeys)
}

/** A small record of an entity; equal for equal values. */
const recordOf = ({ kind, id }: EntityKey, value: number): Uint8Array => {
  const cells = new Map<string, Cell | ObjectRef>([
    [liveTables[kind].idColumn, text(id)],
    [liveTables[kind].nameColumn, text(`Take ${value}`)]
  ])
  const content = liveTables[kind].contentColumn
  if (content !== undefined)
    cells.set(content, new ObjectRef(new Uint8Array(32).fill(value), value * 100, true))
  return encodeCells(kind, cells)
}

/** What a tree holds, as a plain map. */
export type Model = ReadonlyMap<string, EntityKey & { readonly record: Uint8Array }>

export const modelOf = (changes: Iterable<TreeChange>): Model => {
  const model = new Map<string, EntityKey & { readonly record: Uint8Array }>()
  for (const { kind, id, record } of changes) {
    if (record === null) model.delete(keyString(kind, id))
    else model.set(keyString(kind, id), { kind, id, record })
  }
  return model
}

export const treeOf = (changes: Iterable<TreeChange>, nodes: NodeStore): Uint8Array =>
  updateTree(emptyTree(nodes), [...changes], nodes)

/** The model in one fixed form, to be compared with `toEqual`. */
export const plain = (
  entities: Iterable<EntityKey & { readonly record: Uint8Array }>
): ReadonlyArray<string> =>
  [...entities].map(({ kind, id, record }) => `${kind} ${id} ${toHex(record)}`).sort()

export const put = (kind: Kind, id: string, value: number): TreeChange => ({
  kind,
  id,
  record: recordOf({ kind, id }, value)
})

export const removal = ({ kind, id }: EntityKey): TreeChange => ({ kind, id, record: null })

const id = FastCheck.oneof(
  { weight: 9, arbitrary: FastCheck.nat(150).map((number) => `song-${number}`) },
  { weight: 1, arbitrary: FastCheck.string({ unit: "grapheme", maxLength: 8 }) }
)

const kind = FastCheck.oneof(
  { weight: 8, arbitrary: FastCheck.constant("song" as const) },
  { weight: 2, arbitrary: FastCheck.constantFrom(...kinds) }
)

export const puts = FastCheck.array(
  FastCheck.tuple(kind, id, FastCheck.nat(3)).map(([kind, id, value]) => put(kind, id, value)),
  { maxLength: 110, size: "max" }
)

export const changes = FastCheck.array(
  FastCheck.tuple(kind, id, FastCheck.nat(3), FastCheck.boolean()).map(([kind, id, value, gone]) =>
    gone ? removal({ kind, id }) : put(kind, id, value)
  ),
  { maxLength: 110, size: "max" }
)
