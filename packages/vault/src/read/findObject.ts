import { equalBytes, extentsOfBody, isTooDense, MalformedData, openBlock } from "@white-room/core"
import { brotli, sha256 } from "@white-room/store/transfer"

/** The object of a block that has this hash; `undefined` when none has, or the block cannot be read. */
export const findObject = (block: Uint8Array, hash: Uint8Array): Uint8Array | undefined => {
  try {
    if (isTooDense(block)) return undefined
    const body = openBlock(block, brotli)
    for (const { offset, length } of extentsOfBody(body)) {
      const bytes = body.subarray(offset, offset + length)
      if (equalBytes(sha256(bytes), hash)) return bytes.slice()
    }
  } catch (error) {
    if (!(error instanceof MalformedData)) throw error
  }
  return undefined
}
