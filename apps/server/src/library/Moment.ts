/** Files of a moment in the data folder. */
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { sqliteFiles } from "./SqliteFiles.js"

/** A path for a file of a moment, private, gone with the scope. */
export const privateFile = (data: string): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const file = path.join(data, `moment-${randomBytes(8).toString("hex")}.tmp`)
      fs.closeSync(fs.openSync(file, "wx", 0o600))
      return file
    }),
    (file) =>
      Effect.sync(() => {
        for (const each of sqliteFiles(file)) fs.rmSync(each, { force: true })
      })
  )

/** Removes what servers that were killed left of such files. */
export const removeMoments = (data: string): void => {
  for (const name of fs.readdirSync(data))
    if (/^moment-[0-9a-f]{16}\.tmp(?:-journal|-wal|-shm)?$/.test(name))
      fs.rmSync(path.join(data, name), { force: true })
}
