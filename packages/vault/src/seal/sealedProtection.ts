import { randomBytes } from "node:crypto"
import type { Protection } from "../segment/Protection.js"
import type { Keyring } from "./Keyring.js"
import { openFile, sealFile } from "./SealedFile.js"
import { keyLength, type MasterKey, sealedNaming } from "./SealKeys.js"
import { sealSegment, segmentCiphers } from "./SegmentSeal.js"

const firstOf = ({ keys, current }: Keyring): MasterKey =>
  keys.find(({ generation }) => generation === 1) ?? current

/** Everything sealed: what is new with the current key, each time with a fresh salt; what is there with any. */
export const sealedProtection = (keyring: Keyring): Protection => {
  const { keys, current, vault } = keyring
  const salt = () => new Uint8Array(randomBytes(keyLength))
  return {
    naming: sealedNaming(firstOf(keyring), vault),
    newSegment: () => sealSegment(current, vault, salt()),
    cipherOf: segmentCiphers(keys, vault),
    sealFile: (name, clear) => sealFile(current, vault, salt(), name, clear),
    openFile: (name, bytes) => openFile(keys, vault, name, bytes)
  }
}
