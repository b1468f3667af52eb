/**
 * How segments are sealed. The key is of the bytes of the head before the commitment, so a head can be neither changed
 * nor moved to another segment; the frame's number is the nonce, and its type, number and length are authenticated with
 * it, so no frame can be moved, and the end, which lists all of them, tells of one that is missing.
 */
import { ByteWriter, malformed } from "@white-room/core"
import { type Cipher, encodeHead, type SealedBy, type SegmentHead } from "../segment/Segment.js"
import type { CipherOf } from "../segment/SegmentReader.js"
import { open, openUnproven, seal, tagLength } from "./Gcm.js"
import { dataKey, findDataKey, keyLength, type MasterKey } from "./SealKeys.js"

const aboutFrame = (type: number, frame: number, length: number): Uint8Array =>
  new ByteWriter(17).byte(type).integer(frame).integer(length).finish()

const cipherWith = (key: Uint8Array): Cipher => ({
  added: tagLength,
  seal: (type, frame, clear) => seal(key, frame, aboutFrame(type, frame, clear.length), clear),
  open: (type, frame, sealed) => {
    const clear = open(key, frame, aboutFrame(type, frame, Math.max(0, sealed.length - tagLength)), sealed)
    if (clear === undefined) throw malformed("segment", `frame ${frame} is not what was sealed there`)
    return clear
  },
  unproven: (frame, sealed) => openUnproven(key, frame, sealed)
})

/** The commitment is the last value of the head. */
const beforeCommitment = (vault: string, sealed: Omit<SealedBy, "commitment">): Uint8Array => {
  const head = encodeHead({ vault, sealed: { ...sealed, commitment: new Uint8Array(keyLength) } })
  return head.subarray(0, head.length - keyLength)
}

/** Head and cipher of a new segment. The salt is random, and used once. */
export const sealSegment = (
  master: MasterKey,
  vault: string,
  salt: Uint8Array
): { readonly head: SegmentHead; readonly cipher: Cipher } => {
  const sealed = { generation: master.generation, salt }
  const { key, commitment } = dataKey(master, "segment", vault, salt, beforeCommitment(vault, sealed))
  return { head: { vault, sealed: { ...sealed, commitment } }, cipher: cipherWith(key) }
}

/** Finds the cipher of a segment among the keys of a vault. */
export const segmentCiphers =
  (masters: ReadonlyArray<MasterKey>, vault: string): CipherOf =>
  ({ vault: found, sealed }) => {
    if (sealed === undefined) throw malformed("segment", "it is not sealed, and this vault is")
    if (found !== vault) throw malformed("segment", "it is of another vault")
    const key = findDataKey(
      masters.filter(({ generation }) => generation === sealed.generation),
      sealed.commitment,
      (master) => dataKey(master, "segment", vault, sealed.salt, beforeCommitment(vault, sealed))
    )
    if (key === undefined) throw malformed("segment", "it was sealed with a key that is not in the key ring")
    return cipherWith(key)
  }
