import type { WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { type CloneOptions, chooseLine } from "./clone.js"
import { type CacheFolders, openPieceCache } from "./openPieceCache.js"
import { pathsIn } from "./Path.js"
import { VaultReader } from "./read/VaultReader.js"
import { listLines, type Vault } from "./Vault.js"

export interface ReaderOptions extends Pick<CloneOptions, "library" | "line"> {
  /** Where to keep what says where things are, so that reading there again asks for less; nowhere by default. */
  readonly cache?: CacheFolders | undefined
}

/**
 * Reads a library of a vault by ranges, without bringing it here: backups, single entities at any position, what there is
 * by name. Made with one listing. Fails with `VaultDamaged` where a segment is missing on the way.
 */
export const openReader = (
  vault: Vault,
  options: ReaderOptions = {}
): Effect.Effect<VaultReader, WhiteRoomError> =>
  Effect.gen(function* () {
    const lines = yield* listLines(vault)
    const chosen = yield* chooseLine(vault, lines, options)
    const { stretches } = yield* pathsIn(vault, lines, { isBrief: true })(chosen)
    const parts = stretches.flatMap(({ segments, until }) => segments.map((listed) => ({ listed, until })))
    const cache = options.cache === undefined ? undefined : yield* openPieceCache(options.cache)
    return new VaultReader(
      { ...vault, cache },
      parts,
      lines.flatMap(({ segments }) => segments)
    )
  })
