/** A library of a device, and the server that it pushes to. */
import { createLibrary, type Library, openLibrary } from "@white-room/store"
import { addVault, clone, keepServerKey, openKnown, push, vaultAt } from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { device, type TestServer, type Wish } from "./server.js"
import { temporaryFolder } from "./temporaryFolder.js"

export const song = (id: string, name = `Song ${id}`, document = `{"notes":["${id}"]}`) => ({
  id,
  name,
  songDataJSON: document,
  determinismSeed: "1"
})

/** A machine with a folder of settings of its own, and the address of its library. */
const machine = (place: string, token: string) =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const here = { settings: `${folder}/settings`, library: `${folder}/library.db`, env: {} }
    yield* keepServerKey(here.settings, { place, token: Redacted.make(token) })
    return here
  })

export interface Pushed {
  /** Its folder of settings, and the file of its library. */
  readonly here: { readonly settings: string; readonly library: string }
  readonly id: string
  readonly token: string
  readonly access: string
  readonly library: Library
  /** Sends what is new. */
  readonly push: Effect.Effect<unknown, unknown>
}

const connected = (
  place: string,
  here: Effect.Effect.Success<ReturnType<typeof machine>>,
  library: Library
) =>
  Effect.map(addVault(library, "school", place, here), ({ known }) =>
    Effect.flatMap(openKnown(known, here), (vault) => push(library, vault, known))
  )

/** A device with an empty library that knows the server, as an invitation makes it. */
export const pushing = (server: TestServer, admin: string, wish: Wish = {}) =>
  Effect.gen(function* () {
    const { library: id, token, access } = yield* device(server, admin, wish)
    const place = `${server.address}/${id}`
    const here = yield* machine(place, token)
    yield* createLibrary(here.library)
    const library = yield* openLibrary(here.library, { actor: "anna@macbook" })
    const send = yield* connected(place, here, library)
    const pushed: Pushed = { here, id, token, access, library, push: send }
    return pushed
  })

/** Another device of a library, which has everything that was pushed. */
export const secondDevice = (server: TestServer, admin: string, first: Pushed) =>
  Effect.gen(function* () {
    const { token, access } = yield* device(server, admin, { libraries: [first.id] })
    const place = `${server.address}/${first.id}`
    const here = yield* machine(place, token)
    yield* clone(yield* vaultAt(place, here), here.library, { name: "school" })
    const library = yield* openLibrary(here.library, { actor: "anna@studio" })
    const pushed: Pushed = {
      ...{ here, id: first.id, token, access, library },
      push: Effect.gen(function* () {
        const { vaultRecords } = yield* Effect.promise(() => import("@white-room/vault"))
        const known = (yield* vaultRecords(library).all)[0]
        if (known === undefined) throw new Error("it knows no vault")
        return yield* push(library, yield* openKnown(known, here), known)
      })
    }
    return pushed
  })

/** What a library is asked over the API. */
export const reader =
  (server: TestServer, { id, token }: Pick<Pushed, "id" | "token">) =>
  (path: string, prefer = "wait=30"): ReturnType<TestServer["ask"]> =>
    server.ask("GET", `/v1/libraries/${id}/${path}`, { token, headers: { prefer } })
