/**
 * The canonical record: an entity's row as bytes, one encoding per row. This, not a decoded model, is what is
 * hashed, compared, kept in the log and in trees, and written back. See `docs/format.md`, "Record".
 *
 * ```
 * record = list of the cells of known columns in their order, then true and name, cell, name, cell … of the others
 * cell   = nil NULL | int64 INTEGER | float64 REAL | text TEXT | bytes BLOB
 *        | [bytes] TEXT that is not text of MessagePack: not UTF-8, or with a byte order mark
 *        | [hash, length] TEXT object | [hash, length, true] BLOB object
 *        | false in the place of a known column that is absent; never the last of them
 * ```
 * The other columns are ordered by the bytes of their names. The content column, and any text or blob over 1 KiB, is
 * an object.
 */
import { compareBytes, equalBytes, isWellFormed, utf8 } from "../codec/Bytes.js"
import { ListWriter } from "../codec/ListWriter.js"
import { headSize, isBytesToken, isPlainText, isTextToken, textBetween, token } from "../codec/Tokens.js"
import { InvalidInput } from "../errors/WhiteRoomError.js"
import type { Sha256 } from "../object/Sha256.js"
import { type Cell, type Kind, liveTables, type Row, Text } from "./Entity.js"
import { eachCell, placedCells, textAt } from "./PlacedCells.js"
import { inlineLimit, knownColumns, ObjectRef, type RecordCells } from "./RecordCells.js"

/** Bytes to keep under their hash. */
export interface NewObject {
  readonly hash: Uint8Array
  readonly bytes: Uint8Array
}

export interface EncodedRecord {
  readonly record: Uint8Array
  /** What the record names by hash and must be kept with it. */
  readonly objects: ReadonlyArray<NewObject>
}

const writer = new ListWriter()

const writeText = (cell: Text): void => {
  if (cell.string !== undefined) writer.text(cell.string)
  else if (isPlainText(cell.bytes, 0, cell.bytes.length)) writer.textOf(cell.bytes)
  else writer.list(1).bytes(cell.bytes)
}

const writeCell = (cell: Cell | ObjectRef): void => {
  if (cell === null) writer.nil()
  else if (typeof cell === "number") writer.real(cell)
  else if (typeof cell === "bigint") writer.int64(cell)
  else if (cell instanceof Text) writeText(cell)
  else if (cell instanceof ObjectRef) {
    writer
      .list(cell.text ? 2 : 3)
      .bytes(cell.hash)
      .count(cell.length)
    if (!cell.text) writer.flag(true)
  } else writer.bytes(cell)
}

const unknownColumns = (kind: Kind, cells: RecordCells): ReadonlyArray<string> => {
  const known = knownColumns[kind]
  const names: Array<string> = []
  for (const name of cells.keys()) if (!known.has(name)) names.push(name)
  return names.length < 2 ? names : names.sort((a, b) => compareBytes(utf8(a), utf8(b)))
}

/** Writes each cell as `stored` gives it, which is asked first: it may read from anywhere. Every row that is saved comes by here. */
const writeCells = <A extends Cell | ObjectRef>(
  kind: Kind,
  cells: ReadonlyMap<string, A>,
  stored: (column: string, cell: A) => Cell | ObjectRef
): Uint8Array => {
  const list: Array<Cell | ObjectRef | undefined> = []
  let [written, last] = [0, 0]
  for (const column of liveTables[kind].columns) {
    const cell = cells.get(column)
    if (cell === undefined) list.push(undefined)
    else {
      last = list.push(stored(column, cell))
      written++
    }
  }
  list.length = last
  const others = written < cells.size ? unknownColumns(kind, cells) : []
  const otherCells = others.map((column) => {
    const cell = cells.get(column)
    return cell === undefined ? null : stored(column, cell)
  })
  writer.begin(last + (others.length === 0 ? 0 : 1 + 2 * others.length))
  for (const cell of list) {
    if (cell === undefined) writer.flag(false)
    else writeCell(cell)
  }
  if (others.length > 0) writer.flag(true)
  others.forEach((column, index) => {
    writer.text(column)
    writeCell(otherCells[index] ?? null)
  })
  return writer.finish()
}

/** The record of a row without any column. */
export const emptyRecord: Uint8Array = writer.begin(0).finish()

/** Encodes cells in which large values are `ObjectRef`s already. */
export const encodeCells = (kind: Kind, cells: RecordCells): Uint8Array =>
  writeCells(kind, cells, (_, cell) => cell)

/** The bytes of a cell that is kept as an object; `undefined` for one that stays in the record. */
const largeBytes = (cell: Cell, always: boolean): Uint8Array | undefined => {
  if (cell instanceof Text) {
    if (!always && cell.string !== undefined && cell.string.length * 3 <= inlineLimit) return undefined
    const bytes = cell.bytes
    return always || bytes.length > inlineLimit ? bytes : undefined
  }
  return cell instanceof Uint8Array && (always || cell.length > inlineLimit) ? cell : undefined
}

/** Refuses what SQLite would store as something else. */
const checkCell = (column: string, cell: Cell): void => {
  const refuse = (reason: string) => new InvalidInput({ field: column, reason })
  if (typeof cell === "number" && Number.isNaN(cell)) throw refuse("it is not a number")
  if (typeof cell === "bigint" && BigInt.asIntN(64, cell) !== cell) throw refuse("it needs more than 64 bits")
  if (cell instanceof Text && cell.string !== undefined && !isWellFormed(cell.string))
    throw refuse("it holds half a surrogate pair, which no file can store")
}

/**
 * Encodes a row; contents and large values are hashed and handed back as objects.
 * @throws InvalidInput for a value that SQLite cannot hold
 */
export const encodeRecord = (kind: Kind, row: Row, sha256: Sha256): EncodedRecord => {
  const contentColumn = liveTables[kind].contentColumn
  const objects: Array<NewObject> = []
  const record = writeCells(kind, row, (column, cell) => {
    checkCell(column, cell)
    const bytes = largeBytes(cell, column === contentColumn)
    if (bytes === undefined) return cell
    const hash = sha256(bytes)
    objects.push({ hash, bytes })
    return new ObjectRef(hash, bytes.length, cell instanceof Text)
  })
  return { record, objects }
}

/** The cell that these bytes of a record are, which were looked at. Byte values are views. */
const cellAt = (record: Uint8Array, from: number, to: number): Cell => {
  const head = record[from] ?? 0
  if (head === token.nil) return null
  if (isTextToken(head)) return Text.ofString(textBetween(record, from + headSize(head), to))
  if (isBytesToken(head)) return record.subarray(from + headSize(head), to)
  const bytes = textAt(record, from, to)
  if (bytes !== undefined) return Text.ofBytes(bytes)
  const numbers = new DataView(record.buffer, record.byteOffset + from + 1, 8)
  return head === token.real ? numbers.getFloat64(0) : numbers.getBigInt64(0)
}

/** Decodes a record. Byte values are views onto the input. @throws MalformedData unless it is canonical. */
export const decodeRecord = (kind: Kind, bytes: Uint8Array): RecordCells => {
  const cells = new Map<string, Cell | ObjectRef>()
  eachCell(kind, bytes, (column, _, from, to, object) => {
    cells.set(column, object ?? cellAt(bytes, from, to))
  })
  return cells
}

/** The objects that a record needs. Checks all of it, as `decodeRecord` does. @throws MalformedData */
export const objectsOfRecord = (kind: Kind, record: Uint8Array): ReadonlyArray<ObjectRef> => {
  const objects: Array<ObjectRef> = []
  eachCell(kind, record, (_column, _index, _from, _to, object) => {
    if (object !== undefined) objects.push(object)
  })
  return objects
}

/** Bytes that a record stands for: its inline bytes and the lengths of its objects. */
export const recordSize = (kind: Kind, record: Uint8Array): number => {
  let size = record.length
  for (const ref of objectsOfRecord(kind, record)) size += ref.length
  return size
}

/** The row of a record; `get` fetches the bytes of an object by its hash. */
export const rowOfRecord = (cells: RecordCells, get: (ref: ObjectRef) => Uint8Array): Row => {
  const row = new Map<string, Cell>()
  for (const [column, cell] of cells) {
    if (!(cell instanceof ObjectRef)) row.set(column, cell)
    else row.set(column, cell.text ? Text.ofBytes(get(cell)) : get(cell))
  }
  return row
}

/** The display name among the cells of a record, or the empty string. */
export const nameOfCells = (kind: Kind, cells: RecordCells): string => {
  const cell = cells.get(liveTables[kind].nameColumn)
  return cell instanceof Text ? cell.toString() : ""
}

/** The display name inside a record, or the empty string. Checks all of it, as `decodeRecord` does. @throws MalformedData */
export const nameOfRecord = (kind: Kind, record: Uint8Array): string => nameAmong(kind, record, () => {})

/** The same, and visits the names of the columns on the way. */
const nameAmong = (kind: Kind, record: Uint8Array, visit: (column: string) => void): string => {
  const { nameColumn } = liveTables[kind]
  let name = ""
  eachCell(kind, record, (column, _, from, to) => {
    visit(column)
    const bytes = column === nameColumn ? textAt(record, from, to) : undefined
    if (bytes !== undefined) name = Text.ofBytes(bytes).toString()
  })
  return name
}

/**
 * The display name inside a record that has just the columns of a table; `undefined` for any other, which must be fitted to
 * it. @throws MalformedData
 */
export const nameOfFitting = (
  kind: Kind,
  record: Uint8Array,
  table: ReadonlyMap<string, Cell>
): string | undefined => {
  let columns = 0
  let known = 0
  const name = nameAmong(kind, record, (column) => {
    columns++
    if (table.has(column)) known++
  })
  return columns === table.size && known === columns ? name : undefined
}

/** True for the same storage class and the same bytes. */
export const equalCells = (a: Cell | ObjectRef | undefined, b: Cell | ObjectRef | undefined): boolean => {
  if (a instanceof ObjectRef) return b instanceof ObjectRef && a.text === b.text && equalBytes(a.hash, b.hash)
  if (a instanceof Text)
    return (
      b instanceof Text &&
      (a.string !== undefined && b.string !== undefined
        ? a.string === b.string
        : equalBytes(a.bytes, b.bytes))
    )
  if (a instanceof Uint8Array) return b instanceof Uint8Array && equalBytes(a, b)
  return Object.is(a, b)
}

/** The columns in which two records differ, in record order. */
export const changedColumns = (before: RecordCells, after: RecordCells): ReadonlyArray<string> =>
  [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => !equalCells(before.get(name), after.get(name))
  )

/** Whether two records have the same bytes between these places. */
const areSameBytes = (a: Uint8Array, from: number, to: number, b: Uint8Array, start: number): boolean => {
  for (let at = from; at < to; at++) if (a[at] !== b[start + at - from]) return false
  return true
}

/** `changedColumns` of records that nothing else is wanted of: a value has one form, so bytes tell. @throws MalformedData */
export const changedInRecord = (kind: Kind, before: Uint8Array, after: Uint8Array): ReadonlyArray<string> => {
  const [was, is] = [placedCells(kind, before), placedCells(kind, after)]
  const sameColumns =
    was.length === is.length && was.every(({ column }, index) => column === is[index]?.column)
  if (!sameColumns) return changedColumns(decodeRecord(kind, before), decodeRecord(kind, after))
  return was.flatMap(({ column, from, to }, index) => {
    const now = is[index]
    const isAsLong = now !== undefined && now.to - now.from === to - from
    return isAsLong && areSameBytes(before, from, to, after, now.from) ? [] : [column]
  })
}

/** True for a row that has just the columns of a table. */
export const hasColumnsOf = (
  table: ReadonlyMap<string, Cell>,
  cells: ReadonlyMap<string, unknown>
): boolean => {
  if (cells.size !== table.size) return false
  for (const column of cells.keys()) if (!table.has(column)) return false
  return true
}

/**
 * Fits a record of another time to a table of today: columns the table no longer has are left out, columns the
 * record does not know keep the value of `current`, or get the table's default where there is no row yet.
 * Returns what was left out, so that nothing vanishes silently.
 */
export const fitRecord = (
  source: RecordCells,
  table: ReadonlyMap<string, Cell>,
  current: RecordCells | undefined
): { readonly cells: RecordCells; readonly dropped: ReadonlyArray<string> } => {
  const cells = new Map<string, Cell | ObjectRef>()
  const dropped: Array<string> = []
  for (const [name, cell] of source) {
    if (table.has(name)) cells.set(name, cell)
    else if (cell !== null) dropped.push(name)
  }
  for (const [name, initial] of table) {
    if (cells.has(name)) continue
    const now = current?.get(name)
    cells.set(name, now === undefined ? initial : now)
  }
  return { cells, dropped }
}
