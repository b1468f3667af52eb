// A server in a process of its own, as built. Arguments: data folder, port, its mirror and the one it is made again from, if
// any. Says its first link and address as JSON; asked to `measure`, how late its event loop was since it was asked to `begin`, and its memory.

import { monitorEventLoopDelay } from "node:perf_hooks"
import * as Effect from "effect/Effect"
import { operate, startServer } from "../../dist/index.js"

const [data, port, mirror, from] = process.argv.slice(2)
const program = Effect.gen(function* () {
  const places = { ...(mirror && { mirror }), ...(from && { from }) }
  const { address } = yield* startServer({ data, host: "127.0.0.1", port: Number(port), ...places })
  const guest = { name: "Anna", role: "device", libraries: [], sealed: false }
  const { link, libraries } = from ? { link: "", libraries: [""] } : yield* operate(data).invite(guest)
  process.send({ address, link, library: libraries[0] })
  yield* Effect.never
}).pipe(Effect.scoped)

// What it measures is the time between its own looks, of which one comes every 10 ms at best.
const resolution = 10
const delay = monitorEventLoopDelay({ resolution })
delay.enable()
process.on("message", (asked) => {
  process.send({ delayP99: delay.percentile(99) / 1e6 - resolution, rss: process.memoryUsage().rss })
  if (asked === "begin") delay.reset()
})

Effect.runFork(program)
