/**
 * Nodes of the Merkle tree as bytes; see `docs/format.md`, "Tree". One map of entries has one encoding.
 *
 * ```
 * node   = "WRT" 1, then a list
 * leaf   = [0, [id, record] …] in the order of their keys
 * branch = [1, 16 children by nibble, each nil or a ref]
 * root   = [2, ref of each kind's trie]
 * ref    = [hash, entries below, bytes below]
 * ```
 * The key of an entry is SHA-256(kind code ‖ 0 ‖ id); it is not stored. `id` is the id string in UTF-8.
 */
import { ByteReader, ByteWriter, compareBytes, concatBytes, fromUtf8, utf8 } from "../codec/Bytes.js"
import {
  bytes,
  count,
  decode,
  encodeForNow,
  type Fields,
  startsWithMark,
  text,
  type Value
} from "../codec/MessagePack.js"
import {
  countBetween,
  elements,
  endOf,
  headSize,
  isBytesToken,
  isTextToken,
  textBetween
} from "../codec/Tokens.js"
import { malformed } from "../errors/malformed.js"
import { type Kind, kindCode, kinds } from "../model/Entity.js"
import { recordSize } from "../model/Record.js"
import type { Sha256 } from "../object/Sha256.js"

/** A node with at most this many entries below it is a leaf. */
export const leafLimit = 32

export interface Entry {
  readonly id: string
  readonly record: Uint8Array
}

export interface KeyedEntry extends Entry {
  readonly key: Uint8Array
}

/** A child of a branch, or a trie of a root: its hash and what lies below it. */
export interface NodeRef {
  readonly hash: Uint8Array
  readonly count: number
  readonly bytes: number
}

export interface Leaf {
  readonly _tag: "Leaf"
  readonly entries: ReadonlyArray<KeyedEntry>
}
export interface Branch {
  readonly _tag: "Branch"
  /** 16 places, by nibble. */
  readonly children: ReadonlyArray<NodeRef | undefined>
}
export type Node = Leaf | Branch

/** The content of a root object: one trie per kind. */
export type Root = Readonly<Record<Kind, NodeRef>>

const magic = Uint8Array.of(0x57, 0x52, 0x54, 1)
const tags = { leaf: 0, branch: 1, root: 2 } as const

/** True for bytes that begin as a node does; whether they are one, decoding tells. */
export const looksLikeNode = (bytes: Uint8Array): boolean => magic.every((byte, at) => bytes[at] === byte)

const keyWriter = new ByteWriter(256)

const keyOf = (kind: Kind, id: Uint8Array, sha256: Sha256): Uint8Array =>
  sha256(keyWriter.reset().byte(kindCode(kind)).byte(0).bytes(id).view())

/** Where an entry lies in the trie of its kind. */
export const entryKey = (kind: Kind, id: string, sha256: Sha256): Uint8Array => keyOf(kind, utf8(id), sha256)

/** The digit of a key that decides at a depth: 0 to 15. */
export const nibble = (key: Uint8Array, depth: number): number => {
  const byte = key[depth >> 1] ?? 0
  return depth % 2 === 0 ? byte >> 4 : byte & 15
}

/** Bytes that the rows of these entries stand for. */
export const entriesSize = (kind: Kind, entries: ReadonlyArray<Entry>): number =>
  entries.reduce((sum, entry) => sum + recordSize(kind, entry.record), 0)

const encodeNode = (list: ReadonlyArray<Value>): Uint8Array => concatBytes([magic, encodeForNow(list)])

/** The bytes of a leaf. */
export const encodeLeaf = (entries: ReadonlyArray<KeyedEntry>): Uint8Array =>
  encodeNode([tags.leaf, ...entries.map(({ id, record }) => [text(id), bytes(record)])])

const valueOfRef = (ref: NodeRef): Value => [bytes(ref.hash), count(ref.count), count(ref.bytes)]

const readRef = (fields: Fields): NodeRef => ({
  hash: fields.hash(),
  count: fields.count(),
  bytes: fields.count()
})

/** The bytes of a branch. */
export const encodeBranch = (children: Branch["children"]): Uint8Array =>
  encodeNode([tags.branch, ...children.map((child) => (child === undefined ? null : valueOfRef(child)))])

/** The bytes of a root. */
export const encodeRoot = (root: Root): Uint8Array =>
  encodeNode([tags.root, ...kinds.map((kind) => valueOfRef(root[kind]))])

const bad = (reason: string) => malformed("tree node", reason)

/** The text that begins at a place of a list, as a string and as bytes, and where it ends. */
const idAt = (list: Uint8Array, from: number): readonly [id: string, bytes: Uint8Array, end: number] => {
  // One that begins with a byte order mark is a list of its bytes.
  const marked = list[from] === 0x91
  const at = marked ? from + 1 : from
  const head = list[at] ?? 0
  if (marked ? !isBytesToken(head) : !isTextToken(head)) throw bad("an id is not a text")
  const end = endOf(list, at)
  const bytes = list.subarray(at + headSize(head), end)
  if (!marked) return [textBetween(list, at + headSize(head), end), bytes, end]
  const id = fromUtf8(bytes)
  if (id === undefined || !startsWithMark(id)) throw bad("an id is not a text")
  return [id, bytes, end]
}

/** Read on its bytes: a library has a leaf for every few songs, and most walks come by all of them. */
const readLeaf = (list: Uint8Array, places: ReadonlyArray<number>, kind: Kind, sha256: Sha256): Leaf => {
  const size = places.length - 2
  if (size > leafLimit) throw bad(`a leaf of ${size} entries`)
  const entries: Array<KeyedEntry> = []
  let previous: Uint8Array | undefined
  for (let index = 1; index <= size; index++) {
    const from = places[index] ?? 0
    if (list[from] !== 0x92) throw bad("an entry is not an id and a record")
    const [id, idBytes, at] = idAt(list, from + 1)
    const head = list[at] ?? 0
    if (!isBytesToken(head)) throw bad("an entry is not an id and a record")
    const key = keyOf(kind, idBytes, sha256)
    if (previous !== undefined && compareBytes(previous, key) >= 0) throw bad("its entries are not in order")
    entries.push({ id, record: list.subarray(at + headSize(head), places[index + 1]), key })
    previous = key
  }
  return { _tag: "Leaf", entries }
}

const readBranch = (fields: Fields): Branch => {
  if (fields.left !== 16) throw bad(`a branch of ${fields.left} places`)
  const children = fields.rest((each) => each.maybe(readRef))
  if (children.some((child) => child?.count === 0)) throw bad("an empty child")
  const below = children.reduce((sum, child) => sum + (child?.count ?? 0), 0)
  if (below <= leafLimit) throw bad(`a branch over ${below} entries should be a leaf`)
  return { _tag: "Branch", children }
}

/** The list behind the magic. */
const listOf = (bytes: Uint8Array, what: string): Uint8Array => {
  const reader = new ByteReader(bytes, what)
  reader.expect(magic, "WRT 1")
  return reader.bytes(reader.remaining)
}

/** Decodes a leaf or branch; values are views onto the input. @throws MalformedData unless it is canonical. */
export const decodeNode = (kind: Kind, bytes: Uint8Array, sha256: Sha256): Node => {
  const list = listOf(bytes, "tree node")
  const places = elements(list, "tree node")
  const tag = places.length < 2 ? undefined : countBetween(list, places[0] ?? 0, places[1] ?? 0)
  if (tag === tags.leaf) return readLeaf(list, places, kind, sha256)
  if (tag !== tags.branch) throw bad(`unknown tag ${tag}`)
  return decode(list, "tree node", (fields) => {
    fields.count()
    return readBranch(fields)
  })
}

/** @throws MalformedData */
export const decodeRoot = (bytes: Uint8Array): Root =>
  decode(listOf(bytes, "tree root"), "tree root", (fields) => {
    if (fields.count() !== tags.root) throw malformed("tree root", "it is another node")
    return {
      song: fields.list(readRef),
      performance: fields.list(readRef),
      preferences: fields.list(readRef)
    }
  })
