/** The bytes of a record, and what is not taken for one. */
import { describe, expect, it } from "vitest"
import { fromHex, toHex } from "../../src/codec/Bytes.js"
import { MalformedData } from "../../src/errors/WhiteRoomError.js"
import { type Cell, liveTables, Text, text } from "../../src/model/Entity.js"
import { decodeRecord, encodeRecord } from "../../src/model/Record.js"
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
        "08", // eight cells
        "01 03 01 61", // id, TEXT "a"
        "02 03 06 c3 89 74 75 64 65", // name, TEXT "Étude"
        "03 00", // composer, NULL
        "06 02 3ff8 0000 0000 0000", // duration, REAL 1.5
        "08 03 01 ff", // created_at, TEXT that is no UTF-8
        "0a 05 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a 02", // content, TEXT object
        "00 01 61 04 02 00ff", // column "a", BLOB
        "00 01 62 01 ffff ffff ffff ffff" // column "b", INTEGER -1
      )
    )
  })

  it("are these for a large text and a large blob", () => {
    const hash = "c55b90509b8cb9bac53fbdddfc93d4e572685c509f1218423c43a5d6013bbd48"
    const large = new Uint8Array(1025)
    expect(recordHex(["name", Text.ofBytes(large)], ["x", large])).toBe(
      hex("02", `02 05 ${hash} 81 08`, `00 01 78 06 ${hash} 81 08`)
    )
  })

  it("know columns by these codes, for ever", () => {
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
  const object = (byte: string) => `${byte.repeat(32)}`
  it.each([
    ["nothing", ""],
    ["a cell less than it says", "02 01 00"],
    ["bytes after the last cell", "01 01 00 00"],
    ["columns out of order", "02 02 00 01 00"],
    ["a column twice", "02 01 00 01 00"],
    ["an unknown column before a known one", "02 00 01 61 00 01 00"],
    ["a nameless column before a known one", "02 00 00 00 01 00"],
    ["a nameless column twice", "02 00 00 00 00 00 00"],
    ["unknown columns out of order", "02 00 01 62 00 00 01 61 00"],
    ["an unknown column twice", "02 00 01 61 00 00 01 61 00"],
    ["a known column by its name", "01 00 02 6964 00"],
    ["a column code of the future", "01 0d 00"],
    ["a column name that is no UTF-8", "01 00 01 ff 00"],
    ["a storage class of the future", "01 01 07"],
    ["a number in more bytes than it needs", "81 00 01 00"],
    ["a length in more bytes than it needs", "01 01 03 81 00 61"],
    ["a content that is no object", "01 0a 03 02 7b7d"],
    ["a content blob that is no object", "01 0a 04 02 7b7d"],
    ["a small text as an object", `01 02 05 ${object("aa")} 80 08`],
    ["a text over 1 KiB in the record", `01 02 03 81 08 ${"61".repeat(1025)}`],
    ["a REAL that is not a number", "01 06 02 7ff8 0000 0000 0000"],
    ["a count beyond all bounds", "ff ff ff ff ff ff 0f"],
    ["a length beyond all bounds", "01 01 03 ff ff ff ff ff ff ff 0f"]
  ])("%s", (_, bytes) => {
    expect(() => decodeRecord("song", fromHex(hex(bytes)))).toThrow(MalformedData)
  })
})
