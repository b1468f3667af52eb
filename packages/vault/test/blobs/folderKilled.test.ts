/** Two programs put the same names into one folder and are killed in the middle: every blob is whole, and its winner's. */
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { folderBlobs, sourceOf } from "../../src/index.js"
import { bundled } from "../support/bundled.js"
import { rounds } from "../support/soak.js"
import { temporaryFolder } from "../support/temporaryFolder.js"

/** Starts a program and kills it when it has printed so many names; gives all that it had printed by then. */
const killAfter = async (
  program: string,
  folder: string,
  who: string,
  lines: number
): Promise<ReadonlyArray<string>> => {
  const child = spawn(process.execPath, [program, folder, who], { stdio: ["ignore", "pipe", "inherit"] })
  const ended = new Promise((resolve) => child.once("close", (_code, signal) => resolve(signal)))
  const names: Array<string> = []
  for await (const line of createInterface({ input: child.stdout })) {
    names.push(line)
    if (names.length === lines) child.kill("SIGKILL")
  }
  expect(await ended).toBe("SIGKILL")
  return names
}

it.scopedLive.each(rounds(1, 2) === 1 ? [12] : [3, 12, 40])("after %i blobs", (lines) =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const program = yield* bundled("putter")
    const [a, b] = yield* Effect.promise(() =>
      Promise.all([killAfter(program, folder, "a", lines), killAfter(program, folder, "b", lines)])
    )
    expect(new Set([...a, ...b]).size).toBe(a.length + b.length)
    const blobs = folderBlobs(folder)
    const { blobs: found } = yield* blobs.list("")
    const winners = new Map<string, string>()
    for (const { name } of found) {
      const bytes = Buffer.from(yield* blobs.get(name))
      const who = bytes.toString("latin1", 0, 1)
      expect(bytes.equals(Buffer.alloc(200_000, `${who} ${name} `))).toBe(true)
      winners.set(name, who)
    }
    for (const name of a) expect(winners.get(name)).toBe("a")
    for (const name of b) expect(winners.get(name)).toBe("b")
    yield* blobs.put("line/after", sourceOf(Buffer.from("goes on")))
  })
)
