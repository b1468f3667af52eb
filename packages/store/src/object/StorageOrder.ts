/** Things in the order in which they lie in the file, so that reading them opens each block once. */
import { isWhiteRoomError, type Kind, objectsOfRecord } from "@white-room/core"
import type { Database } from "../sqlite/Database.js"
import { type Place, placeOf } from "./Objects.js"

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
): ReadonlyArray<Uint8Array> =>
  hashes
    .map((item) => ({ item, place: placeOf(db, item) }))
    .sort(byPlace)
    .map(({ item }) => item)

/** Where the document of a record lies; nowhere when it has none, or cannot be read, which the reader of it will say. */
export const placeOfRecord = (
  db: Database,
  kind: Kind,
  record: Uint8Array | undefined
): Place | undefined => {
  try {
    const [document] = record === undefined ? [] : objectsOfRecord(kind, record)
    return document && placeOf(db, document.hash)
  } catch (error) {
    if (!isWhiteRoomError(error)) throw error
    return undefined
  }
}

/**
 * Items by the blocks that the documents of their records lie in, those of one block in the order they came; first those
 * that lie nowhere.
 */
export const inStorageOrder = <A extends { readonly kind: Kind }>(
  db: Database,
  items: ReadonlyArray<A>,
  recordOf: (item: A) => Uint8Array | undefined
): ReadonlyArray<Placed<A>> =>
  items.map((item) => ({ item, place: placeOfRecord(db, item.kind, recordOf(item)) })).sort(byBlock)

/** Backwards in the file: a block is opened once, and only as far as the first document read of it lies. */
export const backwards = <A>(placed: ReadonlyArray<Placed<A>>): ReadonlyArray<Placed<A>> =>
  placed.toSorted((a, b) => byPlace(b, a))
