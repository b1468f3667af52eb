/** The bytes of event payloads, the names that are stored, and how old versions are read. */
import { describe, expect, it } from "vitest"
import { fromHex, fromUtf8, toHex, utf8 } from "../../src/codec/Bytes.js"
import { MalformedData } from "../../src/errors/WhiteRoomError.js"
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
      return `${trigger} ${bytes.slice(bytes.indexOf("746f75720001") + 12).slice(0, 2)}`
    })
    expect(codes).toEqual(["manual 00", "scheduled 01", "safety 02", "imported 03"])
  })

  it.each([
    ["a trigger of the future", "01 01 07 6e69", "01 04 07 6e69"],
    ["a flag that is neither 0 nor 1", "01 01 07 6e69", "02 01 07 6e69"],
    ["a list longer than the event", "02 04 746f7572 00", "ff7f 04 746f7572 00"],
    ["a list beyond all bounds", "02 04 746f7572 00", "ffffffffffffff0f 04 746f7572 00"],
    ["a text that is no UTF-8", "05 c39c626572", "05 c3c3626572"]
  ])("of BackupTaken is refused with %s", (_, from, to) => {
    const bytes = toHex(encodeBackupTaken(taken))
    expect(bytes).toContain(hex(from))
    expect(() => decodeBackupTaken(fromHex(bytes.replace(hex(from), hex(to))))).toThrow(MalformedData)
  })
})

describe("what is stored for ever", () => {
  it("are these names of types and these codes of subjects and kinds", () => {
    expect(eventTypes).toEqual([
      ...["SongCreated", "SongEdited", "SongDeleted"],
      ...["PerformanceCreated", "PerformanceEdited", "PerformanceDeleted"],
      ...["PreferencesCreated", "PreferencesEdited", "PreferencesDeleted"],
      ...["BackupTaken", "BackupEdited", "BackupForgotten", "BackupUndeleted", "BackupExpired"],
      ...["BackupRestored", "LibraryImported", "OperationUndone"]
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
