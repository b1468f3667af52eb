import { randomBytes } from "node:crypto"

/** Of a hash, and of the key that it is looked up by. */
export const hashBytes = 32
const hashWords = hashBytes / Uint32Array.BYTES_PER_ELEMENT

/** Odd numbers that nobody knows: whoever chooses hashes cannot choose which of them fall together. */
const factors = new Uint32Array(Uint8Array.from(randomBytes(hashBytes)).buffer).map((word) => word | 1)

/** A hash as words, in the order of bytes that the machine has; for one call. */
const wordsOfHash = new Uint32Array(hashWords)
const bytesOfHash = new Uint8Array(wordsOfHash.buffer)

const scatter = (): number => {
  let sum = 0
  for (let at = 0; at < hashWords; at++) sum += Math.imul(wordsOfHash[at] ?? 0, factors[at] ?? 0)
  return sum >>> 0
}

/**
 * A set of SHA-256 hashes in some 50 bytes each. As strings or buffers in a `Set`, those of 100,000 songs take a tenth of
 * what the program may use.
 */
export class HashSet implements Iterable<Uint8Array> {
  private words = new Uint32Array(64 * hashWords)
  /** Where hashes are, by what they scatter to: their number, counted from 1. At least half of it is free. */
  private slots = new Uint32Array(128)
  private count = 0

  get size(): number {
    return this.count
  }

  /** The slot where `wordsOfHash` is, or is to be. */
  private slotOf(): number {
    const last = this.slots.length - 1
    // The upper digits of the sum, to which all digits of a hash come.
    for (let slot = scatter() >>> Math.clz32(last); ; slot = (slot + 1) & last) {
      const number = this.slots[slot] ?? 0
      if (number === 0 || this.isAt((number - 1) * hashWords)) return slot
    }
  }

  private isAt(from: number): boolean {
    for (let at = 0; at < hashWords; at++) if (this.words[from + at] !== wordsOfHash[at]) return false
    return true
  }

  private grow(): void {
    const { words, count } = this
    this.words = new Uint32Array(words.length * 2)
    this.words.set(words)
    this.slots = new Uint32Array(this.slots.length * 2)
    for (let number = 0; number < count; number++) {
      wordsOfHash.set(words.subarray(number * hashWords, (number + 1) * hashWords))
      this.slots[this.slotOf()] = number + 1
    }
  }

  /** True when it was not in the set. Anything that is not 32 bytes long is no hash, and never in it. */
  add(hash: Uint8Array): boolean {
    if (hash.length !== hashBytes) return false
    if (this.count * hashWords === this.words.length) this.grow()
    bytesOfHash.set(hash)
    return this.addWords()
  }

  /** `add` each of many, which lie one after another. */
  addEach(hashes: Uint8Array): void {
    const words = new Uint32Array(Uint8Array.from(hashes).buffer)
    for (let at = 0; at < words.length; at += hashWords) {
      if (this.count * hashWords === this.words.length) this.grow()
      for (let word = 0; word < hashWords; word++) wordsOfHash[word] = words[at + word] ?? 0
      this.addWords()
    }
  }

  /** Adds `wordsOfHash`. */
  private addWords(): boolean {
    const slot = this.slotOf()
    if (this.slots[slot] !== 0) return false
    this.words.set(wordsOfHash, this.count * hashWords)
    this.slots[slot] = ++this.count
    return true
  }

  has(hash: Uint8Array): boolean {
    if (hash.length !== hashBytes) return false
    bytesOfHash.set(hash)
    return this.slots[this.slotOf()] !== 0
  }

  /** In the order in which they were added; views, which stay as they are. */
  *[Symbol.iterator](): Iterator<Uint8Array> {
    for (let number = 0; number < this.count; number++)
      yield new Uint8Array(this.words.buffer, number * hashBytes, hashBytes)
  }
}
