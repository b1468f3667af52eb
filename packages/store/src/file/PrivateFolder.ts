/**
 * Folders for what must not be seen and must not stay: what was decrypted, and copies of databases. Only their owner may
 * look into them. One that a killed process left behind is removed by the next.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DiskFull, errorCode, fileErrorReason, StorageFailed } from "@white-room/core"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { hostId } from "./hostId.js"
import { removeAbandoned } from "./NewFile.js"

/** Makes one, to be removed by the caller. @throws DiskFull | StorageFailed where temporary files cannot be */
export const makePrivateFolder = (folder: string = tmpdir()): string => {
  removeAbandoned(folder, /^white-room-([0-9a-f]{8})-(\d+)-/)
  try {
    return mkdtempSync(join(folder, `white-room-${hostId()}-${process.pid}-`))
  } catch (error) {
    if (["ENOSPC", "EDQUOT"].includes(errorCode(error))) throw new DiskFull({ path: folder })
    throw new StorageFailed({
      path: folder,
      operation: "make a temporary folder in",
      detail: fileErrorReason(error)
    })
  }
}

/** One for as long as the scope lasts. */
export const privateFolder: Effect.Effect<string, DiskFull | StorageFailed, Scope.Scope> =
  Effect.acquireRelease(
    Effect.suspend(() => {
      try {
        return Effect.succeed(makePrivateFolder())
      } catch (error) {
        return error instanceof DiskFull || error instanceof StorageFailed
          ? Effect.fail(error)
          : Effect.die(error)
      }
    }),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )
