/**
 * The envelope of an event and the hash chain over all of them. The chain is unkeyed: it finds accidents
 * (a lost, changed or reordered event), not a forger who rewrites the whole file; see `docs/threat-model.md`.
 */
import { ListWriter } from "../codec/ListWriter.js"
import type { Sha256 } from "../object/Sha256.js"
import { type EventType, type Subject, subjects } from "./Event.js"

export interface Envelope {
  /** 1, 2, 3 … without gaps. */
  readonly position: number
  readonly subject: Subject
  readonly id: string
  /** 1, 2, 3 … per subject and id. */
  readonly version: number
  readonly type: EventType
  readonly schema: number
  readonly commandId: string
  /** `user@host`, `external` or `scheduler`. */
  readonly actor: string
  /** Epoch milliseconds by the clock of the writer; never used for order. */
  readonly recordedAt: number
}

export interface LoggedEvent extends Envelope {
  readonly payload: Uint8Array
  readonly payloadHash: Uint8Array
  readonly chainHash: Uint8Array
}

/** The end of the log: its last position (0 when empty) and chain hash. */
export interface LogHead {
  readonly position: number
  readonly chainHash: Uint8Array
}

/** The chain hash before the first event. */
export const genesis: Uint8Array = new Uint8Array(32)

const writer = new ListWriter()

/**
 * SHA-256 of the MessagePack of `[previous, position, subject, id, version, type, schema, commandId, actor, recordedAt,
 * SHA-256(payload)]`: the subject by its code, the time as an int64.
 */
export const chainHash = (
  previous: Uint8Array,
  envelope: Envelope,
  payloadHash: Uint8Array,
  sha256: Sha256
): Uint8Array =>
  sha256(
    writer
      .begin(11)
      .bytes(previous)
      .count(envelope.position)
      .count(subjects.indexOf(envelope.subject))
      .text(envelope.id)
      .count(envelope.version)
      .text(envelope.type)
      .count(envelope.schema)
      .text(envelope.commandId)
      .text(envelope.actor)
      // A clock may stand before 1970.
      .int64(BigInt(envelope.recordedAt))
      .bytes(payloadHash)
      .view()
  )
