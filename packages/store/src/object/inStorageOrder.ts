import { isWhiteRoomError, type Kind, objectsOfRecord } from "@white-room/core"
import type { Database } from "../sqlite/Database.js"
import { blockOf } from "./Objects.js"

/** Where the document of an item lies; 0 when it has none, or cannot be read, which whoever reads it will say. */
const blockOfItem = (db: Database, kind: Kind, record: () => Uint8Array | undefined): number => {
  try {
    const bytes = record()
    const [document] = bytes === undefined ? [] : objectsOfRecord(kind, bytes)
    return document === undefined ? 0 : (blockOf(db, document.hash) ?? 0)
  } catch (error) {
    if (!isWhiteRoomError(error)) throw error
    return 0
  }
}

/** Items in the order in which the documents of their records lie in the file: reading them opens each block once. */
export const inStorageOrder = <A extends { readonly kind: Kind }>(
  db: Database,
  items: ReadonlyArray<A>,
  recordOf: (item: A) => Uint8Array | undefined
): ReadonlyArray<A> =>
  items
    .map((item) => ({ item, block: blockOfItem(db, item.kind, () => recordOf(item)) }))
    .sort((a, b) => a.block - b.block)
    .map(({ item }) => item)
