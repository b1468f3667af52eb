/** Folders with vaults among what is imported. */
import { statSync } from "node:fs"
import type { FileProblem } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { loadVault } from "../command/Load.js"
import type { UnlockOptions } from "../secret/Unlock.js"
import { findVault } from "../select/PlaceFrom.js"

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

/**
 * The paths, with that of a library for each folder that has a vault: a clone, which is gone when the scope ends. What of it
 * is not whole comes as problems; the rest is in it.
 */
export const vaultsAmong = (cli: Cli, paths: ReadonlyArray<string>, options: UnlockOptions) =>
  Effect.gen(function* () {
    const problems: Array<FileProblem> = []
    const files = yield* Effect.forEach(paths, (path) =>
      Effect.gen(function* () {
        const vault = isFolder(path) ? yield* findVault(cli, path, options) : undefined
        if (vault === undefined) return path
        const { openLibraryIn } = yield* loadVault
        const { library, report } = yield* cli.out.progress((onProgress) =>
          openLibraryIn(vault, { onProgress })
        )
        for (const { segment, reason } of report.problems)
          problems.push({ file: path, reason: segment === "" ? reason : `${segment}: ${reason}` })
        for (const { what, reason } of report.damaged)
          problems.push({ file: path, reason: `${what}: ${reason}` })
        return library.path
      })
    )
    return { files, problems }
  })
