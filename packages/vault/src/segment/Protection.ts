/** How a vault keeps what is in it: plainly, or sealed under its keys. Everything else is the same for both. */
import { malformed } from "@white-room/core"
import type { Cipher, SegmentHead } from "./Segment.js"
import { type Naming, plainNaming } from "./SegmentName.js"
import type { CipherOf } from "./SegmentReader.js"

export interface Protection {
  readonly naming: Naming
  /** For one segment that is to be written, never for a second one. */
  readonly newSegment: () => { readonly head: SegmentHead; readonly cipher: Cipher | undefined }
  /** For a segment that is read. @throws MalformedData when no key of this vault opens it */
  readonly cipherOf: CipherOf
  /** The bytes of a small file of this name. */
  readonly sealFile: (name: string, clear: Uint8Array) => Uint8Array
  /** @throws MalformedData when they are not what was sealed under that name */
  readonly openFile: (name: string, bytes: Uint8Array) => Uint8Array
}

/** Everything as it is, for anybody to read and change. */
export const plainProtection = (vault: string): Protection => ({
  naming: plainNaming,
  newSegment: () => ({ head: { vault, sealed: undefined }, cipher: undefined }),
  cipherOf: ({ sealed }) => {
    if (sealed !== undefined) throw malformed("segment", "it is sealed, and this vault is not")
    return undefined
  },
  sealFile: (_, clear) => clear,
  openFile: (_, bytes) => bytes
})
