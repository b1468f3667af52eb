import type { PieceCache } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { Recent } from "../library/Recent.js"

/** Pieces in the memory of this process, of so many bytes at most; those that were used longest ago go first. */
export const pieceMemory = (mostBytes: number): PieceCache => {
  const all = new Recent<Uint8Array>(mostBytes)
  return {
    get: (piece) => Effect.sync(() => all.get(piece)),
    put: (piece, bytes) => Effect.sync(() => all.set(piece, bytes.slice(), bytes.length)),
    forget: (piece) => Effect.sync(() => all.delete(piece))
  }
}
