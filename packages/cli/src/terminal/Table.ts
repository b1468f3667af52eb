/** Tables: aligned, and cut to the terminal. */

import { shortened } from "@white-room/core"
import { printable } from "./Harmless.js"
import type { Colour, Paint } from "./Paint.js"
import { cutText, padText, textWidth } from "./Text.js"

export interface Column {
  readonly header: string
  readonly align?: "left" | "right"
  /** May be cut when the terminal is narrow; others keep their width. */
  readonly shrink?: boolean
  /** Left out before anything else is cut very short. */
  readonly optional?: boolean
  readonly colour?: Colour
}

interface TableOptions {
  readonly columns: ReadonlyArray<Column>
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
  readonly paint: Paint
  /** Columns of the terminal; `undefined` when the output is not a terminal and nothing may be cut. */
  readonly width: number | undefined
}

const gap = "  "
const narrowest = 8
/** What a cut text should have at least, if leaving out other columns can give it. */
const comfortable = 24
/** No column is wider: what is longer stands out of it, so that one text of megabytes does not fill up every row. */
const widest = 200
/** More of a text is not measured, and not shown in a terminal. */
const measured = 1000

const widthsOf = (
  columns: ReadonlyArray<Column>,
  cells: ReadonlyArray<ReadonlyArray<string>>
): Array<number> =>
  columns.map(({ header }, index) =>
    Math.min(
      widest,
      cells.reduce(
        (width, row) => Math.max(width, textWidth((row[index] ?? "").slice(0, measured))),
        textWidth(header)
      )
    )
  )

const totalOf = (widths: ReadonlyArray<number>): number =>
  widths.reduce((sum, width) => sum + width + gap.length, -gap.length)

/** Without the first of its optional columns, again and again, while cut texts would be very short. */
const dropOptional = (options: TableOptions): TableOptions => {
  const { columns, rows, width } = options
  const index = columns.findIndex(({ optional }) => optional === true)
  if (width === undefined || index < 0) return options
  const wanted = widthsOf(columns, rows).map((natural, column) =>
    columns[column]?.shrink === true ? Math.min(natural, comfortable) : natural
  )
  if (totalOf(wanted) <= width) return options
  return dropOptional({
    ...options,
    columns: columns.toSpliced(index, 1),
    rows: rows.map((row) => row.toSpliced(index, 1))
  })
}

/** Takes columns away from the widest that may shrink, until the row fits or all are narrow. */
const fitWidths = (columns: ReadonlyArray<Column>, widths: Array<number>, available: number): void => {
  let excess = totalOf(widths) - available
  while (excess > 0) {
    let most = -1
    for (const [index, width] of widths.entries())
      if (columns[index]?.shrink === true && width > narrowest && width > (widths[most] ?? 0)) most = index
    if (most < 0) return
    widths[most] = (widths[most] ?? 0) - 1
    excess--
  }
}

/** Without the columns in which no row has anything. */
const dropEmpty = (options: TableOptions): TableOptions => {
  const used = options.columns.map((_, index) => options.rows.some((row) => (row[index] ?? "") !== ""))
  return {
    ...options,
    columns: options.columns.filter((_, index) => used[index]),
    rows: options.rows.map((row) => row.filter((_, index) => used[index]))
  }
}

/** The lines of a table, header first, without a last newline. Columns that are empty throughout are left out. */
export const table = (options: TableOptions): string => {
  const printed = { ...options, rows: options.rows.map((row) => row.map(printable)) }
  const { columns, rows: cells, paint, width } = dropOptional(dropEmpty(printed))
  const widths = widthsOf(columns, cells)
  if (width !== undefined) fitWidths(columns, widths, width)
  const line = (row: ReadonlyArray<string>, colourOf: (column: Column) => Colour | undefined): string =>
    columns
      .map((column, index) => {
        const cell = row[index] ?? ""
        const cut = width === undefined ? cell : cutText(shortened(cell, measured), widths[index] ?? 0)
        const last = index === columns.length - 1 && column.align !== "right"
        const isLong = cut.length > measured
        const padded = last || isLong ? cut : padText(cut, widths[index] ?? 0, column.align)
        const colour = colourOf(column)
        return colour === undefined || cut === "" ? padded : paint(colour, padded)
      })
      .join(gap)
      .trimEnd()
  const header = columns.map((column) => column.header)
  return [line(header, () => "bold"), ...cells.map((row) => line(row, (column) => column.colour))].join("\n")
}

export type Field = readonly [label: string, value: string | undefined]

/** A title and the fields below it, aligned; fields without a value are left out. */
export const fieldList = (title: string, fields: ReadonlyArray<Field>, paint: Paint): string => {
  const shown = fields.flatMap(([label, value]) =>
    value === undefined || value === "" ? [] : [[label, value] as const]
  )
  const width = Math.max(0, ...shown.map(([label]) => textWidth(label)))
  const lines = shown.map(
    ([label, value]) => `  ${paint("dim", padText(printable(label), width))}  ${printable(value)}`
  )
  return [paint("bold", printable(title)), ...lines].join("\n")
}
