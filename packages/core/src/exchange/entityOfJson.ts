/** From one JSON object of an exchange file to an entity. */

import { isWellFormed } from "../codec/Bytes.js"
import { isJsonObject, parseBounded } from "../document/JsonText.js"
import {
  type Cell,
  type EntityKey,
  idOfCell,
  type Kind,
  liveTables,
  type Row,
  Text,
  text
} from "../model/Entity.js"
import { cellOfExtra, cellOfJson, type TimeSpelling } from "./CellOfJson.js"
import { columnOfKey, columns, placeholderKey } from "./Columns.js"
import { membersOf } from "./RawJson.js"

/** An entity of an exchange file: its live-table columns in table order, then what the tables do not know. */
export interface ExchangeEntity extends EntityKey {
  readonly row: Row
}

export interface EntityOfJson {
  /** `undefined`: it could not be taken. */
  readonly entity: ExchangeEntity | undefined
  /** The name it goes by, for messages. */
  readonly name: string
  readonly problems: ReadonlyArray<string>
}

const maxIdLength = 1024

const nothing = (reason: string): EntityOfJson => ({ entity: undefined, name: "", problems: [reason] })

/** The id of an entity; a number is its digits, as the apps' tables store it. */
const idOf = (kind: Kind, cell: Cell | undefined): string | { readonly problem: string } => {
  if (!(cell instanceof Text)) return { problem: `it has no ${liveTables[kind].idColumn}` }
  const id = cell.toString()
  if (id.length > maxIdLength) return { problem: `its id is longer than ${maxIdLength} characters` }
  return idOfCell(cell)
}

/** Takes one member of the object into the cells. */
const takeMember = (
  kind: Kind,
  cells: Map<string, Cell>,
  [key, raw]: readonly [string, string],
  times: TimeSpelling
): string | undefined => {
  const known = columnOfKey(kind, key)
  const column = known?.column ?? key
  if (!isWellFormed(column)) return `a key with half a surrogate pair was left out`
  if (cells.has(column)) return `${JSON.stringify(key)} is there twice; the first counts`
  const read = known === undefined ? cellOfExtra(raw) : cellOfJson(known.form, raw, times)
  cells.set(column, read.cell)
  return read.problem === undefined ? undefined : `${key} ${read.problem}`
}

/** The columns of the table, in its order, NULL where nothing was said, then the others. */
const inTableOrder = (kind: Kind, cells: ReadonlyMap<string, Cell>, problems: Array<string>): Row => {
  const row = new Map<string, Cell>()
  for (const { column, form, notNull, filler } of columns[kind]) {
    const cell = cells.get(column) ?? null
    const fill = cell === null && notNull && filler !== undefined
    if (fill) problems.push(`it has no ${column}`)
    row.set(column, fill ? cellOfJson(form === "time" ? "text" : form, filler, "iso").cell : cell)
  }
  for (const [column, cell] of cells) if (!row.has(column)) row.set(column, cell)
  return row
}

const isPlaceholder = (cells: ReadonlyMap<string, Cell>): boolean => {
  const mark = cells.get(placeholderKey)
  return mark instanceof Text && mark.toString() === "true"
}

/** Reads one object. Never throws: what cannot be taken is said in `problems`. */
export const entityOfJson = (kind: Kind, json: string, times: TimeSpelling): EntityOfJson => {
  const parsed = parseBounded(json)
  if (parsed._tag === "Rejected") return nothing(parsed.reason)
  if (!isJsonObject(parsed.value)) return nothing("it is not an object")
  const cells = new Map<string, Cell>()
  const problems: Array<string> = []
  for (const member of membersOf(json)) {
    const problem = takeMember(kind, cells, member, times)
    if (problem !== undefined) problems.push(problem)
  }
  if (kind === "preferences" && (cells.size === 0 || isPlaceholder(cells)))
    return { entity: undefined, name: "", problems: [] }
  const { idColumn, nameColumn } = liveTables[kind]
  if (kind === "preferences" && (cells.get(idColumn) ?? null) === null) cells.set(idColumn, text("default"))
  const named = cells.get(nameColumn)
  const name = named instanceof Text ? named.toString() : ""
  const id = idOf(kind, cells.get(idColumn))
  if (typeof id !== "string") return { entity: undefined, name, problems: [...problems, id.problem] }
  return { entity: { kind, id, row: inTableOrder(kind, cells, problems) }, name, problems }
}
