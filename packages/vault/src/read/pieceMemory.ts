import * as Effect from "effect/Effect"
import type { PieceCache } from "./PieceCache.js"

/** Pieces in the memory of this process, of so many bytes at most; those that were used longest ago go first. */
export const pieceMemory = (most: number): PieceCache => {
  const all = new Map<string, Uint8Array>()
  let bytes = 0
  const drop = (piece: string): Uint8Array | undefined => {
    const kept = all.get(piece)
    if (all.delete(piece)) bytes -= kept?.length ?? 0
    return kept
  }
  const keep = (piece: string, kept: Uint8Array): void => {
    drop(piece)
    all.set(piece, kept)
    bytes += kept.length
    for (const oldest of all.keys()) {
      if (bytes <= most) break
      drop(oldest)
    }
  }
  return {
    get: (piece) =>
      Effect.sync(() => {
        const kept = drop(piece)
        if (kept !== undefined) keep(piece, kept)
        return kept
      }),
    put: (piece, kept) => Effect.sync(() => keep(piece, kept.slice())),
    forget: (piece) => Effect.sync(() => void drop(piece))
  }
}
