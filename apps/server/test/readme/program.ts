import * as Effect from "effect/Effect"
import { operate, startServer } from "../../src/index.js"

const program = Effect.gen(function* () {
  const { address } = yield* startServer({ data: "kept", host: "127.0.0.1", port: 0 })
  const anna = { name: "Anna", role: "device", libraries: [], sealed: false } as const
  const { link } = yield* operate("kept").invite(anna)
  console.log(link.startsWith(`${address}/join#`) ? "Anna can connect" : link)
}).pipe(Effect.scoped)

await Effect.runPromise(program)
