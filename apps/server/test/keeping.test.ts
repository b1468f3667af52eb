/** What a server lets nobody do to what it keeps. */
import { randomUUID } from "node:crypto"
import { readdirSync, readFileSync, statSync } from "node:fs"
import * as http from "node:http"
import * as net from "node:net"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { openApi } from "../src/api.js"
import { leastBytes } from "../src/library/Shelf.js"
import { device, putBlob, putHeaders, sharedServer, type TestServer } from "./support/server.js"

const lineFile = (name = "line") => `${randomUUID()}/${randomUUID()}/${name}`

const read = (server: TestServer, token: string, library: string, name: string) =>
  server.ask("GET", `/v1/libraries/${library}/blobs/${name}`, { token })

const usedBy = (server: TestServer, token: string) =>
  Effect.map(server.ask("GET", "/v1/libraries", { token }), ({ json }) =>
    Array.isArray(json.items) ? json.items[0].used : undefined
  )

/** Sends bytes as they are, and gives the status of the answer, which says what is wrong like every other. */
const raw = (server: TestServer, text: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const { port, hostname } = new URL(server.address)
    const socket = net.connect(Number(port), hostname, () => socket.write(text))
    let answer = ""
    socket.setEncoding("utf8").on("data", (part) => {
      answer += part
    })
    socket.on("error", reject)
    socket.on("close", () => {
      const [head = "", body = ""] = answer.split("\r\n\r\n")
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1])
      const isProblem = /^content-type: application\/problem\+json\r?$/im.test(head)
      if (status < 400 || (isProblem && JSON.parse(body).status === status)) resolve(status)
      else reject(new Error(`not a problem: ${answer}`))
    })
  })

/** Addresses of lists. Made before a server waits for anybody: it takes as long as that keeps a connection. */
const lists = Object.entries(openApi().paths).flatMap(([path, { get }]) =>
  get?.parameters.some(({ name }) => name === "limit") ? [path] : []
)

describe("what is kept", () => {
  const shared = sharedServer({ limits: { blobBytes: 100_000, quota: 250_000, uploads: 60 } })

  it.effect("security 10: of fifty that put one name one wins, and nobody replaces it", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { token, library } = yield* device(server, admin)
      const name = lineFile()
      // Those that come at once have room reserved, each for itself.
      const passing = new Set([429, 503, 507])
      const put = (text: string): Effect.Effect<number> =>
        Effect.flatMap(putBlob(server, token, library, name, text), ({ status }) =>
          passing.has(status) ? put(text) : Effect.succeed(status)
        )
      const texts = Array.from({ length: 50 }, (_, each) => `text ${each}`)
      const statuses = yield* Effect.forEach(texts, put, { concurrency: "unbounded" })
      expect(statuses.filter((status) => status === 201)).toHaveLength(1)
      expect(statuses.filter((status) => status === 412)).toHaveLength(49)
      const winner = texts[statuses.indexOf(201)] ?? ""
      expect((yield* read(server, token, library, name)).text).toBe(winner)
      expect(yield* put(winner)).toBe(204)
      expect(yield* put("another")).toBe(412)
      expect(yield* usedBy(server, token)).toBe(leastBytes)
    })
  )

  it.effect("security 11: bytes that are not those of the digest are not kept, nor without one", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { token, library } = yield* device(server, admin)
      const name = lineFile()
      const put = (body: string, headers: Readonly<Record<string, string>>) =>
        Effect.map(
          server.ask("PUT", `/v1/libraries/${library}/blobs/${name}`, {
            token,
            body: Buffer.from(body),
            headers
          }),
          ({ status, json }) => [status, json.type]
        )
      const headers = putHeaders(Buffer.from("good"))
      expect(yield* put("evil", headers)).toEqual([422, "FileNotVerified"])
      expect(yield* put("good", { ...headers, "content-digest": "md5=:x:" })).toEqual([
        428,
        "ConditionRequired"
      ])
      expect(yield* put("good", { "content-digest": headers["content-digest"] })).toEqual([
        428,
        "ConditionRequired"
      ])
      expect(yield* put("good", { ...headers, "if-none-match": '"x"' })).toEqual([428, "ConditionRequired"])
      expect(yield* put("good", { ...headers, "content-encoding": "gzip" })).toEqual([415, "EncodingRefused"])
      expect((yield* read(server, token, library, name)).status).toBe(404)
      expect(yield* usedBy(server, token)).toBe(0)
      expect(yield* put("good", headers)).toEqual([201, undefined])
    })
  )

  it.effect(
    "security 7, 14: a device that only pushes reads nothing and begins nothing; devices delete nothing",
    () =>
      Effect.gen(function* () {
        const { server, admin } = shared()
        const anna = yield* device(server, admin)
        const { library } = anna
        const pusher = yield* device(server, admin, { role: "push-only", libraries: [library] })
        const folder = randomUUID()
        const own = `${folder}/${randomUUID()}`
        const put = (token: string, name: string, text: string) =>
          Effect.map(putBlob(server, token, library, name, text), ({ status }) => status)
        for (const name of ["vault.json", "keys/slot.age", "policy/1-abc.json", "settings.json", "x/y"])
          expect([name, yield* put(pusher.token, name, "{}")]).toEqual([name, 403])
        // Who may begin a vault may put what belongs to one, and nothing beside it.
        for (const name of ["settings.json", "x/y", "policy"])
          expect([name, yield* put(anna.token, name, "{}")]).toEqual([name, 403])
        expect(yield* put(anna.token, "vault.json", '{"kind":"plain"}')).toBe(201)
        expect(yield* put(pusher.token, `${own}/line`, "mine")).toBe(201)
        expect(yield* put(anna.token, `${own}/x.seg`, "not mine")).toBe(403)
        const head = (token: string, name: string) =>
          Effect.map(
            server.ask("HEAD", `/v1/libraries/${library}/blobs/${name}`, { token }),
            ({ status }) => status
          )
        expect((yield* read(server, pusher.token, library, `${own}/line`)).status).toBe(403)
        expect((yield* read(server, pusher.token, library, "vault.json")).status).toBe(200)
        expect(yield* head(pusher.token, `${own}/line`)).toBe(200)
        const others = `${folder}/${randomUUID()}`
        expect(yield* put(anna.token, `${others}/line`, "anna")).toBe(201)
        expect(yield* head(pusher.token, `${others}/line`)).toBe(403)
        const list = (prefix: string) =>
          Effect.map(
            server.ask("GET", `/v1/libraries/${library}/blobs?prefix=${prefix}`, { token: pusher.token }),
            ({ status, json }) => [status, Array.isArray(json.blobs) ? json.blobs.length : 0]
          )
        expect(yield* list(`${own}/`)).toEqual([200, 1])
        expect(yield* list(`${others}/`)).toEqual([403, 0])
        expect(yield* list("")).toEqual([403, 0])
        for (const token of [anna.token, pusher.token])
          for (const name of ["vault.json", `${own}/line`])
            expect(
              (yield* server.ask("DELETE", `/v1/libraries/${library}/blobs/${name}`, { token })).status
            ).toBe(403)
      })
  )

  it.effect("a device gives up what it may read, once and for all, and goes on pushing", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* device(server, admin)
      const { library, token } = anna
      const own = `${randomUUID()}/${randomUUID()}`
      expect((yield* putBlob(server, token, library, `${own}/line`, "mine")).status).toBe(201)
      const narrow = (body: unknown) => server.ask("PATCH", "/v1/me", { token, body })
      expect((yield* narrow({ role: "admin" })).status).toBe(400)
      for (const _ of [1, 2]) {
        const { status, json } = yield* narrow({ role: "push-only" })
        expect([status, json.role]).toEqual([200, "push-only"])
      }
      expect((yield* narrow({ role: "device" })).status).toBe(400)
      expect((yield* read(server, token, library, `${own}/line`)).status).toBe(403)
      expect((yield* putBlob(server, token, library, `${own}/x.seg`, "more")).status).toBe(201)
      const list = (prefix: string) =>
        Effect.map(
          server.ask("GET", `/v1/libraries/${library}/blobs?prefix=${prefix}`, { token }),
          ({ status }) => status
        )
      // What opens a sealed vault is there for those who write to it.
      expect([yield* list("keys/"), yield* list("policy/"), yield* list(""), yield* list("key")]).toEqual([
        200, 200, 403, 403
      ])
      const { json } = yield* server.ask("GET", "/v1/audit?limit=1000", { token: admin })
      expect(JSON.stringify(json)).toContain("access narrowed")
    })
  )

  it.effect("a library takes the lines of one, and a sealed one no vault that is not", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { token, library } = yield* device(server, admin, { sealed: true })
      const put = (name: string, text: string) =>
        Effect.map(putBlob(server, token, library, name, text), ({ json }) => json.type)
      expect(yield* put("vault.json", '{"kind":"plain"}')).toBe("NotSealed")
      expect(yield* put("vault.json", "no json")).toBe("InvalidRequest")
      expect(yield* put("vault.json", '{"kind":"sealed"}')).toBe(undefined)
      expect(yield* put(lineFile(), "x")).toBe(undefined)
      expect(yield* put(lineFile(), "x")).toBe("AnotherLibrary")
    })
  )

  it.effect(
    "security 34: uploads at once never get more room than there is, and what failed gives it back",
    () =>
      Effect.gen(function* () {
        const { server, admin } = shared()
        const { token, library } = yield* device(server, admin)
        const folder = randomUUID()
        const big = "x".repeat(90_000)
        const name = () => `${folder}/${randomUUID()}/line`
        const cutOff = Effect.promise(
          () =>
            new Promise<void>((resolve) => {
              const request = http.request(`${server.address}/v1/libraries/${library}/blobs/${name()}`, {
                method: "PUT",
                headers: {
                  ...putHeaders(Buffer.from(big)),
                  authorization: `Bearer ${token}`,
                  "content-length": big.length
                }
              })
              request.on("error", () => {})
              request.on("close", () => resolve())
              request.write(big.slice(0, 1000), () => setImmediate(() => request.destroy()))
            })
        )
        yield* Effect.all(
          Array.from({ length: 6 }, () => cutOff),
          { concurrency: "unbounded" }
        )
        const put = Effect.suspend(() => putBlob(server, token, library, name(), big))
        // What was cut off is given back as soon as the server hears of it, of each in its own time:
        // until then a round may find no room at all, but never room for two.
        expect((yield* Effect.repeat(put, { until: ({ status }) => status !== 507 })).status).toBe(201)
        const answers = yield* Effect.repeat(
          Effect.all(
            Array.from({ length: 6 }, () => put),
            { concurrency: "unbounded" }
          ),
          { until: (round) => round.some(({ status }) => status !== 507) }
        )
        expect(answers.map(({ status }) => status).sort()).toEqual([201, 507, 507, 507, 507, 507])
        expect(answers.find(({ status }) => status === 507)?.json).toMatchObject({ type: "Full" })
        expect(yield* usedBy(server, token)).toBe(2 * big.length)
        expect(yield* read(server, token, library, "none/x")).toMatchObject({ status: 404 })
      })
  )

  it.effect("security 33, 35: bounds, and headers that say two things", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { token, library } = yield* device(server, admin)
      const large = "x".repeat(100_001)
      expect((yield* putBlob(server, token, library, lineFile(), large)).status).toBe(413)
      const body = { code: "x".repeat(70_000), secretHash: "0".repeat(64), device: "x" }
      expect((yield* server.ask("POST", "/v1/enrolments", { body })).status).toBe(413)
      const host = new URL(server.address).host
      const begin = `PUT /v1/libraries/${library}/blobs/${lineFile()} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n`
      const digest = putHeaders(Buffer.from("good"))["content-digest"]
      const good = `If-None-Match: *\r\nContent-Digest: ${digest}\r\n`
      const send = (headers: string, text = "good") =>
        Effect.promise(() => raw(server, `${begin}${good}${headers}\r\n${text}`))
      expect(yield* send("Content-Length: 4\r\nContent-Length: 5\r\n")).toBe(400)
      expect(yield* send("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n")).toBe(400)
      expect(yield* send("Transfer-Encoding: chunked\r\n", "4\r\ngood\r\n0\r\n\r\n")).toBe(411)
      expect(yield* send(`X-Long: ${"x".repeat(20_000)}\r\nContent-Length: 4\r\n`)).toBe(431)
      // Also where no file is sent: what a proxy before the server takes for its end is its length.
      const enrol = `POST /v1/enrolments HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Type: application/json\r\n`
      for (const coding of ["chunked", "gzip, chunked", "identity", "xchunked"])
        expect([
          coding,
          yield* Effect.promise(() =>
            raw(server, `${enrol}Transfer-Encoding: ${coding}\r\n\r\n2\r\n{}\r\n0\r\n\r\n`)
          )
        ]).toEqual([coding, expect.toBeOneOf([411, 400])])
      for (const twice of [`Host: ${host}\r\n`, "Host: evil.example\r\n", "Authorization: Bearer x\r\n"])
        expect([twice, yield* send(`${twice}Content-Length: 4\r\n`)]).toEqual([twice, 400])
      const name = lineFile()
      expect((yield* putBlob(server, token, library, name, "0123456789")).status).toBe(201)
      const range = (value: string) =>
        Effect.map(
          server.ask("GET", `/v1/libraries/${library}/blobs/${name}`, { token, headers: { range: value } }),
          ({ status, text }) => (status === 206 ? text : status)
        )
      expect(yield* range("bytes=2-4")).toBe("234")
      expect(yield* range("bytes=8-")).toBe("89")
      for (const wrong of [
        "bytes=10-",
        "bytes=4-2",
        "bytes=-3",
        "bytes=0-1,3-4",
        "bytes=0-1, bytes=2-3",
        "x"
      ])
        expect([wrong, yield* range(wrong)]).toEqual([wrong, 416])
    })
  )

  it.effect("security 33: no address is a small request to the routes and a large one to their bounds", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { host } = new URL(server.address)
      const begin = `HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nAuthorization: Bearer ${admin}\r\nIf-None-Match: *\r\n`
      const body = JSON.stringify({ name: "X" }).padEnd(70_000)
      const text = `${begin}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
      const put = (address: string) =>
        Effect.promise(() => raw(server, `PUT /v1/libraries/${address} ${text}`))
      expect(yield* put("odd-1")).toBe(413)
      for (const address of ["odd-1;/blobs/y", "odd-2#/blobs/y", "odd-3;/songs/y", "odd-4#/preferences/y"])
        expect([address, yield* put(address)]).toEqual([address, 400])
    })
  )

  it.effect("security 33: no list is longer than a page of a thousand", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { library } = yield* device(server, admin)
      expect(lists.length).toBeGreaterThan(15)
      for (const path of lists)
        for (const limit of ["1001", "0", "-1", "1.5", "1e9", "all"]) {
          const address = `${path.replace("{library}", library).replace("{id}", "none")}?limit=${limit}&q=x`
          const { status, json } = yield* server.ask("GET", address, { token: admin })
          expect([address, status, json.type]).toEqual([address, 400, "InvalidRequest"])
        }
    })
  )

  it.effect("a body that is no JSON is refused, and is no fault of the server", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const send = (body: Uint8Array) =>
        server.ask("POST", "/v1/invitations", {
          ...{ token: admin, body, headers: { "content-type": "application/json" } }
        })
      for (const text of ["", "{", "[".repeat(60_000), "\u00ff", "{}{}", "nul"]) {
        const { status, json } = yield* send(Buffer.from(text, "latin1"))
        expect([text.slice(0, 9), status, json.type]).toEqual([text.slice(0, 9), 400, "InvalidRequest"])
      }
      expect(server.log.filter(({ event }) => event === "fault")).toEqual([])
    })
  )

  it.effect(
    "security 30: other names of the server are not answered; no page of another origin gets anything",
    () =>
      Effect.gen(function* () {
        const { server } = shared()
        const ask = (host: string) =>
          Effect.promise(() =>
            raw(server, `GET /health/live HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
          )
        const { host, port } = new URL(server.address)
        expect(yield* ask(host)).toBe(200)
        expect(yield* ask(`localhost:${port}`)).toBe(200)
        for (const other of ["evil.example", `evil.example:${port}`, "127.0.0.2", "[::1]", ""])
          expect([other, yield* ask(other)]).toEqual([other, 421])
        const { headers } = yield* server.ask("GET", "/join", { headers: { origin: "https://evil.example" } })
        expect(headers.get("access-control-allow-origin")).toBe(null)
        expect(headers.get("content-security-policy")).toContain("default-src 'none'")
        expect(headers.get("x-content-type-options")).toBe("nosniff")
        expect(headers.get("referrer-policy")).toBe("no-referrer")
        expect((yield* server.ask("OPTIONS", "/v1/me")).status).toBe(404)
      })
  )

  it.effect("security 39: names from devices never reach the file system; what lies there is private", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { token, library } = yield* device(server, admin)
      for (const name of ["..%2f..%2fcontrol.db", "%2e%2e/x", "a//b", "A", ".x", "a%00", "~"])
        for (const method of ["GET", "DELETE", "PUT"]) {
          const { status } = yield* server.ask(method, `/v1/libraries/${library}/blobs/${name}`, {
            token: method === "DELETE" ? admin : token,
            ...(method === "PUT" && { body: Buffer.from("x"), headers: putHeaders(Buffer.from("x")) })
          })
          expect([name, method, status]).toEqual([name, method, expect.toBeOneOf([400, 404])])
        }
      const name = lineFile()
      expect((yield* putBlob(server, token, library, name, "song")).status).toBe(201)
      const file = join(server.data, "libraries", library, name)
      expect(readFileSync(file, "utf8")).toBe("song")
      for (const each of [file, join(server.data, "control.db")]) expect(statSync(each).mode & 0o077).toBe(0)
      expect(readdirSync(server.data).sort()).not.toContain("x")
    })
  )

  it.effect("answers are problems with a way out, whatever was asked", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const odd = [
        server.ask("GET", "/nothing"),
        server.ask("POST", "/v1/me", { token: admin }),
        server.ask("GET", "/v1/access?limit=abc", { token: admin }),
        server.ask("POST", "/v1/invitations", { token: admin, body: { name: 1 } }),
        server.ask("POST", "/v1/invitations", { token: admin, body: Buffer.from("{") }),
        ...["multipart/form-data", "application/x-www-form-urlencoded", "text/plain"].map((type) =>
          server.ask("POST", "/v1/invitations", {
            ...{ token: admin, body: Buffer.from("name=x&role=admin"), headers: { "content-type": type } }
          })
        ),
        server.ask("GET", "/v1/%E0%A4%A"),
        server.ask("GET", "/v1/me")
      ]
      for (const answer of yield* Effect.all(odd)) {
        expect(answer.headers.get("content-type")).toBe("application/problem+json")
        expect(answer.status).toBeLessThan(500)
        expect(answer.json).toMatchObject({ status: answer.status, recovery: expect.any(String) })
        expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/)
      }
    })
  )
})
