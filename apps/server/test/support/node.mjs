// A node of a cluster in a process of its own, as built. Its argument is JSON: `data`, `database`, `blobs`, `cluster` (its port for other nodes), and `clock`, by how many
// milliseconds its clock is off. Says its address and its first link, then what it logs of faults; SIGTERM ends it in order.
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import { startServer } from "../../dist/index.js"

const { data, port = 0, database, blobs, cluster, clock = 0, lateness = 1000 } = JSON.parse(process.argv[2])

if (clock !== 0) {
  const now = Date.now.bind(Date)
  Date.now = () => now() + clock
}

const program = Effect.gen(function* () {
  const { address, signIn } = yield* startServer({
    ...{ data, host: "127.0.0.1", port, blobs, graceMs: 1000, profilesEveryMs: lateness },
    database: { url: Redacted.make(database) },
    cluster: { host: "127.0.0.1", port: cluster },
    limits: { freeBytes: 0, freeShare: 0, reserveBytes: 0, uploads: 100 },
    onLog: (line) => {
      if (line.level === "error" && process.connected) process.send({ fault: `${line.event} ${line.fault}` })
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
