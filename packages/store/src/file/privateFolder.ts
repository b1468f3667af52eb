/**
 * A folder for what must not be seen and must not stay: what was decrypted, and copies of databases. Only its owner may
 * look into it. It is removed when its scope ends; one that a killed process left behind is removed by the next.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { isRunning } from "./isRunning.js"

const prefix = "white-room-import-"

/** Removes those of processes that are no more; those of other users are theirs. */
const sweep = (): void => {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN
    if (Number.isNaN(pid) || isRunning(pid)) continue
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true })
    } catch {}
  }
}

export const privateFolder: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => {
    sweep()
    return mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`))
  }),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)
