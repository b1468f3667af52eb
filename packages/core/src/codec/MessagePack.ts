/// <reference path="./msgpackr.d.ts" />
/**
 * Values as MessagePack, in a form of which there is one for each value: what is hashed and compared must not have two
 * spellings. msgpackr writes and reads it; what it gets to read, `elements` has looked at. See `docs/format.md`,
 * "MessagePack".
 */
import { addExtension, Packr, RESET_BUFFER_MODE } from "msgpackr/pack"
import { malformed } from "../errors/malformed.js"
import { fromUtf8, isCount, utf8 } from "./Bytes.js"
import { elements } from "./Tokens.js"

export { soundBeginning } from "./Tokens.js"

/**
 * Bytes. msgpackr writes a plain array of them too, after asking whether it is a date, a set, an error and so on, which
 * takes longer than all the rest of an event.
 */
class Bytes {
  constructor(readonly value: Uint8Array) {}
}

addExtension({
  Class: Bytes,
  // No byte names it, so that nothing that is read becomes one.
  type: 0x101,
  pack: ({ value }, allocate) => {
    const { length } = value
    const size = length < 0x100 ? 1 : length < 0x10000 ? 2 : 4
    const { target, targetView, position } = allocate(1 + size + length)
    target[position] = size === 1 ? 0xc4 : size === 2 ? 0xc5 : 0xc6
    if (size === 1) targetView.setUint8(position + 1, length)
    else if (size === 2) targetView.setUint16(position + 1, length)
    else targetView.setUint32(position + 1, length)
    target.set(value, position + 1 + size)
  }
})

/** What can be written. Texts, counts and bytes come from `text`, `count` and `bytes`, a bigint is an int64. */
export type Value = null | boolean | number | bigint | string | Bytes | ReadonlyArray<Value>

const packr = new Packr({
  useRecords: false,
  variableMapSize: true,
  mapsAsObjects: false,
  int64AsType: "bigint"
})

const mark = "\ufeff"

/** Whether a text begins with a byte order mark, which readers of strings may drop. */
export const startsWithMark = (value: string): boolean => value.startsWith(mark)

/**
 * A text: a string, or, where it begins with a byte order mark, a list of its bytes. Half a surrogate pair becomes U+FFFD: check with `isWellFormed` where that matters.
 */
export const text = (value: string): Value =>
  startsWithMark(value) ? [bytes(utf8(value))] : value.toWellFormed()

/** A safe non-negative integer; from 2^32 on it is an int64. @throws RangeError for any other number: a bug of the caller */
export const count = (value: number): Value => {
  if (!isCount(value)) throw new RangeError(`${value} is not a count`)
  return value < 2 ** 32 ? value : BigInt(value)
}

/** Bytes as a value. */
export const bytes = (value: Uint8Array): Value => new Bytes(value)

/** The bytes of a list, as a view that the next call changes: for those who hash it at once. */
export const encodeForNow = (list: ReadonlyArray<Value>): Uint8Array => packr.pack(list, RESET_BUFFER_MODE)

/** The bytes of a list. */
export const encode = (list: ReadonlyArray<Value>): Uint8Array => new Uint8Array(encodeForNow(list))

/** The values of a list that `elements` has looked at. Bytes in it are views. */
export const unpack = (bytes: Uint8Array): ReadonlyArray<unknown> => {
  const list = packr.unpack(bytes.subarray(0))
  if (!Array.isArray(list)) throw malformed("value", "it is not a list")
  return list
}

/** The text that `text` wrote as a list of bytes. */
const markedText = (value: unknown): string | undefined => {
  const bytes: unknown = Array.isArray(value) && value.length === 1 ? value[0] : undefined
  const string = bytes instanceof Uint8Array ? fromUtf8(bytes) : undefined
  return string !== undefined && startsWithMark(string) ? string : undefined
}

/** Milliseconds since 1970 that a date can be at most. */
export const latestTime = 8.64e15

/** A list that is read from its first value to its last, each of which must be what its place says. */
export class Fields {
  private at = 0

  constructor(
    private readonly values: ReadonlyArray<unknown>,
    private readonly what: string
  ) {}

  private next(): unknown {
    if (this.left === 0) throw this.bad("it has fewer values than it needs")
    return this.values[this.at++]
  }

  private bad(reason: string) {
    return malformed(this.what, reason)
  }

  /** @throws MalformedData */
  text(): string {
    const value = this.next()
    const string = typeof value === "string" ? value : markedText(value)
    if (string === undefined) throw this.bad("a text is missing")
    return string
  }

  /** @throws MalformedData */
  count(): number {
    const value = this.next()
    if (typeof value === "number") return value
    if (typeof value !== "bigint" || value < 2n ** 32n || value > Number.MAX_SAFE_INTEGER)
      throw this.bad("a number is not a count")
    return Number(value)
  }

  /** Milliseconds since 1970 that a date can be. @throws MalformedData */
  time(): number {
    const time = this.count()
    if (time > latestTime) throw this.bad("a time is past all calendars")
    return time
  }

  /** @throws MalformedData */
  flag(): boolean {
    const value = this.next()
    if (typeof value !== "boolean") throw this.bad("a flag is neither true nor false")
    return value
  }

  /** A view onto the input, not a copy. @throws MalformedData */
  bytes(): Uint8Array {
    const value = this.next()
    if (!(value instanceof Uint8Array)) throw this.bad("it holds something else where bytes must be")
    return value
  }

  /** A count, or nil in its place. @throws MalformedData */
  maybeCount(): number | undefined {
    if (this.values[this.at] !== null) return this.count()
    this.at++
    return undefined
  }

  /** Bytes, or nil in their place. @throws MalformedData */
  maybeBytes(): Uint8Array | undefined {
    if (this.values[this.at] !== null) return this.bytes()
    this.at++
    return undefined
  }

  /** A text, or nil in its place. @throws MalformedData */
  maybeText(): string | undefined {
    if (this.values[this.at] !== null) return this.text()
    this.at++
    return undefined
  }

  /** The 32 bytes of a SHA-256, as a view. @throws MalformedData */
  hash(): Uint8Array {
    const bytes = this.bytes()
    if (bytes.length !== 32) throw this.bad(`a hash has ${bytes.length} bytes`)
    return bytes
  }

  /** A list in the list, which `read` must read to its end. @throws MalformedData */
  list<A>(read: (list: Fields) => A): A {
    const value = this.next()
    if (!Array.isArray(value)) throw this.bad("a list is missing")
    return readAll(value, this.what, read)
  }

  /** A list, or nil in its place. @throws MalformedData */
  maybe<A>(read: (list: Fields) => A): A | undefined {
    if (this.values[this.at] !== null) return this.list(read)
    this.at++
    return undefined
  }

  /** Nil. @throws MalformedData */
  nil(): undefined {
    if (this.next() !== null) throw this.bad("it holds something where nothing may be")
  }

  /** What is left, each read the same way. @throws MalformedData */
  rest<A>(read: (list: Fields) => A): ReadonlyArray<A> {
    const all: Array<A> = []
    while (this.left > 0) all.push(read(this))
    return all
  }

  /** Passes over what is left. */
  skip(): void {
    this.at = this.values.length
  }

  /** Values that were not read yet. */
  get left(): number {
    return this.values.length - this.at
  }

  /** Nothing may be left. @throws MalformedData */
  end(): void {
    if (this.left > 0) throw this.bad(`${this.left} values too many`)
  }
}

const readAll = <A>(values: ReadonlyArray<unknown>, what: string, read: (list: Fields) => A): A => {
  const list = new Fields(values, what)
  const result = read(list)
  list.end()
  return result
}

/** What `read` makes of the list that these bytes are; it must read all of it. @throws MalformedData */
export const decode = <A>(bytes: Uint8Array, what: string, read: (list: Fields) => A): A => {
  elements(bytes, what)
  return readAll(unpack(bytes), what, read)
}
