/** What an `EventLog` guarantees of reading: the chain, pages, past states, every id and every byte. */
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { toHex } from "../codec/Bytes.js"
import { type EntityState, evolve, noEntity } from "../log/EntityState.js"
import { chainHash, genesis, type LoggedEvent } from "../log/Envelope.js"
import { isEntity, type UpcasterChain, upcast } from "../log/Event.js"
import { EventLog } from "../log/EventLog.js"
import { type Cell, type EntityKey, idOfCell, keyString, Text, text } from "../model/Entity.js"
import { encodeRecord } from "../model/Record.js"
import type { Sha256 } from "../object/Sha256.js"
import { append, put, readAll, remove, songRow, stateOf, type Tests, writesNothing } from "./Requests.js"

/** Recomputes the chain from nothing but the events; returns its head in hex. */
export const verifyChain = (events: ReadonlyArray<LoggedEvent>, sha256: Sha256): string => {
  let previous = genesis
  for (const event of events) {
    expect(toHex(event.payloadHash)).toBe(toHex(sha256(event.payload)))
    previous = chainHash(previous, event, event.payloadHash, sha256)
    expect(toHex(event.chainHash)).toBe(toHex(previous))
  }
  return toHex(previous)
}

/** The states that the events alone tell, by entity. */
export const fold = (
  events: ReadonlyArray<LoggedEvent>,
  chain?: UpcasterChain
): ReadonlyMap<string, EntityState> => {
  const states = new Map<string, EntityState>()
  for (const { subject, id, type, schema, payload } of events) {
    if (!isEntity(subject)) continue
    const key = keyString(subject, id)
    const event = { type, payload: upcast(type, schema, payload, chain) }
    states.set(key, evolve(states.get(key) ?? noEntity, event))
  }
  return states
}

export const reading = (sha256: Sha256): Tests => ({
  "chains every event to the one before it": Effect.gen(function* () {
    const log = yield* EventLog
    yield* append([put("a", "A"), put("b", "B")], { commandId: "c1", actor: "anna@studio" })
    yield* append([put("a", "A2"), remove("b")])
    const events = yield* readAll
    expect(events).toHaveLength(4)
    expect(verifyChain(events, sha256)).toBe(toHex((yield* log.head).chainHash))
  }),
  "says who wrote what, when, and by which command": Effect.gen(function* () {
    yield* TestClock.setTime(1_795_000_000_123)
    const { commandId } = yield* append([put("a", "A")], { actor: "anna@studio" })
    yield* TestClock.setTime(1_700_000_000_000)
    yield* append([remove("a")], { commandId: "c2" })
    const [first, second] = yield* readAll
    const [schema, subject, id] = [1, "song", "a"]
    const recordedAt = 1_795_000_000_123
    expect(first).toMatchObject({ schema, subject, id, commandId, actor: "anna@studio", recordedAt })
    expect(second).toMatchObject({ commandId: "c2", recordedAt: 1_700_000_000_000 })
    expect(second?.actor).not.toBe("")
  }),
  "reads in pages, in order, and no more than 1,000 unless asked": Effect.gen(function* () {
    const log = yield* EventLog
    yield* append(Array.from({ length: 1005 }, (_, index) => put(`s${index}`, `${index}`)))
    const pages: Array<number> = []
    for (let after = 0; ; ) {
      const page = yield* log.read({ after, limit: 400 })
      if (page.length === 0) break
      expect(page.map((event) => event.position)).toEqual(page.map((_, index) => after + 1 + index))
      pages.push(page.length)
      after = page.at(-1)?.position ?? 0
    }
    expect(pages).toEqual([400, 400, 205])
    expect(yield* log.read()).toHaveLength(1000)
    expect((yield* log.read({ after: 1000 })).map((event) => event.id)).toContain("s1004")
    expect(yield* log.read({ after: 1005 })).toEqual([])
    expect(yield* log.read({ after: 99_999 })).toEqual([])
  }),
  "tells the state at every position": Effect.gen(function* () {
    yield* append([put("a", "1")])
    yield* append([put("b", "1")])
    yield* append([put("a", "2")])
    yield* append([remove("a")])
    yield* append([put("a", "3")])
    const record = (name: string) => toHex(encodeRecord("song", songRow("a", name), sha256).record)
    const states = [undefined, "1", "1", "2", undefined, "3"].map((name) => name && record(name))
    const versions = [0, 1, 1, 2, 3, 4]
    for (const [position, version] of versions.entries())
      expect(yield* stateOf("song", "a", position)).toEqual({ version, record: states[position] })
    expect(yield* stateOf("song", "a")).toEqual({ version: 4, record: states[5] })
    expect(yield* stateOf("song", "a", 1000)).toEqual({ version: 4, record: states[5] })
    expect(yield* stateOf("performance", "a")).toEqual(noEntity)
  })
})

/** Ids that were the undoing of other programs; all different. */
const hostileIds = [
  " ",
  "'; DROP TABLE song_data; --",
  '"quoted" `ticks` [brackets]',
  "%_\\",
  "../../etc/passwd",
  "caf\u00e9",
  "cafe\u0301",
  "CAF\u00c9",
  "\u202eright to left",
  "\ud83c\udfb9\u200d\ud83c\udfb6",
  "\ufeffmark",
  "\uffff",
  "\u0001\u001f\u007f",
  "line\nbreak\r\ttab",
  "1",
  "01",
  "1.0",
  "null",
  "__proto__",
  "constructor",
  "x".repeat(1024),
  "\u00e9".repeat(1024)
]

const oneOf = (key: EntityKey, cell: Cell, cells: Readonly<Record<string, Cell>> = {}) => ({
  ...key,
  row: new Map([...songRow("x", "X"), ["id", cell], ...Object.entries(cells)])
})

export const bytes = (sha256: Sha256): Tests => ({
  "keeps entities of hostile ids apart": Effect.gen(function* () {
    yield* append(hostileIds.map((id, index) => put(id, `Song ${index}`, "NoEntity")))
    expect((yield* readAll).map((event) => event.id)).toEqual(hostileIds)
    for (const [index, id] of hostileIds.entries()) {
      const { record } = encodeRecord("song", songRow(id, `Song ${index}`), sha256)
      expect(yield* stateOf("song", id)).toEqual({ version: 1, record: toHex(record) })
    }
    yield* append(hostileIds.map((id) => remove(id, 1)))
    for (const id of hostileIds) expect(yield* stateOf("song", id)).toEqual({ version: 2, record: undefined })
    verifyChain(yield* readAll, sha256)
  }),
  "keeps entities apart whose keys are blobs or no UTF-8": Effect.gen(function* () {
    const cells = [
      Uint8Array.of(0x61),
      Text.ofBytes(Uint8Array.of(0x61)),
      Text.ofBytes(Uint8Array.of(0xff, 0x61)),
      Uint8Array.of(0xff, 0x61),
      new Uint8Array(0),
      text("")
    ]
    const changes = cells.map((cell) => oneOf({ kind: "song", id: idOfCell(cell) }, cell))
    yield* append(changes)
    for (const { kind, id, row } of changes) {
      const { record } = encodeRecord(kind, row, sha256)
      expect(yield* stateOf(kind, id)).toEqual({ version: 1, record: toHex(record) })
    }
  }),
  "keeps the stored bytes of every cell": Effect.gen(function* () {
    const change = oneOf({ kind: "song", id: "a" }, text("a"), {
      name: Text.ofBytes(Uint8Array.of(0x4e, 0xff, 0xc0, 0x80)),
      composer: null,
      description: text(""),
      genre: Uint8Array.of(0, 1, 255),
      key: text("x".repeat(2000)),
      duration: Number.POSITIVE_INFINITY,
      song_data_json: Text.ofBytes(new Uint8Array(100_000).fill(0xfe))
    })
    yield* append([change])
    const { record } = encodeRecord("song", change.row, sha256)
    expect(yield* stateOf("song", "a")).toEqual({ version: 1, record: toHex(record) })
    expect(yield* writesNothing(append([change]))).toMatchObject({ events: 0 })
  }),
  "refuses a row of another entity, and what no row can hold": Effect.gen(function* () {
    const key: EntityKey = { kind: "song", id: "a" }
    const refused = [
      oneOf(key, text("b")),
      oneOf(key, null),
      oneOf(key, Uint8Array.of(0x61)),
      oneOf(key, text("a"), { duration: Number.NaN }),
      oneOf(key, text("a"), { duration: 2n ** 63n }),
      oneOf(key, text("a"), { name: text("\ud800") })
    ]
    for (const change of refused) {
      const error = yield* writesNothing(Effect.flip(append([put("other", "O"), change])))
      expect(error).toMatchObject({ _tag: "InvalidInput" })
    }
  })
})
