/** What a collector of OpenTelemetry is told of each request, and what it is not. */
import * as http from "node:http"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { signIn, testServer } from "./support/server.js"
import { isNew, songWish, webApp } from "./support/web.js"

interface Taken {
  readonly url: string | undefined
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

/** A collector on a free port of this machine. */
const collector = (status = 200) =>
  Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<{ server: http.Server; endpoint: string; taken: Array<Taken> }>((resolve) => {
          const taken: Array<Taken> = []
          const server = http.createServer(async (request, response) => {
            const parts: Array<Buffer> = []
            for await (const part of request) parts.push(part)
            taken.push({
              ...{ url: request.url, headers: request.headers },
              body: Buffer.concat(parts).toString("utf8")
            })
            response.writeHead(status, { "content-type": "application/json" }).end("{}")
          })
          server.listen(0, "127.0.0.1", () => {
            const address = server.address()
            const port = typeof address === "object" ? address?.port : 0
            resolve({ server, endpoint: `http://127.0.0.1:${port}/`, taken })
          })
        })
    ),
    ({ server }) =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      })
  )

describe("a collector of OpenTelemetry", () => {
  it.scopedLive("is told the route, status and time of each request, and nothing of anybody", () =>
    Effect.gen(function* () {
      const { endpoint, taken } = yield* collector()
      const trace = "0af7651916cd43dd8448eb211c80319c"
      const told = yield* Effect.scoped(
        Effect.gen(function* () {
          const headers = Redacted.make({ "x-key": "key of the collector" })
          const server = yield* testServer({ traces: { endpoint, headers, name: "school" } })
          const admin = yield* signIn(server)
          const { ask, token, library } = yield* webApp(server, admin)
          yield* ask("PUT", "songs/secret-id", songWish("Secret Name"), isNew)
          const traceparent = `00-${trace}-b7ad6b7169203331-01`
          const read = yield* ask("GET", "songs/secret-id?at=now", undefined, { traceparent })
          yield* ask("GET", "find?q=Secret")
          yield* server.ask("GET", "/v1/me", { token: "x".repeat(43) })
          return { secrets: [token, admin, library, "secret-id", "Secret", "x".repeat(43)], read }
        })
      )
      // The server has ended, and has sent what it had.
      for (const { url, headers } of taken) {
        expect(url).toBe("/v1/traces")
        expect(headers).toMatchObject({ "x-key": "key of the collector", "content-type": "application/json" })
      }
      const text = taken.map(({ body }) => body).join("\n")
      for (const secret of told.secrets) expect(text).not.toContain(secret)
      const sent = taken.flatMap(({ body }) => JSON.parse(body).resourceSpans)
      expect(sent[0].resource.attributes).toEqual([{ key: "service.name", value: { stringValue: "school" } }])
      const spans: ReadonlyArray<Record<string, unknown>> = sent.flatMap(
        ({ scopeSpans }) => scopeSpans[0].spans
      )
      const names = spans.map(({ name }) => name)
      expect(names).toContain("PUT /v1/libraries/:library/songs/:id")
      expect(names).toContain("GET /v1/libraries/:library/find")
      const id = told.read.headers.get("x-request-id") ?? ""
      const one = spans.find(({ traceId }) => traceId === trace)
      expect(one).toMatchObject({
        ...{ parentSpanId: "b7ad6b7169203331", kind: 2, name: "GET /v1/libraries/:library/songs/:id" },
        attributes: [
          { key: "http.request.method", value: { stringValue: "GET" } },
          { key: "http.route", value: { stringValue: "/v1/libraries/:library/songs/:id" } },
          { key: "whiteroom.request", value: { stringValue: id } },
          { key: "http.response.status_code", value: { intValue: "200" } }
        ]
      })
      expect(BigInt(String(one?.endTimeUnixNano)) >= BigInt(String(one?.startTimeUnixNano))).toBe(true)
      for (const { traceId, spanId } of spans) {
        expect(traceId).toMatch(/^[0-9a-f]{32}$/)
        expect(spanId).toMatch(/^[0-9a-f]{16}$/)
      }
      expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length)
    })
  )

  it.scopedLive("that takes nothing holds nobody up, and is in the log", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* collector(503)
      const log = yield* Effect.scoped(
        Effect.gen(function* () {
          const server = yield* testServer({ traces: { endpoint } })
          for (let time = 0; time < 3; time++)
            expect((yield* server.ask("GET", "/health/live")).status).toBe(200)
          return server.log
        })
      )
      const faults = log.filter(({ event, fault }) => event === "fault" && /collector/.test(String(fault)))
      expect(faults).toMatchObject([{ level: "error" }])
      expect(String(faults[0]?.fault)).toContain("it answered 503")
    })
  )
})
