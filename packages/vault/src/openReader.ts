import type { WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { type CloneOptions, chooseLine } from "./clone.js"
import { pathsIn } from "./Path.js"
import { VaultReader } from "./read/VaultReader.js"
import { listLines, type Vault } from "./Vault.js"

/**
 * Reads a library of a vault by ranges, without bringing it here: backups, single entities at any position, what there is
 * by name. Made with one listing. Fails with `VaultDamaged` where a segment is missing on the way.
 */
export const openReader = (
  vault: Vault,
  options: Pick<CloneOptions, "library" | "line"> = {}
): Effect.Effect<VaultReader, WhiteRoomError> =>
  Effect.gen(function* () {
    const lines = yield* listLines(vault)
    const chosen = yield* chooseLine(vault, lines, options)
    const { stretches } = yield* pathsIn(vault, lines, { isBrief: true })(chosen)
    const parts = stretches.flatMap(({ segments, until }) => segments.map((listed) => ({ listed, until })))
    return new VaultReader(
      vault,
      parts,
      lines.flatMap(({ segments }) => segments)
    )
  })
