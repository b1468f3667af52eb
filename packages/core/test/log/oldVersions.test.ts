/** A log whose events were written by older programs tells the same as one that was written today. */
import { describe, expect, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { toHex } from "../../src/codec/Bytes.js"
import { chainHash, genesis, type LoggedEvent } from "../../src/log/Envelope.js"
import { eventTypes, isDeletion, type UpcasterChain } from "../../src/log/Event.js"
import { MemoryLog } from "../../src/log/MemoryLog.js"
import type { Change } from "../../src/log/Request.js"
import { fold, verifyChain } from "../../src/testing/EventLogReads.js"
import { put, remove, shown } from "../../src/testing/Requests.js"
import { sha256 } from "../sha256.js"

/** Made up: version 1 was written backwards, versions 1 and 2 with some bits flipped; version 3 is today's. */
const newest = 3
const reversed = (payload: Uint8Array) => payload.slice().reverse()
const flipped = (payload: Uint8Array) => payload.map((byte) => byte ^ 0x5f)
const steps = [reversed, flipped]
const chain: UpcasterChain = Object.fromEntries(
  eventTypes.filter((type) => !isDeletion(type)).map((type) => [type, steps])
)

const inVersion = (event: LoggedEvent, schema: number): LoggedEvent => {
  if (isDeletion(event.type)) return event
  const payload = [flipped, reversed]
    .slice(0, newest - schema)
    .reduce((bytes, step) => step(bytes), event.payload)
  return { ...event, schema, payload, payloadHash: sha256(payload) }
}

/** The same events as older programs would have written them, with the chain hashes of their bytes. */
const asWrittenThen = (events: ReadonlyArray<LoggedEvent>, schemas: ReadonlyArray<number>) => {
  let previous = genesis
  return events.map((event, index) => {
    const then = inVersion(event, schemas[index % schemas.length] ?? newest)
    previous = chainHash(previous, then, then.payloadHash, sha256)
    return { ...then, chainHash: previous }
  })
}

const ids = ["a", "b", "c"]
const change: FastCheck.Arbitrary<Change> = FastCheck.oneof(
  FastCheck.record({ id: FastCheck.constantFrom(...ids), name: FastCheck.string({ maxLength: 20 }) }).map(
    ({ id, name }) => put(id, name)
  ),
  FastCheck.constantFrom(...ids).map((id) => remove(id))
)
const requests = FastCheck.array(FastCheck.array(change, { minLength: 1, maxLength: 4 }), { maxLength: 12 })
const schemas = FastCheck.array(FastCheck.integer({ min: 1, max: newest }), { minLength: 1, maxLength: 9 })

const logOf = (events: ReadonlyArray<LoggedEvent>) =>
  new MemoryLog({ sha256, actor: "ada@studio", events, upcasters: chain })

const statesOf = (log: MemoryLog, until: number) =>
  Array.from({ length: until + 1 }, (_, position) =>
    ids.map((id) => shown(log.state({ kind: "song", id }, position)))
  )

const folded = (events: ReadonlyArray<LoggedEvent>) =>
  [...fold(events, chain)].map(([key, state]) => ({ key, ...shown(state) }))

const play = (log: MemoryLog, all: ReadonlyArray<ReadonlyArray<Change>>) => {
  for (const changes of all) log.append({ changes }, 1_795_000_000_000)
  return log.read({ limit: 1000 })
}

describe("a log of old event versions", () => {
  it("replays to the same states, at every position", () => {
    FastCheck.assert(
      FastCheck.property(requests, schemas, (all, versions) => {
        const today = logOf([])
        const events = play(today, all)
        const old = asWrittenThen(events, versions)
        const { position } = today.head
        expect(statesOf(logOf(old), position)).toEqual(statesOf(today, position))
        expect(folded(old)).toEqual(folded(events))
      }),
      { numRuns: 200, seed: 20261122 }
    )
  })

  it("goes on as a log of today's does, and its chain holds", () => {
    FastCheck.assert(
      FastCheck.property(requests, requests, schemas, (before, after, versions) => {
        const today = logOf([])
        const old = logOf(asWrittenThen(play(today, before), versions))
        const { position } = old.head
        const [written, expected] = [play(old, after), play(today, after)]
        const facts = ({ position, type, id, version, schema, payload }: LoggedEvent) => ({
          ...{ position, type, id, version, schema },
          payload: toHex(payload)
        })
        expect(written.slice(position).map(facts)).toEqual(expected.slice(position).map(facts))
        expect(verifyChain(written, sha256)).toBe(toHex(old.head.chainHash))
      }),
      { numRuns: 100, seed: 20261123 }
    )
  })
})
