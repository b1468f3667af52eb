import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { fromHex, toHex, utf8 } from "../../src/codec/Bytes.js"
import { InvalidInput } from "../../src/errors/WhiteRoomError.js"
import { type Cell, kinds, type Row, Text, text } from "../../src/model/Entity.js"
import {
  changedColumns,
  changedInRecord,
  decodeRecord,
  emptyRecord,
  encodeCells,
  encodeRecord,
  fitRecord,
  nameOfRecord,
  objectsOfRecord,
  recordSize,
  rowOfRecord
} from "../../src/model/Record.js"
import { inlineLimit, ObjectRef } from "../../src/model/RecordCells.js"
import { sha256 } from "../sha256.js"
import { row } from "./arbitraries.js"

/** A cell as something `toEqual` tells apart: its storage class and its bytes. */
const shownCell = (cell: Cell | ObjectRef | undefined): string => {
  if (cell === undefined) return "absent"
  if (cell instanceof ObjectRef)
    return `${cell.text ? "text" : "blob"} object ${toHex(cell.hash)} ${cell.length}`
  if (cell instanceof Text) return `text ${toHex(cell.bytes)}`
  if (cell instanceof Uint8Array) return `blob ${toHex(cell)}`
  return Object.is(cell, -0) ? "number -0" : `${typeof cell} ${cell}`
}

const shownRow = (cells: ReadonlyMap<string, Cell | ObjectRef>) =>
  Object.fromEntries([...cells].map(([name, cell]) => [name, shownCell(cell)]))

/** Encodes and decodes with the objects kept beside. */
const throughRecord = (kind: (typeof kinds)[number], cells: Row): Row => {
  const { record, objects } = encodeRecord(kind, cells, sha256)
  const kept = new Map(objects.map(({ hash, bytes }) => [toHex(hash), bytes]))
  return rowOfRecord(decodeRecord(kind, record), (ref) => kept.get(toHex(ref.hash)) ?? new Uint8Array(0))
}

const recordHex = (...cells: ReadonlyArray<readonly [string, Cell]>) =>
  toHex(encodeRecord("song", new Map(cells), sha256).record)

describe("a record", () => {
  it.each(kinds)(
    "of any %s row gives back the row, and is the same for the same row in any order",
    (kind) => {
      FastCheck.assert(
        FastCheck.property(row(kind), (cells) => {
          expect(shownRow(throughRecord(kind, cells))).toEqual(shownRow(cells))
          const { record } = encodeRecord(kind, cells, sha256)
          const reversed = encodeRecord(kind, new Map([...cells].reverse()), sha256)
          expect(toHex(reversed.record)).toBe(toHex(record))
          expect(toHex(encodeCells(kind, decodeRecord(kind, record)))).toBe(toHex(record))
        }),
        { numRuns: 200 }
      )
    }
  )

  it("tells NULL, empty, absent, text and blob apart", () => {
    const rows: ReadonlyArray<ReadonlyArray<readonly [string, Cell]>> = [
      [],
      [["composer", null]],
      [["composer", text("")]],
      [["composer", new Uint8Array(0)]],
      [["composer", text("0")]],
      [["composer", Uint8Array.of(0x30)]],
      [["composer", 0n]],
      [["composer", 0]],
      [["composer", -0]],
      [["Composer", text("")]],
      [["", text("")]]
    ]
    expect(new Set(rows.map((cells) => recordHex(...cells))).size).toBe(rows.length)
  })

  it("keeps the extremes of numbers", () => {
    const cells: ReadonlyArray<Cell> = [
      -(2n ** 63n),
      2n ** 63n - 1n,
      0n,
      -0,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.MIN_VALUE,
      Number.MAX_VALUE
    ]
    for (const cell of cells)
      expect(shownRow(throughRecord("song", new Map([["x", cell]])))).toEqual({ x: shownCell(cell) })
  })

  it("keeps text that is no UTF-8, byte for byte, and no normalisation", () => {
    const texts = ["ff", "c080", "eda080", "efbbbf41", "65cc81", "c3a9", "00", "4100ff"].map(fromHex)
    for (const bytes of texts) {
      const kept = throughRecord("song", new Map([["name", Text.ofBytes(bytes)]])).get("name")
      expect(shownCell(kept)).toBe(`text ${toHex(bytes)}`)
    }
  })

  it("is the same for text that came as a string and as its bytes", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ unit: "grapheme", maxLength: 400, size: "max" }), (value) => {
        expect(recordHex(["name", text(value)])).toBe(recordHex(["name", Text.ofBytes(utf8(value))]))
      })
    )
  })

  it("refuses what SQLite would store as something else", () => {
    for (const cell of [Number.NaN, 2n ** 63n, -(2n ** 63n) - 1n, text("half \ud83c"), text("\udfb9 half")])
      expect(() => recordHex(["duration", cell])).toThrow(InvalidInput)
  })
})

describe("objects of a record", () => {
  it("are the content, whatever its size, and every text or blob over 1 KiB", () => {
    const cells: Row = new Map<string, Cell>([
      ["song_data_json", text("")],
      ["name", text("n".repeat(inlineLimit))],
      ["composer", text("é".repeat(inlineLimit / 2))],
      ["description", text("é".repeat(inlineLimit / 2 + 1))],
      ["genre", new Uint8Array(inlineLimit)],
      ["key", new Uint8Array(inlineLimit + 1)]
    ])
    const { record, objects } = encodeRecord("song", cells, sha256)
    expect(objects.map(({ bytes }) => bytes.length).sort((a, b) => a - b)).toEqual([0, 1025, 1026])
    for (const { hash, bytes } of objects) expect(toHex(hash)).toBe(toHex(sha256(bytes)))
    expect(objectsOfRecord("song", record).map(({ length }) => length)).toEqual([1026, 1025, 0])
    expect(recordSize("song", record)).toBe(record.length + 1025 + 1026)
  })

  it("are none for a content that is NULL or a number, and for preferences", () => {
    for (const cell of [null, 5n, 1.5])
      expect(encodeRecord("song", new Map([["song_data_json", cell]]), sha256).objects).toEqual([])
    expect(encodeRecord("preferences", new Map([["theme", text("dark")]]), sha256).objects).toEqual([])
  })
})

describe("fitting a record to a table of today", () => {
  const table = new Map<string, Cell>([
    ["id", null],
    ["name", null],
    ["genre", text("none")],
    ["tempo", 120n]
  ])
  const source = new Map<string, Cell>([
    ["id", text("a")],
    ["name", null],
    ["mood", text("calm")],
    ["gone", null]
  ])

  it("leaves out columns that are gone and says which held something", () => {
    expect(fitRecord(source, table, undefined).dropped).toEqual(["mood"])
  })

  it("gives columns that the record does not know their default in a new row", () => {
    expect(shownRow(fitRecord(source, table, undefined).cells)).toEqual(
      shownRow(new Map<string, Cell>([...table, ["id", text("a")], ["name", null]]))
    )
  })

  it("leaves columns that the record does not know as they are in a row that is there", () => {
    const current = new Map<string, Cell>([
      ["id", text("a")],
      ["name", text("now")],
      ["genre", null],
      ["tempo", 90n]
    ])
    const { cells } = fitRecord(source, table, current)
    expect(shownRow(cells)).toEqual({
      id: "text 61",
      name: "object null",
      genre: "object null",
      tempo: "bigint 90"
    })
  })
})

it("names the columns in which two records differ", () => {
  const a = new ObjectRef(sha256(utf8("a")), 1, true)
  const b = new ObjectRef(sha256(utf8("b")), 1, true)
  const before = new Map<string, Cell | ObjectRef>([
    ["id", text("a")],
    ["name", text("x")],
    ["composer", null],
    ["genre", text("")],
    ["duration", 0],
    ["key", Uint8Array.of(1)],
    ["song_data_json", a],
    ["custom_metadata", new ObjectRef(sha256(utf8("a")), 2000, true)]
  ])
  const after = new Map<string, Cell | ObjectRef>([
    ["id", Text.ofBytes(utf8("a"))],
    ["name", Text.ofBytes(utf8("y"))],
    ["composer", text("")],
    ["genre", Uint8Array.of()],
    ["duration", -0],
    ["key", Uint8Array.of(1)],
    ["song_data_json", b],
    ["custom_metadata", new ObjectRef(sha256(utf8("a")), 2000, true)],
    ["extra", null]
  ])
  const differing = ["name", "composer", "genre", "duration", "song_data_json", "extra"]
  expect(changedColumns(before, after)).toEqual(differing)
  expect([...changedColumns(after, before)].sort()).toEqual([...differing].sort())
  expect(changedColumns(before, before)).toEqual([])
  const [was, is] = [encodeCells("song", before), encodeCells("song", after)]
  expect(changedInRecord("song", was, is)).toEqual(
    changedColumns(decodeRecord("song", was), decodeRecord("song", is))
  )
  expect(changedInRecord("song", was, was)).toEqual([])
})

it("knows the name inside a record", () => {
  const named = (cell: Cell) =>
    nameOfRecord("song", encodeRecord("song", new Map([["name", cell]]), sha256).record)
  expect(named(text("Night Drive"))).toBe("Night Drive")
  expect(named(Text.ofBytes(Uint8Array.of(0x41, 0xff)))).toBe("A\ufffd")
  expect(named(null)).toBe("")
  expect(nameOfRecord("song", emptyRecord)).toBe("")
})
