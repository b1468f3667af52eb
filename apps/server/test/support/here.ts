/** A library of this computer, served to the person at it. */
import { pathToFileURL } from "node:url"
import { createLibrary, type Library, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import { type LibraryToServe, serveLibrary } from "../../src/index.js"
import { programFile } from "./programFile.js"
import { askServer, codeIn, newToken, type TestServer } from "./server.js"
import { temporaryFolder } from "./temporaryFolder.js"

export interface Here {
  readonly address: string
  readonly link: string
  readonly file: string
  readonly id: string
  /** The library, as another program has it open. */
  readonly library: Library
  readonly ask: TestServer["ask"]
  readonly untilLeft: Effect.Effect<void>
}

const noStatus = { _tag: "NotAsked", message: "Nobody asked.", recovery: "Ask." }

/** A server over a new library; it ends with the scope. */
export const here = (options: Partial<LibraryToServe> = {}) =>
  Effect.gen(function* () {
    const file = `${yield* temporaryFolder}/library.db`
    yield* createLibrary(file)
    const library = yield* openLibrary(file, { actor: "anna@macbook" })
    const { libraryId: id } = yield* library.upkeep.status
    const { address, link, untilLeft } = yield* serveLibrary({
      ...{ file, id, name: "library", person: "anna", status: Effect.fail(noStatus) },
      // As built: a thread runs no TypeScript.
      worker: pathToFileURL(programFile("worker")),
      ...options
    })
    const opened: Here = { address, link, file, id, library, untilLeft, ask: askServer(address) }
    return opened
  })

/** What a browser is let in with, by the key of the link. */
export const cookieFor = ({ ask, link }: Here, secret = newToken()) =>
  Effect.map(
    ask("POST", "/v1/session", { body: { code: codeIn(link), secret } }),
    ({ status, headers, json }) => ({
      ...{ status, json },
      cookie: (headers.get("set-cookie") ?? "").split(";")[0] ?? ""
    })
  )

/** A browser that was let in: it asks for what is below the library, as the page does. */
export const browser = (open: Here) =>
  Effect.map(
    cookieFor(open),
    ({ cookie }) =>
      (
        path: string,
        method = "GET",
        body?: unknown,
        headers: Readonly<Record<string, string>> = {}
      ): ReturnType<TestServer["ask"]> =>
        open.ask(method, `/v1/libraries/${open.id}/${path}`, {
          headers: { cookie, ...(method !== "GET" && { origin: open.address }), ...headers },
          body
        })
  )
