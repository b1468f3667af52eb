/**
 * Nodes of the Merkle tree as bytes; see `docs/format.md`, "Tree". One map of entries has one encoding.
 *
 * ```
 * node   = "WRT" 1, tag
 * leaf   (tag 0) = varint count, count × (prefixed id, prefixed record), in the order of their keys
 * branch (tag 1) = 16-bit set of children, then per child: hash, varint entries below, varint bytes below
 * root   (tag 2) = per kind: hash of its trie, varint entries, varint bytes
 * ```
 * The key of an entry is SHA-256(kind code ‖ 0 ‖ id); it is not stored. `id` is the id string in UTF-8.
 */
import { ByteReader, ByteWriter, compareBytes, fromUtf8, utf8 } from "../codec/Bytes.js"
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

const keyWriter = new ByteWriter(256)

/** Where an entry lies in the trie of its kind. */
export const entryKey = (kind: Kind, id: string, sha256: Sha256): Uint8Array =>
  keyOfBytes(kind, utf8(id), sha256)

const keyOfBytes = (kind: Kind, id: Uint8Array, sha256: Sha256): Uint8Array =>
  sha256(keyWriter.reset().byte(kindCode(kind)).byte(0).bytes(id).view())

/** The digit of a key that decides at a depth: 0 to 15. */
export const nibble = (key: Uint8Array, depth: number): number => {
  const byte = key[depth >> 1] ?? 0
  return depth % 2 === 0 ? byte >> 4 : byte & 15
}

/** Bytes that the rows of these entries stand for. */
export const entriesSize = (kind: Kind, entries: ReadonlyArray<Entry>): number =>
  entries.reduce((sum, entry) => sum + recordSize(kind, entry.record), 0)

/** The bytes of a leaf. */
export const encodeLeaf = (entries: ReadonlyArray<KeyedEntry>): Uint8Array => {
  const writer = new ByteWriter(2048).bytes(magic).byte(tags.leaf).varint(entries.length)
  for (const entry of entries) writer.text(entry.id).prefixed(entry.record)
  return writer.finish()
}

const writeRef = (writer: ByteWriter, ref: NodeRef): ByteWriter =>
  writer.bytes(ref.hash).varint(ref.count).varint(ref.bytes)

const readRef = (reader: ByteReader): NodeRef => ({
  hash: reader.bytes(32),
  count: reader.varint(),
  bytes: reader.varint()
})

/** The bytes of a branch. */
export const encodeBranch = (children: Branch["children"]): Uint8Array => {
  let present = 0
  children.forEach((child, index) => {
    if (child !== undefined) present |= 1 << index
  })
  const writer = new ByteWriter(640)
    .bytes(magic)
    .byte(tags.branch)
    .byte(present >> 8)
    .byte(present & 255)
  for (const child of children) if (child !== undefined) writeRef(writer, child)
  return writer.finish()
}

/** The bytes of a root. */
export const encodeRoot = (root: Root): Uint8Array => {
  const writer = new ByteWriter(160).bytes(magic).byte(tags.root)
  for (const kind of kinds) writeRef(writer, root[kind])
  return writer.finish()
}

const readLeaf = (reader: ByteReader, kind: Kind, sha256: Sha256): Leaf => {
  const count = reader.varint()
  if (count > leafLimit) throw malformed("tree node", `a leaf of ${count} entries`)
  const entries: Array<KeyedEntry> = []
  for (let i = 0; i < count; i++) {
    const bytes = reader.prefixed()
    const id = fromUtf8(bytes)
    if (id === undefined) throw malformed("tree node", "an id is not UTF-8")
    const entry = { id, record: reader.prefixed(), key: keyOfBytes(kind, bytes, sha256) }
    const previous = entries.at(-1)
    if (previous !== undefined && compareBytes(previous.key, entry.key) >= 0)
      throw malformed("tree node", "its entries are not in order")
    entries.push(entry)
  }
  return { _tag: "Leaf", entries }
}

const readBranch = (reader: ByteReader): Branch => {
  const present = (reader.byte() << 8) | reader.byte()
  const children = Array.from({ length: 16 }, (_, index) =>
    present & (1 << index) ? readRef(reader) : undefined
  )
  if (children.some((child) => child?.count === 0)) throw malformed("tree node", "an empty child")
  const count = children.reduce((sum, child) => sum + (child?.count ?? 0), 0)
  if (count <= leafLimit) throw malformed("tree node", `a branch over ${count} entries should be a leaf`)
  return { _tag: "Branch", children }
}

/** Decodes a leaf or branch; values are views onto the input. @throws MalformedData unless it is canonical. */
export const decodeNode = (kind: Kind, bytes: Uint8Array, sha256: Sha256): Node => {
  const reader = new ByteReader(bytes, "tree node")
  reader.expect(magic, "WRT 1")
  const tag = reader.byte()
  if (tag !== tags.leaf && tag !== tags.branch) throw malformed("tree node", `unknown tag ${tag}`)
  const node = tag === tags.leaf ? readLeaf(reader, kind, sha256) : readBranch(reader)
  reader.end()
  return node
}

/** @throws MalformedData */
export const decodeRoot = (bytes: Uint8Array): Root => {
  const reader = new ByteReader(bytes, "tree root")
  reader.expect(magic, "WRT 1")
  if (reader.byte() !== tags.root) throw malformed("tree root", "it is another node")
  const root = { song: readRef(reader), performance: readRef(reader), preferences: readRef(reader) }
  reader.end()
  return root
}
