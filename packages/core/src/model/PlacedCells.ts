/** Where the cells of a record lie in its bytes: looked at, and refused, before anything is made of them. */
import { compareBytes, fromUtf8 } from "../codec/Bytes.js"
import {
  countBetween,
  elements,
  headSize,
  isBytesToken,
  isPlainText,
  isTextToken,
  token
} from "../codec/Tokens.js"
import { malformed } from "../errors/malformed.js"
import { type Kind, liveTables } from "./Entity.js"
import { inlineLimit, knownColumns, ObjectRef } from "./RecordCells.js"

const bad = (reason: string) => malformed("record", reason)

/** A cell where it lies in a record: its place in the list, and its bytes. */
interface PlacedCell {
  readonly column: string
  readonly index: number
  readonly from: number
  readonly to: number
  readonly object: ObjectRef | undefined
}

/** `[bytes]`: what SQLite takes for text and MessagePack does not. */
const oddText = (record: Uint8Array, from: number, to: number): Uint8Array => {
  const head = record[from + 1] ?? 0
  const start = from + 1 + headSize(head)
  if (!isBytesToken(head) || isPlainText(record, start, to)) throw bad("a text is not in its own form")
  return record.subarray(start, to)
}

/** `[hash, length]` or `[hash, length, true]`. */
const objectAt = (record: Uint8Array, from: number, to: number): ObjectRef => {
  const text = record[from] === 0x92
  const end = text ? to : to - 1
  const length = countBetween(record, from + 35, end)
  const isHash = record[from + 1] === 0xc4 && record[from + 2] === 32
  if (!isHash || length === undefined || (!text && record[end] !== token.true))
    throw bad("an object is not its hash and its length")
  return new ObjectRef(record.subarray(from + 3, from + 35), length, text)
}

/** A value has one form: large ones and contents are objects, and no others. */
const checkForm = (object: boolean, length: number, content: boolean): void => {
  if (object !== (content || length > inlineLimit)) throw bad("a value is not in its own form")
}

/** The object that a cell is. Checks what any other is, and makes nothing of it. */
const readCell = (record: Uint8Array, from: number, to: number, content: boolean): ObjectRef | undefined => {
  const head = record[from] ?? 0
  if (head === 0x92 || head === 0x93) {
    const object = objectAt(record, from, to)
    checkForm(true, object.length, content)
    return object
  }
  if (isTextToken(head) || isBytesToken(head)) checkForm(false, to - from - headSize(head), content)
  else if (head === 0x91) checkForm(false, oddText(record, from, to).length, content)
  else if (head === token.real) checkReal(record, from)
  else if (head !== token.nil && head !== token.int64) throw bad("a value is not one of SQLite's")
  return undefined
}

/** Refuses NaN: all bits of the exponent set, and any behind them. */
const checkReal = (record: Uint8Array, from: number): void => {
  const exponent = (((record[from + 1] ?? 0) & 0x7f) << 4) | ((record[from + 2] ?? 0) >> 4)
  if (exponent < 0x7ff) return
  let fraction = (record[from + 2] ?? 0) & 0x0f
  for (let at = from + 3; at < from + 9; at++) fraction |= record[at] ?? 0
  if (fraction !== 0) throw bad("a REAL is not a number")
}

/** The bytes of a text that lies in a record; `undefined` for anything else. */
export const textAt = (record: Uint8Array, from: number, to: number): Uint8Array | undefined => {
  const head = record[from] ?? 0
  if (isTextToken(head)) return record.subarray(from + headSize(head), to)
  return head === 0x91 ? oddText(record, from, to) : undefined
}

type VisitCell = (
  column: string,
  index: number,
  from: number,
  to: number,
  object: ObjectRef | undefined
) => void

/**
 * Visits the cells of a record on its bytes, in their order; nothing but names and objects is made of them.
 * @throws MalformedData unless all of it is canonical; some may have been visited then
 */
export const eachCell = (kind: Kind, record: Uint8Array, visit: VisitCell): void => {
  const { columns, contentColumn } = liveTables[kind]
  const places = elements(record, "record", true)
  const size = places.length - 1
  const headOf = (index: number) => record[places[index] ?? 0]
  const place = (column: string, index: number): void => {
    const [from, to] = [places[index] ?? 0, places[index + 1] ?? 0]
    visit(column, index, from, to, readCell(record, from, to, column === contentColumn))
  }

  let next = 0
  for (; next < size && headOf(next) !== token.true; next++) {
    const column = columns[next]
    if (column === undefined) throw bad("it has more cells than its table has columns")
    if (headOf(next) !== token.false) place(column, next)
  }
  if (next > 0 && headOf(next - 1) === token.false) throw bad("it ends with a column that is absent")
  if (next === size) return

  if (next + 1 === size || (size - next) % 2 === 0) throw bad("a column has no cell")
  let previous: Uint8Array | undefined
  for (let index = next + 1; index < size; index += 2) {
    const bytes = textAt(record, places[index] ?? 0, places[index + 1] ?? 0)
    const name = bytes && fromUtf8(bytes)
    if (bytes === undefined || name === undefined || knownColumns[kind].has(name))
      throw bad("a column name is not canonical")
    if (previous !== undefined && compareBytes(bytes, previous) <= 0)
      throw bad("its columns are not in order")
    previous = bytes
    place(name, index + 1)
  }
}

/** The cells of a record on its bytes, in their order. @throws MalformedData unless all of it is canonical */
export const placedCells = (kind: Kind, record: Uint8Array): ReadonlyArray<PlacedCell> => {
  const cells: Array<PlacedCell> = []
  eachCell(kind, record, (column, index, from, to, object) => {
    cells.push({ column, index, from, to, object })
  })
  return cells
}
