/** Nodes of a cluster, each a process of its own on one PostgreSQL and one bucket, which can be killed, stopped and paused. */
import { type ChildProcess, fork } from "node:child_process"
import { createServer } from "node:net"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { LogLine, StartOptions } from "../../src/index.js"
import { programFile } from "./programFile.js"
import { askServer, type TestServer } from "./server.js"
import { temporaryFolder } from "./temporaryFolder.js"

export interface ClusterNode extends Pick<TestServer, "ask" | "signIn" | "address"> {
  readonly child: ChildProcess
  readonly data: string
  /** What it logged of faults. */
  readonly faults: ReadonlyArray<string>
  /** SIGKILL: it is gone from one moment to the next. */
  readonly kill: Effect.Effect<void>
  /** SIGTERM: it hands over what it has and ends; gives its exit code. */
  readonly stop: Effect.Effect<number | null>
}

export interface NodeWish {
  readonly database: Redacted.Redacted
  readonly blobs: string
  readonly data?: string | undefined
  /** Where the others reach it, on this machine; by default a port that is free. */
  readonly cluster?: number | undefined
  /** By how much its clock is off, in milliseconds. */
  readonly clock?: number | undefined
  /** What else it is started with; nothing but what JSON can say. */
  readonly options?: Partial<StartOptions> | undefined
  readonly onLog?: ((line: LogLine) => void) | undefined
  /** The program of another version. */
  readonly program?: string | undefined
}

/** A port below those that the system gives to connections: it is still free when a node begins again. */
export const freePort: Effect.Effect<number> = Effect.promise(
  () =>
    new Promise<number>((resolve) => {
      const server = createServer()
      const port = 20_000 + Math.floor(Math.random() * 10_000)
      server.once("error", () => resolve(0))
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(port)))
    })
).pipe(Effect.repeat({ until: (port) => port > 0 }))

const ended = (child: ChildProcess, signal: NodeJS.Signals): Effect.Effect<number | null> =>
  Effect.async((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.succeed(child.exitCode))
    child.once("exit", (code) => resume(Effect.succeed(code)))
    child.kill(signal)
  })

interface Said extends Partial<Pick<ClusterNode, "address" | "signIn">> {
  readonly line?: LogLine
  readonly failed?: string
}

/** A node that has started; killed with the scope. */
export const clusterNode = ({
  database,
  blobs,
  clock = 0,
  options = { limits: { uploads: 100 } },
  onLog = () => {},
  program = programFile("node"),
  ...wish
}: NodeWish): Effect.Effect<ClusterNode, never, Scope.Scope> =>
  Effect.gen(function* () {
    const data = wish.data ?? (yield* temporaryFolder)
    const about = {
      data,
      database: Redacted.value(database),
      blobs,
      clock,
      cluster: wish.cluster ?? (yield* freePort),
      options
    }
    const faults: Array<string> = []
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        fork(program, [JSON.stringify(about)], { stdio: ["ignore", "ignore", "inherit", "ipc"] })
      ),
      (each) => ended(each, "SIGKILL")
    )
    const { address, signIn } = yield* Effect.promise(
      () =>
        new Promise<Pick<ClusterNode, "address" | "signIn">>((resolve, reject) => {
          child.once("exit", (code) => reject(new Error(`the node ended with ${code} before it listened`)))
          child.on("message", (said: Said) => {
            if (said.line?.level === "error") faults.push(`${said.line.event} ${said.line.fault}`)
            if (said.line !== undefined) onLog(said.line)
            if (said.failed !== undefined) reject(new Error(said.failed))
            if (said.address !== undefined) resolve({ address: said.address, signIn: said.signIn })
          })
        })
    )
    return {
      ...{ child, data, faults, address, signIn, ask: askServer(address) },
      kill: Effect.asVoid(ended(child, "SIGKILL")),
      stop: ended(child, "SIGTERM")
    }
  })
