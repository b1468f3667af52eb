import { isTooDense, type NewObject } from "@white-room/core"
import { type PackedBlock, packDense, packRaw } from "@white-room/store/transfer"

/** Objects as a block of a segment. Readers refuse what grows out of all proportion when it is opened. */
export const packObjects = (objects: ReadonlyArray<NewObject>): PackedBlock => {
  const block = packDense(objects)
  return isTooDense(block.data) ? packRaw(objects) : block
}
