/** AES-256-GCM as sealed vaults use it: what is sealed, then its tag of 16 bytes. */
import { createCipheriv, createDecipheriv } from "node:crypto"
import { concatBytes } from "@white-room/core"

const algorithm = "aes-256-gcm"

/** Bytes of a tag, which is all that sealing adds. */
export const tagLength = 16

/** A number as a nonce; of one key each is used once. */
const nonceOf = (number: number): Buffer => {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(number, 8)
  return nonce
}

export const seal = (key: Uint8Array, number: number, about: Uint8Array, clear: Uint8Array): Uint8Array => {
  const cipher = createCipheriv(algorithm, key, nonceOf(number)).setAAD(about)
  return concatBytes([cipher.update(clear), cipher.final(), cipher.getAuthTag()])
}

/** What a key makes of bytes, whether or not they are what was sealed with it. */
export const openUnproven = (key: Uint8Array, number: number, sealed: Uint8Array): Uint8Array => {
  const decipher = createDecipheriv(algorithm, key, nonceOf(number), { authTagLength: tagLength })
  const clear = decipher.update(sealed.subarray(0, Math.max(0, sealed.length - tagLength)))
  return new Uint8Array(clear.buffer, clear.byteOffset, clear.length)
}

/** What was sealed, or `undefined` when this is not what was sealed by that key, number and `about`. */
export const open = (
  key: Uint8Array,
  number: number,
  about: Uint8Array,
  sealed: Uint8Array
): Uint8Array | undefined => {
  const tagAt = sealed.length - tagLength
  if (tagAt < 0) return undefined
  const decipher = createDecipheriv(algorithm, key, nonceOf(number), { authTagLength: tagLength })
  decipher.setAAD(about).setAuthTag(sealed.subarray(tagAt))
  const clear = decipher.update(sealed.subarray(0, tagAt))
  try {
    decipher.final()
    return new Uint8Array(clear.buffer, clear.byteOffset, clear.length)
  } catch {
    return undefined
  }
}
