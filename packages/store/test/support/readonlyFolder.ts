import { execFileSync } from "node:child_process"
import { chmodSync, mkdirSync, readdirSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { temporaryFolder } from "./libraries.js"

/** Why a test of a read-only medium was skipped. */
export const cannotMount =
  "root may write everywhere, and the kernel refuses to mount a read-only file system"

/**
 * A folder with copies of these files in which nothing can be written: by rights or, for root, as a file system that
 * is mounted read-only. `undefined` where the kernel does not allow that.
 */
export const readonlyFolder = (files: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const folder = join(yield* temporaryFolder, "read-only")
    mkdirSync(folder)
    const copyFiles = () => files.length > 0 && execFileSync("cp", ["-p", ...files, folder])
    if (process.getuid?.() !== 0) {
      copyFiles()
      yield* Effect.addFinalizer(() => Effect.sync(() => chmodSync(folder, 0o755)))
      for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o444)
      chmodSync(folder, 0o555)
      return folder
    }
    const mounting = Effect.try(() =>
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", folder], { stdio: "pipe" })
    )
    if ((yield* Effect.either(mounting))._tag === "Left") return undefined
    yield* Effect.addFinalizer(() => Effect.sync(() => execFileSync("umount", [folder])))
    copyFiles()
    execFileSync("mount", ["-o", "remount,ro", folder])
    return folder
  })
