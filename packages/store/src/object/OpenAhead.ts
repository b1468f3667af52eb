/**
 * Opens blocks on a second thread while the first reads what was in the last ones. Nothing waits for it:
 *
 * 1. A block that the thread has not begun when it is wanted is opened by whoever wants it. So it goes on as without a
 *    thread where none can be started, and until it has begun.
 * 2. What it opened is as good as what anybody opened: objects are hashed by those who read them. What it could not open
 *    is opened again by whoever wants it, and fails there.
 * 3. It has no connection: it is given the bytes of blocks, in the order in which they will be wanted.
 */
import { Worker } from "node:worker_threads"
import { blockTarget, compressedBody } from "@white-room/core"
import { ifReadable } from "../sqlite/ifReadable.js"
import { openingProgram } from "./openingProgram.js"

/** With fewer blocks the thread would begin when all is done. */
const fewBlocks = 64

/** So many blocks are opened ahead, and there is room for each, as it is stored and as it is opened: 10 MB at most. */
const places = 16

/** Larger ones are left to whoever wants them. */
const room = blockTarget + 64 * 1024

/** Even, as all sizes here are: memory that is shared is copied byte by byte where it does not lie as what it is copied from. */
const heads = 4
const width = 6
const numberBytes = (heads + width * places) * Int32Array.BYTES_PER_ELEMENT

/**
 * The thread ends when the first is not 0, and looks for work when the second changes. It leaves the place of the third
 * alone: its block is the next that is wanted, and would be waited for.
 */
const [ended, told, next] = [0, 1, 2]

/** What is known of a place, from `heads` on. */
const fields = { state: 0, stored: 1, limit: 2, cut: 3, opened: 4, from: 5 } as const

/** A place is free, its block waits, is being opened, is open, or could not be opened. */
const states = { free: 0, waiting: 1, taken: 2, open: 3, failed: 4 } as const

/** So many milliseconds are waited for a block that is being opened: about as long as it takes. */
const patience = 0.2

interface Offered {
  readonly block: number
  readonly data: Uint8Array
  readonly wanted: number
  readonly length: number
  readonly cut: boolean
}

/** A block that is wanted: opened, or its bytes as they are stored. Opened bytes stay as they are until another is taken. */
export interface Taken {
  readonly data: Uint8Array
  readonly opened: { readonly bytes: Uint8Array; readonly isWhole: boolean } | undefined
}

const startThread = (shared: SharedArrayBuffer): Worker | undefined => {
  try {
    const worker = new Worker(openingProgram, {
      eval: true,
      workerData: { shared, places, room },
      resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 }
    })
    // It may die at any time: then nobody takes what waits, and whoever wants it opens it.
    worker.on("error", () => {})
    worker.unref()
    return worker
  } catch {
    return undefined
  }
}

export class OpenAhead {
  private readonly shared = new SharedArrayBuffer(numberBytes + 2 * places * room)
  private readonly numbers = new Int32Array(this.shared, 0, heads + width * places)
  /** What was offered and not taken, by its place, in the order in which it was offered. */
  private readonly offered = new Map<number, Offered>()
  /** Where the block lies that was taken last. */
  private lent = -1
  private isAlive: boolean

  private constructor() {
    this.isAlive = startThread(this.shared) !== undefined
  }

  /** Whether so many blocks are enough for a thread to be worth its while. */
  static isFor(blocks: number): boolean {
    return blocks >= fewBlocks
  }

  /** For so many blocks, where they are enough. The caller ends it. */
  static for(blocks: number): OpenAhead | undefined {
    return OpenAhead.isFor(blocks) ? new OpenAhead() : undefined
  }

  private at(place: number, field: keyof typeof fields): number {
    return heads + width * place + fields[field]
  }

  private bytes(place: number, half: 0 | 1, length: number): Uint8Array {
    return new Uint8Array(this.shared, numberBytes + (2 * place + half) * room, length)
  }

  /** A place that nobody uses. One whose block was not waited for is used until the thread is done with it. */
  private freePlace(): number | undefined {
    if (!this.isAlive || this.offered.size === places) return undefined
    for (let place = 0; place < places; place++)
      if (
        place !== this.lent &&
        !this.offered.has(place) &&
        Atomics.load(this.numbers, this.at(place, "state")) !== states.taken
      )
        return place
    return undefined
  }

  /** True where another block can be offered. */
  get hasRoom(): boolean {
    return this.freePlace() !== undefined
  }

  /**
   * True where half of the places are free: blocks are offered some at a time, because each thread that rests and is woken
   * takes longer than handing over a block.
   */
  get isLow(): boolean {
    return this.offered.size <= places / 2
  }

  /** Has a block opened, as far as its first `wanted` bytes, where there is room for it. Its bytes stay as they are. */
  offer(block: number, data: Uint8Array, wanted = Number.POSITIVE_INFINITY): void {
    const place = this.freePlace()
    const body = place === undefined ? undefined : bodyOf(data, wanted)
    if (place === undefined || body === undefined || body.length > room || data.length > room) return
    // With what stands before it in its block.
    const from = body.stored.byteOffset - data.byteOffset
    this.bytes(place, 0, from + body.stored.length).set(data.subarray(0, from + body.stored.length))
    this.numbers[this.at(place, "from")] = from
    this.numbers[this.at(place, "stored")] = body.stored.length
    this.numbers[this.at(place, "limit")] = body.length
    this.numbers[this.at(place, "cut")] = body.cut ? 1 : 0
    this.offered.set(place, { block, data, wanted, length: body.length, cut: body.cut })
    this.tellNext()
    Atomics.store(this.numbers, this.at(place, "state"), states.waiting)
    Atomics.add(this.numbers, told, 1)
    Atomics.notify(this.numbers, told)
  }

  private tellNext(): void {
    const [place = -1] = this.offered.keys()
    Atomics.store(this.numbers, next, place)
  }

  /** The block, when it was offered. Those that were offered before it are not wanted any more. */
  take(block: number): Taken | undefined {
    if (![...this.offered.values()].some((each) => each.block === block)) return undefined
    this.lent = -1
    for (const [place, each] of this.offered) {
      this.offered.delete(place)
      const isOpen = this.isOpen(place, each.block === block)
      if (each.block !== block) continue
      this.tellNext()
      if (isOpen) this.lent = place
      return { data: each.data, opened: isOpen ? this.opened(place, each) : undefined }
    }
    return undefined
  }

  /** Whether the thread opened what lies there; if it has not begun, it will not. */
  private isOpen(place: number, isWanted: boolean): boolean {
    const state = this.at(place, "state")
    if (Atomics.compareExchange(this.numbers, state, states.waiting, states.free) === states.waiting)
      return false
    if (isWanted) Atomics.wait(this.numbers, state, states.taken, patience)
    return Atomics.load(this.numbers, state) === states.open
  }

  private opened(place: number, { wanted, length, cut }: Offered): Taken["opened"] {
    const size = this.numbers[this.at(place, "opened")] ?? 0
    const isWhole = size === length
    return isWhole || (cut && size >= wanted) ? { bytes: this.bytes(place, 1, size), isWhole } : undefined
  }

  /** What waits is not opened. The thread has nothing to do then, until it is offered something. */
  rest(): void {
    for (const place of this.offered.keys()) this.isOpen(place, false)
    this.offered.clear()
    this.lent = -1
  }

  /** Ends the thread. What waits is not opened. */
  end(): void {
    this.isAlive = false
    Atomics.store(this.numbers, ended, 1)
    Atomics.add(this.numbers, told, 1)
    Atomics.notify(this.numbers, told)
  }
}

/** What the thread can open; a block that is damaged or is not compressed is left to whoever wants it. */
const bodyOf = (data: Uint8Array, wanted: number) => ifReadable(() => compressedBody(data, wanted))
