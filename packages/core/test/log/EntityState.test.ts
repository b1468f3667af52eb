/** Deciding and evolving, given – when – then. */
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { utf8 } from "../../src/codec/Bytes.js"
import { VersionConflict } from "../../src/errors/WhiteRoomError.js"
import {
  type DecidedEvent,
  decide,
  type EntityState,
  type ExpectedVersion,
  evolve,
  noEntity
} from "../../src/log/EntityState.js"
import { type EventType, noPayload } from "../../src/log/Event.js"
import { kinds } from "../../src/model/Entity.js"

const key = { kind: "song", id: "a" } as const
const one = utf8("one")
const two = utf8("two")

const event = (type: EventType, payload = noPayload): DecidedEvent => ({ type, payload })
const created = (record = one) => event("SongCreated", record)
const edited = (record = two) => event("SongEdited", record)
const deleted = event("SongDeleted")

const given = (...events: ReadonlyArray<DecidedEvent>): EntityState => events.reduce(evolve, noEntity)
const when = (state: EntityState, record: Uint8Array | null, expected?: ExpectedVersion) =>
  decide(key, state, record, expected)

describe("given nothing", () => {
  it("when a record is wished, then it is created", () => {
    expect(when(given(), one)).toEqual(created())
    expect(when(given(), one, "NoEntity")).toEqual(created())
    expect(when(given(), one, 0)).toEqual(created())
  })

  it("when none is wished, then nothing happens", () => {
    expect(when(given(), null)).toBeUndefined()
    expect(when(given(), null, "NoEntity")).toBeUndefined()
  })

  it("when a version is expected, then it is a conflict", () => {
    expect(() => when(given(), one, 1)).toThrow(new VersionConflict({ ...key, expected: 1, actual: 0 }))
  })
})

describe("given a song", () => {
  const state = given(created())

  it("when another record is wished, then it is edited", () => {
    for (const expected of ["Any", 1] as const) expect(when(state, two, expected)).toEqual(edited())
  })

  it("when the same record is wished, then nothing happens", () => {
    expect(when(state, utf8("one"))).toBeUndefined()
    expect(when(state, utf8("one"), 1)).toBeUndefined()
  })

  it("when none is wished, then it is deleted", () => {
    for (const expected of ["Any", 1] as const) expect(when(state, null, expected)).toEqual(deleted)
  })

  it("when something else is expected, then it is a conflict, also where nothing would change", () => {
    for (const record of [one, two, null]) {
      const conflict = (expected: number) => new VersionConflict({ ...key, expected, actual: 1 })
      expect(() => when(state, record, "NoEntity")).toThrow(conflict(0))
      expect(() => when(state, record, 0)).toThrow(conflict(0))
      expect(() => when(state, record, 2)).toThrow(conflict(2))
    }
  })
})

describe("given a deleted song", () => {
  const state = given(created(), edited(), deleted)

  it("when a record is wished, then it is created again", () => {
    for (const expected of ["Any", "NoEntity", 3] as const)
      expect(when(state, one, expected)).toEqual(created())
    expect(() => when(state, one, 0)).toThrow(VersionConflict)
  })

  it("when none is wished, then nothing happens", () => {
    expect(when(state, null)).toBeUndefined()
  })
})

it("names the event by kind and verb", () => {
  const names = kinds.map((kind) => {
    const of = (state: EntityState, record: Uint8Array | null) =>
      decide({ kind, id: "x" }, state, record)?.type
    return [of(noEntity, one), of({ version: 1, record: one }, two), of({ version: 1, record: one }, null)]
  })
  expect(names).toEqual([
    ["SongCreated", "SongEdited", "SongDeleted"],
    ["PerformanceCreated", "PerformanceEdited", "PerformanceDeleted"],
    ["PreferencesCreated", "PreferencesEdited", "PreferencesDeleted"]
  ])
})

it("after any wishes, the version counts the events and the record is the last one wished", () => {
  const wishes = FastCheck.array(FastCheck.constantFrom(null, one, two), { maxLength: 20 })
  FastCheck.assert(
    FastCheck.property(wishes, (records) => {
      let state = noEntity
      let events = 0
      for (const record of records) {
        const event = when(state, record)
        if (event === undefined) continue
        state = evolve(state, event)
        events++
      }
      expect(state).toEqual({ version: events, record: records.at(-1) ?? undefined })
    })
  )
})
