/**
 * What was found in files of bundles, whatever they say they hold: every object was decompressed and hashed. Tree nodes
 * are kept, of documents the lengths; neither needs more memory than the trees and one block.
 */
import {
  BundleDamaged,
  bundleBounds,
  equalBytes,
  isWhiteRoomError,
  MalformedData,
  malformed,
  type NewObject,
  type NodeStore,
  type ObjectRef,
  openBundleBlock,
  toHex
} from "@white-room/core"
import type { Damage } from "../check/Findings.js"
import { reasonOf } from "../check/Findings.js"
import { brotli, sha256 } from "../object/Compression.js"
import { fileName, framesOfFile } from "./BundleFile.js"

/** Where to look for objects that the bundles do not have: the library they are read for. */
export interface Fallback {
  readonly node: (hash: Uint8Array) => Uint8Array | undefined
  /** The length of a document, when it is there. */
  readonly documentLength: (hash: Uint8Array) => number | undefined
}

/** A file that may be a bundle, or what is left of one. */
export interface FoundFile {
  readonly path: string
  readonly bytes: number
}

const nodeMagic = Uint8Array.of(0x57, 0x52, 0x54)

const isNode = (bytes: Uint8Array): boolean => equalBytes(bytes.subarray(0, nodeMagic.length), nodeMagic)

/**
 * The objects of a file by their names, as views onto its blocks, and nothing after each block: then other work may be
 * done. A block that cannot be read is told and passed over.
 */
export function* objectsOfFile(
  file: string,
  damaged: (reason: string) => void,
  onRead: (bytes: number) => void
): Generator<NewObject | undefined> {
  let claimed = 0
  let found = 0
  try {
    for (const frame of framesOfFile(file, onRead)) {
      if (frame._tag === "End") claimed = frame.end.objects
      if (frame._tag !== "Block") continue
      try {
        for (const bytes of openBundleBlock(frame.block, brotli)) {
          found++
          yield { hash: sha256(bytes), bytes }
        }
      } catch (error) {
        if (!(error instanceof MalformedData)) throw error
        damaged(error.reason)
      }
      yield undefined
    }
    if (claimed !== found) damaged(`it holds ${found} objects in place of ${claimed}`)
  } catch (error) {
    if (!isWhiteRoomError(error)) throw error
    damaged(error instanceof BundleDamaged ? error.detail : reasonOf(error))
  }
}

export class Found {
  private readonly nodeBytes = new Map<string, Uint8Array>()
  private readonly lengths = new Map<string, number>()
  /** Files that are not what was written. */
  readonly damaged: Array<Damage> = []
  objects = 0
  bytes = 0
  private held = 0
  private fileBytes = 0

  private add({ hash, bytes }: NewObject): void {
    const name = toHex(hash)
    this.objects++
    this.bytes += bytes.length
    if (this.lengths.has(name)) return
    this.lengths.set(name, bytes.length)
    if (!isNode(bytes)) return
    this.nodeBytes.set(name, bytes.slice())
    this.held += bytes.length
  }

  /** Reads a file to its end; other fibers may run at each `yield`. @throws BundleDamaged for one made to fill the memory */
  *read({ path, bytes }: FoundFile, onRead: (bytes: number) => void = () => undefined): Generator<void> {
    this.fileBytes += bytes
    const limit = bundleBounds(this.fileBytes)
    const what = fileName(path)
    const damaged = (reason: string) => this.damaged.push({ what, reason, backups: [], entities: [] })
    for (const object of objectsOfFile(path, damaged, onRead)) {
      if (object === undefined) {
        yield
        continue
      }
      this.add(object)
      if (this.objects > limit.objects || this.held > limit.nodeBytes)
        throw new BundleDamaged({ path, detail: "it holds more than any honest bundle of its size" })
    }
  }

  nodes(fallback?: Fallback): NodeStore {
    return {
      sha256,
      get: (hash) => {
        const node = this.nodeBytes.get(toHex(hash)) ?? fallback?.node(hash)
        if (node === undefined) throw malformed("tree node", "a part of the list of songs is missing")
        return node
      },
      put: () => {
        throw new Error("bundles are only read")
      }
    }
  }

  /** Says what is wrong with a document. @throws MalformedData when it is missing or another */
  requireDocument(ref: ObjectRef, fallback?: Fallback): void {
    const length = this.lengths.get(toHex(ref.hash)) ?? fallback?.documentLength(ref.hash)
    if (length === undefined) throw malformed("document", "its document is missing")
    if (length !== ref.length) throw malformed("document", "its document has another length than it says")
  }
}
