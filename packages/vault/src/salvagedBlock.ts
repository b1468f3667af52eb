import { blockBody, isTooDense, MalformedData, objectsBeforeDamage, sealBlock } from "@white-room/core"
import { brotli } from "@white-room/store/transfer"

/**
 * A block of what stands in a damaged one before the damage; `undefined`: there is nothing. What is not sound in it has a hash that
 * nothing names.
 */
export const salvagedBlock = (damaged: Uint8Array): Uint8Array | undefined => {
  if (isTooDense(damaged)) return undefined
  try {
    const objects = objectsBeforeDamage(damaged, brotli)
    if (objects.length === 0) return undefined
    const { body } = blockBody(objects)
    const rest = sealBlock(body, brotli.compress(body))
    // One that readers would refuse is none.
    return isTooDense(rest) ? undefined : rest
  } catch (error) {
    if (error instanceof MalformedData) return undefined
    throw error
  }
}
