import type { CloneReport, Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Cli } from "../command/Cli.js"
import { loadVault } from "../command/Load.js"
import { requireFolder } from "../command/requireFolder.js"
import type { CliFailure } from "../error/CliError.js"
import { offerProfiles } from "../schedule/Proposed.js"
import { keepKeyHere } from "../secret/Unlock.js"

/** A new computer: everything that a vault keeps comes back, and the profiles of the old one are offered. */
export const bringBack = (
  cli: Cli,
  name: string,
  vault: Vault
): Effect.Effect<CloneReport, CliFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const { clone } = yield* loadVault
    yield* requireFolder(cli, cli.path)
    const report = yield* cli.work((onProgress) => clone(vault, cli.path, { name, onProgress }))
    yield* keepKeyHere(cli, vault)
    const library = yield* cli.open
    yield* offerProfiles(cli, library, vault, { name, line: "", isOwnLine: false })
    return report
  })
