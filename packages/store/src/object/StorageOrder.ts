/** Things in the order in which they lie in the file, so that reading them opens each block once. */
import { type Kind, objectsOfRecord } from "@white-room/core"
import type { Database } from "../sqlite/Database.js"
import { ifReadable } from "../sqlite/ifReadable.js"
import { NumberRows } from "./NumberRows.js"
import { type Place, placesOf } from "./Objects.js"

/** An item and where its document lies, if anywhere. */
export interface Placed<A> {
  readonly item: A
  readonly place: Place | undefined
}

const byBlock = ({ place: a }: Placed<unknown>, { place: b }: Placed<unknown>): number =>
  (a?.block ?? 0) - (b?.block ?? 0)

const byPlace = (a: Placed<unknown>, b: Placed<unknown>): number =>
  byBlock(a, b) || (a.place?.offset ?? 0) - (b.place?.offset ?? 0)

/** Objects by their hashes; versions of a song stay together. */
export const hashesInStorageOrder = (
  db: Database,
  hashes: ReadonlyArray<Uint8Array>
): ReadonlyArray<Uint8Array> => {
  const places = [...placesOf(db, hashes)]
  return hashes
    .map((item, index) => ({ item, place: places[index] }))
    .sort(byPlace)
    .map(({ item }) => item)
}

/** The hash of the document of a record; none where it has none, or cannot be read, which the reader of it will say. */
const documentOf = (kind: Kind, record: Uint8Array | undefined): Uint8Array | undefined =>
  ifReadable(() => record && objectsOfRecord(kind, record)[0]?.hash)

/** A record of an entity, if it has one. */
interface Recorded {
  readonly kind: Kind
  readonly record: Uint8Array | undefined
}

/** Where the documents of these records lie, if anywhere, in their order. */
export function* placesOfRecords(db: Database, records: Iterable<Recorded>): Generator<Place | undefined> {
  function* hashes() {
    for (const { kind, record } of records) yield documentOf(kind, record)
  }
  yield* placesOf(db, hashes())
}

/**
 * Items by the blocks that the documents of their records lie in, those of one block in the order they came; first those
 * that lie nowhere.
 */
export const inStorageOrder = <A extends { readonly kind: Kind }>(
  db: Database,
  items: ReadonlyArray<A>,
  recordOf: (item: A) => Uint8Array | undefined
): ReadonlyArray<Placed<A>> => {
  const records = items.map((item) => ({ kind: item.kind, record: recordOf(item) }))
  const places = [...placesOfRecords(db, records)]
  return items.map((item, index) => ({ item, place: places[index] })).sort(byBlock)
}

/** Where documents lie, of so many items that a value for each would take too much memory: items are known by their number. */
export class Places {
  private readonly rows = new NumberRows(3)

  /** Adds the place of the next item; block 0 is none. */
  add({ block, offset, length }: Omit<Place, "hash"> = { block: 0, offset: 0, length: 0 }): void {
    this.rows.add([block, offset, length])
  }

  /** Where the document of an item lies, which has this hash. */
  at(index: number, hash: Uint8Array): Place | undefined {
    const block = this.rows.at(index, 0)
    return block === 0
      ? undefined
      : { hash, block, offset: this.rows.at(index, 1), length: this.rows.at(index, 2) }
  }

  /** Those of items by their numbers, for `ObjectReader.openingAhead`. */
  *of(items: Iterable<number>): Generator<Pick<Place, "block" | "offset" | "length">> {
    for (const index of items)
      yield { block: this.rows.at(index, 0), offset: this.rows.at(index, 1), length: this.rows.at(index, 2) }
  }

  /**
   * Block by block as they lie in the file, backwards in each: it is opened once, and only as far as the first document
   * read of it lies. First come those that lie nowhere.
   */
  forwards(): Uint32Array {
    return this.rows.sorted([0, "ascending"], [1, "descending"])
  }

  /** The items as `backwards` has them. */
  backwards(): Uint32Array {
    return this.rows.sorted([0, "descending"], [1, "descending"])
  }
}

/** Backwards in the file: a block is opened once, and only as far as the first document read of it lies. */
export const backwards = <A>(placed: ReadonlyArray<Placed<A>>): ReadonlyArray<Placed<A>> =>
  placed.toSorted((a, b) => byPlace(b, a))
