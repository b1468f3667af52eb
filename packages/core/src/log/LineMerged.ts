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
  /**
   * Entities that changed there, too, and that stayed as they were here, because they were equal or because somebody
   * decided so: no other event tells that, and whoever merges this line needs it.
   */
  readonly kept: ReadonlyArray<KeptEntity>
}

/** An entity that stayed as it was; `undefined`: it stayed deleted. */
export interface KeptEntity extends EntityKey {
  readonly record: Uint8Array | undefined
}

const keyOf = (fields: Fields): EntityKey => {
  const subject = subjects[fields.count()]
  const kind = kinds.find((known) => known === subject)
  if (kind === undefined) throw malformed("event", "unknown kind")
  return { kind, id: fields.text() }
}

/** The payload of the event. */
export const encodeLineMerged = (event: LineMerged): Uint8Array =>
  encode([
    text(event.line),
    count(event.position),
    bytes(event.hash),
    text(event.device),
    count(event.seen),
    event.same.flatMap(({ kind, id }): ReadonlyArray<Value> => [subjects.indexOf(kind), text(id)]),
    event.kept.flatMap(
      ({ kind, id, record }): ReadonlyArray<Value> => [
        subjects.indexOf(kind),
        text(id),
        record === undefined ? null : bytes(record)
      ]
    )
  ])

/** The event of a payload. @throws MalformedData */
export const decodeLineMerged = (payload: Uint8Array): LineMerged =>
  decode(payload, "event", (fields) => ({
    line: fields.text(),
    position: fields.count(),
    hash: new Uint8Array(fields.hash()),
    device: fields.text(),
    seen: fields.count(),
    same: fields.list((same) => same.rest(keyOf)),
    kept: fields.list((kept) =>
      kept.rest((each): KeptEntity => {
        const key = keyOf(each)
        const record = each.maybeBytes()
        return { ...key, record: record && new Uint8Array(record) }
      })
    )
  }))
