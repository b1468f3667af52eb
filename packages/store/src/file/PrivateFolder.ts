/**
 * Folders for what must not be seen and must not stay: what was decrypted, and copies of databases. Only their owner may
 * look into them. One that a killed process left behind is removed by the next.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { hostId } from "./hostId.js"
import { removeAbandoned } from "./NewFile.js"

/** Makes one, to be removed by the caller. */
export const makePrivateFolder = (): string => {
  removeAbandoned(tmpdir(), /^white-room-([0-9a-f]{8})-(\d+)-/)
  return mkdtempSync(join(tmpdir(), `white-room-${hostId()}-${process.pid}-`))
}

/** One for as long as the scope lasts. */
export const privateFolder: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(makePrivateFolder),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)
