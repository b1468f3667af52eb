/** Requests to an event log as the contract's tests write them. */
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { toHex } from "../codec/Bytes.js"
import type { EntityState } from "../log/EntityState.js"
import { EventLog } from "../log/EventLog.js"
import type { AppendRequest, Change } from "../log/Request.js"
import type { Kind, Row } from "../model/Entity.js"
import { rowOfSong } from "../model/Song.js"

export type Test = Effect.Effect<void, unknown, EventLog>
/** Tests by their names. */
export type Tests = Readonly<Record<string, Test>>

export const now = new Date("2026-11-20T14:30:00.000Z")

export const songRow = (id: string, name: string): Row =>
  rowOfSong({ id, name, songDataJSON: `{"name":${JSON.stringify(name)}}`, determinismSeed: "1" }, now)

export const put = (id: string, name: string, expected?: Change["expected"]): Change => ({
  kind: "song",
  id,
  row: songRow(id, name),
  expected
})

export const remove = (id: string, expected?: Change["expected"]): Change => ({
  kind: "song",
  id,
  row: null,
  expected
})

export const append = (changes: ReadonlyArray<Change>, options: Omit<AppendRequest, "changes"> = {}) =>
  Effect.flatMap(EventLog, (log) => log.append({ changes, ...options }))

export const readAll = Effect.flatMap(EventLog, (log) => log.read({ limit: 100_000 }))

/** A state with its record in hex: drivers may give subclasses of `Uint8Array`, which do not compare as equal. */
export const shown = ({ version, record }: EntityState) => ({ version, record: record && toHex(record) })

export const stateOf = (kind: Kind, id: string, position?: number) =>
  Effect.flatMap(EventLog, (log) => Effect.map(log.state({ kind, id }, position), shown))

/** Runs `body`, which must leave the log as it found it. */
export const writesNothing = <A, E>(body: Effect.Effect<A, E, EventLog>) =>
  Effect.gen(function* () {
    const log = yield* EventLog
    const before = yield* log.head
    const events = (yield* readAll).length
    const result = yield* body
    const after = yield* log.head
    expect([after.position, toHex(after.chainHash)]).toEqual([before.position, toHex(before.chainHash)])
    expect((yield* readAll).length).toBe(events)
    return result
  })
