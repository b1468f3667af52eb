/** Hashes as keys of sets and maps. */
import { hash } from "node:crypto"

/** Half as long as in hexadecimal, and made without a copy. */
export const hashKey = (hash: Uint8Array): string =>
  (Buffer.isBuffer(hash) ? hash : Buffer.from(hash.buffer, hash.byteOffset, hash.length)).toString("latin1")

/** The key of the hash of these bytes. */
export const keyOfBytes = (bytes: Uint8Array): string => hash("sha256", bytes, "binary")

/** True for a hash that it is asked about the first time: what walks trees looks at their shared parts once. */
export const firstTime = (seen = new Set<string>()): ((hash: Uint8Array) => boolean) => {
  return (hash) => {
    const key = hashKey(hash)
    return !seen.has(key) && seen.add(key) !== undefined
  }
}
