/**
 * The payload of an age file (STREAM): chunks of 64 KiB, each with a tag of 16 bytes, the last one marked. Read here
 * and not by `age-encryption`, so that what is wrong with a file can be told: see `faultOf`.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto"
import { FileTampered, FileTruncated } from "@white-room/core"
import type { ByteSource } from "./ByteSource.js"

const chunkBytes = 64 * 1024
const tagBytes = 16
const sealedBytes = chunkBytes + tagBytes
const nonceBytes = 16

const cipher = "chacha20-poly1305"
const options = { authTagLength: tagBytes }

const nonceOf = (index: number, last: boolean): Buffer => {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(index), 3)
  nonce[11] = last ? 1 : 0
  return nonce
}

/** The plain bytes of a chunk, or `undefined` when its tag does not fit. */
const open = (key: Uint8Array, nonce: Uint8Array, chunk: Uint8Array): Uint8Array | undefined => {
  if (chunk.length < tagBytes) return undefined
  const decipher = createDecipheriv(cipher, key, nonce, options)
  decipher.setAuthTag(chunk.subarray(chunk.length - tagBytes))
  const plain = decipher.update(chunk.subarray(0, chunk.length - tagBytes))
  try {
    decipher.final()
    return plain
  } catch {
    return undefined
  }
}

/** What these bytes are when no tag is among them; not to be trusted. */
const decipherAll = (key: Uint8Array, nonce: Uint8Array, bytes: Uint8Array): Buffer =>
  createDecipheriv(cipher, key, nonce, options).update(bytes)

const tagOf = (key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Buffer => {
  const again = createCipheriv(cipher, key, nonce, options)
  again.update(decipherAll(key, nonce, sealed))
  again.final()
  return again.getAuthTag()
}

/** True when the chunk ends with a tag of which some bytes are missing; three must be left to tell. */
const endsInsideTag = (key: Uint8Array, nonce: Uint8Array, chunk: Uint8Array): boolean => {
  for (let left = tagBytes - 1; left >= 3 && left <= chunk.length; left--) {
    const at = chunk.length - left
    if (tagOf(key, nonce, chunk.subarray(0, at)).subarray(0, left).equals(chunk.subarray(at))) return true
  }
  return false
}

/** A tag deciphers to noise. Where the last bytes decipher to text or zeros, they are content: the tag is missing. */
const endsInsideContent = (key: Uint8Array, nonce: Uint8Array, chunk: Uint8Array): boolean => {
  const ending = decipherAll(key, nonce, chunk).subarray(-tagBytes)
  const isText = ending.every(
    (byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127)
  )
  return ending.length < 8 || isText || ending.every((byte) => byte === 0)
}

/** Why the last chunk does not open. Where binary content was cut in its midst this cannot be told from a change. */
const faultOf = (key: Uint8Array, index: number, chunk: Uint8Array, file: string): Error => {
  const isCut = [nonceOf(index, false), nonceOf(index, true)].some(
    (nonce) =>
      open(key, nonce, chunk) !== undefined ||
      endsInsideTag(key, nonce, chunk) ||
      endsInsideContent(key, nonce, chunk)
  )
  return isCut ? new FileTruncated({ file }) : new FileTampered({ file })
}

/**
 * The plain bytes of a payload, each chunk only after its tag was checked.
 * @throws FileTruncated, FileTampered
 */
export async function* openPayload(
  payload: ByteSource,
  fileKey: Uint8Array,
  file: string
): AsyncGenerator<Uint8Array> {
  const nonce = await payload.read(nonceBytes)
  if (nonce.length < nonceBytes) throw new FileTruncated({ file })
  const key = new Uint8Array(hkdfSync("sha256", fileKey, nonce, "payload", 32))
  let chunk = await payload.read(sealedBytes)
  for (let index = 0; ; index++) {
    const next = await payload.read(sealedBytes)
    const last = next.length === 0
    const plain = open(key, nonceOf(index, last), chunk)
    if (plain === undefined) throw last ? faultOf(key, index, chunk, file) : new FileTampered({ file })
    if (last && plain.length === 0 && index > 0) throw new FileTampered({ file })
    yield plain
    if (last) return
    chunk = next
  }
}
