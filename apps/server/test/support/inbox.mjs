// A device in a process of its own, as built: looks into the inbox of a library again and again, until nothing waits for it.
// Arguments: the library, its folder of settings. Says each request that it makes, and exits with 0 when nothing waits.

import { subscribe } from "node:diagnostics_channel"
import { openLibrary } from "@white-room/store"
import { lookIntoInboxes, serverRestores, vaultRecords } from "@white-room/vault"
import * as Effect from "effect/Effect"

const [library, settings] = process.argv.slice(2)
const options = { settings, env: {}, onEvent: () => Effect.void }

const waits = Effect.gen(function* () {
  const [known] = yield* vaultRecords(yield* openLibrary(library)).all
  return (yield* (yield* serverRestores(known.place, options)).inbox).length
}).pipe(
  Effect.scoped,
  Effect.orElseSucceed(() => 1)
)

const program = Effect.gen(function* () {
  for (;;) {
    yield* lookIntoInboxes(library, options)
    if ((yield* waits) === 0) return
  }
})

subscribe("http.client.request.start", () => process.send("request"))
await Effect.runPromise(program)
process.exit(0)
