/** The bytes of a record, and what is not taken for one. */
import { describe, expect, it } from "vitest"
import { fromHex, toHex } from "../../src/codec/Bytes.js"
import { MalformedData } from "../../src/errors/WhiteRoomError.js"
import { type Cell, liveTables, Text, text } from "../../src/model/Entity.js"
import { decodeRecord, encodeCells, encodeRecord } from "../../src/model/Record.js"
import { hex } from "../golden.js"
import { sha256 } from "../sha256.js"

const recordHex = (...cells: ReadonlyArray<readonly [string, Cell]>) =>
  toHex(encodeRecord("song", new Map(cells), sha256).record)

describe("the bytes of a record", () => {
  it("are these, for every storage class, known and unknown columns", () => {
    const record = recordHex(
      ["b", -1n],
      ["song_data_json", text("{}")],
      ["a", Uint8Array.of(0, 255)],
      ["name", text("Étude")],
      ["created_at", Text.ofBytes(Uint8Array.of(0xff))],
      ["id", text("a")],
      ["composer", null],
      ["duration", 1.5]
    )
    expect(record).toBe(
      hex(
        "9f", // a list of 15
        "a1 61", // id, TEXT "a"
        "a6 c3 89 74 75 64 65", // name, TEXT "Étude"
        "c0", // composer, NULL
        "c2 c2", // no description, no genre
        "cb 3ff8 0000 0000 0000", // duration, REAL 1.5
        "c2", // no key
        "91 c4 01 ff", // created_at, TEXT that is not UTF-8
        "c2", // no updated_at
        "92 c4 20 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a 02", // content, TEXT object
        "c3", // columns that only an app knows
        "a1 61 c4 02 00ff", // column "a", BLOB
        "a1 62 d3 ffff ffff ffff ffff" // column "b", INTEGER -1
      )
    )
  })

  it("are these for a large text and a large blob", () => {
    const hash = "c55b90509b8cb9bac53fbdddfc93d4e572685c509f1218423c43a5d6013bbd48"
    const large = new Uint8Array(1025)
    expect(recordHex(["name", Text.ofBytes(large)], ["x", large])).toBe(
      hex("95", "c2", `92 c4 20 ${hash} cd 0401`, "c3", `a1 78 93 c4 20 ${hash} cd 0401 c3`)
    )
  })

  it("are these for texts, and for names of columns, that begin with a byte order mark", () => {
    expect(recordHex(["id", text("\ufeff")], ["\ufeffx", text("x\ufeff")])).toBe(
      hex("94", "91 c4 03 efbbbf", "c3", "91 c4 04 efbbbf78", "a4 78efbbbf")
    )
  })

  it("know columns by these places, for ever", () => {
    expect(liveTables.song.columns.map((name, index) => `${index + 1} ${name}`)).toEqual([
      "1 id",
      "2 name",
      "3 composer",
      "4 description",
      "5 genre",
      "6 duration",
      "7 key",
      "8 created_at",
      "9 updated_at",
      "10 song_data_json",
      "11 determinism_seed",
      "12 custom_metadata"
    ])
    expect(liveTables.performance.columns.map((name, index) => `${index + 1} ${name}`)).toEqual([
      "1 id",
      "2 name",
      "3 song_id",
      "4 description",
      "5 duration",
      "6 performance_data_json",
      "7 created_at",
      "8 updated_at",
      "9 is_favorite",
      "10 tags"
    ])
    expect(liveTables.preferences.columns.map((name, index) => `${index + 1} ${name}`)).toEqual([
      "1 user_id",
      "2 display_name",
      "3 default_output_device",
      "4 default_input_device",
      "5 default_sample_rate",
      "6 default_buffer_size",
      "7 auto_save_enabled",
      "8 auto_save_interval",
      "9 auto_backup_enabled",
      "10 backup_interval_hours",
      "11 max_backups",
      "12 theme",
      "13 language",
      "14 show_tooltips",
      "15 custom_preferences",
      "16 updated_at"
    ])
  })
})

describe("a decoder of records refuses", () => {
  const hash = (byte: string) => `c4 20 ${byte.repeat(32)}`
  const content = (cell: string) => `9a ${"c2".repeat(9)} ${cell}`
  it.each([
    ["nothing", ""],
    ["a cell less than it says", "92 c0"],
    ["bytes after the last cell", "91 c0 c0"],
    ["what is not a list", "c0"],
    ["a map", "81 a1 61 c0"],
    ["a cell more than there are columns", `9d ${"c0".repeat(13)}`],
    ["a last column that is absent", "92 c0 c2"],
    ["an absent column before those of the app", "95 c0 c2 c3 a1 61 c0"],
    ["nothing of the app's own", "92 c0 c3"],
    ["a column of the app without a cell", "95 c0 c3 a1 61 c0 a1 62"],
    ["a column of the app that is absent", "93 c3 a1 61 c2"],
    ["columns of the app out of order", "95 c3 a1 62 c0 a1 61 c0"],
    ["a column of the app twice", "95 c3 a1 61 c0 a1 61 c0"],
    ["a nameless column of the app twice", "95 c3 a0 c0 a0 c0"],
    ["columns of the app in two parts", "95 c3 a1 61 c0 c3 c0"],
    ["a known column by its name", "93 c3 a2 6964 c0"],
    ["a column name that is not UTF-8", "93 c3 a1 ff c0"],
    ["a column name that is not UTF-8, as bytes", "93 c3 91 c4 01 ff c0"],
    ["a column name that is a blob", "93 c3 c4 01 61 c0"],
    ["a plain column name as bytes", "93 c3 91 c4 01 61 c0"],
    ["an INTEGER in a shorter form", "91 05"],
    ["an INTEGER in a shorter form", "91 ff"],
    ["an INTEGER in a shorter form", "91 d1 0100"],
    ["an INTEGER without a sign", "91 cf 0000 0000 0000 0005"],
    ["a REAL in a shorter form", "91 ca 3fc0 0000"],
    ["a REAL that is not a number", "96 c0 c0 c0 c0 c0 cb 7ff8 0000 0000 0000"],
    ["a REAL that is not a number", "96 c0 c0 c0 c0 c0 cb fff0 0000 0000 0001"],
    ["a text that is not UTF-8 as a text", "91 a1 ff"],
    ["an overlong text", "91 a2 c080"],
    ["half a surrogate pair", "91 a3 eda080"],
    ["a text with a byte order mark as a text", "91 a3 efbbbf"],
    ["a plain text as bytes", "91 91 c4 01 61"],
    ["a text in two lists", "91 91 91 c4 01 ff"],
    ["a length in more bytes than it needs", "91 d9 01 61"],
    ["a length in more bytes than it needs", "91 c5 00 01 61"],
    ["a list in more bytes than it needs", "dc 0001 c0"],
    ["a list in more bytes than it needs", "dd 0000 0001 c0"],
    ["a content that is not an object", content("a2 7b7d")],
    ["a content blob that is not an object", content("c4 02 7b7d")],
    ["a content with a mark that is not an object", content("91 c4 03 efbbbf")],
    ["a small text as an object", `92 c0 92 ${hash("aa")} cd 0400`],
    ["a small blob as an object", `92 c0 93 ${hash("aa")} cd 0400 c3`],
    ["a text object that says so", `92 c0 93 ${hash("aa")} cd 0401 c2`],
    ["an object with more to it", `92 c0 94 ${hash("aa")} cd 0401 c3 c3`],
    ["an object without a length", `92 c0 92 ${hash("aa")} c0`],
    ["an object with a length that is a text", `92 c0 92 ${hash("aa")} a1 61`],
    ["an object with a length in more bytes than it needs", `92 c0 92 ${hash("aa")} ce 0000 0401`],
    ["an object with a short length as an int64", `92 c0 92 ${hash("aa")} d3 0000 0000 0000 0401`],
    ["an object with a negative length", `92 c0 92 ${hash("aa")} d3 ffff ffff ffff ffff`],
    ["an object with a length beyond all bounds", `92 c0 92 ${hash("aa")} d3 0020 0000 0000 0000`],
    ["an object whose hash is short", `92 c0 92 c4 1f ${"aa".repeat(31)} cd 0401`],
    ["an object whose hash is a text", `92 c0 92 d9 20 ${"61".repeat(32)} cd 0401`],
    ["an object whose hash comes last", `92 c0 92 cd 0401 ${hash("aa")}`],
    ["a text over 1 KiB in the record", `92 c0 da 0401 ${"61".repeat(1025)}`],
    ["an odd text over 1 KiB in the record", `92 c0 91 c5 0401 ${"ff".repeat(1025)}`],
    ["a blob over 64 KiB in the record", `92 c0 c6 0001 0000 ${"61".repeat(0x10000)}`],
    ["an empty list", "91 90"],
    ["a list of a text", "91 91 a1 61"],
    ["a count beyond all bounds", "dd ffff ffff"],
    ["a length beyond all bounds", "91 db ffff ffff"],
    ["an extension", "91 d4 00 00"],
    ["a time", "91 d6 ff 0000 0000"],
    ["a byte that is never used", "91 c1"]
  ])("%s: %s", (_, bytes) => {
    expect(() => decodeRecord("song", fromHex(hex(bytes)))).toThrow(MalformedData)
  })

  it("but takes what they are made from", () => {
    for (const bytes of [
      "90",
      "92 c2 c0",
      "96 c0 c3 a0 c0 a1 61 c0",
      content(`92 ${hash("aa")} 00`),
      content(`93 ${hash("aa")} d3 0000 0001 0000 0000 c3`),
      `92 c0 92 ${hash("aa")} cd 0401`
    ])
      expect(toHex(encodeCells("song", decodeRecord("song", fromHex(hex(bytes)))))).toBe(hex(bytes))
  })
})
