/**
 * Reads objects of one connection. What is damaged is taken from elsewhere where that has it, and kept in mind. Opened
 * blocks that were used last are kept, because neighbours are read together; a block that is opened for one document
 * alone is opened only as far as that lies.
 */
import {
  ContentReleased,
  equalBytes,
  MalformedData,
  malformed,
  openBlock,
  openBlockTo,
  toHex
} from "@white-room/core"
import type { Database } from "../sqlite/Database.js"
import { brotli, sha256 } from "./Compression.js"
import { damagedObject, type Suspect } from "./Damaged.js"
import { hashKey } from "./HashKeys.js"
import { firstLoose, type Place, placeOf, readBlock } from "./Objects.js"
import { OpenAhead } from "./OpenAhead.js"

interface Opened {
  readonly bytes: Uint8Array
  readonly isWhole: boolean
}

/** Bytes of shared memory, from a multiple of eight: from elsewhere they would be copied one by one. */
const copyOfShared = (bytes: Uint8Array, from: number, to: number): Uint8Array => {
  const before = from % 8
  return Buffer.from(bytes.subarray(from - before, to)).subarray(before)
}

/** Opened blocks by their numbers, those that were used last, up to so many raw bytes. */
class OpenedBlocks {
  private readonly bodies = new Map<number, Opened>()
  private held = 0

  constructor(private readonly budget: number) {}

  get isEmpty(): boolean {
    return this.bodies.size === 0
  }

  get(number: number): Opened | undefined {
    return this.bodies.get(number)
  }

  private drop(number: number): void {
    this.held -= this.bodies.get(number)?.bytes.length ?? 0
    this.bodies.delete(number)
  }

  keep(number: number, body: Opened): void {
    this.drop(number)
    this.bodies.set(number, body)
    this.held += body.bytes.length
    for (const oldest of this.bodies.keys()) {
      if (this.held <= this.budget || oldest === number) break
      this.drop(oldest)
    }
  }

  clear(): void {
    this.bodies.clear()
    this.held = 0
  }
}

/**
 * Of what is read alone, and so in some order, less is kept than of what is not: the documents of 1,000 edits lie in
 * 4 MB.
 */
const aloneBudget = 8 * 1024 * 1024

/** The blocks that are read next, and as far as where. */
type Coming = Iterator<readonly [block: number, end: number]>

/** A thread that has nothing to do ends after so many milliseconds: whoever looks at one difference often looks at the next. */
const restMs = 1000

/** Raw bytes that are kept of what was found elsewhere; more can be found again. */
const mostRescued = 32 * 1024 * 1024

export class ObjectReader {
  private readonly together: OpenedBlocks
  private readonly alone: OpenedBlocks
  /** What was found damaged, by the keys of the hashes, and is not remembered in the library yet. */
  readonly suspects = new Map<string, Suspect>()
  private rescued = 0
  private ahead: OpenAhead | undefined
  private coming: Coming | undefined
  /** A thread that begins, and has nothing to do yet. */
  private begun: OpenAhead | undefined
  /** One that has nothing to do any more. */
  private resting: { readonly ahead: OpenAhead; readonly over: NodeJS.Timeout } | undefined
  /** The block that the thread opened last. It lies where the next will be opened, so it is not kept, nor what is read of it. */
  private lent: { readonly block: number; readonly bytes: Uint8Array } | undefined

  constructor(
    private readonly db: Database,
    /**
     * Opened blocks are kept up to this many raw bytes, those used last. The nodes of a tree lie in the blocks of many
     * backups: with a third of this, a backup after 260 edits opened each of those ten times.
     */
    budget = 24 * 1024 * 1024,
    /** Where else the bytes of an object may be found; asked only about what is damaged. */
    private readonly elsewhere: (hash: Uint8Array) => Uint8Array | undefined = () => undefined
  ) {
    this.together = new OpenedBlocks(budget)
    this.alone = new OpenedBlocks(Math.min(budget, aloneBudget))
  }

  /** A block opened up to `wanted`; the second time that it is not open far enough, as a whole. */
  private open(number: number, wanted: number, isAgain: boolean): Opened {
    const taken = isAgain ? undefined : this.ahead?.take(number)
    if (taken !== undefined) this.lent = taken.opened && { block: number, bytes: taken.opened.bytes }
    this.offer()
    if (taken?.opened !== undefined && taken.opened.bytes.length >= wanted) return taken.opened
    const data = taken?.data ?? readBlock(this.db, number)
    if (data === undefined) throw malformed("block", `block ${number} is missing`)
    return isAgain || wanted === Number.POSITIVE_INFINITY
      ? { bytes: openBlock(data, brotli), isWhole: true }
      : { bytes: openBlockTo(data, wanted, brotli), isWhole: false }
  }

  private body(number: number, alone: boolean, end: number): Uint8Array {
    if (alone && this.lent?.block === number && this.lent.bytes.length >= end) return this.lent.bytes
    const blocks = alone && this.together.get(number) === undefined ? this.alone : this.together
    const known = blocks.get(number)
    const isEnough = known !== undefined && (known.isWhole || (alone && known.bytes.length >= end))
    const wanted = alone ? end : Number.POSITIVE_INFINITY
    const body = isEnough ? known : this.open(number, wanted, known !== undefined)
    if (body.bytes !== this.lent?.bytes) blocks.keep(number, body)
    return body.bytes
  }

  /** Offers the next blocks to the thread that opens them when it has few, while there is room. */
  private offer(): void {
    if (this.ahead?.isLow !== true) return
    while (this.ahead?.hasRoom === true) {
      const next = this.coming?.next()
      if (next === undefined || next.done === true) return
      const [block, end] = next.value
      if (this.together.get(block) !== undefined || this.alone.get(block) !== undefined) continue
      const data = readBlock(this.db, block)
      if (data !== undefined) this.ahead.offer(block, data, end)
    }
  }

  /** A thread for so many blocks, where they are enough for one. */
  private thread(blocks: number): OpenAhead | undefined {
    const rested = this.resting?.ahead
    if (rested === undefined || !OpenAhead.isFor(blocks)) return OpenAhead.for(blocks)
    clearTimeout(this.resting?.over)
    this.resting = undefined
    return rested
  }

  private rest(ahead: OpenAhead): void {
    ahead.rest()
    this.endThread()
    this.resting = { ahead, over: setTimeout(() => this.endThread(), restMs).unref() }
  }

  /** Ends the thread that has nothing to do. */
  endThread(): void {
    clearTimeout(this.resting?.over)
    this.resting?.ahead.end()
    this.resting = undefined
  }

  /**
   * Runs `body`, which may come to `openingAhead` about this many blocks: the thread begins while that is found out.
   */
  beginningAhead<A>(blocks: number, body: () => A): A {
    if (this.begun !== undefined) return body()
    this.begun = this.thread(blocks)
    try {
      return body()
    } finally {
      if (this.begun !== undefined) this.rest(this.begun)
      this.begun = undefined
    }
  }

  /**
   * Runs `body`, which reads documents alone on one snapshot, as they lie at these places in this order: where that takes many
   * blocks, they are opened ahead on a second thread. It may read other things too.
   */
  openingAhead<A>(
    places: Iterable<Pick<Place, "block" | "offset" | "length"> | undefined>,
    body: () => A
  ): A {
    if (this.ahead !== undefined) return body()
    const blocks = new Map<number, number>()
    for (const place of places)
      if (place !== undefined && place.block > 0 && place.block < firstLoose && !blocks.has(place.block))
        blocks.set(place.block, place.offset + place.length)
    const ahead = this.begun ?? this.thread(blocks.size)
    this.begun = undefined
    if (ahead === undefined) return body()
    try {
      this.ahead = ahead
      this.coming = blocks.entries()
      this.offer()
      return body()
    } finally {
      this.rest(ahead)
      this.ahead = undefined
      this.lent = undefined
    }
  }

  /** What was found damaged is remembered in the library now. */
  settled(): void {
    this.suspects.clear()
    this.rescued = 0
  }

  /** Lets go of the blocks that are open: for what goes on to read others, and needs the memory. */
  forget(): void {
    this.lent = undefined
    this.together.clear()
    this.alone.clear()
  }

  private find(hash: Uint8Array, alone: boolean, known: Place | undefined): Uint8Array {
    const place = known ?? placeOf(this.db, hash)
    if (place === undefined) return this.findDamaged(hash)
    const { block, offset, length } = place
    const end = offset + length
    const body = this.body(block, alone, end)
    if (end > body.length) throw malformed("block", `block ${block} ends before its objects`)
    const bytes = body === this.lent?.bytes ? copyOfShared(body, offset, end) : body.subarray(offset, end)
    if (Buffer.compare(sha256(bytes), hash) !== 0)
      throw malformed("object", `${toHex(hash).slice(0, 12)} does not have the bytes of its name`)
    return bytes
  }

  /** What was damaged once may be whole again, or readable up to the damage behind it. */
  private findDamaged(hash: Uint8Array): Uint8Array {
    const known = damagedObject(this.db, hash)
    if (known === undefined) throw new ContentReleased({ object: toHex(hash), owner: "an object" })
    if (known.place === undefined) throw malformed("object", known.reason)
    return this.find(hash, true, known.place)
  }

  private read(hash: Uint8Array, alone: boolean, place?: Place): Uint8Array {
    try {
      return this.find(hash, alone, place)
    } catch (error) {
      // Another process may have rewritten blocks and used their numbers again: look once more, at the file.
      if (this.together.isEmpty && this.alone.isEmpty) return this.instead(hash, error)
    }
    this.forget()
    try {
      return this.find(hash, alone, undefined)
    } catch (error) {
      return this.instead(hash, error)
    }
  }

  /** The same bytes from elsewhere, in place of damaged ones. @throws the error, when there are none */
  private instead(hash: Uint8Array, error: unknown): Uint8Array {
    if (!(error instanceof MalformedData)) throw error
    const bytes = this.elsewhere(hash)
    const isKept = bytes !== undefined && this.rescued + bytes.length <= mostRescued
    this.suspects.set(hashKey(hash), {
      hash: hash.slice(),
      reason: error.reason,
      bytes: isKept ? bytes : undefined
    })
    if (isKept) this.rescued += bytes.length
    if (bytes === undefined) throw error
    return bytes
  }

  /** The bytes of an object, checked against their name. @throws ContentReleased | MalformedData */
  get(hash: Uint8Array): Uint8Array {
    return this.read(hash, false)
  }

  /**
   * `get` for what is not read together with its neighbours, or comes `inStorageOrder`: its block is opened only as far
   * as it lies. `place`: where an object lies, and perhaps this one, for callers who looked that up.
   */
  getAlone(hash: Uint8Array, place?: Place): Uint8Array {
    return this.read(hash, true, place !== undefined && equalBytes(place.hash, hash) ? place : undefined)
  }
}
