/**
 * What may be read at all, decided on the bytes: one walk that makes nothing of them. Whatever else msgpackr could be
 * talked into (maps, extensions, records of its own, objects of classes, a stack without end) does not pass.
 *
 * ```
 * list  = 9x | dc, 2 bytes | dd, 4 bytes     how many values, then the values
 * value = c0 nil | c2 false | c3 true
 *       | a0 … bf | d9 | da | db             text: UTF-8 that does not begin with a byte order mark
 *       | c4 | c5 | c6                       bytes
 *       | 00 … 7f | cc | cd | ce             count
 *       | d3                                 int64
 *       | cb                                 float64, as a cell only
 *       | list                               at most four in one another
 * ```
 * Lengths and counts have the shortest form there is. Where the outermost list is a row, its values are cells, and
 * none of them is a count: 5 and 5.0 differ there, and msgpackr gives both as the number 5.
 */
import { malformed } from "../errors/malformed.js"
import { MalformedData } from "../errors/WhiteRoomError.js"
import { concatBytes, fromUtf8 } from "./Bytes.js"

/** Lists in one another. */
const deepest = 4

/** Values in all: they take more memory than their bytes. */
const mostValues = 2 ** 20

/** Whether bytes are UTF-8 that does not begin with a byte order mark, which readers of other texts may drop. */
export const isPlainText = (bytes: Uint8Array, from: number, to: number): boolean => {
  if (to - from >= 3 && bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf)
    return false
  let at = from
  while (at < to) {
    const lead = bytes[at++] ?? 0
    if (lead < 0x80) continue
    const more = lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3
    if (more === 0 || more > to - at) return false
    // Overlong forms, halves of surrogate pairs, and what lies past U+10FFFF.
    const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
    const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
    const second = bytes[at] ?? 0
    if (second < lowest || second > highest) return false
    for (let i = 1; i < more; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return false
    at += more
  }
  return true
}

/** How a value begins where there is one byte for it; the others have ranges. */
export const token = { nil: 0xc0, false: 0xc2, true: 0xc3, real: 0xcb, int64: 0xd3 } as const

export const isTextToken = (token: number): boolean =>
  (token >= 0xa0 && token < 0xc0) || (token >= 0xd9 && token <= 0xdb)

export const isBytesToken = (token: number): boolean => token >= 0xc4 && token <= 0xc6

const isListToken = (token: number): boolean =>
  (token >= 0x90 && token < 0xa0) || token === 0xdc || token === 0xdd

class Walk {
  private at = 0
  private values = 0

  constructor(
    private readonly bytes: Uint8Array,
    private readonly what: string,
    private readonly row: boolean
  ) {}

  elements(): ReadonlyArray<number> {
    const head = this.byte()
    if (!isListToken(head)) throw this.bad("it is not a list")
    const places: Array<number> = []
    for (let left = this.size(head); left > 0; left--) {
      places.push(this.at)
      this.value(1)
    }
    if (this.at < this.bytes.length) throw this.bad(`${this.bytes.length - this.at} bytes too many`)
    places.push(this.at)
    return places
  }

  /** The list that begins here as far as its values are sound, the last one too if it is a list. */
  soundList(depth = 1): Uint8Array {
    const head = this.byte()
    if (!isListToken(head)) throw this.bad("it is not a list")
    const size = this.number(head)
    const from = this.at
    let to = from
    let count = 0
    let last: Uint8Array = new Uint8Array()
    try {
      for (; count < size; count++) {
        this.value(depth)
        to = this.at
      }
    } catch (error) {
      if (!(error instanceof MalformedData)) throw error
      if (depth === 1 && isListToken(this.bytes[to] ?? 0)) {
        this.at = to
        last = this.soundList(depth + 1)
        count++
      }
    }
    return concatBytes([listHead(count), this.bytes.subarray(from, to), last])
  }

  private value(depth: number): void {
    const head = this.byte()
    const cell = this.row && depth === 1
    if (isTextToken(head)) this.text(this.number(head))
    else if (isBytesToken(head)) this.skip(this.number(head))
    else if (isListToken(head)) this.list(this.size(head), depth + 1)
    else if (head === token.int64 || (head === token.real && cell)) this.skip(8)
    else if (head < 0x80 || (head >= 0xcc && head <= 0xce)) this.count(head, cell)
    else if (head !== token.nil && head !== token.false && head !== token.true)
      throw this.bad(`it has a value of the form ${head.toString(16)}`)
  }

  private text(length: number): void {
    const from = this.at
    this.skip(length)
    if (!isPlainText(this.bytes, from, this.at)) throw this.bad("a text is not written as one")
  }

  private list(size: number, depth: number): void {
    if (depth > deepest) throw this.bad("its lists lie too deep in one another")
    for (let left = size; left > 0; left--) this.value(depth)
  }

  private count(head: number, cell: boolean): void {
    if (cell) throw this.bad("a number is not written as a cell")
    this.number(head)
  }

  /** The size of a list. One that says it has more than can follow is not begun. */
  private size(head: number): number {
    const size = this.number(head)
    if (size > this.bytes.length - this.at) throw this.bad("a list is longer than what is left")
    this.values += size
    if (this.values > mostValues) throw this.bad("it has too many values")
    return size
  }

  /** The number that a head has in it or behind it. */
  private number(head: number): number {
    if (head < 0x80) return head
    if (head < 0xa0) return head & 15
    if (head < 0xc0) return head & 31
    if (head === 0xc4) return this.read(1, 0)
    if (head === 0xcc) return this.read(1, 0x80)
    if (head === 0xd9) return this.read(1, 0x20)
    if (head === 0xdc) return this.read(2, 0x10)
    return head === 0xc5 || head === 0xcd || head === 0xda ? this.read(2, 0x100) : this.read(4, 0x10000)
  }

  /** A number of as many bytes, which no shorter form could hold. */
  private read(size: number, least: number): number {
    this.skip(size)
    const value = bigEndian(this.bytes, this.at - size, this.at)
    if (value < least) throw this.bad("a number is not in its shortest form")
    return value
  }

  private byte(): number {
    this.skip(1)
    return this.bytes[this.at - 1] ?? 0
  }

  private skip(length: number): void {
    const left = this.bytes.length - this.at
    if (length > left) throw this.bad(`ends early: ${length} bytes wanted, ${left} left`)
    this.at += length
  }

  private bad(reason: string) {
    return malformed(this.what, reason)
  }
}

const bigEndian = (bytes: Uint8Array, from: number, to: number): number => {
  let value = 0
  for (let at = from; at < to; at++) value = value * 0x100 + (bytes[at] ?? 0)
  return value
}

/**
 * Where each element of the list that these bytes are begins, and where the last one ends. `row` says that the elements
 * are cells. @throws MalformedData for anything that `unpack` must not see
 */
export const elements = (bytes: Uint8Array, what: string, row = false): ReadonlyArray<number> => {
  // What a file holds may be anything.
  if (!(bytes instanceof Uint8Array)) throw malformed(what, "it holds something else where bytes must be")
  return new Walk(bytes, what, row).elements()
}

const listHead = (size: number): Uint8Array =>
  size < 16
    ? Uint8Array.of(0x90 | size)
    : size < 0x10000
      ? Uint8Array.of(0xdc, size >> 8, size & 255)
      : Uint8Array.of(0xdd, size >>> 24, (size >> 16) & 255, (size >> 8) & 255, size & 255)

/**
 * The list that damaged bytes begin with, as far as its values are sound; where the first that is not is a list, the values of
 * that as far as they are. It is one that `elements` takes. @throws MalformedData when they do not begin with a list
 */
export const soundBeginning = (bytes: Uint8Array, what: string): Uint8Array =>
  new Walk(bytes, what, false).soundList()

/** How many bytes the head of a text or of bytes has, which says how long they are. */
export const headSize = (head: number): number => {
  if (head < 0xc0) return 1
  // Behind c4, c5, c6 and d9, da, db the length has 1, 2 and 4 bytes.
  return 1 + (1 << (head < 0xd9 ? head - 0xc4 : head - 0xd9))
}

const countTokens: Readonly<Record<number, number>> = { 2: 0xcc, 3: 0xcd, 5: 0xce, 9: token.int64 }

/** The count that these bytes are; `undefined` when they are anything else. */
export const countBetween = (bytes: Uint8Array, from: number, to: number): number | undefined => {
  const head = bytes[from] ?? 0
  if (to - from === 1) return head < 0x80 ? head : undefined
  if (head !== countTokens[to - from]) return undefined
  const value = bigEndian(bytes, from + 1, to)
  return to - from < 9 || (value >= 2 ** 32 && value <= Number.MAX_SAFE_INTEGER) ? value : undefined
}

/** Where a text or bytes that begin at a place end; of a list that `elements` has looked at. */
export const endOf = (bytes: Uint8Array, from: number): number => {
  const head = bytes[from] ?? 0
  const start = from + headSize(head)
  return start + (head < 0xc0 ? head & 31 : bigEndian(bytes, from + 1, start))
}

/** Characters that are put together one by one: calling a decoder takes longer. */
const shortText = 64

/** Room for the characters of each length: one list that became shorter and longer would have its memory moved. */
const codesOf: ReadonlyArray<Array<number>> = Array.from({ length: shortText + 1 }, (_, length) =>
  new Array<number>(length).fill(0)
)

/** The string of a text between two places, which `elements` has looked at. */
export const textBetween = (bytes: Uint8Array, from: number, to: number): string => {
  const codes = codesOf[to - from]
  if (codes === undefined) return fromUtf8(bytes.subarray(from, to)) ?? ""
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0
    if (byte >= 0x80) return fromUtf8(bytes.subarray(from, to)) ?? ""
    codes[at - from] = byte
  }
  return String.fromCharCode(...codes)
}
