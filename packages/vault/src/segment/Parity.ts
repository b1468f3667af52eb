/**
 * What gives changed bytes of a segment back: two sums over everything before them, as RAID 6 has over its disks. Byte number `n` is
 * in column `n mod width` of both; in the first as it is, in the second times `2^(n mod 255)`, in the field of 256 elements. So one
 * changed byte in a column is found by the two, and what it was: any run of changed bytes that is no longer than the width.
 * Whether the result is what was written the hash of the file tells.
 */
import { equalBytes } from "@white-room/core"
import { frameHead, frameTypes } from "./Segment.js"

/** Sums are kept so wide, and folded at the end: what is in one column of them is in one column of half the width too. */
const widest = 256 * 1024

/** Bytes of a column: among more the second sum could not tell them apart. */
const column = 255

/** For a share of one byte in a hundred, or 64 bytes. */
const narrowest = 32

/** Padding, which is written after the width was chosen, makes it longer by an eighth at most. */
const mostIn = (width: number): number => (column * width * 3) >> 2

/** The width of the sums over so many bytes; 0: there are too many. */
export const parityWidth = (bytes: number): number => {
  for (let width = narrowest; width <= widest; width *= 2) if (bytes <= mostIn(width)) return width
  return 0
}

/** The powers of 2 in the field, which are all of its elements but 0, and which power each of these is. */
const field = () => {
  const powers = new Uint8Array(column)
  const exponents = new Uint8Array(256)
  let value = 1
  for (let exponent = 0; exponent < column; exponent++) {
    powers[exponent] = value
    exponents[value] = exponent
    value = (value << 1) ^ (value > 127 ? 0x11d : 0)
  }
  return { powers, exponents }
}

const { powers, exponents } = field()

/** Each byte times each power. */
const makeProducts = (): Uint8Array => {
  const made = new Uint8Array(column << 8)
  for (let power = 0; power < column; power++)
    for (let byte = 1; byte < 256; byte++)
      made[(power << 8) | byte] = powers[((exponents[byte] ?? 0) + power) % column] ?? 0
  return made
}

let products: Uint8Array | undefined

/** The two sums over bytes as they come. */
export class Parity {
  private readonly plain: Uint8Array
  private readonly weighted: Uint8Array
  private at = 0

  constructor(private readonly most = widest) {
    this.plain = new Uint8Array(most)
    this.weighted = new Uint8Array(most)
  }

  add(bytes: Uint8Array): void {
    const { plain, weighted, most } = this
    products ??= makeProducts()
    const times = products
    let place = this.at % most
    let power = this.at % column
    // Millions of bytes: an iterator would take four times as long.
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index] as number
      plain[place] = (plain[place] as number) ^ byte
      weighted[place] = (weighted[place] as number) ^ (times[(power << 8) | byte] as number)
      place = place + 1 === most ? 0 : place + 1
      power = power + 1 === column ? 0 : power + 1
    }
    this.at += bytes.length
  }

  /** Both sums, one after the other. */
  sums(width: number): Uint8Array {
    const sums = new Uint8Array(2 * width)
    const used = Math.min(this.at, this.most)
    for (let place = 0; place < used; place++) {
      const into = place % width
      sums[into] = (sums[into] ?? 0) ^ (this.plain[place] ?? 0)
      sums[width + into] = (sums[width + into] ?? 0) ^ (this.weighted[place] ?? 0)
    }
    return sums
  }
}

/** Both sums over bytes. */
export const parityOf = (bytes: Uint8Array, width: number): Uint8Array => {
  const parity = new Parity(width)
  parity.add(bytes)
  return parity.sums(width)
}

/** Whether a payload is that of the parity of the bytes before it. */
export const isParityOf = (payload: Uint8Array, bytes: Uint8Array): boolean =>
  payload.length > 0 &&
  payload.length <= 2 * widest &&
  equalBytes(payload, parityOf(bytes, payload.length >> 1))

/** Where the frame of parity begins that ends at a place, and its width; `undefined`: there is none. */
const frameBefore = (bytes: Uint8Array, end: number) => {
  for (let width = narrowest; width <= widest; width *= 2) {
    const head = frameHead(frameTypes.parity, 2 * width)
    const start = end - 2 * width - head.length
    if (start > 0 && head.every((byte, index) => bytes[start + index] === byte))
      return { start, payload: start + head.length, width }
  }
  return undefined
}

/** The number that is both `place mod width` and, divided by 255, leaves `rest`; the first of them. */
const whereIn = (place: number, width: number, rest: number): number => {
  let at = place
  while (at % column !== rest) at += width
  return at
}

/**
 * A segment whose end begins at a place, with those bytes before it that were changed as they were written, as far as its parity
 * tells them: one in a column. Only its hash tells whether it is that. `undefined`: it has no parity, or more was changed.
 */
export const withParity = (bytes: Uint8Array, end: number): Uint8Array | undefined => {
  const frame = frameBefore(bytes, end)
  if (frame === undefined) return undefined
  const { start, payload, width } = frame
  const sums = parityOf(bytes.subarray(0, start), width)
  const mended = bytes.slice()
  for (let place = 0; place < width; place++) {
    const difference = (sums[place] ?? 0) ^ (bytes[payload + place] ?? 0)
    const weighted = (sums[width + place] ?? 0) ^ (bytes[payload + width + place] ?? 0)
    if (difference === 0 || weighted === 0) continue
    const power = ((exponents[weighted] ?? 0) - (exponents[difference] ?? 0) + column) % column
    const at = whereIn(place, width, power)
    if (at >= start) return undefined
    mended[at] = (mended[at] ?? 0) ^ difference
  }
  // What was changed may be the sums.
  mended.set(parityOf(mended.subarray(0, start), width), payload)
  return mended
}
