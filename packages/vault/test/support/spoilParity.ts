import { frameTypes, readFrameAt, segmentMagic } from "../../src/segment/Segment.js"

/** A segment whose parity tells nothing any more, so that what else is changed in it stays changed. */
export const spoilParity = (segment: Uint8Array): Buffer => {
  const bytes = Buffer.from(segment)
  for (let at = segmentMagic.length; at < bytes.length; ) {
    const { type, length, payload } = readFrameAt(bytes.subarray(at))
    if (type === frameTypes.parity) {
      payload.fill(0xa5)
      return bytes
    }
    at += length
  }
  throw new Error("it has no parity")
}
