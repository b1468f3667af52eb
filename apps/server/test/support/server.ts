/** A real server on a free port of this machine, and devices that enrolled with it over HTTP. */
import { createHash, randomBytes } from "node:crypto"
import { pathToFileURL } from "node:url"
import type { WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { afterAll, beforeAll } from "vitest"
import { type LogLine, type RunningServer, type StartOptions, startServer } from "../../src/index.js"
import { programFile } from "./programFile.js"
import { temporaryFolder } from "./temporaryFolder.js"

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; an empty object when it is none. */
  readonly json: Readonly<Record<string, unknown>>
}

interface Asking {
  readonly token?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: unknown
}

export interface TestServer extends RunningServer {
  readonly data: string
  readonly log: ReadonlyArray<LogLine>
  readonly ask: (method: string, path: string, asking?: Asking) => Effect.Effect<Answer>
}

const jsonOf = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {}
  } catch {
    return {}
  }
}

export const askServer =
  (address: string): TestServer["ask"] =>
  (method, path, { token, headers = {}, body } = {}) =>
    Effect.promise(async () => {
      const response = await fetch(`${address}${path}`, {
        method,
        redirect: "manual",
        headers: {
          ...(body === undefined || body instanceof Uint8Array ? {} : { "content-type": "application/json" }),
          // On a busy machine what is done at once elsewhere takes longer.
          ...(method === "POST" || path.includes("/export") ? { prefer: "wait=30" } : {}),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...headers
        },
        ...(body === undefined ? {} : { body: body instanceof Uint8Array ? body : JSON.stringify(body) })
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, text, json: jsonOf(text) }
    })

/** A server that ends with the scope; with `WHITEROOM_CLUSTER=1` a cluster in its place. */
export const testServer = (
  options: Partial<StartOptions> = {}
): Effect.Effect<TestServer, WhiteRoomError, Scope.Scope> =>
  Effect.gen(function* () {
    if (process.env.WHITEROOM_CLUSTER === "1") {
      const { clusterServer } = yield* Effect.promise(() => import("./clusterServer.js"))
      return yield* clusterServer(options)
    }
    const data = options.data ?? (yield* temporaryFolder)
    const log: Array<LogLine> = []
    const running = yield* startServer({
      host: "127.0.0.1",
      port: 0,
      graceMs: 1000,
      // As built: a thread runs no TypeScript.
      worker: pathToFileURL(programFile("worker")),
      onLog: (line) => log.push(line),
      ...options,
      // The disk of whoever runs the tests is not looked at, unless a test says so.
      limits: { freeBytes: 0, freeShare: 0, reserveBytes: 0, ...options.limits },
      data
    })
    const server: TestServer = { ...running, data, log, ask: askServer(running.address) }
    return server
  })

export const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex")

export const newToken = (): string => randomBytes(32).toString("base64url")

export const codeIn = (link: unknown): string => /#([A-Z0-9-]+)/.exec(String(link))?.[1] ?? ""

/** Exchanges a code for an access. */
export const enrol = (server: TestServer, code: string, token = newToken()) =>
  Effect.map(
    server.ask("POST", "/v1/enrolments", { body: { code, secretHash: hashOf(token), device: "test" } }),
    (answer) => ({ token, answer })
  )

/** The first admin of a server, by its link. */
export const signIn = (server: TestServer) =>
  Effect.map(enrol(server, codeIn(server.signIn)), ({ token }) => token)

export interface Wish {
  readonly name?: string
  readonly role?: string
  readonly libraries?: ReadonlyArray<string>
  readonly sealed?: boolean
  readonly group?: string
  readonly accessDays?: number
}

/** An invitation that an admin makes. */
export const invite = (server: TestServer, admin: string, wish: Wish = {}) =>
  Effect.map(
    server.ask("POST", "/v1/invitations", { token: admin, body: { name: "Anna", role: "device", ...wish } }),
    ({ status, json }) => {
      if (status !== 200) throw new Error(`not invited: ${JSON.stringify(json)}`)
      const libraries = Array.isArray(json.libraries) ? json.libraries.map(String) : []
      return { code: String(json.code), link: String(json.link), library: libraries[0] ?? "", libraries }
    }
  )

/** A device with an access of its own. */
export const device = (server: TestServer, admin: string, wish: Wish = {}) =>
  Effect.gen(function* () {
    const invited = yield* invite(server, admin, wish)
    const { token, answer } = yield* enrol(server, invited.code)
    return { ...invited, token, access: String(answer.json.access) }
  })

/** One server for the tests of a file. */
export const sharedServer = (
  options: Partial<StartOptions> = {},
  made: Effect.Effect<Partial<StartOptions>, never, Scope.Scope> = Effect.succeed({})
) => {
  const scope = Effect.runSync(Scope.make())
  let shared: { readonly server: TestServer; readonly admin: string } | undefined
  beforeAll(async () => {
    const begun = Effect.gen(function* () {
      const server = yield* testServer({ ...options, ...(yield* made) })
      return { server, admin: yield* signIn(server) }
    })
    shared = await Effect.runPromise(Scope.extend(begun, scope))
  })
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))
  return () => {
    if (shared === undefined) throw new Error("asked for before it was started")
    return shared
  }
}

/** The headers of an upload. */
export const putHeaders = (bytes: Uint8Array) => ({
  "if-none-match": "*",
  "content-digest": `sha-256=:${createHash("sha256").update(bytes).digest("base64")}:`
})

/** Puts bytes into a library. */
export const putBlob = (server: TestServer, token: string, library: string, name: string, text: string) => {
  const bytes = Buffer.from(text)
  return server.ask("PUT", `/v1/libraries/${library}/blobs/${name}`, {
    token,
    body: bytes,
    headers: putHeaders(bytes)
  })
}
