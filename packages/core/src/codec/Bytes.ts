/**
 * Bytes as hex, as UTF-8 and in order, and the primitives that containers (blocks, bundles) are written with: unsigned
 * LEB128 varints and big-endian integers. Readers never read past the end, never trust a length, and refuse varints that
 * are longer than need be. What lies in the containers is MessagePack.
 */
import { malformed } from "../errors/malformed.js"

const encoder = new TextEncoder()
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** UTF-8 bytes of a string. A lone surrogate would become U+FFFD: check with `isWellFormed` where that matters. */
export const utf8 = (text: string): Uint8Array => encoder.encode(text)

/** The string of UTF-8 bytes, or `undefined` when they are not well-formed UTF-8. */
export const fromUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** True when the string has no lone surrogate, that is: when UTF-8 can carry it unchanged. */
export const isWellFormed = (text: string): boolean => text.isWellFormed()

const hexDigits = utf8("0123456789abcdef")
const hexCodes: Array<number> = []

/** As many bytes at once as a hash has: a text that grows by every digit takes five times as long. */
const bytesAtOnce = 32

/** Lower-case hexadecimal. */
export const toHex = (bytes: Uint8Array): string => {
  let text = ""
  for (let from = 0; from < bytes.length; from += bytesAtOnce) {
    const until = Math.min(bytes.length, from + bytesAtOnce)
    hexCodes.length = 2 * (until - from)
    for (let at = from, digit = 0; at < until; at++) {
      const byte = bytes[at] ?? 0
      hexCodes[digit++] = hexDigits[byte >> 4] ?? 0
      hexCodes[digit++] = hexDigits[byte & 15] ?? 0
    }
    text += String.fromCharCode(...hexCodes)
  }
  return text
}

/** The bytes of a hexadecimal string. @throws MalformedData when it is none. */
export const fromHex = (text: string): Uint8Array => {
  if (text.length % 2 !== 0 || /[^0-9a-f]/i.test(text)) throw malformed("hex", "not hexadecimal")
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16)
  return bytes
}

/** Lexicographic order of two byte strings: negative, zero or positive. */
export const compareBytes = (a: Uint8Array, b: Uint8Array): number => {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Whether two byte strings are the same. */
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && compareBytes(a, b) === 0

/** The bytes of all parts, one after the other. */
export const concatBytes = (parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Whether a number is one that counts: a safe integer, not negative. */
export const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

/** An append-only buffer that grows by doubling. `finish` returns a copy of what was written. */
export class ByteWriter {
  private buffer: Uint8Array
  private length = 0

  constructor(capacity = 512) {
    this.buffer = new Uint8Array(capacity)
  }

  private reserve(extra: number): void {
    if (this.length + extra <= this.buffer.length) return
    const grown = new Uint8Array(Math.max(this.buffer.length * 2, this.length + extra))
    grown.set(this.buffer.subarray(0, this.length))
    this.buffer = grown
  }

  /** Writes one byte. */
  byte(value: number): this {
    this.reserve(1)
    this.buffer[this.length++] = value
    return this
  }

  /** Writes bytes as they are. */
  bytes(value: Uint8Array): this {
    this.reserve(value.length)
    this.buffer.set(value, this.length)
    this.length += value.length
    return this
  }

  /** A safe non-negative integer as LEB128. @throws RangeError for any other number: a bug of the caller */
  varint(value: number): this {
    if (!isCount(value)) throw new RangeError(`${value} is not a count`)
    let rest = value
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    return this.byte(rest)
  }

  /** The same as 8 bytes, big-endian. @throws RangeError */
  integer(value: number): this {
    if (!isCount(value)) throw new RangeError(`${value} is not a count`)
    for (let place = 7; place >= 0; place--) this.byte(Math.floor(value / 0x100 ** place) & 0xff)
    return this
  }

  /** Bytes written so far. */
  get size(): number {
    return this.length
  }

  /** Forgets what was written and keeps the memory: hot loops use one writer for many small values. */
  reset(): this {
    this.length = 0
    return this
  }

  /** What was written, as a view that the next write may change. */
  view(): Uint8Array {
    return this.buffer.subarray(0, this.length)
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.buffer.slice(0, this.length)
  }

  /** What was written, without a copy; the writer is empty afterwards, and holds no memory. */
  take(): Uint8Array {
    const written = this.view()
    this.buffer = new Uint8Array(0)
    this.length = 0
    return written
  }
}

/** Reads what `ByteWriter` wrote. Every method throws `MalformedData` instead of reading past the end. */
export class ByteReader {
  private at = 0

  constructor(
    private readonly buffer: Uint8Array,
    private readonly what: string
  ) {
    // What a file holds may be anything.
    if (!(buffer instanceof Uint8Array)) throw malformed(what, "it holds something else where bytes must be")
  }

  get remaining(): number {
    return this.buffer.length - this.at
  }

  private take(length: number): number {
    if (length > this.remaining)
      throw malformed(this.what, `ends early: ${length} bytes wanted, ${this.remaining} left`)
    const from = this.at
    this.at += length
    return from
  }

  /** Reads one byte. @throws MalformedData at the end */
  byte(): number {
    return this.buffer[this.take(1)] ?? 0
  }

  /** A view onto the input, not a copy. */
  bytes(length: number): Uint8Array {
    const from = this.take(length)
    return this.buffer.subarray(from, from + length)
  }

  /** Reads an unsigned number of variable length. @throws MalformedData */
  varint(): number {
    let value = this.byte()
    if (value < 0x80) return value
    value &= 0x7f
    let scale = 0x80
    for (let i = 1; i < 8; i++) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (value > Number.MAX_SAFE_INTEGER) break
      if (byte < 0x80) {
        if (byte === 0) throw malformed(this.what, "a number is not in its shortest form")
        return value
      }
      scale *= 0x80
    }
    throw malformed(this.what, "a number is too large")
  }

  /** Reads bytes after their length. @throws MalformedData */
  prefixed(): Uint8Array {
    return this.bytes(this.varint())
  }

  /** Reads what `ByteWriter.integer` wrote. @throws MalformedData */
  integer(): number {
    let value = 0
    for (const byte of this.bytes(8)) value = value * 0x100 + byte
    if (value > Number.MAX_SAFE_INTEGER) throw malformed(this.what, "a number is too large")
    return value
  }

  /** Checks a fixed header, such as a magic and a version. */
  expect(header: Uint8Array, name: string): void {
    const found = this.remaining >= header.length ? this.bytes(header.length) : this.bytes(this.remaining)
    if (!equalBytes(found, header)) throw malformed(this.what, `does not begin with ${name}`)
  }

  /** Nothing may follow. @throws MalformedData */
  end(): void {
    if (this.remaining > 0) throw malformed(this.what, `${this.remaining} bytes too many`)
  }
}
