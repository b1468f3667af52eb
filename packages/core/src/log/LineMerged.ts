/**
 * `LineMerged`: what another line of this library had was taken in. The events of the merge are this line's own; the
 * marker says what they amount to, so that the next merge begins where this one ended.
 */
import { bytes, count, decode, encode, type Fields, text, type Value } from "../codec/MessagePack.js"
import { malformed } from "../errors/malformed.js"
import { type EntityKey, kinds } from "../model/Entity.js"
import { subjects } from "./Event.js"

/** A line of a vault, and how far it was taken in. */
export interface LineMerged {
  readonly line: string
  /** A position of the other line, and the chain hash there. */
  readonly position: number
  readonly hash: Uint8Array
  /** Whose line it is, for people. */
  readonly device: string
  /** How much of this line the other had taken in there: a position of this log. */
  readonly seen: number
  /** Entities that are here as they were there, among those that changed there since the merge before. */
  readonly same: ReadonlyArray<EntityKey>
}

const keyOf = (fields: Fields): EntityKey => {
  const subject = subjects[fields.count()]
  const kind = kinds.find((known) => known === subject)
  if (kind === undefined) throw malformed("event", "unknown kind")
  return { kind, id: fields.text() }
}

/** The payload of the event. */
export const encodeLineMerged = ({ line, position, hash, device, seen, same }: LineMerged): Uint8Array =>
  encode([
    text(line),
    count(position),
    bytes(hash),
    text(device),
    count(seen),
    same.flatMap(({ kind, id }): ReadonlyArray<Value> => [subjects.indexOf(kind), text(id)])
  ])

/** The event of a payload. @throws MalformedData */
export const decodeLineMerged = (payload: Uint8Array): LineMerged =>
  decode(payload, "event", (fields) => ({
    line: fields.text(),
    position: fields.count(),
    hash: new Uint8Array(fields.hash()),
    device: fields.text(),
    seen: fields.count(),
    same: fields.list((same) => same.rest(keyOf))
  }))
