/** The inbox of a device as it comes: a restore is heard of when it is sent, and polling goes on where nothing is told. */
import * as http from "node:http"
import { describe, expect, it } from "@effect/vitest"
import { type InboxEvent, keepInbox } from "@white-room/vault"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { LogLine } from "../src/index.js"
import { listen } from "./support/listen.js"
import { pushing } from "./support/pushed.js"
import { restoresOf, ruined, send } from "./support/sending.js"
import { device, sharedServer } from "./support/server.js"

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** How often an inbox was asked for, and answered. */
const inboxAsked = (log: ReadonlyArray<LogLine>): number =>
  log.filter((line) => line.event === "request" && line.route === "/v1/inbox").length

describe("the inbox of a device as a stream", () => {
  const shared = sharedServer()
  const ruinedHere = Effect.suspend(() => ruined(shared().server, shared().admin))

  it.scopedLive("tells all of it, at once and whenever it changes, until the access ends", () =>
    Effect.gen(function* () {
      const { server, admin, jonas, mara } = yield* ruinedHere
      const own = yield* listen(server.address, "/v1/inbox", bearer(jonas.token))
      expect(own.headers.get("x-accel-buffering")).toBe("no")
      expect(yield* own.next).toMatchObject({ event: "inbox", data: { items: [], isLast: true } })
      const { json: sent } = yield* send(server, mara, { at: "b1" })
      expect(yield* own.next).toMatchObject({
        event: "inbox",
        data: { items: [{ id: sent.id, state: "waiting" }] }
      })
      // Of what is for somebody else nothing is told.
      const ben = yield* device(server, admin, { name: "Ben" })
      const his = yield* listen(server.address, "/v1/inbox", bearer(ben.token))
      expect(yield* his.next).toMatchObject({ event: "inbox", data: { items: [] } })
      const cancel = restoresOf(mara.library, `/${sent.id}/cancel`)
      yield* server.ask("POST", cancel, { token: mara.token, headers: { "if-match": `"${sent.revision}"` } })
      expect(yield* own.next).toMatchObject({ event: "inbox", data: { items: [] } })
      yield* server.ask("DELETE", `/v1/access/${jonas.access}`, { token: admin })
      expect(yield* own.next).toMatchObject({ event: "bye", data: { reason: "revoked" } })
      const page = yield* server.ask("GET", "/v1/inbox", { token: ben.token })
      expect([page.status, page.json]).toEqual([200, { items: [], isLast: true }])
    })
  )

  it.scopedLive("has a device carry out what is sent before its own time to ask comes", () =>
    Effect.gen(function* () {
      const { server, jonas, mara } = yield* ruinedHere
      const brought = yield* Deferred.make<InboxEvent>()
      const { settings, library } = jonas.here
      const onEvent = (event: InboxEvent) => Effect.asVoid(Deferred.succeed(brought, event))
      yield* Effect.forkScoped(keepInbox(library, { settings, env: {}, every: "1 day", onEvent }))
      // It has looked when it listens, and looks again only when it hears something.
      yield* Effect.repeat(Effect.yieldNow(), { until: () => inboxAsked(server.log) >= 1 })
      yield* send(server, mara, { at: "b1" })
      expect(yield* Deferred.await(brought)).toMatchObject({
        _tag: "Brought",
        result: { done: { create: 1 } }
      })
    })
  )

  it.scopedLive("a server that tells nothing is asked again and again, as before", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* pushing(server, admin)
      const asked: Array<string> = []
      const often = yield* Deferred.make<void>()
      const older = http.createServer((request, response) => {
        asked.push(String(request.headers.accept))
        response.writeHead(200, { "content-type": "application/json" })
        response.end('{"items":[],"isLast":true}')
        if (asked.length > 6) Effect.runFork(Deferred.succeed(often, undefined))
      })
      yield* Effect.acquireRelease(
        Effect.promise(() => new Promise<void>((resolve) => older.listen(0, "127.0.0.1", () => resolve()))),
        () => Effect.sync(() => older.close().closeAllConnections())
      )
      const address = older.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      const { vaultRecords, keepServerKey, readServerKey } = yield* Effect.promise(
        () => import("@white-room/vault")
      )
      const [known] = yield* vaultRecords(anna.library).all
      if (known === undefined) throw new Error("it knows no vault")
      const place = `http://127.0.0.1:${port}/anna`
      const key = yield* readServerKey(anna.here.settings, known.place)
      if (key === undefined) throw new Error("it has no key")
      yield* keepServerKey(anna.here.settings, { ...key, place })
      yield* vaultRecords(anna.library).remember({ ...known, place })
      const options = { settings: anna.here.settings, env: {}, onEvent: () => Effect.void }
      yield* Effect.forkScoped(keepInbox(anna.here.library, { ...options, every: "1 millis" }))
      yield* Deferred.await(often)
      // It asked once whether it is told, and otherwise what there is.
      expect(asked.filter((accept) => accept === "text/event-stream")).toHaveLength(1)
    })
  )
})
