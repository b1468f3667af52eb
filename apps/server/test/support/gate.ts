/** A gate before imports, restores and exports of one library, or behind them: see `worker.mjs`. */
import { rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"

/** Shuts it; open when the scope ends, or earlier. */
export const gate = (library: string, when: "before" | "after" = "before") =>
  Effect.gen(function* () {
    const file = join(tmpdir(), `white-room-gate-${library}`)
    const open = Effect.sync(() => rmSync(file, { force: true }))
    yield* Effect.acquireRelease(
      Effect.sync(() => writeFileSync(file, when)),
      () => open
    )
    return open
  })
