/** The state at a position, as a fold of events: where the last event and the documents of each entity are. */
import {
  equalBytes,
  inlineLimit,
  isDeletion,
  isEntity,
  type Kind,
  keyString,
  nameOfRecord,
  objectsOfRecord,
  upcast
} from "@white-room/core"
import { type EventRun, eventType, type PlainEvent } from "@white-room/store/transfer"
import { documentKeyBytes, type EntityPlace, type FramePlace, type StateToWrite } from "./StatePages.js"

/** Where events and objects of a segment lie. */
export interface RunPlaces {
  readonly event: FramePlace
  /** `undefined` for an object that is not in that segment. */
  readonly object: (hash: Uint8Array) => FramePlace | undefined
}

/** The display name in a record, as a state has it: a long one is left out. */
export const nameInState = (kind: Kind, record: Uint8Array): string | undefined => {
  const name = nameOfRecord(kind, record)
  return name.length > inlineLimit / 4 ? undefined : name
}

/** Bytes of a row as a state has them. */
export const sizeInState = (kind: Kind, record: Uint8Array | undefined): number =>
  record === undefined
    ? 0
    : objectsOfRecord(kind, record).reduce((sum, { length }) => sum + length, record.length)

export class StateFold implements StateToWrite {
  private readonly placed = new Map<string, EntityPlace>()

  get entities(): Iterable<EntityPlace> {
    return this.placed.values()
  }

  entity(kind: Kind, id: string): EntityPlace | undefined {
    return this.placed.get(keyString(kind, id))
  }

  /** Takes what an earlier state says. */
  take(entities: Iterable<EntityPlace>): void {
    for (const entity of entities) this.placed.set(keyString(entity.kind, entity.id), entity)
  }

  /** Takes the next events, those up to a position. @throws MalformedData for one that cannot be read */
  run({ first, events }: EventRun, places: RunPlaces, until = Number.MAX_SAFE_INTEGER): void {
    for (const [index, event] of events.entries()) {
      const position = first + index
      if (position > until) return
      if (isEntity(event.subject)) this.event(event, event.subject, position, places)
    }
  }

  private event(event: PlainEvent, kind: Kind, position: number, places: RunPlaces): void {
    const { id, version } = event
    const type = eventType(event.type)
    const key = keyString(kind, id)
    if (isDeletion(type)) {
      const before = this.placed.get(key)
      this.placed.set(key, {
        kind,
        id,
        name: before?.name,
        size: 0,
        version,
        position,
        event: places.event,
        documents: []
      })
      return
    }
    const record = upcast(type, event.schema, event.payload)
    const refs = objectsOfRecord(kind, record)
    this.placed.set(key, {
      kind,
      id,
      name: nameInState(kind, record),
      size: sizeInState(kind, record),
      version,
      position,
      event: places.event,
      documents: refs.flatMap(({ hash }) => {
        const place = places.object(hash) ?? this.documentOf(key, hash)
        return place === undefined ? [] : [{ hash: hash.slice(0, documentKeyBytes), place }]
      })
    })
  }

  /** What an entity kept of its version before need not be in the segment of its event. */
  private documentOf(key: string, hash: Uint8Array): FramePlace | undefined {
    const wanted = hash.subarray(0, documentKeyBytes)
    return this.placed.get(key)?.documents.find((each) => equalBytes(each.hash, wanted))?.place
  }
}
