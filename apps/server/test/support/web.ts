/** A web app that writes libraries whose home is the server. */
import { randomUUID } from "node:crypto"
import * as Effect from "effect/Effect"
import { device, type TestServer } from "./server.js"

interface WebApp {
  readonly token: string
  readonly access: string
  /** The id of its library. */
  readonly library: string
  /** Asks for what is below the library. */
  readonly ask: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>
  ) => ReturnType<TestServer["ask"]>
}

/** A song as the API takes it. */
export const songWish = (name: string, document = `{"notes":["${name}"]}`) => ({
  ...{ name, songDataJSON: document, determinismSeed: "1" }
})

export const key = () => ({ "idempotency-key": randomUUID() })

export const isNew = { "if-none-match": "*" }

export const at = (version: unknown) => ({ "if-match": `"${version}"` })

/** An access that makes libraries, and one that it made. */
export const webApp = (server: TestServer, admin: string, name = "Web app") =>
  Effect.gen(function* () {
    const { token, access } = yield* device(server, admin, { name, role: "service" })
    const library = `lib-${randomUUID()}`
    const made = yield* server.ask("PUT", `/v1/libraries/${library}`, {
      ...{ token, headers: isNew, body: { name: "Jonas" } }
    })
    if (made.status !== 201) throw new Error(`not made: ${made.text}`)
    const app: WebApp = {
      ...{ token, access, library },
      ask: (method, path, body, headers = {}) =>
        server.ask(method, `/v1/libraries/${library}/${path}`, { token, body, headers })
    }
    return app
  })
