import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import type * as Layer from "effect/Layer"
import { toHex } from "../codec/Bytes.js"
import { noEntity } from "../log/EntityState.js"
import { EventLog } from "../log/EventLog.js"
import { keyString } from "../model/Entity.js"
import type { Sha256 } from "../object/Sha256.js"
import { bytes, fold, reading, verifyChain } from "./EventLogReads.js"
import { commandIds, expectedVersions, positions } from "./EventLogWrites.js"
import { append, put, readAll, remove, shown, stateOf } from "./Requests.js"

const ids = ["a", "b", "c"] as const

const change = FastCheck.record({
  id: FastCheck.constantFrom(...ids),
  name: FastCheck.constantFrom("1", "2", undefined),
  expected: FastCheck.constantFrom("Any" as const, "Any" as const, "NoEntity" as const, 1, 2)
}).map(({ id, name, expected }) => (name === undefined ? remove(id, expected) : put(id, name, expected)))

/** Some fail, some repeat, some change nothing. */
const requests = FastCheck.array(
  FastCheck.record({
    changes: FastCheck.array(change, { maxLength: 4 }),
    commandId: FastCheck.constantFrom(undefined, "c1", "c2")
  }),
  { maxLength: 12 }
)

/**
 * What every `EventLog` guarantees, as tests. `layer` gives an empty log each time it is built; `sha256` is the hash
 * that it chains events with.
 */
export const eventLogContract = (
  name: string,
  layer: Layer.Layer<EventLog, unknown>,
  sha256: Sha256
): void => {
  describe(`event log: ${name}`, () => {
    for (const group of [positions, expectedVersions, commandIds, reading(sha256), bytes(sha256)])
      for (const [title, body] of Object.entries(group)) it.effect(title, () => Effect.provide(body, layer))

    it.effect.prop(
      "after any requests, positions are gapless, the chain holds and the states are those the events tell",
      [requests],
      ([all]) =>
        Effect.gen(function* () {
          const log = yield* EventLog
          for (const { changes, commandId } of all)
            yield* Effect.exit(append(changes, commandId === undefined ? {} : { commandId }))
          const events = yield* readAll
          expect(events.map((event) => event.position)).toEqual(events.map((_, index) => index + 1))
          expect(verifyChain(events, sha256)).toBe(toHex((yield* log.head).chainHash))
          const states = fold(events)
          for (const id of ids)
            expect(yield* stateOf("song", id)).toEqual(shown(states.get(keyString("song", id)) ?? noEntity))
        }).pipe(Effect.provide(layer)),
      { fastCheck: { numRuns: 25 } }
    )
  })
}
