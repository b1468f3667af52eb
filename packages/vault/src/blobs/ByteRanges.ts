import type { ByteRange } from "./Blobs.js"

/** A range as it was given. @throws RangeError when it is not one: a mistake of the program */
export const checkedRange = (range: ByteRange | undefined): ByteRange | undefined => {
  for (const value of range === undefined ? [] : [range.offset, range.length])
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a range of bytes: ${value}`)
  return range
}

/** A range within so many bytes; without one, all of them. */
export const cutRange = (range: ByteRange | undefined, bytes: number): ByteRange => {
  if (range === undefined) return { offset: 0, length: bytes }
  const offset = Math.min(range.offset, bytes)
  return { offset, length: Math.min(range.length, bytes - offset) }
}
