import { join } from "node:path"
import { createLibrary, openLibrary } from "@white-room/store"
import { enrol, parseLink } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { serve } from "./served.js"
import { temporaryFolder } from "./temporaryFolder.js"

/** A server in a process of its own, and a device with an empty library that was let in. */
export const onServer = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const data = join(folder, "srv")
  const here = { settings: join(folder, "settings"), env: {} }
  const file = join(folder, "library.db")
  const server = yield* serve(data, 0)
  yield* enrol(here.settings, yield* parseLink(server.link), "test")
  yield* createLibrary(file)
  const library = yield* openLibrary(file)
  const place = `${server.address}/${server.library}`
  return {
    folder,
    data,
    here,
    file,
    library,
    place,
    first: server,
    port: Number(new URL(server.address).port)
  }
})
