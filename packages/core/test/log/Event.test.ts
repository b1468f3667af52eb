/** The bytes of event payloads, the names that are stored, and how old versions are read. */
import { describe, expect, it } from "vitest"
import { fromHex, fromUtf8, toHex, utf8 } from "../../src/codec/Bytes.js"
import { InvalidInput, MalformedData } from "../../src/errors/WhiteRoomError.js"
import {
  decodeBackupTaken,
  encodeBackupTaken,
  entityEvent,
  eventTypes,
  isDeletion,
  newestSchema,
  noPayload,
  subjects,
  triggers,
  type UpcasterChain,
  upcast
} from "../../src/log/Event.js"
import { kindCode, kinds } from "../../src/model/Entity.js"
import { hex } from "../golden.js"
import { markers, taken } from "./markers.js"

describe("version 1 of the payload", () => {
  it.each(markers)("of $name is these bytes", ({ event, bytes, write, read }) => {
    expect(write()).toBe(bytes)
    expect(read(fromHex(bytes))).toEqual(event)
  })

  it.each(markers)("of $name is refused when it is cut short or goes on", ({ bytes, read }) => {
    const whole = fromHex(bytes)
    for (let length = 0; length < whole.length; length++)
      expect(() => read(whole.subarray(0, length))).toThrow(MalformedData)
    expect(() => read(fromHex(`${bytes}00`))).toThrow(MalformedData)
  })

  it("of BackupTaken has these codes for its triggers", () => {
    const codes = triggers.map((trigger) => {
      const bytes = toHex(encodeBackupTaken({ ...taken, profile: "", trigger }))
      return `${trigger} ${bytes.slice(bytes.indexOf("746f7572a0c3") + 12).slice(0, 2)}`
    })
    expect(codes).toEqual(["manual 00", "scheduled 01", "safety 02", "imported 03"])
  })

  it.each([
    ["a trigger of the future", "c3 01 a7 6e69", "c3 04 a7 6e69"],
    ["a flag that is a number", "c3 01 a7 6e69", "01 01 a7 6e69"],
    ["a list longer than the event", "92 a4 746f7572 a0", "dc 0fff a4 746f7572 a0"],
    ["a list beyond all bounds", "92 a4 746f7572 a0", "dd ffff ffff a4 746f7572 a0"],
    ["a text in the place of a list", "92 a4 746f7572 a0", "a4 746f7572"],
    ["a text that is not UTF-8", "a5 c39c626572", "a5 c3c3626572"],
    ["a count that is not whole", "1f c4 20", "cb 403f 8000 0000 0000 c4 20"],
    ["a count that is negative", "1f c4 20", "d3 ffff ffff ffff ffff c4 20"],
    ["a count that is too large", "1f c4 20", "d3 0020 0000 0000 0000 c4 20"],
    ["a count in more bytes than it needs", "1f c4 20", "d3 0000 0000 0000 001f c4 20"],
    ["a hash of 31 bytes", `c4 20 ${"aa".repeat(32)}`, `c4 1f ${"aa".repeat(31)}`],
    ["nil in the place of a text", "a5 c39c626572", "c0"],
    ["a field more than it has", "dc 0010 a2 6964", "dc 0011 a2 6964 c0"],
    ["an origin of what was not imported", "dc 0010", "dc 0011", "94 c0 c0 c0 a0"],
    ["an origin that is imported there", "dc 0010", "dc 0011", "94 03 c0 c0 a0", "c3 03"],
    ["an origin of a trigger of the future", "dc 0010", "dc 0011", "94 04 c0 c0 a0", "c3 03"],
    ["an origin that is not a list", "dc 0010", "dc 0011", "c0", "c3 03"],
    ["an origin without its files", "dc 0010", "dc 0011", "93 c0 c0 c0", "c3 03"]
  ])("of BackupTaken is refused with %s", (_, from, to, after = "", trigger = "c3 01") => {
    const bytes = toHex(encodeBackupTaken(taken)).replace(hex("c3 01 a7"), hex(`${trigger} a7`))
    expect(bytes).toContain(hex(from))
    expect(() => decodeBackupTaken(fromHex(bytes.replace(hex(from), hex(to)) + hex(after)))).toThrow(
      MalformedData
    )
  })

  it("of BackupTaken keeps texts that begin with a byte order mark, and mends half a surrogate pair", () => {
    const marked = { ...taken, description: "\ufeffmarked", tags: [`\ufeff${"x".repeat(90)}`, "\ufffd"] }
    expect(decodeBackupTaken(encodeBackupTaken(marked))).toEqual(marked)
    const half = { ...taken, description: "\ud83c", profile: `${"x".repeat(90)}\udfb9` }
    expect(decodeBackupTaken(encodeBackupTaken(half))).toMatchObject({
      description: "\ufffd",
      profile: `${"x".repeat(90)}\ufffd`
    })
  })

  it("never has more tags than can be read again", () => {
    const tags = Array.from({ length: 65_535 }, () => "\ufeff")
    expect(decodeBackupTaken(encodeBackupTaken({ ...taken, tags })).tags).toHaveLength(tags.length)
    expect(() => encodeBackupTaken({ ...taken, tags: [...tags, ""] })).toThrow(InvalidInput)
  })
})

describe("what is stored for ever", () => {
  it("are these names of types and these codes of subjects and kinds", () => {
    expect(eventTypes).toEqual([
      ...["SongCreated", "SongEdited", "SongDeleted"],
      ...["PerformanceCreated", "PerformanceEdited", "PerformanceDeleted"],
      ...["PreferencesCreated", "PreferencesEdited", "PreferencesDeleted"],
      ...["BackupTaken", "BackupEdited", "BackupForgotten", "BackupUndeleted", "BackupExpired"],
      ...["BackupRestored", "LibraryImported", "OperationUndone", "LineMerged"]
    ])
    expect(subjects).toEqual(["library", "song", "performance", "preferences", "backup"])
    expect(kinds.map((kind) => [kind, kindCode(kind), subjects.indexOf(kind)])).toEqual([
      ["song", 1, 1],
      ["performance", 2, 2],
      ["preferences", 3, 3]
    ])
    expect(noPayload).toHaveLength(0)
  })

  it("are events of each kind, of which the deletions are known", () => {
    expect(kinds.map((kind) => entityEvent(kind, "Created"))).toEqual([
      "SongCreated",
      "PerformanceCreated",
      "PreferencesCreated"
    ])
    expect(eventTypes.filter(isDeletion)).toEqual(["SongDeleted", "PerformanceDeleted", "PreferencesDeleted"])
  })
})

describe("upcasting", () => {
  /** Made up: version 1 of an edit was its description alone, version 2 added a mark, version 3 made it loud. */
  const chain: UpcasterChain = {
    BackupEdited: [
      (payload) => utf8(`${fromUtf8(payload)}!`),
      (payload) => utf8(`${fromUtf8(payload)}`.toUpperCase())
    ]
  }
  const read = (schema: number) => fromUtf8(upcast("BackupEdited", schema, utf8("tour"), chain))

  it("takes a payload through every step from its own version on", () => {
    expect([1, 2, 3].map(read)).toEqual(["TOUR!", "TOUR", "tour"])
    expect(newestSchema("BackupEdited", chain)).toBe(3)
  })

  it("leaves types without steps as they are", () => {
    expect(upcast("BackupTaken", 1, utf8("x"), chain)).toEqual(utf8("x"))
    expect(newestSchema("BackupTaken", chain)).toBe(1)
  })

  it.each([0, 4, -1, 1.5, Number.NaN])("refuses version %d, which was never written", (schema) => {
    expect(() => read(schema)).toThrow(MalformedData)
  })

  it("knows one version of every type: the next one comes with golden bytes and a golden library", () => {
    for (const type of eventTypes) expect(newestSchema(type)).toBe(1)
  })
})
