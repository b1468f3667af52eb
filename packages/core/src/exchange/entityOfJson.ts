/** From one JSON object of an exchange file to an entity. */

import { andMore, BoundedList } from "../bounds/BoundedList.js"
import { bounds, shortened } from "../bounds/Bounds.js"
import { isWellFormed } from "../codec/Bytes.js"
import { isJsonObject, parseBounded } from "../document/JsonText.js"
import { membersOf } from "../document/RawJson.js"
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
  /** What was there and was not read: keys that are there twice, of which the first counts. */
  readonly notRead: ReadonlyArray<string>
}

const nothing = (...problems: ReadonlyArray<string>): EntityOfJson => ({
  entity: undefined,
  name: "",
  problems,
  notRead: []
})

/** Of one entity: what more is wrong with it is counted. */
const mostFaults = 10

/** The id of an entity; a number is its digits, as the apps' tables store it. */
const idOf = (kind: Kind, cell: Cell | undefined): string | { readonly problem: string } => {
  if (!(cell instanceof Text)) return { problem: `it has no ${liveTables[kind].idColumn}` }
  const id = cell.toString()
  if (id.length > bounds.idLength) return { problem: `its id is longer than ${bounds.idLength} characters` }
  return idOfCell(cell)
}

/** Takes one member of the object into the cells. */
const takeMember = (
  kind: Kind,
  cells: Map<string, Cell>,
  [key, raw]: readonly [string, string],
  times: TimeSpelling
): { readonly problem?: string | undefined; readonly notRead?: string } => {
  const known = columnOfKey(kind, key)
  const column = known?.column ?? key
  if (!isWellFormed(column)) return { problem: "a key with half a surrogate pair was left out" }
  if (cells.has(column))
    return { notRead: `${JSON.stringify(shortened(key))} is there twice; the first counts` }
  const read = known === undefined ? cellOfExtra(raw) : cellOfJson(known.form, raw, times)
  cells.set(column, read.cell)
  return { problem: read.problem && `${shortened(key)} ${read.problem}` }
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
  const found = new BoundedList(andMore, mostFaults)
  const notRead = new BoundedList(andMore, mostFaults)
  for (const member of membersOf(json)) {
    const told = takeMember(kind, cells, member, times)
    if (told.problem !== undefined) found.add(told.problem)
    if (told.notRead !== undefined) notRead.add(told.notRead)
  }
  const problems = [...found.items]
  if (kind === "preferences" && (cells.size === 0 || isPlaceholder(cells))) return nothing()
  const { idColumn, nameColumn } = liveTables[kind]
  if (kind === "preferences" && (cells.get(idColumn) ?? null) === null) cells.set(idColumn, text("default"))
  const named = cells.get(nameColumn)
  const name = named instanceof Text ? named.toString() : ""
  const id = idOf(kind, cells.get(idColumn))
  const told = { name, notRead: notRead.items }
  if (typeof id !== "string") return { ...told, entity: undefined, problems: [...problems, id.problem] }
  return { ...told, entity: { kind, id, row: inTableOrder(kind, cells, problems) }, problems }
}
