/**
 * A bundle: one file that carries backups, or a part of a library, from one place to another. See `docs/format.md`,
 * "Bundle".
 *
 * ```
 * bundle   = "WRBUNDLE" 1, frame of each block, frame of the manifest, frame of the end
 * frame    = type (1 block, 2 manifest, 3 end), varint length, payload
 * manifest = [library, time, [[hash, file] …] needs, [bytes …] backups, nil or [label, hash] state]
 * end      = int64 offset of the manifest's frame, int64 blocks, int64 objects, hash of the manifest, name
 * ```
 * The name of a bundle is the SHA-256 of everything before it. The end has a fixed length, so that head, end and
 * manifest say what a file holds without reading its blocks.
 */
import { bounds } from "../bounds/Bounds.js"
import { ByteReader, ByteWriter, compareBytes, equalBytes, utf8 } from "../codec/Bytes.js"
import { bytes, count, decode, encode, type Fields, text } from "../codec/MessagePack.js"
import { BundleTooNew } from "../errors/BundleError.js"
import { malformed } from "../errors/malformed.js"
import { backupTextFault } from "../log/backupTextFault.js"
import { type BackupTaken, decodeBackupTaken, encodeBackupTaken } from "../log/Event.js"
import { blockLimit, type Compression, extentsOfBody, openBlock } from "../object/Block.js"
import type { Sha256 } from "../object/Sha256.js"

/** What the name of a bundle's file ends with. */
export const bundleExtension = ".whiteroom"

/** The version this program writes, and the newest it reads. */
export const bundleVersion = 1

const magic = utf8("WRBUNDLE")

/** Magic and version. */
export const bundleHead: Uint8Array = Uint8Array.of(...magic, bundleVersion)

/** What a frame of a bundle can be. */
export const frameTypes = { block: 1, manifest: 2, end: 3 } as const

/** No manifest is larger. */
export const manifestLimit = 64 * 1024 * 1024

const endPayload = 3 * 8 + 2 * 32

/** Bytes of the end's frame, which are the last of the file. */
export const endLength = 2 + endPayload

/** A bundle by its name, and the name its file had. */
export interface BundleLink {
  readonly hash: Uint8Array
  readonly file: string
}

/** What a bundle holds. */
export interface BundleManifest {
  readonly libraryId: string
  /** When it was written, in milliseconds since 1970; for people, it decides nothing. */
  readonly time: number
  /** The bundles that hold what this one lacks, by ascending hash; none: it stands on its own. */
  readonly needs: ReadonlyArray<BundleLink>
  /** By ascending number. */
  readonly backups: ReadonlyArray<BackupTaken>
  /** A state that is not a backup, such as a single song. */
  readonly state: { readonly label: string; readonly root: Uint8Array } | undefined
}

/** The last frame. */
export interface BundleEnd {
  /** Where the frame of the manifest begins. */
  readonly manifestAt: number
  readonly blocks: number
  readonly objects: number
  readonly manifestHash: Uint8Array
  /** The bundle's name. */
  readonly hash: Uint8Array
}

const bad = (reason: string) => malformed("bundle", reason)

/** The bytes of a manifest. */
export const encodeManifest = ({ libraryId, time, needs, backups, state }: BundleManifest): Uint8Array =>
  encode([
    text(libraryId),
    count(time),
    needs.toSorted((a, b) => compareBytes(a.hash, b.hash)).map(({ hash, file }) => [bytes(hash), text(file)]),
    backups.toSorted((a, b) => a.number - b.number).map((backup) => bytes(encodeBackupTaken(backup))),
    state === undefined ? null : [text(state.label), bytes(state.root)]
  ])

/** A list of values that must come in ascending order, and not more than any honest bundle has. */
const ascending = <A>(
  fields: Fields,
  read: (fields: Fields) => A,
  order: (a: A, b: A) => number
): ReadonlyArray<A> => {
  let count = 0
  const bounded = (each: Fields): A => {
    if (++count > bounds.bundleEntries) throw bad("its manifest lists more than any honest one does")
    return read(each)
  }
  const values = fields.list((list) => list.rest(bounded))
  for (const [index, value] of values.entries()) {
    const before = values[index - 1]
    if (before !== undefined && order(before, value) >= 0) throw bad("its manifest is not in order")
  }
  return values
}

/** A text that is no longer, in bytes, than any honest one. */
const shortText = (fields: Fields, limit: number): string => {
  const value = fields.text()
  if (utf8(value).length > limit) throw bad("its manifest has a name that is longer than any honest one")
  return value
}

const readLink = (fields: Fields): BundleLink => ({
  hash: fields.hash().slice(),
  file: shortText(fields, bounds.fileNameBytes)
})

const readBackup = (fields: Fields): BackupTaken => {
  const taken = decodeBackupTaken(fields.bytes())
  const fault = backupTextFault(taken)
  if (fault !== undefined) throw bad(`the ${fault.field} of a backup in it: ${fault.reason}`)
  return taken
}

/** @throws MalformedData unless it is canonical */
export const decodeManifest = (bytes: Uint8Array): BundleManifest =>
  decode(bytes, "bundle", (fields) => ({
    libraryId: shortText(fields, bounds.idLength),
    time: fields.time(),
    needs: ascending(
      fields,
      (each) => each.list(readLink),
      (a, b) => compareBytes(a.hash, b.hash)
    ),
    backups: ascending(fields, readBackup, (a, b) => a.number - b.number),
    state: fields.maybe((state) => ({
      label: shortText(state, bounds.headBytes),
      root: state.hash().slice()
    }))
  }))

/** The frame of the end, but for the name, which is the hash of it and everything before. */
export const encodeEnd = (end: Omit<BundleEnd, "hash">): Uint8Array =>
  new ByteWriter(endLength)
    .byte(frameTypes.end)
    .varint(endPayload)
    .integer(end.manifestAt)
    .integer(end.blocks)
    .integer(end.objects)
    .bytes(end.manifestHash)
    .finish()

/** The last `endLength` bytes of a bundle. @throws MalformedData */
export const decodeEnd = (tail: Uint8Array): BundleEnd => {
  const reader = new ByteReader(tail, "bundle")
  if (tail.length !== endLength) throw bad("it was cut off")
  if (reader.byte() !== frameTypes.end || reader.varint() !== endPayload) throw bad("it has no end")
  return {
    manifestAt: reader.integer(),
    blocks: reader.integer(),
    objects: reader.integer(),
    manifestHash: reader.bytes(32).slice(),
    hash: reader.bytes(32).slice()
  }
}

/** @throws MalformedData for what is not a bundle, BundleTooNew for one of a later version */
export const checkHead = (bytes: Uint8Array): void => {
  if (bytes.length < bundleHead.length || !equalBytes(bytes.subarray(0, magic.length), magic))
    throw bad("it does not begin with WRBUNDLE")
  const version = bytes[magic.length] ?? 0
  if (version > bundleVersion || version === 0)
    throw new BundleTooNew({ path: "This bundle", version, supported: bundleVersion })
}

/** The manifest that an end speaks of. @throws MalformedData when it is another one */
export const manifestOfEnd = (payload: Uint8Array, end: BundleEnd, sha256: Sha256): BundleManifest => {
  if (!equalBytes(sha256(payload), end.manifestHash)) throw bad("its manifest is not what its end says")
  return decodeManifest(payload)
}

/**
 * What no honest bundle goes past, so that a small file cannot take much memory: writers keep to it, readers refuse the
 * rest. A block may be `small` bytes and grow by `dense` when it is opened, up to `medium`; what is larger than that
 * grows by `loose` at most, as every object so large does that is worth compressing.
 */
const expansion = { small: 64 * 1024, dense: 256, medium: 16 * 1024 * 1024, loose: 16 } as const

const largestBody = (block: Uint8Array): number =>
  Math.min(
    expansion.small + expansion.dense * block.length,
    expansion.medium + expansion.loose * block.length
  )

/** What bundles of so many bytes together may hold. Each object is named by 32 bytes that do not compress. */
export const bundleBounds = (bytes: number): { readonly objects: number; readonly nodeBytes: number } => ({
  objects: 10_000 + bytes / 16,
  nodeBytes: 32 * (1024 * 1024 + bytes)
})

/** What a block claims to grow to. */
const bodyLength = (block: Uint8Array): number => {
  const reader = new ByteReader(block, "block")
  reader.bytes(5)
  return reader.varint()
}

/** True for a block that a reader of bundles refuses, because it would grow too much: store it raw. */
export const isTooDense = (block: Uint8Array): boolean => bodyLength(block) > largestBody(block)

/** The objects of a bundle's block, as views onto its body. @throws MalformedData, before it allocates too much */
export const openBundleBlock = (block: Uint8Array, compression: Compression): ReadonlyArray<Uint8Array> => {
  if (isTooDense(block)) throw bad("a block would grow to more than any honest one")
  const body = openBlock(block, compression)
  return extentsOfBody(body).map(({ offset, length }) => body.subarray(offset, offset + length))
}

/** The longest payload of each type of frame. @throws MalformedData for an unknown type or a longer frame */
export const checkFrame = (type: number, length: number): void => {
  const limit =
    type === frameTypes.block
      ? blockLimit + 64
      : type === frameTypes.manifest
        ? manifestLimit
        : type === frameTypes.end
          ? endPayload
          : undefined
  if (limit === undefined) throw bad(`it has a frame of the unknown type ${type}`)
  if (length > limit) throw bad("a frame claims to be larger than any")
}
