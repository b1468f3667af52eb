import { extentsOfBody, isTooDense, malformed, type NewObject, openBlock } from "@white-room/core"
import { brotli, sha256 } from "@white-room/store/transfer"

/** The objects of a block, each with a copy of its bytes. @throws MalformedData */
export function* objectsInBlock(data: Uint8Array): Generator<NewObject> {
  if (isTooDense(data)) throw malformed("block", "it would grow to more than any honest one")
  const body = openBlock(data, brotli)
  for (const { offset, length } of extentsOfBody(body)) {
    const bytes = body.slice(offset, offset + length)
    yield { hash: sha256(bytes), bytes }
  }
}
