/** Which songs changed when, and what they were at any moment: as their histories say, however it is asked for. */
import { describe, expect, it } from "@effect/vitest"
import type { Timeline, TimelineOptions } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { type Library, openLibrary } from "../../src/index.js"
import {
  day,
  failure,
  freshLibrary,
  freshPath,
  hour,
  minute,
  morning,
  performance,
  song,
  sqlite
} from "../support/libraries.js"
import { rounds } from "../support/soak.js"

const save = (library: Library, id: string, document: string, name = `Song ${id}`) =>
  library.songs.upsert(song(id, { name, songDataJSON: JSON.stringify(document) }))

/** Every row by its name, with the counts of its cells by slot. */
const counts = ({ rows }: Timeline) =>
  Object.fromEntries(
    rows.map(({ name, cells }) => [name, Object.fromEntries(cells.map((cell) => [cell.slot, cell.count]))])
  )

/** Days from the one before the first on. */
const days = (count: number): TimelineOptions => ({
  edges: Array.from({ length: count + 1 }, (_, index) => morning + (index - 1) * day)
})

describe("a timeline", () => {
  it.scoped("counts changes by song and by day, and says where each was deleted", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      expect(yield* library.history.timeline(days(3))).toEqual({
        ...{ position: 0, first: undefined, last: undefined, count: 0, at: undefined },
        ...{ events: [0, 0, 0], marks: [], rows: [] }
      })
      yield* save(library, "a", "1")
      yield* save(library, "a", "2")
      yield* library.performances.create(performance("p", "a"))
      yield* library.preferences.upsert({ theme: "dark" })
      yield* TestClock.adjust(day)
      yield* save(library, "b", "1")
      yield* save(library, "a", "3")
      yield* TestClock.adjust(hour)
      yield* library.songs.delete("b")
      const told = yield* library.history.timeline(days(3))
      expect(counts(told)).toEqual({
        "Song a": { 1: 2, 2: 1 },
        "Song b": { 2: 2 },
        "Performance p": { 1: 1 }
      })
      // What was changed last is first.
      expect(told.rows.map(({ id, deleted, position }) => [id, deleted, position])).toEqual([
        ["b", true, 7],
        ["a", false, 6],
        ["p", false, 3]
      ])
      expect(told.rows[0]?.cells).toEqual([{ slot: 2, count: 2, position: 7, deleted: true }])
      expect(told.events).toEqual([0, 4, 3])
      expect(told).toMatchObject({
        position: 7,
        count: 3,
        first: new Date(morning),
        last: new Date(morning + day + hour)
      })
      // Slots are as short as one likes: what is recorded at an edge is of the slot that begins there.
      const edges = [morning + day - minute, morning + day, morning + day + hour, morning + day + hour + 1]
      expect(counts(yield* library.history.timeline({ edges }))).toEqual({
        "Song a": { 1: 1 },
        "Song b": { 1: 1, 2: 1 },
        "Performance p": {}
      })
    })
  )

  it.scoped("says what was there at a moment, and by which name", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* save(library, "a", "1", "Night Drive")
      yield* TestClock.adjust(hour)
      yield* save(library, "a", "1", "Day Drive")
      yield* TestClock.adjust(hour)
      yield* library.songs.delete("a")
      const at = (time: number) =>
        Effect.map(library.history.timeline({ at: time }), ({ at: position, rows }) => [
          position,
          rows[0]?.was
        ])
      expect(yield* at(morning - 1)).toEqual([0, undefined])
      expect(yield* at(morning)).toEqual([1, { name: "Night Drive", position: 1 }])
      expect(yield* at(morning + hour - 1)).toEqual([1, { name: "Night Drive", position: 1 }])
      expect(yield* at(morning + hour)).toEqual([2, { name: "Day Drive", position: 2 }])
      expect(yield* at(morning + 2 * hour)).toEqual([3, undefined])
      // The name is the last that it had, and what has it is found by it.
      const found = yield* library.history.timeline({ search: "DAY" })
      expect(found.rows).toMatchObject([{ name: "Day Drive", deleted: true, was: undefined, cells: [] }])
      expect(yield* library.history.timeline({ search: "night" })).toMatchObject({ count: 0, rows: [] })
    })
  )

  it.scoped("is told in parts, by name or by the last change, with what was written meanwhile", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      for (const id of ["c", "a", "d", "b"]) yield* save(library, id, "1")
      const ids = (options: TimelineOptions) =>
        Effect.map(library.history.timeline(options), ({ rows, count }) => [
          rows.map(({ id }) => id).join(""),
          count
        ])
      expect(yield* ids({})).toEqual(["bdac", 4])
      expect(yield* ids({ offset: 1, limit: 2 })).toEqual(["da", 4])
      expect(yield* ids({ offset: 9 })).toEqual(["", 4])
      expect(yield* ids({ order: "name" })).toEqual(["abcd", 4])
      expect(yield* ids({ order: "name", search: "song D" })).toEqual(["d", 1])
      // As another program writes: after a capture it is there.
      sqlite(library.path, "UPDATE song_data SET name = 'Song z' WHERE id = 'a'")
      yield* library.log.capture
      expect(yield* ids({})).toEqual(["abdc", 4])
      expect(yield* ids({ order: "name" })).toEqual(["bcda", 4])
      const other = yield* openLibrary(library.path, { actor: "bob" })
      yield* save(other, "e", "1")
      expect(yield* ids({ limit: 2 })).toEqual(["ea", 5])
    })
  )

  it.scoped("marks backups, restores, undos and imports by slot", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* save(library, "a", "1")
      yield* library.backups.take()
      yield* library.backups.take()
      yield* TestClock.adjust(day)
      yield* save(library, "a", "2")
      yield* library.backups.restore("b1", { onConflict: "replace" })
      yield* TestClock.adjust(day)
      yield* library.history.undo()
      const { marks } = yield* library.history.timeline(days(4))
      const told = marks.map(({ slot, what, count, backup, time }) => [
        slot,
        what,
        count,
        backup,
        (time.getTime() - morning) / day
      ])
      expect(told).toEqual([
        [1, "backup", 2, 2, 0],
        [2, "backup", 1, 3, 1],
        [2, "restore", 1, undefined, 1],
        [3, "undo", 1, undefined, 2]
      ])
      expect((yield* library.history.timeline({})).marks).toEqual([])
    })
  )

  it.scoped("is that of the moments of the library, though a clock was set back", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      for (const [id, time] of [
        ["a", 0],
        ["b", 5],
        ["c", 2],
        ["d", 3],
        ["e", 9],
        ["f", 9]
      ] as const) {
        yield* TestClock.setTime(morning + time * hour)
        yield* save(library, id, "1")
      }
      for (let time = 0; time < 11; time++) {
        const moment = morning + time * hour
        const { at, rows } = yield* library.history.timeline({ at: moment })
        const { entries } = yield* library.history.entries({ at: new Date(moment) })
        const there = rows.filter(({ was }) => was !== undefined).map(({ id }) => id)
        expect([time, there.toSorted()]).toEqual([time, entries.map(({ id }) => id)])
        expect(at).toBe(there.length)
      }
      // Every change is in one slot, and only once.
      const edges = Array.from({ length: 13 }, (_, index) => morning + (index - 1) * hour)
      const { rows, events } = yield* library.history.timeline({ edges })
      expect(rows.flatMap(({ cells }) => cells.map(({ count }) => count))).toEqual([1, 1, 1, 1, 1, 1])
      expect(events.reduce((sum, count) => sum + count)).toBe(6)
    })
  )

  it.scoped("says what the histories say, of any work", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      let seed = 14
      const random = (below: number) => {
        seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
        return Math.floor((seed / 2 ** 31) * below)
      }
      const ids = ["a", "b", "c", "d"]
      let time = morning
      for (let round = 0; round < rounds(60, 600); round++) {
        time += random(3 * hour)
        yield* TestClock.setTime(time)
        const id = ids[random(4)] ?? "a"
        if (random(5) === 0) yield* Effect.ignore(library.songs.delete(id))
        else yield* save(library, id, `${round}`)
        if (round % 10 > 0) continue
        const size = 1 + random(5 * hour)
        const edges = Array.from({ length: 40 }, (_, index) => morning + index * size)
        const { rows } = yield* library.history.timeline({
          edges,
          at: time - random(20) * hour,
          order: "name"
        })
        for (const { kind, id: shown, cells, deleted } of rows) {
          const versions = yield* library.history.versions({ kind, id: shown })
          expect(deleted).toBe(versions.at(-1)?.deleted)
          const expected = new Map<number, number>()
          for (const { timestamp } of versions) {
            const slot = Math.floor((timestamp.getTime() - morning) / size)
            if (slot < 39) expected.set(slot, (expected.get(slot) ?? 0) + 1)
          }
          expect(new Map(cells.map(({ slot, count }) => [slot, count]))).toEqual(expected)
        }
      }
    })
  )

  it.scoped("refuses what makes no sense", () =>
    Effect.gen(function* () {
      const library = yield* openLibrary(yield* freshPath)
      for (const options of [
        { offset: -1 },
        { limit: 0.5 },
        { edges: Array.from({ length: 1026 }, () => 0) }
      ])
        expect(yield* failure(library.history.timeline(options))).toBe("InvalidInput")
    })
  )
})
