import { sha256 } from "@white-room/store/transfer"
import type { BlobSource } from "./Blobs.js"

/** Bytes in memory as a source. */
export const sourceOf = (bytes: Uint8Array): BlobSource => ({
  bytes: bytes.length,
  sha256: sha256(bytes),
  read: () => [bytes]
})
