import * as Effect from "effect/Effect"
import { createLibrary, openLibrary } from "../../src/index.js"

const program = Effect.gen(function* () {
  yield* createLibrary("library.db")
  const library = yield* openLibrary("library.db")
  yield* library.songs.create({ id: "s1", name: "Night Drive", songDataJSON: "{}", determinismSeed: "1" })
  yield* library.backups.take({ description: "before the tour" })
  yield* library.songs.delete("s1")
  yield* library.backups.restore("latest", { only: [{ kind: "song", id: "s1" }] })
  console.log(`${(yield* library.songs.read("s1")).name} is back`)
})

await Effect.runPromise(Effect.scoped(program))
