// A node of a cluster in a process of its own, as built. Its argument is JSON: `data`, `database`, `blobs`, `cluster` (its port for other nodes), `clock`, by how many
// milliseconds its clock is off, and `options` as `startServer` has them. Says its address and its first link, then what it logs; SIGTERM ends it in order.
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import { startServer } from "../../dist/index.js"

const { data, database, blobs, cluster, clock = 0, options = {} } = JSON.parse(process.argv[2])

if (clock !== 0) {
  const now = Date.now.bind(Date)
  Date.now = () => now() + clock
}

const program = Effect.gen(function* () {
  const { address, signIn } = yield* startServer({
    ...{ data, host: "127.0.0.1", port: 0, blobs, graceMs: 1000, profilesEveryMs: 1000 },
    database: { url: Redacted.make(database) },
    cluster: { host: "127.0.0.1", port: cluster },
    ...options,
    limits: { freeBytes: 0, freeShare: 0, reserveBytes: 0, ...options.limits },
    onLog: (line) => {
      if (process.connected) process.send({ line })
    }
  })
  process.send({ address, signIn })
  yield* Effect.never
}).pipe(Effect.scoped)

const fiber = Effect.runFork(program)
fiber.addObserver((exit) => {
  if (exit._tag === "Failure" && process.connected) process.send({ failed: String(exit.cause) })
})
process.once("SIGTERM", () => {
  Effect.runPromise(Fiber.interrupt(fiber)).then(() => process.exit(0))
})
