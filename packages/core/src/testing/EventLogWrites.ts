/** What an `EventLog` guarantees of writing: positions, versions, expectations, command ids. */
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { toHex } from "../codec/Bytes.js"
import { noEntity } from "../log/EntityState.js"
import { genesis } from "../log/Envelope.js"
import { EventLog } from "../log/EventLog.js"
import type { Change } from "../log/Request.js"
import { rowOfPerformance } from "../model/Performance.js"
import { rowOfPreferences } from "../model/UserPreferences.js"
import {
  append,
  now,
  put,
  readAll,
  remove,
  stateOf,
  type Test,
  type Tests,
  writesNothing
} from "./Requests.js"

export const positions: Tests = {
  "is empty at first": Effect.gen(function* () {
    const log = yield* EventLog
    expect(yield* log.read()).toEqual([])
    const head = yield* log.head
    expect([head.position, toHex(head.chainHash)]).toEqual([0, toHex(genesis)])
    expect(yield* stateOf("song", "a")).toEqual(noEntity)
  }),
  "numbers events 1, 2, 3 … without gaps, also after requests that failed or changed nothing": Effect.gen(
    function* () {
      const log = yield* EventLog
      expect(yield* append([put("a", "A"), put("b", "B")])).toMatchObject({ first: 1, last: 2, events: 2 })
      yield* Effect.flip(append([put("c", "C"), put("a", "A2", "NoEntity")]))
      expect(yield* append([put("a", "A")])).toMatchObject({ first: 0, last: 0, events: 0, repeated: false })
      expect(yield* append([remove("a"), remove("b"), put("a", "A")])).toMatchObject({ first: 3, last: 5 })
      expect((yield* readAll).map((event) => event.position)).toEqual([1, 2, 3, 4, 5])
      expect((yield* log.head).position).toBe(5)
    }
  ),
  "counts versions per kind and id, through deletion and re-creation": Effect.gen(function* () {
    yield* append([put("a", "1"), put("b", "1")])
    yield* append([put("a", "2"), remove("b")])
    yield* append([put("b", "2")])
    const performance = { id: "a", name: "P", songId: "a", duration: 1, performanceDataJSON: "{}" }
    yield* append([{ kind: "performance", id: "a", row: rowOfPerformance(performance, now) }])
    yield* append([{ kind: "preferences", id: "a", row: rowOfPreferences({ userId: "a" }, now) }])
    expect((yield* readAll).map(({ type, id, version }) => `${type} ${id} ${version}`)).toEqual([
      "SongCreated a 1",
      "SongCreated b 1",
      "SongEdited a 2",
      "SongDeleted b 2",
      "SongCreated b 3",
      "PerformanceCreated a 1",
      "PreferencesCreated a 1"
    ])
  }),
  "writes no event for a change that changes nothing": Effect.gen(function* () {
    yield* append([put("a", "A")])
    const nothing = [put("a", "A"), remove("b"), put("a", "A", 1)]
    expect(yield* writesNothing(append(nothing))).toMatchObject({ first: 0, last: 0, events: 0 })
    expect(yield* writesNothing(append([]))).toMatchObject({ events: 0 })
  }),
  "writes the changes of one request in their order, each on what the one before it left": Effect.gen(
    function* () {
      const changes = [put("a", "1", "NoEntity"), put("a", "2", 1), remove("a", 2), put("a", "3", "NoEntity")]
      yield* append(changes)
      expect((yield* readAll).map((event) => event.type)).toEqual([
        "SongCreated",
        "SongEdited",
        "SongDeleted",
        "SongCreated"
      ])
      expect((yield* stateOf("song", "a")).version).toBe(4)
    }
  )
}

const conflict = (change: Change, expected: number, actual: number): Test =>
  Effect.gen(function* () {
    const error = yield* writesNothing(Effect.flip(append([put("other", "O"), change])))
    expect(error).toMatchObject({ _tag: "VersionConflict", kind: "song", id: change.id, expected, actual })
    expect(yield* stateOf("song", "other")).toEqual(noEntity)
  })

export const expectedVersions: Tests = {
  "takes Any, whatever is there": Effect.gen(function* () {
    yield* append([put("a", "1", "Any")])
    yield* append([put("a", "2", "Any")])
    yield* append([remove("a", "Any")])
    yield* append([put("a", "3", "Any")])
    expect((yield* stateOf("song", "a")).version).toBe(4)
  }),
  "takes NoEntity where there is none, or none any more": Effect.gen(function* () {
    yield* append([put("a", "1", "NoEntity")])
    yield* conflict(put("a", "2", "NoEntity"), 0, 1)
    yield* conflict(remove("a", "NoEntity"), 0, 1)
    yield* append([remove("a")])
    yield* append([put("a", "3", "NoEntity")])
    expect((yield* stateOf("song", "a")).version).toBe(3)
  }),
  "takes an exact version, and that of a deletion": Effect.gen(function* () {
    yield* append([put("a", "1", 0)])
    yield* append([put("a", "2", 1)])
    yield* conflict(put("a", "3", 1), 1, 2)
    yield* conflict(put("a", "3", 3), 3, 2)
    yield* conflict(put("b", "1", 1), 1, 0)
    yield* append([remove("a", 2)])
    yield* conflict(put("a", "3", 2), 2, 3)
    yield* append([put("a", "3", 3)])
    expect((yield* stateOf("song", "a")).version).toBe(4)
  }),
  "checks the version also of a change that changes nothing": Effect.gen(function* () {
    yield* append([put("a", "1")])
    yield* conflict(put("a", "1", 7), 7, 1)
  }),
  "lets one of many requests at the same time be the first": Effect.gen(function* () {
    const requests = Array.from({ length: 12 }, (_, index) => append([put("a", `${index}`, "NoEntity")]))
    const exits = yield* Effect.all(requests.map(Effect.exit), { concurrency: "unbounded" })
    expect(exits.filter((exit) => exit._tag === "Success")).toHaveLength(1)
    expect((yield* readAll).map((event) => event.position)).toEqual([1])
  })
}

const reused = (changes: ReadonlyArray<Change>, commandId: string): Test =>
  Effect.gen(function* () {
    const error = yield* writesNothing(Effect.flip(append(changes, { commandId })))
    expect(error).toMatchObject({ _tag: "CommandReused", commandId })
  })

export const commandIds: Tests = {
  "gives the first receipt for a repeated command and writes nothing": Effect.gen(function* () {
    yield* append([put("z", "Z")])
    const request = [put("a", "A"), put("b", "B")]
    const receipt = yield* append(request, { commandId: "c1" })
    expect(receipt).toEqual({ commandId: "c1", first: 2, last: 3, events: 2, repeated: false })
    yield* append([put("a", "changed since")])
    expect(yield* writesNothing(append(request, { commandId: "c1" }))).toEqual({ ...receipt, repeated: true })
  }),
  "looks the command up before it checks versions": Effect.gen(function* () {
    const request = [put("a", "A", "NoEntity")]
    const receipt = yield* append(request, { commandId: "c1" })
    expect(yield* writesNothing(append(request, { commandId: "c1" }))).toEqual({ ...receipt, repeated: true })
  }),
  "remembers a command that changed nothing": Effect.gen(function* () {
    const receipt = yield* append([remove("a")], { commandId: "c1" })
    yield* append([put("a", "A")])
    const again = yield* writesNothing(append([remove("a")], { commandId: "c1" }))
    expect(again).toEqual({ ...receipt, repeated: true })
    expect(again.events).toBe(0)
  }),
  "refuses a command id that comes back with another request": Effect.gen(function* () {
    const request = [put("a", "A"), put("b", "B")]
    yield* append(request, { commandId: "c1" })
    yield* reused([put("a", "A2"), put("b", "B")], "c1")
    yield* reused([put("b", "B"), put("a", "A")], "c1")
    yield* reused([put("a", "A")], "c1")
    yield* reused([put("a", "A", 1), put("b", "B")], "c1")
    yield* reused([put("a", "A"), remove("b")], "c1")
    yield* reused([], "c1")
  }),
  "leaves the command id of a failed request free": Effect.gen(function* () {
    yield* append([put("a", "A")])
    yield* Effect.flip(append([put("a", "B", "NoEntity")], { commandId: "c1" }))
    expect(yield* append([put("a", "B", 1)], { commandId: "c1" })).toMatchObject({ events: 1 })
  }),
  "gives every other request a command id of its own": Effect.gen(function* () {
    const one = yield* append([put("a", "A")])
    const other = yield* append([put("b", "B")])
    expect(one.commandId).not.toBe(other.commandId)
    expect((yield* readAll).map((event) => event.commandId)).toEqual([one.commandId, other.commandId])
  })
}
