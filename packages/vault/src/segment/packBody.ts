import { isTooDense, sealBlock } from "@white-room/core"
import { denseBrotli } from "@white-room/store/transfer"

/** A list as a block. Readers refuse what grows out of all proportion when it is opened. */
export const packBody = (body: Uint8Array): Uint8Array => {
  const block = sealBlock(body, denseBrotli.compress(body))
  return isTooDense(block) ? sealBlock(body, body) : block
}
