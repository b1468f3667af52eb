/** Reading a bundle from its first byte to its last, as the bytes come: from a file, a pipe or a decryption. */
import { ByteReader, concatBytes, equalBytes } from "../codec/Bytes.js"
import { malformed } from "../errors/malformed.js"
import type { Sha256 } from "../object/Sha256.js"
import {
  type BundleEnd,
  type BundleManifest,
  bundleHead,
  checkFrame,
  checkHead,
  decodeEnd,
  decodeManifest,
  endLength,
  frameTypes
} from "./Bundle.js"
import type { Hasher } from "./writeBundle.js"

/** A part of a bundle; blocks come first, then the manifest, then the end. */
export type BundleFrame =
  | { readonly _tag: "Block"; readonly block: Uint8Array }
  | { readonly _tag: "Manifest"; readonly manifest: BundleManifest }
  | { readonly _tag: "End"; readonly end: BundleEnd }

const bad = (reason: string) => malformed("bundle", reason)

/** The longest head of a frame: a type and a varint. */
const longestHead = 9

/**
 * Takes bytes in pieces of any size and gives the frames that are complete. It holds the bytes of one frame that is
 * not complete yet and no more; what a frame claims to be long is not allocated before its bytes came.
 *
 * The blocks are given as they are: `openBundleBlock` opens them. That order, counts, manifest and end fit, and that
 * all bytes have the hash of the bundle's name, is checked on the way, at the latest when the end is given.
 */
export class BundleReader {
  private pieces: Array<Uint8Array> = []
  private size = 0
  private offset = 0
  private blocks = 0
  private manifestAt: number | undefined
  private manifestHash: Uint8Array | undefined
  private ended = false

  constructor(
    private readonly hasher: Hasher,
    private readonly sha256: Sha256
  ) {}

  /** Bytes that wait for the rest of their frame. */
  get held(): number {
    return this.size
  }

  /**
   * The frames that these bytes complete; they are views onto them, so the bytes must not change any more.
   * @throws MalformedData | BundleTooNew; then the reader is at its end.
   */
  *push(bytes: Uint8Array): Generator<BundleFrame> {
    if (bytes.length === 0) return
    if (this.ended) throw bad("something follows its end")
    this.pieces.push(bytes)
    this.size += bytes.length
    if (this.offset === 0) {
      if (this.size < bundleHead.length) return
      const head = this.take(bundleHead.length)
      checkHead(head)
      this.hasher.update(head)
    }
    for (let frame = this.next(); frame !== undefined; frame = this.next()) yield frame
    if (this.ended && this.size > 0) throw bad("something follows its end")
  }

  /** Says that no more bytes will come. @throws MalformedData when the end was not among them */
  finish(): void {
    if (!this.ended) throw bad("it was cut off")
  }

  private peek(length: number): Uint8Array {
    const [first] = this.pieces
    if (first !== undefined && first.length >= length) return first.subarray(0, length)
    const joined = concatBytes(this.pieces)
    this.pieces = [joined]
    return joined.subarray(0, length)
  }

  private take(length: number): Uint8Array {
    const taken = this.peek(length)
    const [first] = this.pieces
    if (first !== undefined) this.pieces[0] = first.subarray(length)
    if (this.pieces[0]?.length === 0) this.pieces.shift()
    this.size -= length
    this.offset += length
    return taken
  }

  private next(): BundleFrame | undefined {
    if (this.ended || this.size < 2) return undefined
    const head = this.peek(Math.min(this.size, longestHead))
    const last = head.findIndex((byte, index) => index > 0 && byte < 0x80)
    if (last < 0) {
      if (head.length === longestHead) throw bad("a number is too large")
      return undefined
    }
    const reader = new ByteReader(head, "bundle")
    const type = reader.byte()
    const length = reader.varint()
    checkFrame(type, length)
    const whole = last + 1 + length
    if (this.size < whole) return undefined
    return this.frame(type, this.take(whole), last + 1)
  }

  private frame(type: number, bytes: Uint8Array, at: number): BundleFrame {
    const payload = bytes.subarray(at)
    if (type === frameTypes.end) return this.end(bytes)
    if (this.manifestAt !== undefined) throw bad("something lies between its manifest and its end")
    this.hasher.update(bytes)
    if (type === frameTypes.block) {
      this.blocks++
      return { _tag: "Block", block: payload }
    }
    this.manifestAt = this.offset - bytes.length
    this.manifestHash = this.sha256(payload)
    return { _tag: "Manifest", manifest: decodeManifest(payload) }
  }

  private end(bytes: Uint8Array): BundleFrame {
    const end = decodeEnd(bytes)
    this.hasher.update(bytes.subarray(0, endLength - 32))
    this.ended = true
    if (this.manifestHash === undefined || end.manifestAt !== this.manifestAt)
      throw bad("its manifest is not where its end says")
    if (!equalBytes(end.manifestHash, this.manifestHash)) throw bad("its manifest is not what its end says")
    if (end.blocks !== this.blocks) throw bad(`it has ${this.blocks} blocks in place of ${end.blocks}`)
    if (!equalBytes(end.hash, this.hasher.digest())) throw bad("its bytes are not those that were written")
    return { _tag: "End", end }
  }
}
