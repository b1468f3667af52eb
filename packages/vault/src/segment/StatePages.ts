/**
 * The state at the end of a segment, in pages: for each entity where its last event and its documents are. It is derived: who reads by it holds what it points to against the event and its hashes.
 *
 * ```
 * state   = [[place …], [entity …]]               in the order of the keys of entities
 * place   = [count source, count frame, count offset, count length]      source 0: this segment; n: the nth of its sources
 * entity  = [count kind, text id, nil | text name, count size, count version, count position, count place of the event,
 *            then of each document: 8 bytes of its hash, count place]
 * ```
 * A size of 0 is a deletion. A document that has no place was absent.
 */
import { compareBytes, type Kind, kindCode, kinds, MessagePack, malformed, toHex } from "@white-room/core"
import { packBody } from "./packBody.js"
import { paged } from "./paged.js"
import { entityKey } from "./Segment.js"
import type { SegmentSource } from "./SegmentEnd.js"

const { bytes, count, decode, encode, text } = MessagePack

const bad = (reason: string) => malformed("state", reason)

/** Where a frame lies; `undefined`: in the segment that says so. */
export interface FramePlace {
  readonly source: SegmentSource | undefined
  readonly frame: number
  readonly offset: number
  readonly length: number
}

/** How many bytes of the hash of a document a state has. */
export const documentKeyBytes = 8

/** What a state says of an entity. */
export interface EntityPlace {
  readonly kind: Kind
  readonly id: string
  /** The display name, unless it is long. */
  readonly name: string | undefined
  /** Bytes of the row; 0: it was deleted. */
  readonly size: number
  readonly version: number
  /** The position of its last event. */
  readonly position: number
  readonly event: FramePlace
  readonly documents: ReadonlyArray<{ readonly hash: Uint8Array; readonly place: FramePlace }>
}

/** What is written of a state. */
export interface StateToWrite {
  readonly entities: Iterable<EntityPlace>
}

/** Numbers for what is named often. */
class Numbered<A> {
  private readonly numbers = new Map<string, number>()
  readonly all: Array<A> = []

  constructor(private readonly nameOf: (each: A) => string) {}

  of(each: A): number {
    const name = this.nameOf(each)
    const known = this.numbers.get(name)
    if (known !== undefined) return known
    this.numbers.set(name, this.all.length)
    return this.all.push(each) - 1
  }
}

type Sources = Numbered<SegmentSource>

const placeName = ({ source, frame }: FramePlace): string =>
  `${source === undefined ? "" : toHex(source.body)} ${frame}`

const encodePage = (entities: ReadonlyArray<EntityPlace>, sources: Sources): Uint8Array => {
  const places = new Numbered(placeName)
  const list = entities.map((entity) => [
    kindCode(entity.kind),
    text(entity.id),
    entity.name === undefined ? null : text(entity.name),
    count(entity.size),
    count(entity.version),
    count(entity.position),
    places.of(entity.event),
    ...entity.documents.flatMap(({ hash, place }) => [bytes(hash), places.of(place)])
  ])
  const numbered = places.all.map(({ source, frame, offset, length }) => [
    source === undefined ? 0 : sources.of(source) + 1,
    count(frame),
    count(offset),
    count(length)
  ])
  return encode([numbered, list])
}

/** About how many bytes an entity takes, its share of the places included. */
const weightOf = ({ id, name = "", documents }: EntityPlace): number =>
  24 + 3 * id.length + 3 * name.length + 24 * documents.length

/** The pages of a state, and the segments they point to. */
export interface StatePages {
  /** With the first key of each. */
  readonly entities: ReadonlyArray<{ readonly from: Uint8Array | undefined; readonly block: Uint8Array }>
  readonly sources: ReadonlyArray<SegmentSource>
  /** Of all pages. */
  readonly bytes: number
}

/** Makes the pages of a state. */
export const statePages = ({ entities }: StateToWrite): StatePages => {
  const sources: Sources = new Numbered(({ body }) => toHex(body))
  const keyed = Array.from(entities, (entity) => ({ key: entityKey(entity.kind, entity.id), entity })).sort(
    (a, b) => compareBytes(a.key, b.key)
  )
  const entityPages = Array.from(
    paged(keyed, ({ entity }) => weightOf(entity)),
    (page) => ({
      from: page[0]?.key,
      block: packBody(
        encodePage(
          page.map(({ entity }) => entity),
          sources
        )
      )
    })
  )
  return {
    entities: entityPages,
    sources: sources.all,
    bytes: entityPages.reduce((sum, { block }) => sum + block.length, 0)
  }
}

const at = <A>(all: ReadonlyArray<A>, index: number): A => {
  const found = all[index]
  if (found === undefined) throw bad("it points to something that it does not list")
  return found
}

const readPlace = (fields: MessagePack.Fields, sources: ReadonlyArray<SegmentSource>): FramePlace => {
  const source = fields.count()
  return {
    source: source === 0 ? undefined : at(sources, source - 1),
    frame: fields.count(),
    offset: fields.count(),
    length: fields.count()
  }
}

const readEntity = (fields: MessagePack.Fields, places: ReadonlyArray<FramePlace>): EntityPlace => ({
  kind: at(kinds, fields.count() - kindCode("song")),
  id: fields.text(),
  name: fields.maybeText(),
  size: fields.count(),
  version: fields.count(),
  position: fields.count(),
  event: at(places, fields.count()),
  documents: fields.rest((each) => ({ hash: new Uint8Array(each.bytes()), place: at(places, each.count()) }))
})

/** @throws MalformedData */
export const decodeStatePage = (
  body: Uint8Array,
  sources: ReadonlyArray<SegmentSource>
): ReadonlyArray<EntityPlace> =>
  decode(body, "state", (fields) => {
    const places = fields.list((list) => list.rest((each) => each.list((place) => readPlace(place, sources))))
    return fields.list((list) => list.rest((each) => each.list((entity) => readEntity(entity, places))))
  })
