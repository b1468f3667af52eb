/** Things in the order in which they lie in the file: reading them opens each block once. */
import { isWhiteRoomError, type Kind, objectsOfRecord } from "@white-room/core"
import type { Database } from "../sqlite/Database.js"
import { blockOf } from "./Objects.js"

const nowhere = [0, 0] as const

const placeOf = (db: Database, hash: Uint8Array): readonly [block: number, offset: number] =>
  db.row<[number, number]>("SELECT block, offset FROM object WHERE hash = ?", hash) ?? nowhere

const sorted = <A>(
  items: ReadonlyArray<A>,
  placeOfItem: (item: A) => readonly [block: number, offset: number]
): ReadonlyArray<A> =>
  items
    .map((item) => ({ item, place: placeOfItem(item) }))
    .sort(({ place: a }, { place: b }) => a[0] - b[0] || a[1] - b[1])
    .map(({ item }) => item)

/** Objects by their hashes; versions of a song stay together. */
export const hashesInStorageOrder = (
  db: Database,
  hashes: ReadonlyArray<Uint8Array>
): ReadonlyArray<Uint8Array> => sorted(hashes, (hash) => placeOf(db, hash))

/**
 * Items by the blocks that the documents of their records lie in, those of one block in the order they came; first those
 * that have none, or one that cannot be read.
 */
export const inStorageOrder = <A extends { readonly kind: Kind }>(
  db: Database,
  items: ReadonlyArray<A>,
  recordOf: (item: A) => Uint8Array | undefined
): ReadonlyArray<A> =>
  sorted(items, (item) => {
    try {
      const record = recordOf(item)
      const [document] = record === undefined ? [] : objectsOfRecord(item.kind, record)
      return document === undefined ? nowhere : [blockOf(db, document.hash) ?? 0, 0]
    } catch (error) {
      if (!isWhiteRoomError(error)) throw error
      return nowhere
    }
  })
