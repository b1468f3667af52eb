/** An app in a process of its own is killed while it edits: only what was changed within the debounce time is gone. */
import { spawn } from "node:child_process"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { expect, it } from "@effect/vitest"
import { createLibrary, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import { revisionOf } from "./support/saves.js"
import { rounds } from "./support/soak.js"
import { temporaryFolder } from "./support/worlds.js"

interface Edit {
  readonly id: string
  readonly revision: number
  readonly at: number
  readonly now: number
}

/** Starts the app and kills it when it has printed so many lines; gives all that it had printed by then. */
const killAfter = async (path: string, lines: number): Promise<ReadonlyArray<Edit>> => {
  const program = fileURLToPath(new URL("./support/app.mjs", import.meta.url))
  const app = spawn(process.execPath, [program, path], { stdio: ["ignore", "pipe", "inherit"] })
  const ended = new Promise((resolve) => app.once("close", (_code, signal) => resolve(signal)))
  const edits: Array<Edit> = []
  for await (const line of createInterface({ input: app.stdout })) {
    edits.push(JSON.parse(line))
    if (edits.length === lines) app.kill("SIGKILL")
  }
  expect(await ended).toBe("SIGKILL")
  return edits
}

it.scoped.each(rounds(1, 2) === 1 ? [25] : [8, 25, 60])("after %i changes", (lines) =>
  Effect.gen(function* () {
    const path = join(yield* temporaryFolder, "library.db")
    yield* createLibrary(path)
    const edits = yield* Effect.promise(() => killAfter(path, lines))
    const now = edits.at(-1)?.now ?? 0
    const library = yield* openLibrary(path)
    for (const id of ["s0", "s1", "s2"]) {
      const promised = edits.findLast((edit) => edit.id === id && now - edit.at >= 2000)
      if (promised === undefined) continue
      expect(revisionOf(yield* library.songs.read(id))).toBeGreaterThanOrEqual(promised.revision)
    }
    expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
  })
)
