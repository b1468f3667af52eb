/** Two programs open a control database that neither has seen: one makes it, the others wait for that one. */
import { type ChildProcess, fork } from "node:child_process"
import { join } from "node:path"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { programFile } from "./support/programFile.js"
import { kill } from "./support/served.js"
import { temporaryFolder } from "./support/temporaryFolder.js"

const said = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const ended = () => reject(new Error("it ended and said nothing"))
    child.once("exit", ended)
    child.once("message", (value) => {
      child.off("exit", ended)
      resolve(value)
    })
  })

const opener = Effect.acquireRelease(
  Effect.promise(async () => {
    const child = fork(programFile("opener"), { stdio: ["ignore", "ignore", "inherit", "ipc"] })
    await said(child)
    return child
  }),
  kill
)

it.scopedLive("a new database that several open at once is made once, and all have it", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const openers = yield* Effect.all([opener, opener, opener], { concurrency: "unbounded" })
    for (let round = 0; round < 12; round++) {
      const file = join(folder, `${round}.db`)
      const answers = openers.map(said)
      for (const each of openers) each.send(file)
      expect(yield* Effect.promise(() => Promise.all(answers))).toEqual(["opened", "opened", "opened"])
    }
  })
)
