/**
 * Cuts JSON into the raw texts of its parts, from bytes that come one after the other: a file of any size is read with
 * the memory of one part. It does not recurse and does not judge what it cuts; what takes a part parses it.
 */
import { ByteWriter, fromUtf8, utf8 } from "../codec/Bytes.js"

/** The next byte, or -1 at the end. */
export type NextByte = () => number

/** The bytes of chunks that hold nothing open. */
export const bytesOf = (chunks: ReadonlyArray<Uint8Array>): NextByte => bytesFrom(chunks[Symbol.iterator]())

/** The bytes of chunks. Who asks for them ends the iterator, as behind it a file may be open. */
export const bytesFrom = (iterator: Iterator<Uint8Array>): NextByte => {
  let chunk: Uint8Array = new Uint8Array()
  let at = 0
  return () => {
    while (at >= chunk.length) {
      const next = iterator.next()
      if (next.done === true) return -1
      chunk = next.value
      at = 0
    }
    return chunk[at++] ?? -1
  }
}

/** The text is not JSON from here on: what follows cannot be told apart. */
export class BrokenJson extends Error {}

/** One part. A part with a fault was passed over: it is too large or too deep. */
export interface RawPart {
  readonly bytes: Uint8Array
  readonly fault: string | undefined
}

/** SQLite's own JSON functions stop at this depth. */
const maxDepth = 1000

const quote = 0x22
const backslash = 0x5c
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
const opens = (byte: number): boolean => byte === 0x7b || byte === 0x5b
const closes = (byte: number): boolean => byte === 0x7d || byte === 0x5d

export class JsonScanner {
  private ahead: number
  private readonly part = new ByteWriter(4096)

  constructor(private readonly next: NextByte) {
    this.ahead = next()
    if (this.ahead === 0xef) for (let i = 0; i < 3; i++) this.ahead = next()
  }

  /** The next byte that is not white space, still to be taken; -1 at the end. */
  peek(): number {
    while (isSpace(this.ahead)) this.ahead = this.next()
    return this.ahead
  }

  /** Takes a byte if it comes next. */
  takes(byte: number): boolean {
    if (this.peek() !== byte) return false
    this.ahead = this.next()
    return true
  }

  expect(character: string): void {
    if (!this.takes(character.charCodeAt(0)))
      throw new BrokenJson(this.ahead === -1 ? "it ends early" : `a ${character} is missing`)
  }

  /** The next value, as it is written. */
  value(maxBytes: number): RawPart {
    const { part } = this
    part.reset()
    let fault: string | undefined
    let depth = 0
    let inString = false
    this.peek()
    for (;;) {
      const byte = this.ahead
      if (byte === -1) {
        if (depth > 0 || inString || part.size === 0) throw new BrokenJson("it ends early")
        break
      }
      if (!inString && depth === 0 && (byte === 0x2c || closes(byte) || isSpace(byte))) break
      if (part.size < maxBytes) part.byte(byte)
      else fault ??= `it is larger than ${maxBytes} bytes`
      this.ahead = this.next()
      if (inString) {
        if (byte === backslash) {
          if (this.ahead === -1) throw new BrokenJson("it ends early")
          if (part.size < maxBytes) part.byte(this.ahead)
          this.ahead = this.next()
        } else if (byte === quote) {
          inString = false
          if (depth === 0) break
        }
      } else if (byte === quote) inString = true
      else if (opens(byte)) {
        if (++depth > maxDepth) fault ??= `it is nested more than ${maxDepth} levels deep`
      } else if (closes(byte) && --depth === 0) break
    }
    return { bytes: part.finish(), fault }
  }

  /** The bytes that a string stands for; the opening quote comes next. `onHalf` is told of half a surrogate pair. */
  content(onHalf: () => void): NextByte {
    this.expect('"')
    let waiting: Uint8Array = new Uint8Array()
    let at = 0
    let half = -1
    const put = (bytes: Uint8Array): number => {
      waiting = bytes
      at = 1
      return bytes[0] ?? -1
    }
    const replaceHalf = (): number => {
      half = -1
      onHalf()
      return put(utf8("\ufffd"))
    }
    let ended = false
    return () => {
      for (;;) {
        if (at < waiting.length) return waiting[at++] ?? -1
        if (ended) return -1
        if (this.ahead === -1) throw new BrokenJson("it ends early")
        if (this.ahead !== backslash) {
          if (half !== -1) return replaceHalf()
          const byte = this.ahead
          this.ahead = this.next()
          if (byte !== quote) return byte
          ended = true
          return -1
        }
        this.ahead = this.next()
        const unit = this.escape()
        if (half !== -1 && unit >= 0xdc00 && unit <= 0xdfff) {
          const pair = String.fromCharCode(half, unit)
          half = -1
          return put(utf8(pair))
        }
        if (half !== -1) {
          const rest = unit >= 0xd800 && unit <= 0xdfff ? "\ufffd" : String.fromCharCode(unit)
          half = -1
          onHalf()
          if (unit >= 0xd800 && unit <= 0xdbff) {
            half = unit
            return put(utf8("\ufffd"))
          }
          return put(utf8(`\ufffd${rest}`))
        }
        if (unit >= 0xd800 && unit <= 0xdbff) {
          half = unit
          continue
        }
        if (unit >= 0xdc00 && unit <= 0xdfff) return replaceHalf()
        return unit < 0x80 ? unit : put(utf8(String.fromCharCode(unit)))
      }
    }
  }

  /** The UTF-16 unit of an escape whose backslash is taken. */
  private escape(): number {
    const byte = this.ahead
    this.ahead = this.next()
    if (byte !== 0x75) {
      const unit = escapes.get(byte)
      if (unit === undefined) throw new BrokenJson("it has an escape that JSON does not know")
      return unit
    }
    let unit = 0
    for (let i = 0; i < 4; i++) {
      const digit = Number.parseInt(String.fromCharCode(this.ahead), 16)
      if (Number.isNaN(digit)) throw new BrokenJson("it has an escape that JSON does not know")
      unit = unit * 16 + digit
      this.ahead = this.next()
    }
    return unit
  }
}

const escapes: ReadonlyMap<number, number> = new Map(
  Object.entries({ '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }).map(
    ([name, character]) => [name.charCodeAt(0), character.charCodeAt(0)]
  )
)

/** The text of bytes; ill-formed sequences become U+FFFD, and `exact` says whether there were any. */
export const textOf = (bytes: Uint8Array): { readonly text: string; readonly exact: boolean } => {
  const exact = fromUtf8(bytes)
  return exact === undefined
    ? { text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes), exact: false }
    : { text: exact, exact: true }
}
