/** The hash chain: its bytes, and that it finds what happened to a log. */
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { fromHex, toHex, utf8 } from "../../src/codec/Bytes.js"
import { chainHash, type Envelope, genesis } from "../../src/log/Envelope.js"
import { eventTypes, subjects } from "../../src/log/Event.js"
import { requestHash } from "../../src/log/requestHash.js"
import { hex } from "../golden.js"
import { sha256 } from "../sha256.js"

const envelope: Envelope = {
  position: 258,
  subject: "performance",
  id: "é",
  version: 3,
  type: "PerformanceEdited",
  schema: 1,
  commandId: "c1",
  actor: "anna@studio",
  recordedAt: 1_795_184_200_000
}

describe("the bytes that are hashed", () => {
  it("for an event are these", () => {
    const previous = new Uint8Array(32).fill(0x11)
    const payloadHash = sha256(utf8("payload"))
    const preimage = hex(
      "9b", // a list of 11
      `c4 20 ${"11".repeat(32)}`, // the chain hash before it
      "cd 0102", // position
      "02", // subject: performance
      "a2 c3a9", // id
      "03", // version
      "b1 506572666f726d616e6365456469746564", // type
      "01", // schema
      "a2 6331", // commandId
      "ab 616e6e614073747564696f", // actor
      "d3 0000 01a1 f951 0940", // recordedAt
      "c4 20 239f59ed55e737c77147cf55ad0c1b030b6d7ee748a7426952f9b852d5a935e5" // SHA-256 of "payload"
    )
    const hash = toHex(chainHash(previous, envelope, payloadHash, sha256))
    expect(hash).toBe(toHex(sha256(fromHex(preimage))))
    expect(hash).toBe("d529a0fcfa736e94035f1fd048f9157537c3aed42355f43a5e7776e4616ec6e9")
    expect(toHex(genesis)).toBe("00".repeat(32))
  })

  it("for a request are these", () => {
    const changes = [
      {
        change: { kind: "song" as const, id: "a", row: new Map(), expected: 12 },
        record: Uint8Array.of(1, 2)
      },
      { change: { kind: "preferences" as const, id: "b", row: null }, record: null }
    ]
    const preimage = hex("92", "94 01 a1 61 a2 3132 c4 02 0102", "94 03 a1 62 a3 416e79 c0")
    expect(toHex(requestHash(changes, sha256))).toBe(toHex(sha256(fromHex(preimage))))
  })
})

interface Stored {
  readonly envelope: Envelope
  readonly payload: Uint8Array
  readonly chainHash: Uint8Array
}

const chainOf = (events: ReadonlyArray<Omit<Stored, "chainHash">>): ReadonlyArray<Stored> => {
  let previous = genesis
  return events.map((event) => {
    previous = chainHash(previous, event.envelope, sha256(event.payload), sha256)
    return { ...event, chainHash: previous }
  })
}

/** True when every stored hash is what the events before it say, up to a head that is known. */
const holds = (log: ReadonlyArray<Stored>, head: Uint8Array): boolean =>
  chainOf(log).every((event, index) => toHex(event.chainHash) === toHex(log[index]?.chainHash ?? genesis)) &&
  toHex(log.at(-1)?.chainHash ?? genesis) === toHex(head)

const text = FastCheck.string({ unit: "grapheme", maxLength: 6 })
const event = FastCheck.record({
  envelope: FastCheck.record({
    position: FastCheck.nat(),
    subject: FastCheck.constantFrom(...subjects),
    id: text,
    version: FastCheck.nat(),
    type: FastCheck.constantFrom(...eventTypes),
    schema: FastCheck.nat(3),
    commandId: text,
    actor: text,
    recordedAt: FastCheck.maxSafeInteger()
  }),
  payload: FastCheck.uint8Array({ maxLength: 20 })
})
const log = FastCheck.array(event, { minLength: 2, maxLength: 12 }).map((events) =>
  chainOf(events.map((each, index) => ({ ...each, envelope: { ...each.envelope, position: index + 1 } })))
)
const head = (stored: ReadonlyArray<Stored>) => stored.at(-1)?.chainHash ?? genesis

describe("a chain", () => {
  it("holds as it was written", () => {
    FastCheck.assert(FastCheck.property(log, (stored) => holds(stored, head(stored))))
  })

  it("finds an event that is missing, also the last one when the head is known", () => {
    FastCheck.assert(
      FastCheck.property(log, FastCheck.nat(), (stored, at) => {
        const without = stored.filter((_, index) => index !== at % stored.length)
        return !holds(without, head(stored))
      })
    )
  })

  it("finds two events that changed places", () => {
    FastCheck.assert(
      FastCheck.property(log, FastCheck.nat(), (stored, at) => {
        const first = at % (stored.length - 1)
        const swapped = stored.map((each, index) =>
          index === first ? (stored[first + 1] ?? each) : index === first + 1 ? (stored[first] ?? each) : each
        )
        return !holds(swapped, head(stored))
      })
    )
  })

  it("finds a change of any field, of the payload and of a stored hash", () => {
    const field = FastCheck.constantFrom(
      ...([
        "position",
        "version",
        "schema",
        "recordedAt",
        "id",
        "commandId",
        "actor",
        "type",
        "subject"
      ] as const),
      ...(["payload", "chainHash"] as const)
    )
    FastCheck.assert(
      FastCheck.property(log, FastCheck.nat(), field, (stored, at, name) => {
        const changed = stored.map((each, index) =>
          index === at % stored.length ? tamper(each, name) : each
        )
        return !holds(changed, head(stored))
      }),
      { numRuns: 300 }
    )
  })

  it("tells fields apart whose texts run into each other", () => {
    const one = { ...envelope, commandId: "ab", actor: "c" }
    const other = { ...envelope, commandId: "a", actor: "bc" }
    const hash = (each: Envelope) => toHex(chainHash(genesis, each, genesis, sha256))
    expect(hash(one)).not.toBe(hash(other))
  })
})

const tamper = (event: Stored, name: keyof Envelope | "payload" | "chainHash"): Stored => {
  const { envelope } = event
  if (name === "payload") return { ...event, payload: Uint8Array.of(...event.payload, 0) }
  if (name === "chainHash") return { ...event, chainHash: sha256(event.chainHash) }
  if (name === "type") {
    const type = eventTypes[(eventTypes.indexOf(envelope.type) + 1) % eventTypes.length] ?? "SongCreated"
    return { ...event, envelope: { ...envelope, type } }
  }
  if (name === "subject") {
    const subject = subjects[(subjects.indexOf(envelope.subject) + 1) % subjects.length] ?? "song"
    return { ...event, envelope: { ...envelope, subject } }
  }
  const value = envelope[name]
  const changed = typeof value === "string" ? `${value}x` : value > 0 ? value - 1 : value + 1
  return { ...event, envelope: { ...envelope, [name]: changed } }
}
