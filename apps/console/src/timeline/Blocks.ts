/**
 * What a server says of rows, a block of them at a time: what is in sight is asked for, and asked for again when something else is
 * wanted of it; what it said before stays meanwhile. Of each block one thing is asked at a time, so that a server is asked no
 * faster than it answers.
 */
import { signal } from "@preact/signals"
import { noteTrouble } from "../api/noteTrouble.js"

/** Rows of one block. */
export const blockSize = 50

/** As many are kept, those in sight among them. */
const mostBlocks = 24

export interface Wanted<A> {
  /** The first and the last row in sight. */
  readonly first: number
  readonly last: number
  /** Whether an answer is what is wanted. */
  readonly fits: (answer: A) => boolean
  readonly ask: (offset: number, signal: AbortSignal) => Promise<A>
}

export class Blocks<A> {
  /** Grows with every answer. */
  readonly turn = signal(0)
  readonly trouble = signal<unknown>(undefined)
  private readonly answers = new Map<number, A>()
  private readonly asked = new Set<number>()
  private readonly ending = new AbortController()
  private latest: Wanted<A> | undefined
  /** The answer that came last. */
  newest: A | undefined

  /** Asks for what is in sight and is not there. */
  want(wanted: Wanted<A>): void {
    this.latest = wanted
    this.look()
  }

  /** Nobody looks any more. */
  end(): void {
    this.ending.abort()
  }

  of(row: number): A | undefined {
    return this.answers.get(Math.floor(row / blockSize))
  }

  private look(): void {
    const wanted = this.latest
    if (wanted === undefined || this.ending.signal.aborted) return
    const until = Math.floor(Math.max(wanted.first, wanted.last) / blockSize)
    for (let block = Math.floor(wanted.first / blockSize); block <= until; block++) {
      const known = this.answers.get(block)
      if (this.asked.has(block) || (known !== undefined && wanted.fits(known))) continue
      this.asked.add(block)
      wanted.ask(block * blockSize, this.ending.signal).then(
        (answer) => this.settle(block, () => this.keep(block, answer)),
        (error) =>
          this.settle(block, () => {
            noteTrouble(error)
            this.trouble.value = error
          })
      )
    }
  }

  private settle(block: number, then: () => void): void {
    this.asked.delete(block)
    if (!this.ending.signal.aborted) then()
  }

  private keep(block: number, answer: A): void {
    this.answers.delete(block)
    this.answers.set(block, answer)
    for (const oldest of this.answers.keys())
      if (this.answers.size > mostBlocks) this.answers.delete(oldest)
      else break
    this.newest = answer
    this.trouble.value = undefined
    this.turn.value++
    // What is wanted may be something else by now
    this.look()
  }
}
