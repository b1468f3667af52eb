/** First run, codes, tokens, the end. */
import { execFileSync } from "node:child_process"
import { createHash, randomUUID } from "node:crypto"
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { type ClientRequest, request } from "node:http"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { describe, expect, it } from "@effect/vitest"
import { hour } from "@white-room/core"
import { httpBlobs } from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import { layerSqlite } from "../src/control/Database.js"
import { type StartOptions, startServer } from "../src/index.js"
import { leastBytes } from "../src/library/Shelf.js"
import { firstFault } from "./support/firstFault.js"
import {
  codeIn,
  device,
  enrol,
  hashOf,
  invite,
  newToken,
  putBlob,
  putHeaders,
  signIn,
  type TestServer,
  testServer
} from "./support/server.js"
import { temporaryFolder } from "./support/temporaryFolder.js"

const start = (data: string) => Effect.scoped(startServer({ data, host: "127.0.0.1", port: 0, graceMs: 100 }))

describe("a server that starts", () => {
  it.scoped("security 1: makes an empty folder ready, and prints one link until somebody used it", () =>
    Effect.gen(function* () {
      const data = join(yield* temporaryFolder, "new")
      const first = yield* start(data)
      const link = new RegExp(`^${first.url}/join#[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$`)
      expect(first.signIn).toMatch(link)
      yield* Effect.scoped(
        Effect.gen(function* () {
          const server = yield* testServer({ data })
          // The one before it opens nothing any more.
          expect((yield* enrol(server, codeIn(first.signIn))).answer.status).toBe(404)
          const admin = yield* signIn(server)
          expect((yield* server.ask("GET", "/v1/me", { token: admin })).json).toMatchObject({ role: "admin" })
          expect((yield* enrol(server, codeIn(server.signIn))).answer.json).toMatchObject({
            type: "CodeUsed"
          })
        })
      )
      expect((yield* start(data)).signIn).toBe(undefined)
    })
  )

  it.scoped("security 1: refuses a folder with libraries and no access list that can be read", () =>
    Effect.gen(function* () {
      const data = yield* temporaryFolder
      yield* Effect.scoped(
        Effect.gen(function* () {
          const server = yield* testServer({ data })
          yield* device(server, yield* signIn(server))
        })
      )
      const control = join(data, "control.db")
      copyFileSync(control, `${control}.kept`)
      rmSync(control)
      expect(yield* Effect.flip(start(data))).toMatchObject({ _tag: "ServerNotStarted" })
      writeFileSync(control, "not a database, and long enough to be taken for one".repeat(100))
      expect(yield* Effect.flip(start(data))).toMatchObject({ _tag: "ServerNotStarted" })
      copyFileSync(`${control}.kept`, control)
      expect((yield* start(data)).signIn).toBe(undefined)
    })
  )

  it.scoped("refuses a folder in which a pipe or a link is where a file of its own should be", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      for (const name of ["control.db", "server.json", "server.lock", "certificate.json"])
        for (const kind of ["link", "pipe", "folder"]) {
          const data = join(folder, `${name} ${kind}`)
          mkdirSync(data)
          if (kind === "link") symlinkSync(join(folder, "elsewhere"), join(data, name))
          else if (kind === "pipe") execFileSync("mkfifo", [join(data, name)])
          else mkdirSync(join(data, name))
          const refused = yield* Effect.flip(start(data))
          expect([name, kind, refused._tag, refused.message]).toEqual([
            ...[name, kind, "ServerNotStarted"],
            expect.stringContaining(`${name} in its data folder is not a file`)
          ])
          expect(readdirSync(data)).toEqual([name])
        }
      expect(existsSync(join(folder, "elsewhere"))).toBe(false)
    })
  )

  it.scoped("refuses a folder that another server uses, and an address that is taken", () =>
    Effect.gen(function* () {
      const server = yield* testServer()
      expect(yield* Effect.flip(start(server.data))).toMatchObject({
        _tag: "ServerNotStarted",
        reason: "another server uses this data folder"
      })
      const data = yield* temporaryFolder
      const { port } = new URL(server.address)
      const taken = Effect.scoped(startServer({ data, host: "127.0.0.1", port: Number(port) }))
      expect((yield* Effect.flip(taken)).message).toContain("nothing can listen")
    })
  )

  it.scoped("security 32: makes a certificate where others could listen, which clients hold it to", () =>
    Effect.gen(function* () {
      const server = yield* testServer({ host: "0.0.0.0" })
      expect(server.pin).toMatch(/^[0-9a-f]{64}$/)
      expect(server.signIn).toMatch(new RegExp(`^https://.*/join#[0-9A-Z-]{14}\\.${server.pin}$`))
      const place = `https://127.0.0.1:${new URL(server.address).port}/nobody`
      const error = (certificate: string | undefined) =>
        Effect.flatMap(httpBlobs({ place, token: Redacted.make(newToken()), certificate }), (blobs) =>
          Effect.flip(blobs.list(""))
        )
      expect(yield* error(server.pin)).toMatchObject({ _tag: "PlaceRefused" })
      const other = createHash("sha256").update("another").digest("hex")
      expect(yield* error(other)).toMatchObject({ _tag: "PlaceUnreachable", retryable: false })
      expect((yield* error(undefined)).message).toContain("not trusted")
      expect(
        yield* Effect.flip(
          httpBlobs({ place: "http://backup.example/anna", token: Redacted.make(newToken()) })
        )
      ).toMatchObject({ _tag: "InvalidInput" })
      // It stays the same: devices remember it.
      const { data } = server
      expect(readFileSync(join(data, "certificate.json"), "utf8")).toContain("BEGIN CERTIFICATE")
    })
  )

  it.scoped(
    "security 46: a code is for one device; a lost answer can be asked for again; looking uses nothing up",
    () =>
      Effect.gen(function* () {
        yield* TestClock.adjust("1 day")
        const server = yield* testServer()
        const admin = yield* signIn(server)
        const { code, link } = yield* invite(server, admin)
        expect(link).toBe(`${server.url}/join#${code}`)
        for (const _ of [1, 2, 3]) expect((yield* server.ask("GET", `/join`)).status).toBe(200)
        const token = newToken()
        const first = yield* enrol(server, code, token)
        expect(first.answer.status).toBe(200)
        for (const written of [code, code.toLowerCase(), code.replaceAll("-", " ")])
          expect((yield* enrol(server, written, token)).answer.json).toEqual(first.answer.json)
        expect((yield* enrol(server, code)).answer.json).toMatchObject({ type: "CodeUsed" })
        // The secret is nowhere on the server, only its hash.
        const stored = readFileSync(join(server.data, "control.db")).toString("latin1")
        const log = readFileSync(join(server.data, "control.db-wal")).toString("latin1")
        expect(stored + log).toContain(hashOf(token))
        expect(stored + log).not.toContain(token)
        expect(stored + log).not.toContain(code)
        // The same device with a new code keeps its id; one that was sent away does not come back by its old secret.
        const again = yield* invite(server, admin, {
          libraries: [String(yield* libraryOf(first.answer.json.libraries))]
        })
        expect((yield* enrol(server, again.code, token)).answer.json.access).toBe(first.answer.json.access)
        const gone = yield* server.ask("DELETE", `/v1/access/${first.answer.json.access}`, { token: admin })
        expect([gone.status, gone.text]).toEqual([204, ""])
        expect((yield* enrol(server, again.code, token)).answer.json).toMatchObject({ type: "CodeUsed" })
      })
  )

  it.scoped("security 46: five wrong tries end a code; who guesses has to wait", () =>
    Effect.gen(function* () {
      const server = yield* testServer({ limits: { wrongCodes: 8 } })
      const admin = yield* signIn(server)
      const { code } = yield* invite(server, admin)
      const wrong = `${code.slice(0, 4)}-0000-0000`
      const guesses = yield* Effect.all(
        Array.from({ length: 5 }, () => enrol(server, wrong)),
        { concurrency: "unbounded" }
      )
      expect(guesses.map(({ answer }) => answer.json.type)).toEqual(Array(5).fill("CodeNotFound"))
      expect((yield* enrol(server, code)).answer.json).toMatchObject({ type: "CodeNotFound" })
      const next = yield* invite(server, admin)
      // Also who guesses a crowd at once.
      const crowd = yield* Effect.all(
        Array.from({ length: 30 }, () => enrol(server, "0000-0000-0000")),
        { concurrency: "unbounded" }
      )
      expect(crowd.filter(({ answer }) => answer.json.type === "CodeNotFound")).toHaveLength(2)
      expect((yield* enrol(server, next.code)).answer.json).toMatchObject({ type: "TooMany" })
      yield* TestClock.adjust("1 minute")
      expect((yield* enrol(server, next.code)).answer.status).toBe(200)
    })
  )

  it.scoped("security 46: two weeks end a code", () =>
    Effect.gen(function* () {
      const data = join(yield* temporaryFolder, "data")
      const { code } = yield* Effect.scoped(
        Effect.gen(function* () {
          const server = yield* testServer({ data })
          return yield* invite(server, yield* signIn(server))
        })
      )
      // Nothing runs meanwhile: a server would look each second of them.
      yield* TestClock.adjust("15 days")
      const server = yield* testServer({ data })
      expect((yield* enrol(server, code)).answer.json).toMatchObject({ type: "CodeNotFound" })
    })
  )

  it.scoped("security 5: an access ends when its time has come", () =>
    Effect.gen(function* () {
      const server = yield* testServer({ houseEveryMs: hour })
      const admin = yield* signIn(server)
      const { token } = yield* device(server, admin, { accessDays: 1 })
      const me = Effect.map(server.ask("GET", "/v1/me", { token }), ({ status }) => status)
      expect(yield* me).toBe(200)
      yield* TestClock.adjust("1 day")
      expect(yield* me).toBe(401)
    })
  )

  it.scoped(
    "security 33: one access has so many uploads at once; one that is too slow for too long is cut off",
    () =>
      Effect.gen(function* () {
        const big = Buffer.alloc(50_000)
        const name = () => `${randomUUID()}/${randomUUID()}/line`
        /** An upload that has begun, of which nothing came yet. */
        const begun = (server: TestServer, token: string, library: string) =>
          Effect.promise(
            () =>
              new Promise<ClientRequest>((resolve) => {
                const sent = request(`${server.address}/v1/libraries/${library}/blobs/${name()}`, {
                  method: "PUT",
                  headers: {
                    ...putHeaders(big),
                    authorization: `Bearer ${token}`,
                    "content-length": big.length,
                    expect: "100-continue"
                  }
                })
                sent.on("error", () => {})
                sent.once("continue", () => resolve(sent))
                sent.flushHeaders()
              })
          )
        const one = yield* testServer({ limits: { uploads: 1 } })
        const anna = yield* device(one, yield* signIn(one))
        const held = yield* begun(one, anna.token, anna.library)
        const refused = Effect.suspend(() =>
          putBlob(one, anna.token, anna.library, "vault.json", '{"kind":"plain"}')
        )
        const first = yield* Effect.repeat(refused, {
          until: ({ status }) => status !== 201 && status !== 204
        })
        expect(first.json).toMatchObject({ type: "TooMany" })
        held.destroy()
        const next = yield* Effect.repeat(refused, { until: ({ status }) => status !== 429 })
        expect([201, 204]).toContain(next.status)

        const strict = yield* testServer({ limits: { patienceMs: 0, slowest: 2 ** 40 } })
        const ben = yield* device(strict, yield* signIn(strict))
        const slow = yield* begun(strict, ben.token, ben.library)
        const ended = new Promise<number | undefined>((resolve) => {
          slow.once("response", (answer) => resolve(answer.statusCode))
          slow.once("close", () => resolve(undefined))
        })
        // All of it, so that one that is not cut off is answered.
        slow.end(big)
        expect(yield* Effect.promise(() => ended)).toBe(undefined)
        const { json } = yield* strict.ask("GET", "/v1/libraries", { token: ben.token })
        expect(json).toMatchObject({ items: [{ used: 0 }] })
      })
  )

  it.scoped("security 31: counts are for this machine and for admins, and name nobody", () =>
    Effect.gen(function* () {
      const server = yield* testServer()
      const admin = yield* signIn(server)
      const { library, token } = yield* device(server, admin, { name: "Anna Secret" })
      yield* server.ask("GET", `/v1/libraries/${library}/blobs`, { token })
      const from = { "x-forwarded-for": "203.0.113.7" }
      const ask = (headers: Readonly<Record<string, string>>, as?: string) =>
        server.ask("GET", "/metrics", { headers, token: as })
      expect((yield* ask(from)).status).toBe(401)
      expect((yield* ask(from, token)).status).toBe(403)
      expect((yield* ask(from, admin)).status).toBe(200)
      // Behind a proxy, one that names nobody makes nobody local.
      const proxied = yield* testServer({ trustProxy: true })
      expect((yield* proxied.ask("GET", "/metrics")).status).toBe(401)
      const { text } = yield* ask({})
      expect(text).toContain(
        'whiteroom_requests_total{method="GET",route="/v1/libraries/:library/blobs",status="200"} 1'
      )
      expect(text).toContain("whiteroom_libraries 1")
      expect(text).not.toMatch(new RegExp(`${library}|Secret|${token}`))
    })
  )

  it.scoped(
    "security 32: from where somebody comes is what a proxy says that is named, and nobody else",
    () =>
      Effect.gen(function* () {
        const from = (server: TestServer, said: string) =>
          Effect.map(
            server.ask("GET", "/health/live", { headers: { "x-forwarded-for": said } }),
            () => server.log.findLast(({ event }) => event === "request")?.from
          )
        const alone = yield* testServer()
        expect(yield* from(alone, "203.0.113.7")).toBe("127.0.0.1")
        const proxied = yield* testServer({ trustProxy: true })
        // What came to the proxy stands before what it says itself.
        expect(yield* from(proxied, "198.51.100.1, 203.0.113.7")).toBe("203.0.113.7")
        expect(yield* from(proxied, "198.51.100.1, a b")).toBe("127.0.0.1")
      })
  )

  it.scoped(
    "a proxy's connections stay open longer than proxies keep them, and those of others five seconds",
    () =>
      Effect.gen(function* () {
        const kept = (options: Partial<StartOptions>) =>
          Effect.map(
            Effect.flatMap(testServer(options), (server) => server.ask("GET", "/health/live")),
            ({ headers }) => headers.get("keep-alive")
          )
        expect(yield* kept({ trustProxy: true })).toBe("timeout=150")
        expect(yield* kept({})).toBe("timeout=5")
      })
  )

  it.scoped("security 42: the audit log has every change of access, and finds what was changed in it", () =>
    Effect.gen(function* () {
      const data = yield* temporaryFolder
      yield* Effect.scoped(
        Effect.gen(function* () {
          const server = yield* testServer({ data })
          const admin = yield* signIn(server)
          const { access } = yield* device(server, admin)
          yield* server.ask("DELETE", `/v1/access/${access}`, { token: admin })
          const { json } = yield* server.ask("GET", "/v1/audit", { token: admin })
          const actions = Array.isArray(json.items) ? json.items.map(({ action }) => action) : []
          expect(actions).toEqual(["invited", "enrolled", "invited", "enrolled", "access revoked"])
        })
      )
      const changed = (change: (sql: SqlClient) => Effect.Effect<unknown, unknown>) =>
        Effect.gen(function* () {
          const copy = join(yield* temporaryFolder, "control.db")
          copyFileSync(join(data, "control.db"), copy)
          return yield* Effect.flatMap(SqlClient, (sql) => Effect.zipRight(change(sql), firstFault)).pipe(
            Effect.provide(layerSqlite(copy))
          )
        })
      expect(yield* changed(() => Effect.void)).toBe(undefined)
      expect(yield* changed((sql) => sql`UPDATE audit SET actor = 'x' WHERE number = 2`)).toBe(2)
      expect(yield* changed((sql) => sql`DELETE FROM audit WHERE number = 3`)).toBe(3)
      expect(yield* changed((sql) => sql`DELETE FROM audit WHERE number = 5`)).toBe(5)
    })
  )

  it.scoped("ends while connections are kept open, and counts again what a killed upload had reserved", () =>
    Effect.gen(function* () {
      const data = yield* temporaryFolder
      const scope = yield* Scope.make()
      const server = yield* Scope.extend(testServer({ data }), scope)
      const admin = yield* signIn(server)
      const { library } = yield* device(server, admin)
      yield* Scope.close(scope, Exit.void)
      expect((yield* Effect.exit(server.ask("GET", "/health/live")))._tag).toBe("Failure")
      mkdirSync(join(data, "libraries", library, "x"), { recursive: true })
      writeFileSync(join(data, "libraries", library, "x", "y"), "12345")
      const reserve = Effect.flatMap(
        SqlClient,
        (sql) => sql`UPDATE library SET reserved = 1000, used = 2`
      ).pipe(Effect.provide(layerSqlite(join(data, "control.db"))))
      yield* reserve
      const again = yield* testServer({ data })
      const { json } = yield* again.ask("GET", "/v1/libraries", { token: admin })
      expect(json).toMatchObject({ items: [{ id: library, used: leastBytes }] })
    })
  )
})

const libraryOf = (libraries: unknown): Effect.Effect<unknown> =>
  Effect.sync(() => (Array.isArray(libraries) ? libraries[0].id : undefined))
