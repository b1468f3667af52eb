import { malformed } from "@white-room/core"
import { isParityOf } from "./Parity.js"
import { type Cipher, frameTypes, readFrameAt } from "./Segment.js"

/**
 * What lies before the end and is not in its list is one frame of zeros and one of parity, or one of them, or nothing.
 * @throws MalformedData
 */
export const checkUnlisted = (
  bytes: Uint8Array,
  from: number,
  until: number,
  number: number,
  cipher: Cipher | undefined
): void => {
  let at = from
  for (const expected of [frameTypes.padding, frameTypes.parity]) {
    if (at === until) return
    const { type, payload, length } = readFrameAt(bytes.subarray(at, until))
    if (type !== expected) continue
    const isSound =
      type === frameTypes.padding
        ? (cipher?.open(type, number, payload) ?? payload).every((byte) => byte === 0)
        : isParityOf(payload, bytes.subarray(0, at))
    if (!isSound) break
    at += length
  }
  if (at < until) throw malformed("segment", "its frames are not those that its end lists")
}
