/**
 * The canonical record: an entity's row as bytes, one encoding per row. This, not a decoded model, is what is
 * hashed, compared, kept in the log and in trees, and written back. See `docs/format.md`, "Record".
 *
 * ```
 * record = count, then per cell: column, class, value
 * column = varint index + 1 of a known column | 0, then the prefixed name
 * class  = 0 NULL | 1 INTEGER (8 bytes) | 2 REAL (8 bytes) | 3 TEXT | 4 BLOB (prefixed)
 *        | 5 TEXT object | 6 BLOB object (32-byte SHA-256, varint length)
 * ```
 * Known columns come in their fixed order, then unknown ones by the bytes of their names. The content column,
 * and any text or blob over 1 KiB, is an object.
 */
import {
  ByteReader,
  ByteWriter,
  compareBytes,
  equalBytes,
  fromUtf8,
  isWellFormed,
  malformed,
  utf8
} from "../codec/Bytes.js"
import { InvalidInput } from "../errors/WhiteRoomError.js"
import { type Cell, cellClass, type Kind, liveTables, type Row, Text } from "./Entity.js"

/** SHA-256, passed in so that core needs no platform. Returns 32 bytes. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array

/** A cell whose bytes are kept as an object. `text` tells TEXT from BLOB. */
export class ObjectRef {
  constructor(
    readonly hash: Uint8Array,
    readonly length: number,
    readonly text: boolean
  ) {}
}

export type RecordCells = ReadonlyMap<string, Cell | ObjectRef>

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

/** Longer texts and blobs become objects. */
export const inlineLimit = 1024

const columnCodes: Readonly<Record<Kind, ReadonlyMap<string, number>>> = {
  song: new Map(liveTables.song.columns.map((name, index) => [name, index + 1])),
  performance: new Map(liveTables.performance.columns.map((name, index) => [name, index + 1])),
  preferences: new Map(liveTables.preferences.columns.map((name, index) => [name, index + 1]))
}

const writer = new ByteWriter(4096)

const writeCell = (cell: Cell | ObjectRef): void => {
  if (cell === null) writer.byte(cellClass.null)
  else if (typeof cell === "bigint") writer.byte(cellClass.integer).int64(cell)
  else if (typeof cell === "number") writer.byte(cellClass.real).float64(cell)
  else if (cell instanceof ObjectRef)
    writer
      .byte(cell.text ? cellClass.textObject : cellClass.blobObject)
      .bytes(cell.hash)
      .varint(cell.length)
  else if (cell instanceof Text) {
    writer.byte(cellClass.text)
    if (cell.string === undefined) writer.prefixed(cell.bytes)
    else writer.text(cell.string)
  } else writer.byte(cellClass.blob).prefixed(cell)
}

const unknownColumns = (kind: Kind, cells: RecordCells): ReadonlyArray<string> => {
  const codes = columnCodes[kind]
  const names: Array<string> = []
  for (const name of cells.keys()) if (!codes.has(name)) names.push(name)
  return names.length < 2 ? names : names.sort((a, b) => compareBytes(utf8(a), utf8(b)))
}

/** Writes each cell as `stored` gives it. One pass and no map in between: every row that is saved comes by here. */
const writeCells = <A extends Cell | ObjectRef>(
  kind: Kind,
  cells: ReadonlyMap<string, A>,
  stored: (column: string, cell: A) => Cell | ObjectRef
): Uint8Array => {
  writer.reset().varint(cells.size)
  let written = 0
  for (const [column, code] of columnCodes[kind]) {
    const cell = cells.get(column)
    if (cell === undefined) continue
    writer.varint(code)
    writeCell(stored(column, cell))
    written++
  }
  if (written < cells.size)
    for (const column of unknownColumns(kind, cells)) {
      const cell = cells.get(column)
      writer.byte(0).prefixed(utf8(column))
      writeCell(cell === undefined ? null : stored(column, cell))
    }
  return writer.finish()
}

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

const readReal = (reader: ByteReader): number => {
  const value = reader.float64()
  if (Number.isNaN(value)) throw malformed("record", "a REAL is not a number")
  return value
}

/** A value has one form: large ones and contents are objects, and no others. */
const checkForm = (object: boolean, length: number, content: boolean): void => {
  if (object !== (content || length > inlineLimit))
    throw malformed("record", "a value is not in its own form")
}

const readTagged = (reader: ByteReader, tag: number, content: boolean): Cell | ObjectRef => {
  switch (tag) {
    case cellClass.null:
      return null
    case cellClass.integer:
      return reader.int64()
    case cellClass.real:
      return readReal(reader)
    case cellClass.text:
    case cellClass.blob: {
      const bytes = reader.prefixed()
      checkForm(false, bytes.length, content)
      return tag === cellClass.text ? Text.ofBytes(bytes) : bytes
    }
    case cellClass.textObject:
    case cellClass.blobObject: {
      const ref = new ObjectRef(reader.bytes(32), reader.varint(), tag === cellClass.textObject)
      checkForm(true, ref.length, content)
      return ref
    }
    default:
      throw malformed("record", `unknown storage class ${tag}`)
  }
}

const readCell = (reader: ByteReader, content: boolean): Cell | ObjectRef =>
  readTagged(reader, reader.byte(), content)

/** As strict as `readCell`, and makes nothing of a text or blob that lies in the record. */
const readObject = (reader: ByteReader, content: boolean): ObjectRef | undefined => {
  const tag = reader.byte()
  if (tag !== cellClass.text && tag !== cellClass.blob) {
    const cell = readTagged(reader, tag, content)
    return cell instanceof ObjectRef ? cell : undefined
  }
  const length = reader.varint()
  reader.skip(length)
  checkForm(false, length, content)
  return undefined
}

const readUnknownName = (kind: Kind, bytes: Uint8Array): string => {
  const name = fromUtf8(bytes)
  if (name === undefined || columnCodes[kind].has(name))
    throw malformed("record", "a column name is not canonical")
  return name
}

const disordered = () => malformed("record", "its columns are not in order")

/** Has `read` take each cell of a record, and checks all around them. @throws MalformedData unless it is canonical */
const readCells = <A>(
  kind: Kind,
  bytes: Uint8Array,
  read: (reader: ByteReader, content: boolean) => A,
  take: (column: string, cell: A) => void
): void => {
  const { columns, contentColumn } = liveTables[kind]
  const reader = new ByteReader(bytes, "record")
  let previousCode = 0
  let previousName: Uint8Array | undefined
  for (let left = reader.varint(); left > 0; left--) {
    const code = reader.varint()
    if (code === 0) {
      const name = reader.prefixed()
      if (previousName !== undefined && compareBytes(name, previousName) <= 0) throw disordered()
      previousName = name
      take(readUnknownName(kind, name), read(reader, false))
      continue
    }
    const column = columns[code - 1]
    if (column === undefined) throw malformed("record", `unknown column code ${code}`)
    if (code <= previousCode || previousName !== undefined) throw disordered()
    previousCode = code
    take(column, read(reader, column === contentColumn))
  }
  reader.end()
}

/** Decodes a record. Byte values are views onto the input. @throws MalformedData unless it is canonical. */
export const decodeRecord = (kind: Kind, bytes: Uint8Array): RecordCells => {
  const cells = new Map<string, Cell | ObjectRef>()
  readCells(kind, bytes, readCell, (column, cell) => cells.set(column, cell))
  return cells
}

/** The objects that a record needs. Checks all of it, as `decodeRecord` does. @throws MalformedData */
export const objectsOfRecord = (kind: Kind, record: Uint8Array): ReadonlyArray<ObjectRef> => {
  const refs: Array<ObjectRef> = []
  readCells(kind, record, readObject, (_, ref) => {
    if (ref !== undefined) refs.push(ref)
  })
  return refs
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

/** The display name inside a record, or the empty string. */
export const nameOfRecord = (kind: Kind, record: Uint8Array): string =>
  nameOfCells(kind, decodeRecord(kind, record))

/** True for the same storage class and the same bytes. */
export const equalCells = (a: Cell | ObjectRef | undefined, b: Cell | ObjectRef | undefined): boolean => {
  if (a instanceof ObjectRef) return b instanceof ObjectRef && a.text === b.text && equalBytes(a.hash, b.hash)
  if (a instanceof Text) return b instanceof Text && equalBytes(a.bytes, b.bytes)
  if (a instanceof Uint8Array) return b instanceof Uint8Array && equalBytes(a, b)
  return Object.is(a, b)
}

/** The columns in which two records differ, in record order. */
export const changedColumns = (before: RecordCells, after: RecordCells): ReadonlyArray<string> =>
  [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => !equalCells(before.get(name), after.get(name))
  )

/** The cells of a record as it holds them, in its order. */
const cellBytes = (kind: Kind, record: Uint8Array) => {
  const cells: Array<{ readonly column: string; readonly bytes: Uint8Array }> = []
  const read = (reader: ByteReader, content: boolean): Uint8Array => {
    const from = reader.position
    readObject(reader, content)
    return reader.since(from)
  }
  readCells(kind, record, read, (column, bytes) => cells.push({ column, bytes }))
  return cells
}

/** `changedColumns` of records that nothing else is wanted of: a value has one form, so bytes tell. @throws MalformedData */
export const changedInRecord = (kind: Kind, before: Uint8Array, after: Uint8Array): ReadonlyArray<string> => {
  const [was, is] = [cellBytes(kind, before), cellBytes(kind, after)]
  const sameColumns =
    was.length === is.length && was.every(({ column }, index) => column === is[index]?.column)
  if (sameColumns)
    return was.flatMap(({ column, bytes }, index) =>
      equalBytes(bytes, is[index]?.bytes ?? bytes) ? [] : [column]
    )
  return changedColumns(decodeRecord(kind, before), decodeRecord(kind, after))
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
