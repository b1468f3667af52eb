/** A server in a process of its own, which can be killed. */
import { type ChildProcess, fork } from "node:child_process"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { programFile } from "./programFile.js"

export interface Served {
  readonly child: ChildProcess
  readonly address: string
  readonly link: string
  readonly library: string
}

const isServed = (value: unknown): value is Omit<Served, "child"> =>
  typeof value === "object" && value !== null && "address" in value && "link" in value

/** A server in a process of its own, killed with the scope. */
export const serve = (
  data: string,
  port: number,
  mirror = "",
  from = ""
): Effect.Effect<Served, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<Served>((resolve, reject) => {
          const child = fork(programFile("serve"), [data, String(port), mirror, from], {
            stdio: ["ignore", "ignore", "inherit", "ipc"],
            // As much as `whiteroom` lets V8 have (`boundHeap` of the CLI).
            execArgv: ["--max-semi-space-size=4", "--heap-growing-percent=50"]
          })
          child.once("exit", () => reject(new Error("the server ended before it listened")))
          child.once("message", (said) => {
            if (isServed(said)) resolve({ ...said, child })
          })
        })
    ),
    ({ child }) => kill(child)
  )

export const kill = (child: ChildProcess): Effect.Effect<void> =>
  Effect.async((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
    child.once("exit", () => resume(Effect.void))
    child.kill("SIGKILL")
  })
