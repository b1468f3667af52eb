/** Writing bundles: chosen objects of a library, under a temporary name, read again in full, synced, then renamed. */
import * as fs from "node:fs"
import * as path from "node:path"
import {
  BundleDamaged,
  type BundleFrame,
  type BundleManifest,
  BundleReader,
  equalBytes,
  isTooDense,
  isWhiteRoomError,
  type NewObject,
  type NodeStore,
  type OnProgress,
  openBundleBlock,
  writeBundle
} from "@white-room/core"
import { beginFile, discard, publish } from "../file/NewFile.js"
import { breathe } from "../file/TargetFile.js"
import { brotli, sha256 } from "../object/Compression.js"
import { eachRun, type PackedBlock, packBlock, packRaw } from "../object/Objects.js"
import { hashesInStorageOrder } from "../object/StorageOrder.js"
import { finished } from "../session/finished.js"
import type { Session } from "../session/Session.js"
import { storageError } from "../sqlite/storageError.js"
import { requireWhole } from "./BundleContents.js"
import { type BundleFile, readBundleFile, sha256Hasher } from "./BundleFile.js"
import { Found } from "./Found.js"

/** Readers of bundles refuse blocks that grow out of all proportion when they are opened. */
const pack = (run: ReadonlyArray<NewObject>): PackedBlock => {
  const block = packBlock(run)
  if (!isTooDense(block.data)) return block
  return packRaw(run)
}

/** An object of the library that cannot be read, and so cannot be written either. */
export class ObjectUnreadable extends Error {
  constructor(
    readonly hash: Uint8Array,
    override readonly cause: unknown
  ) {
    super("an object cannot be read")
  }
}

function* readObjects(nodes: NodeStore, hashes: Iterable<Uint8Array>): Generator<NewObject> {
  for (const hash of hashes)
    try {
      yield { hash, bytes: nodes.get(hash).slice() }
    } catch (error) {
      throw new ObjectUnreadable(hash, error)
    }
}

/** What a bundle is to hold: the objects below roots. */
export interface BundleContent {
  readonly manifest: BundleManifest
  readonly nodes: NodeStore
  readonly hashes: ReadonlyArray<Uint8Array>
}

/** What was written: how many objects, and the hash of all their hashes in order. */
interface WrittenObjects {
  readonly count: number
  readonly hash: Uint8Array
}

/** The pieces of a bundle, in order. */
function* piecesOf(
  session: Session,
  { manifest, nodes, hashes }: BundleContent,
  onProgress: OnProgress | undefined
): Generator<Uint8Array, WrittenObjects> {
  const written = sha256Hasher()
  let done = 0
  function* blocks(): Generator<PackedBlock> {
    for (const run of eachRun(readObjects(nodes, hashesInStorageOrder(session.db, hashes)))) {
      for (const { hash } of run) written.update(hash)
      yield pack(run)
      done += run.length
      onProgress?.({ done, total: hashes.length, step: "write bundle" })
    }
  }
  yield* writeBundle(blocks(), manifest, sha256Hasher(), sha256)
  return { count: done, hash: written.digest() }
}

/** Writes to a file that was begun. */
const writeTo = (file: string, pieces: ReturnType<typeof piecesOf>): WrittenObjects => {
  const handle = fs.openSync(file, "r+")
  try {
    for (;;) {
      const { done, value } = pieces.next()
      if (done === true) return value
      for (let at = 0; at < value.length; ) at += fs.writeSync(handle, value, at)
    }
  } finally {
    fs.closeSync(handle)
  }
}

/** Hashes the objects of frames, each of which it opens. */
const objectHasher = () => {
  const found = sha256Hasher()
  return {
    take: (frame: BundleFrame): void => {
      if (frame._tag !== "Block") return
      for (const bytes of openBundleBlock(frame.block, brotli)) found.update(sha256(bytes))
    },
    /** @throws BundleDamaged */
    require: (written: Uint8Array, path: string): void => {
      if (!equalBytes(found.digest(), written))
        throw new BundleDamaged({ path, detail: "it does not hold what was written to it" })
    }
  }
}

/**
 * Reads a bundle as anybody would, opens every block, hashes every object, and walks from the root of everything that it
 * names to the last byte. @throws BundleDamaged
 */
const verify = (file: string, { count }: WrittenObjects): BundleFile => {
  const bundle = readBundleFile(file)
  const found = new Found()
  finished(found.read(bundle))
  const [damage] = found.damaged
  if (damage !== undefined) throw new BundleDamaged({ path: file, detail: damage.reason })
  if (found.objects !== count)
    throw new BundleDamaged({ path: file, detail: "it does not hold what was written to it" })
  requireWhole(file, bundle.manifest, found)
  return bundle
}

/**
 * The bytes of a bundle for what takes them further, such as encryption: never in a file as they are. They are read as
 * anybody would while they pass by. Other work goes on in between, so `session` must have a snapshot of its own.
 * @throws BundleDamaged | ObjectUnreadable
 */
export async function* streamBundle(
  session: Session,
  target: string,
  content: BundleContent,
  onProgress?: OnProgress
): AsyncGenerator<Uint8Array> {
  const reader = new BundleReader(sha256Hasher(), sha256)
  const objects = objectHasher()
  const pieces = piecesOf(session, content, onProgress)
  for (;;) {
    const { done, value } = pieces.next()
    if (done === true) {
      reader.finish()
      objects.require(value.hash, target)
      return
    }
    const piece = Uint8Array.from(value)
    for (const frame of reader.push(piece)) objects.take(frame)
    yield piece
    await breathe()
  }
}

/** What the system said about the disk of a bundle, not about that of the library. */
const ofFolder = (error: unknown, folder: string): unknown => {
  if (error instanceof ObjectUnreadable || isWhiteRoomError(error)) return error
  return storageError(error, folder) ?? error
}

/**
 * Writes under a temporary name, which nobody takes for a bundle, reads it again in full, and only then gives it its
 * name.
 * @throws FileExists | DiskFull | LibraryReadOnly | StorageFailed | BundleDamaged | ObjectUnreadable; then nothing is left behind
 */
export const writeBundleFile = (
  session: Session,
  folder: string,
  name: string,
  content: BundleContent,
  { replace, onProgress }: { readonly replace: boolean; readonly onProgress?: OnProgress | undefined }
): BundleFile => {
  let temporary: string | undefined
  try {
    temporary = beginFile(folder, { of: session.path })
    const written = writeTo(temporary, piecesOf(session, content, onProgress))
    const bundle = verify(temporary, written)
    const target = path.join(folder, name)
    publish(temporary, target, replace)
    return { ...bundle, path: target }
  } catch (error) {
    throw ofFolder(error, folder)
  } finally {
    if (temporary !== undefined) discard(temporary)
  }
}
