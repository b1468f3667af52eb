import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"

/** An empty folder for as long as the scope lasts. */
export const temporaryFolder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "white-room-vault-test-"))),
  (folder) => Effect.promise(() => rm(folder, { recursive: true, force: true }))
)
