import { MalformedData, type NewObject } from "@white-room/core"
import { objectsInBlock } from "./objectsInBlock.js"
import { salvagedBlock } from "./salvagedBlock.js"

/** The objects of a block; of one that is damaged, those before the damage. */
export const objectsLeftIn = (data: Uint8Array): ReadonlyArray<NewObject> => {
  try {
    return [...objectsInBlock(data)]
  } catch (error) {
    if (!(error instanceof MalformedData)) throw error
    const rest = salvagedBlock(data)
    return rest === undefined ? [] : [...objectsInBlock(rest)]
  }
}
