// Opens control databases as it is told to, in a process of its own, as built. Is sent a file, says what came of it.

import * as Effect from "effect/Effect"
import { layerSqlite } from "../../dist/control/Database.js"

process.on("message", (file) => {
  const opened = Effect.provide(Effect.void, layerSqlite(file)).pipe(
    Effect.as("opened"),
    Effect.catchAllCause((cause) => Effect.succeed(cause.toString()))
  )
  Effect.runPromise(opened).then((said) => process.send(said))
})
process.send("ready")
