/** Bundles as files: what one holds, from its head and end, and its frames from the first byte to the last. */
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import {
  BundleDamaged,
  type BundleEnd,
  type BundleFrame,
  type BundleManifest,
  BundleNotFound,
  BundleReader,
  BundleTooNew,
  ByteReader,
  bundleHead,
  checkFrame,
  checkHead,
  decodeEnd,
  endLength,
  errorCode,
  fileErrorReason,
  frameTypes,
  type Hasher,
  MalformedData,
  malformed,
  manifestOfEnd
} from "@white-room/core"
import { openFile } from "../file/OpenFile.js"
import { sha256 } from "../object/Compression.js"

export interface BundleFile {
  readonly path: string
  readonly bytes: number
  readonly end: BundleEnd
  readonly manifest: BundleManifest
}

export const sha256Hasher = (): Hasher => {
  const hash = createHash("sha256")
  return { update: (bytes) => hash.update(bytes), digest: () => hash.digest() }
}

/** What a decoder says of the bytes of a file, said of the file. */
const ofFile = (file: string, error: unknown): unknown => {
  if (error instanceof MalformedData) return new BundleDamaged({ path: file, detail: error.reason })
  if (error instanceof BundleTooNew)
    return new BundleTooNew({ path: file, version: error.version, supported: error.supported })
  return error
}

const readAt = (handle: number, position: number, length: number): Uint8Array => {
  const bytes = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const got = fs.readSync(handle, bytes, filled, length - filled, position + filled)
    if (got === 0) throw malformed("bundle", "it was cut off")
    filled += got
  }
  return bytes
}

/** Opens what may be anything in a folder of others. @throws BundleNotFound for what is not a file, or cannot be read */
const openBundle = (file: string): number => {
  try {
    return openFile(file)
  } catch (error) {
    if (errorCode(error) === "") throw error
    throw new BundleNotFound({ path: file, reason: fileErrorReason(error) })
  }
}

const withFile = <A>(file: string, body: (handle: number, size: number) => A): A => {
  const handle = openBundle(file)
  try {
    return body(handle, fs.fstatSync(handle).size)
  } catch (error) {
    throw ofFile(file, error)
  } finally {
    fs.closeSync(handle)
  }
}

/** The payload of the frame between `from` and the end. */
const manifestPayload = (handle: number, from: number, to: number): Uint8Array => {
  if (from < bundleHead.length || to - from < 2)
    throw malformed("bundle", "its manifest is not where its end says")
  checkFrame(frameTypes.manifest, to - from - 2)
  const reader = new ByteReader(readAt(handle, from, to - from), "bundle")
  if (reader.byte() !== frameTypes.manifest)
    throw malformed("bundle", "its manifest is not where its end says")
  const payload = reader.prefixed()
  reader.end()
  return payload
}

/**
 * What a bundle says it holds; reads its head, its end and its manifest only.
 * @throws BundleNotFound for what is not a bundle, BundleDamaged, BundleTooNew
 */
export const readBundleFile = (file: string): BundleFile =>
  withFile(file, (handle, size) => {
    const head = readAt(handle, 0, Math.min(size, bundleHead.length))
    try {
      checkHead(head)
    } catch (error) {
      if (error instanceof MalformedData)
        throw new BundleNotFound({ path: file, reason: "it is not a bundle" })
      throw error
    }
    if (size < bundleHead.length + endLength) throw malformed("bundle", "it was cut off")
    const endAt = size - endLength
    const end = decodeEnd(readAt(handle, endAt, endLength))
    const manifest = manifestOfEnd(manifestPayload(handle, end.manifestAt, endAt), end, sha256)
    return { path: file, bytes: size, end, manifest }
  })

/** Bytes that are read at once. */
const readSize = 1024 * 1024

/** All frames of a file, one by one; tells after each the bytes read so far. @throws BundleDamaged | BundleTooNew */
export function* framesOfFile(file: string, onRead?: (bytes: number) => void): Generator<BundleFrame> {
  const handle = openBundle(file)
  try {
    const reader = new BundleReader(sha256Hasher(), sha256)
    for (;;) {
      const piece = Buffer.allocUnsafe(readSize)
      const got = fs.readSync(handle, piece, 0, readSize, null)
      if (got === 0) break
      onRead?.(got)
      yield* reader.push(piece.subarray(0, got))
    }
    reader.finish()
  } catch (error) {
    throw ofFile(file, error)
  } finally {
    fs.closeSync(handle)
  }
}

/** Two files with one name are one file for a person. */
export const fileName = (file: string): string => path.basename(file)
