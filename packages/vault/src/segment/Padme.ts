/**
 * Sizes that tell little (Padmé, Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with
 * PURBs", 2019): a length of `e + 1` bits keeps its first `⌊log2 e⌋ + 1` bits and is rounded up. It adds 12 % at most, 3 %
 * to 32 MiB, and tells `O(log log n)` bits in place of `log n`.
 */
import { frameHead, frameTypes } from "./Segment.js"

/** The smallest of the sizes that is no smaller than this. */
export const padme = (size: number): number => {
  if (size < 2) return size
  const exponent = Math.floor(Math.log2(size))
  const kept = Math.floor(Math.log2(exponent)) + 1
  const step = 2 ** Math.max(0, exponent - kept)
  return Math.ceil(size / step) * step
}

/** What a frame of padding that takes so many bytes holds; no frame takes some numbers of bytes. */
const contentOf = (length: number, added: number): number | undefined => {
  for (let head = 2; head <= 6; head++) {
    const payload = length - head
    if (payload >= added && frameHead(frameTypes.padding, payload).length === head) return payload - added
  }
  return undefined
}

/** How many zeros in a frame of padding bring a file of this size to one of Padmé's; `added`: what sealing adds. */
export const paddingFor = (size: number, added: number): number => {
  for (let target = padme(size); ; target = padme(target + 1)) {
    const zeros = contentOf(target - size, added)
    if (zeros !== undefined) return zeros
  }
}
