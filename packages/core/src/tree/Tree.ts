/**
 * The Merkle tree: a persistent map from entity to record. Its root hash depends on the map alone, not on how it
 * came about, so equal roots mean equal libraries, an update writes only the paths that change, and a diff walks
 * only what differs. All functions are synchronous and pure but for `NodeStore`, which keeps the nodes.
 */
import { compareBytes, equalBytes } from "../codec/Bytes.js"
import { type EntityKey, type Kind, kinds } from "../model/Entity.js"
import type { Sha256 } from "../object/Sha256.js"
import {
  decodeNode,
  decodeRoot,
  type Entry,
  encodeBranch,
  encodeLeaf,
  encodeRoot,
  entriesSize,
  entryKey,
  type KeyedEntry,
  leafLimit,
  type Node,
  type NodeRef,
  nibble,
  type Root
} from "./Node.js"

/** Where nodes live. `put` names bytes by their hash; `get` throws when there is none of that name. */
export interface NodeStore {
  readonly sha256: Sha256
  /** The bytes of a node. Throws when it is not there. */
  readonly get: (hash: Uint8Array) => Uint8Array
  /** Keeps a node and gives its hash. */
  readonly put: (node: Uint8Array) => Uint8Array
  /** Nodes that were read and decoded already; for walks that come by them several times. */
  readonly decoded?: DecodedNodes
}

/** Decoded nodes by kind and hash. May forget any of them at any time. */
export interface DecodedNodes {
  /** The node of a hash, where it was decoded before. */
  readonly get: (kind: Kind, hash: Uint8Array) => Node | undefined
  /** Remembers it; it may be forgotten at any time. */
  readonly set: (kind: Kind, hash: Uint8Array, node: Node) => unknown
}

/** `record: null` removes the entry. */
export interface TreeChange extends EntityKey {
  readonly record: Uint8Array | null
}

/** One entity that two trees hold differently. */
export interface TreeDifference extends EntityKey {
  readonly before: Uint8Array | undefined
  readonly after: Uint8Array | undefined
}

type Keyed = { readonly key: Uint8Array; readonly id: string; readonly record: Uint8Array | null }

/** A part of a trie that is not written yet, or an untouched part that is. */
type Part =
  | { readonly _tag: "Saved"; readonly ref: NodeRef }
  | { readonly _tag: "Small"; readonly entries: ReadonlyArray<KeyedEntry> }
  | { readonly _tag: "Large"; readonly children: ReadonlyArray<Part | undefined>; readonly count: number }

const countOf = (part: Part | undefined): number =>
  part === undefined
    ? 0
    : part._tag === "Saved"
      ? part.ref.count
      : part._tag === "Small"
        ? part.entries.length
        : part.count

const read = (kind: Kind, ref: NodeRef, store: NodeStore): Node =>
  decodeNode(kind, store.get(ref.hash), store.sha256)

/** A node by its reference. @throws MalformedData, and what the store throws */
export const load = (kind: Kind, ref: NodeRef, store: NodeStore): Node => {
  if (store.decoded === undefined) return read(kind, ref, store)
  const known = store.decoded.get(kind, ref.hash)
  if (known !== undefined) return known
  const node = read(kind, ref, store)
  store.decoded.set(kind, ref.hash, node)
  return node
}

const gather = (kind: Kind, ref: NodeRef, store: NodeStore): ReadonlyArray<KeyedEntry> => {
  const node = load(kind, ref, store)
  if (node._tag === "Leaf") return node.entries
  return node.children.flatMap((child) => (child === undefined ? [] : gather(kind, child, store)))
}

const gatherPart = (kind: Kind, part: Part | undefined, store: NodeStore): ReadonlyArray<KeyedEntry> => {
  if (part === undefined) return []
  if (part._tag === "Small") return part.entries
  if (part._tag === "Saved") return gather(kind, part.ref, store)
  return part.children.flatMap((child) => gatherPart(kind, child, store))
}

const split = <A extends { readonly key: Uint8Array }>(
  items: ReadonlyArray<A>,
  depth: number
): Array<Array<A>> => {
  const groups: Array<Array<A>> = Array.from({ length: 16 }, () => [])
  for (const item of items) groups[nibble(item.key, depth)]?.push(item)
  return groups
}

const mergeEntries = (
  entries: ReadonlyArray<KeyedEntry>,
  changes: ReadonlyArray<Keyed>
): ReadonlyArray<KeyedEntry> => {
  const byId = new Map(entries.map((entry) => [entry.id, entry]))
  for (const { id, key, record } of changes) {
    if (record === null) byId.delete(id)
    else byId.set(id, { id, key, record })
  }
  return [...byId.values()].sort((a, b) => compareBytes(a.key, b.key))
}

const partOfEntries = (entries: ReadonlyArray<KeyedEntry>, depth: number): Part => {
  if (entries.length <= leafLimit) return { _tag: "Small", entries }
  const children = split(entries, depth).map((group) =>
    group.length === 0 ? undefined : partOfEntries(group, depth + 1)
  )
  return { _tag: "Large", children, count: entries.length }
}

const updatePart = (
  kind: Kind,
  ref: NodeRef,
  depth: number,
  changes: ReadonlyArray<Keyed>,
  store: NodeStore
): Part => {
  const node = load(kind, ref, store)
  if (node._tag === "Leaf") return partOfEntries(mergeEntries(node.entries, changes), depth)
  const children = split(changes, depth).map((group, index): Part | undefined => {
    const child = node.children[index]
    if (group.length === 0) return child && { _tag: "Saved", ref: child }
    if (child !== undefined) return updatePart(kind, child, depth + 1, group, store)
    return partOfEntries(mergeEntries([], group), depth + 1)
  })
  const part: Part = {
    _tag: "Large",
    children,
    count: children.reduce((sum, child) => sum + countOf(child), 0)
  }
  return part.count <= leafLimit ? { _tag: "Small", entries: gatherPart(kind, part, store) } : part
}

const save = (kind: Kind, part: Part, store: NodeStore): NodeRef => {
  if (part._tag === "Saved") return part.ref
  if (part._tag === "Small")
    return {
      hash: store.put(encodeLeaf(part.entries)),
      count: part.entries.length,
      bytes: entriesSize(kind, part.entries)
    }
  const children = part.children.map((child) =>
    countOf(child) === 0 || child === undefined ? undefined : save(kind, child, store)
  )
  return {
    hash: store.put(encodeBranch(children)),
    count: part.count,
    bytes: children.reduce((sum, child) => sum + (child?.bytes ?? 0), 0)
  }
}

/** The root of the empty library: a constant. */
export const emptyTree = (store: NodeStore): Uint8Array => {
  const trie = (kind: Kind) => save(kind, { _tag: "Small", entries: [] }, store)
  return store.put(
    encodeRoot({ song: trie("song"), performance: trie("performance"), preferences: trie("preferences") })
  )
}

/** The tries below a root. */
export const rootOf = (root: Uint8Array, store: NodeStore): Root => decodeRoot(store.get(root))

const keyedOf = (changes: ReadonlyArray<TreeChange>, { sha256 }: NodeStore): ReadonlyArray<Keyed> =>
  changes.map(({ kind, id, record }) => ({ id, record, key: entryKey(kind, id, sha256) }))

/** The root whose tries an update gives. */
const updateRoot = (
  root: Uint8Array,
  store: NodeStore,
  update: (kind: Kind, before: NodeRef) => NodeRef
): Uint8Array => {
  const tries = rootOf(root, store)
  return store.put(
    encodeRoot({
      song: update("song", tries.song),
      performance: update("performance", tries.performance),
      preferences: update("preferences", tries.preferences)
    })
  )
}

/**
 * The root after changes; the last change of an entity counts. Only nodes on changed paths are put. All changes are taken
 * before the first node is read.
 */
export const updateTree = (root: Uint8Array, changes: Iterable<TreeChange>, store: NodeStore): Uint8Array => {
  const changed: Readonly<Record<Kind, Array<TreeChange>>> = { song: [], performance: [], preferences: [] }
  for (const change of changes) changed[change.kind].push(change)
  if (kinds.every((kind) => changed[kind].length === 0)) return root
  return updateRoot(root, store, (kind, before) =>
    changed[kind].length === 0
      ? before
      : save(kind, updatePart(kind, before, 0, keyedOf(changed[kind], store), store), store)
  )
}

/** Into so many parts `updateTreeByParts` divides the entities of a kind. */
export const treeParts = 16

/** The part of its kind that an entity is in. */
export const treePartOf = ({ kind, id }: EntityKey, sha256: Sha256): number =>
  nibble(entryKey(kind, id, sha256), 0)

/**
 * `updateTree` for more changes than should be in memory at once: those of one part of a kind are asked for when they are
 * needed, and its nodes put before the next is.
 */
export const updateTreeByParts = (
  root: Uint8Array,
  changesOf: (kind: Kind, part: number) => ReadonlyArray<TreeChange>,
  store: NodeStore
): Uint8Array =>
  updateRoot(root, store, (kind, before) => {
    const node = load(kind, before, store)
    const groups = node._tag === "Leaf" ? split(node.entries, 0) : []
    let isChanged = false
    const children = Array.from({ length: treeParts }, (_, part): Part | undefined => {
      const changes = keyedOf(changesOf(kind, part), store)
      const child = node._tag === "Leaf" ? undefined : node.children[part]
      isChanged ||= changes.length > 0
      if (child !== undefined && changes.length === 0) return { _tag: "Saved", ref: child }
      const made =
        child === undefined
          ? partOfEntries(mergeEntries(groups[part] ?? [], changes), 1)
          : updatePart(kind, child, 1, changes, store)
      return made._tag === "Large" ? { _tag: "Saved", ref: save(kind, made, store) } : made
    })
    if (!isChanged) return before
    const count = children.reduce((sum, child) => sum + countOf(child), 0)
    const part: Part = { _tag: "Large", children, count }
    return save(
      kind,
      count <= leafLimit ? { _tag: "Small", entries: gatherPart(kind, part, store) } : part,
      store
    )
  })

/** The entries of one kind, in key order. Reads no content. */
export function* entriesOf(root: Uint8Array, kind: Kind, store: NodeStore): Generator<Entry> {
  yield* entriesBelow(kind, rootOf(root, store)[kind], store)
}

function* entriesBelow(kind: Kind, ref: NodeRef, store: NodeStore): Generator<KeyedEntry> {
  const node = load(kind, ref, store)
  if (node._tag === "Leaf") yield* node.entries
  else for (const child of node.children) if (child !== undefined) yield* entriesBelow(kind, child, store)
}

/** The record of one entity, or `undefined`. Reads one path. */
export const lookup = (
  root: Uint8Array,
  { kind, id }: EntityKey,
  store: NodeStore
): Uint8Array | undefined => {
  const key = entryKey(kind, id, store.sha256)
  let ref: NodeRef | undefined = rootOf(root, store)[kind]
  for (let depth = 0; ref !== undefined; depth++) {
    const node: Node = load(kind, ref, store)
    if (node._tag === "Leaf") return node.entries.find((entry) => entry.id === id)?.record
    ref = node.children[nibble(key, depth)]
  }
  return undefined
}

/** Every entity that two trees hold differently, each once. Walks only what differs. */
export function* diffTrees(
  before: Uint8Array,
  after: Uint8Array,
  store: NodeStore
): Generator<TreeDifference> {
  if (equalBytes(before, after)) return
  const a = rootOf(before, store)
  const b = rootOf(after, store)
  for (const kind of kinds) yield* diffNodes(kind, a[kind], b[kind], store)
}

function* diffNodes(
  kind: Kind,
  before: NodeRef | undefined,
  after: NodeRef | undefined,
  store: NodeStore
): Generator<TreeDifference> {
  if (before !== undefined && after !== undefined && equalBytes(before.hash, after.hash)) return
  const a = before && load(kind, before, store)
  const b = after && load(kind, after, store)
  if (a?._tag === "Branch" && b?._tag === "Branch") {
    for (let i = 0; i < 16; i++) yield* diffNodes(kind, a.children[i], b.children[i], store)
    return
  }
  const old = new Map(
    (before ? [...entriesBelow(kind, before, store)] : []).map((entry) => [entry.id, entry.record])
  )
  for (const { id, record } of after ? entriesBelow(kind, after, store) : []) {
    const was = old.get(id)
    old.delete(id)
    if (was === undefined || !equalBytes(was, record)) yield { kind, id, before: was, after: record }
  }
  for (const [id, record] of old) yield { kind, id, before: record, after: undefined }
}
