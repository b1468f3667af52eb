/** What stands in a damaged block before the damage. What is not sound in it has a hash that nothing names. */
import {
  blockBody,
  isTooDense,
  MalformedData,
  type NewObject,
  objectsBeforeDamage,
  sealBlock
} from "@white-room/core"
import { brotli, sha256 } from "@white-room/store/transfer"

const salvaged = (damaged: Uint8Array): ReadonlyArray<Uint8Array> => {
  if (isTooDense(damaged)) return []
  try {
    return objectsBeforeDamage(damaged, brotli)
  } catch (error) {
    if (error instanceof MalformedData) return []
    throw error
  }
}

/** A block of it; `undefined`: there is nothing. */
export const salvagedBlock = (damaged: Uint8Array): Uint8Array | undefined => {
  const objects = salvaged(damaged)
  if (objects.length === 0) return undefined
  const { body } = blockBody(objects)
  return sealBlock(body, brotli.compress(body))
}

/** Its objects, each with a copy of its bytes. */
export const salvagedObjects = (damaged: Uint8Array): ReadonlyArray<NewObject> =>
  salvaged(damaged).map((bytes) => ({ hash: sha256(bytes), bytes: bytes.slice() }))
