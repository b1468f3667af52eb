/**
 * From a cell to the JSON that the old apps take: of the right type for the field, whatever the cell holds. Whether
 * that says all the cell said is decided by reading it again, see `jsonOfEntity`.
 */
import { isWellFormed } from "../codec/Bytes.js"
import { isJsonObject } from "../document/JsonText.js"
import { type Cell, Text, textOfCell } from "../model/Entity.js"
import { appleEpoch, parseTime, second } from "../model/Time.js"
import { parseInside, standsForJson } from "./CellOfJson.js"
import type { Column } from "./Columns.js"
import type { Family } from "./ExchangeReader.js"

const numberOf = (cell: Exclude<Cell, null>): number =>
  typeof cell === "bigint" || typeof cell === "number" ? Number(cell) : Number(textOfCell(cell).trim() || "x")

/** JSON has no word for infinity, but JavaScript reads this as one. */
const spellNumber = (value: number, family: Family): string | undefined => {
  if (Number.isFinite(value)) return String(value)
  if (Number.isNaN(value) || family === "ios") return undefined
  return value > 0 ? "1e999" : "-1e999"
}

const jsonOfInteger = (cell: Exclude<Cell, null>, family: Family): string | undefined => {
  if (typeof cell === "bigint") return String(cell)
  const value = numberOf(cell)
  return spellNumber(family === "ios" ? Math.trunc(value) : value, family)
}

/** A moment: the text as it is where an old Node reader takes it, ISO 8601 otherwise; for iOS seconds since 2001. */
export const jsonOfTime = (cell: Cell, family: Family): string | undefined => {
  const stored = cell === null ? "" : textOfCell(cell)
  const time = parseTime(stored)
  if (time === undefined) return undefined
  if (family === "ios") return String((time.getTime() - appleEpoch) / second)
  const kept = /T.*(?:Z|[+-]\d\d:?\d\d)$/.test(stored) && new Date(stored).getTime() === time.getTime()
  return JSON.stringify(kept ? stored : time.toISOString())
}

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === "string")

/** A map of texts: other values are spelled as texts. */
const mapOfTexts = (value: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        typeof item === "string" ? item : JSON.stringify(item)
      ])
    )
  )

/** The iOS app reads lists of texts and maps of texts; one value of another type would cost it the whole file. */
const iosDocument = (form: "list" | "map", stored: string): string | undefined => {
  const value = parseInside(stored)
  if (form === "list") return isTexts(value) ? stored : undefined
  if (!isJsonObject(value)) return undefined
  return isTexts(Object.values(value)) ? stored : mapOfTexts(value)
}

/** A document of another shape is a string that holds it. */
const nodeDocument = (form: "list" | "map", stored: string): string => {
  const value = parseInside(stored)
  return (form === "list" ? Array.isArray(value) : isJsonObject(value)) ? stored : JSON.stringify(stored)
}

/** The JSON of a known column; `undefined` where the cell has nothing that fits the field. */
export const jsonOfCell = ({ form }: Column, cell: Cell, family: Family): string | undefined => {
  if (cell === null) return undefined
  switch (form) {
    case "text":
      return JSON.stringify(textOfCell(cell))
    case "time":
      return jsonOfTime(cell, family)
    case "real":
      return spellNumber(numberOf(cell), family)
    case "integer":
      return jsonOfInteger(cell, family)
    case "flag": {
      const value = numberOf(cell)
      return Number.isNaN(value) ? undefined : String(value !== 0)
    }
    case "list":
    case "map":
      return family === "ios" ? iosDocument(form, textOfCell(cell)) : nodeDocument(form, textOfCell(cell))
  }
}

/** The JSON of a column that the tables do not know: the inverse of `cellOfExtra`. A blob has none. */
export const jsonOfExtra = (cell: Cell): string | undefined => {
  if (cell === null) return "null"
  if (typeof cell === "bigint") return String(cell)
  if (typeof cell === "number") {
    const spelled = spellNumber(cell, "node") ?? "null"
    return Object.is(cell, -0) ? "-0.0" : /^-?\d+$/.test(spelled) ? `${spelled}.0` : spelled
  }
  if (!(cell instanceof Text)) return undefined
  const stored = textOfCell(cell)
  return isWellFormed(stored) && standsForJson(stored) ? stored : JSON.stringify(stored)
}
