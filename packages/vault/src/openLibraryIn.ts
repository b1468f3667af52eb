import * as path from "node:path"
import type { WhiteRoomError } from "@white-room/core"
import { type Library, openLibrary } from "@white-room/store"
import { privateFolder } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type CloneOptions, type CloneReport, clone } from "./clone.js"
import { vaultDamaged } from "./Path.js"
import type { Vault } from "./Vault.js"

/** A library of a vault, to be read. */
export interface LibraryInVault {
  readonly library: Library
  readonly report: CloneReport
}

/**
 * A library of a vault as one that can be asked everything, for as long as the scope lasts: a clone in a folder of this
 * user alone. What is damaged is left out and told in the report; where that leaves nothing, fails with `VaultDamaged`. It is
 * not the library: what is written to it is lost.
 */
export const openLibraryIn = (
  vault: Vault,
  options: Pick<CloneOptions, "library" | "line" | "onProgress"> = {}
): Effect.Effect<LibraryInVault, WhiteRoomError, Scope.Scope> =>
  Effect.gen(function* () {
    const file = path.join(yield* privateFolder, "library.db")
    const report = yield* clone(vault, file, { ...options, partial: true, allowSyncedFolder: true })
    const [problem] = report.problems
    if (problem !== undefined && report.position === 0 && report.backups === 0)
      return yield* vaultDamaged(vault, `${problem.segment}: ${problem.reason}`)
    return { library: yield* openLibrary(file), report }
  })
