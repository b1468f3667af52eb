// A device in a process of its own, as built. Arguments: its library, its folder of settings, its place on the server. Is sent `push`, or
// the file that a clone goes into; says each request that it makes, and then what came of it.

import { subscribe } from "node:diagnostics_channel"
import { openLibrary } from "@white-room/store"
import { clone, openKnown, push, vaultAt, vaultRecords } from "@white-room/vault"
import * as Effect from "effect/Effect"

const [library, settings, place] = process.argv.slice(2)
const here = { settings, env: {} }

const pushed = Effect.gen(function* () {
  const opened = yield* openLibrary(library)
  const [known] = yield* vaultRecords(opened).all
  return (yield* push(opened, yield* openKnown(known, here), known)).position
}).pipe(Effect.scoped)

const cloned = (file) =>
  Effect.map(
    Effect.flatMap(vaultAt(place, here), (vault) => clone(vault, file)),
    ({ position }) => position
  )

process.on("message", (wish) => {
  Effect.runPromise(Effect.either(wish === "push" ? pushed : cloned(wish))).then(({ _tag, right, left }) =>
    process.send(_tag === "Right" ? { position: right } : { failed: left._tag })
  )
})
subscribe("http.client.request.start", () => process.send("request"))
process.send("ready")
