/** From an entity to its JSON object in an exchange file, and what that object cannot carry. */
import { type Cell, liveTables, Text } from "../model/Entity.js"
import { equalCells } from "../model/Record.js"
import { cellOfExtra, cellOfJson } from "./CellOfJson.js"
import { type Column, columnOfKey, columns, iosPerformanceKeys } from "./Columns.js"
import type { Family } from "./ExchangeReader.js"
import type { ExchangeEntity } from "./entityOfJson.js"
import { jsonOfCell, jsonOfExtra, jsonOfTime } from "./JsonOfCell.js"

export interface JsonOfEntity {
  /** `undefined`: it has no form that could be read back. */
  readonly json: string | undefined
  readonly problems: ReadonlyArray<string>
}

/** Larger ones could not be spelled as a string inside a string that JavaScript can hold. */
const maxBytes = 32 * 1024 * 1024
const maxJsonLength = 2 * maxBytes

const maxIdLength = 1024

const leftOut = (reason: string): JsonOfEntity => ({
  json: undefined,
  problems: [reason]
})

const sizeOf = (entity: ExchangeEntity): number => {
  let size = 0
  for (const cell of entity.row.values())
    if (cell instanceof Text) size += cell.string?.length ?? cell.bytes.length
    else if (cell instanceof Uint8Array) size += cell.length
  return size
}

const keyOf = (entity: ExchangeEntity, { column, field }: Column, family: Family): string =>
  family === "ios" && entity.kind !== "song" ? column : field

/** True when a reader makes the same cell of it again, however it spells times. */
const isExact = ({ form }: Column, cell: Cell, json: string | undefined): boolean => {
  if (json === undefined || json === "null") return cell === null
  if (form === "text" && cell instanceof Text && cell.string !== undefined) return true
  if (equalCells(cellOfJson(form, json, "iso").cell, cell)) return true
  return form === "time" && equalCells(cellOfJson(form, json, "ios").cell, cell)
}

/** A time stands in for one that cannot be read: that of the other column, or the one given. */
const fillerOf = (
  entity: ExchangeEntity,
  { form, filler }: Column,
  family: Family,
  now: string
): string | undefined => {
  if (form !== "time") return filler
  const other = ["updated_at", "created_at"].map((column) =>
    jsonOfTime(entity.row.get(column) ?? null, family)
  )
  return other.find((json) => json !== undefined) ?? now
}

/** The members of the known columns. */
const knownMembers = (
  entity: ExchangeEntity,
  family: Family,
  now: string,
  problems: Array<string>
): Array<readonly [string, string]> =>
  columns[entity.kind].flatMap((column) => {
    const cell = entity.row.get(column.column) ?? null
    const own = jsonOfCell(column, cell, family)
    const json = own ?? fillerOf(entity, column, family, now)
    const key = keyOf(entity, column, family)
    if (!isExact(column, cell, json))
      problems.push(
        json === undefined ? `${column.column} was left out` : `${column.column} is written as ${shown(json)}`
      )
    if (json !== undefined) return [[key, json]]
    // The Node app wrote null where it had nothing, but for metadata; the iOS app wrote no key.
    return family === "ios" || column.form === "map" ? [] : [[key, "null"]]
  })

const shown = (json: string): string => (json.length > 40 ? `${json.slice(0, 40)}…` : json)

/** What the iOS app must find in a performance, of the type it must have. */
const fitsIos = (key: string, json: string): boolean =>
  iosPerformanceKeys.get(key) === "true" ? json === "true" || json === "false" : json.startsWith("{")

const extraMembers = (
  entity: ExchangeEntity,
  family: Family,
  problems: Array<string>
): Array<readonly [string, string]> => {
  const members = new Map<string, string>()
  const known = new Set(liveTables[entity.kind].columns)
  const needed =
    family === "ios" && entity.kind === "performance" ? iosPerformanceKeys : new Map<string, string>()
  for (const [column, cell] of entity.row) {
    if (known.has(column)) continue
    const json = columnOfKey(entity.kind, column) === undefined ? jsonOfExtra(cell) : undefined
    const fits = json !== undefined && (!needed.has(column) || fitsIos(column, json))
    if (fits) members.set(column, json)
    if (!fits || !equalCells(cellOfExtra(json).cell, cell))
      problems.push(`${column} was ${fits ? "changed" : "left out"}`)
  }
  for (const [key, json] of needed) if (!members.has(key)) members.set(key, json)
  return [...members]
}

/** `now` is the JSON of a moment, for an entity that has none that could be read. Never throws. */
export const jsonOfEntity = (entity: ExchangeEntity, family: Family, now: string): JsonOfEntity => {
  const key = entity.row.get(liveTables[entity.kind].idColumn)
  if (!(key instanceof Text) || key.toString() !== entity.id) return leftOut("its id is not a text")
  if (entity.id.length > maxIdLength) return leftOut(`its id is longer than ${maxIdLength} characters`)
  if (sizeOf(entity) > maxBytes) return leftOut(`it is larger than ${maxBytes} bytes`)
  const problems: Array<string> = []
  const members = [...knownMembers(entity, family, now, problems), ...extraMembers(entity, family, problems)]
  if (family === "ios") members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  const json = `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")}}`
  return json.length > maxJsonLength
    ? leftOut(`it is larger than ${maxJsonLength} bytes`)
    : { json, problems }
}
