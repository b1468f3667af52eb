import { isWhiteRoomError, type Kind, objectsOfRecord } from "@white-room/core"
import type { Database } from "../sqlite/Database.js"
import { type Place, placeOf } from "./Objects.js"

/** An item and where its document lies; nowhere when it has none, or cannot be read, which whoever reads it will say. */
export interface Placed<A> {
  readonly item: A
  readonly place: Place | undefined
}

const placeOfItem = (db: Database, kind: Kind, record: () => Uint8Array | undefined): Place | undefined => {
  try {
    const bytes = record()
    const [document] = bytes === undefined ? [] : objectsOfRecord(kind, bytes)
    return document && placeOf(db, document.hash)
  } catch (error) {
    if (!isWhiteRoomError(error)) throw error
    return undefined
  }
}

const byPlace = ({ place: a }: Placed<unknown>, { place: b }: Placed<unknown>): number =>
  (a?.block ?? 0) - (b?.block ?? 0) || (a?.offset ?? 0) - (b?.offset ?? 0)

/**
 * Items in the order in which the documents of their records lie in the file: reading them opens each block once, or
 * twice where it is opened only as far as needed. Read backwards, that too is once.
 */
export const inStorageOrder = <A extends { readonly kind: Kind }>(
  db: Database,
  items: ReadonlyArray<A>,
  recordOf: (item: A) => Uint8Array | undefined
): Array<Placed<A>> =>
  items.map((item) => ({ item, place: placeOfItem(db, item.kind, () => recordOf(item)) })).sort(byPlace)
