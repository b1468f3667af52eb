/** Pages of others: none may use the API but those whose origin is named, with a token of their own. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { device, sharedServer, testServer } from "./support/server.js"

const app = "https://app.example"

describe("pages of others", () => {
  const shared = sharedServer({ allowOrigins: [app] })

  it.effect("ask with a token where their origin is named, to the letter", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { token, library } = yield* device(server, admin)
      const asked = (origin: string) =>
        server.ask("OPTIONS", `/v1/libraries/${library}`, {
          headers: { origin, "access-control-request-method": "PATCH" }
        })
      const may = yield* asked(app)
      expect([may.status, may.headers.get("access-control-allow-origin")]).toEqual([204, app])
      expect(may.headers.get("access-control-allow-headers")).toContain("Authorization")
      expect(may.headers.get("access-control-allow-credentials")).toBeNull()
      const read = yield* server.ask("GET", "/v1/me", { token, headers: { origin: app } })
      expect([read.status, read.headers.get("access-control-allow-origin")]).toEqual([200, app])
      expect(read.headers.get("vary")).toContain("Origin")
      const change = (origin: string, how: { readonly token?: string; readonly cookie?: string }) =>
        server.ask("PATCH", `/v1/libraries/${library}`, {
          token: how.token,
          headers: { origin, ...(how.cookie !== undefined && { cookie: how.cookie }) },
          body: {}
        })
      expect((yield* change(app, { token: admin })).status).toBe(200)
      for (const origin of [
        ...[
          "https://app.example.org",
          "http://app.example",
          "https://APP.example",
          "https://app.example:444"
        ],
        ...["https://x.app.example", "null", `${app}/`]
      ]) {
        const no = yield* asked(origin)
        expect([origin, no.status, no.headers.get("access-control-allow-origin")]).toEqual([
          origin,
          404,
          null
        ])
        expect([origin, (yield* change(origin, { token: admin })).json.type]).toEqual([
          origin,
          "OriginRefused"
        ])
      }
      // A cookie is no token: it does not come from there.
      const port = new URL(server.address).port
      const cookie = `whiteroom-${port}=${"a".repeat(43)}`
      expect((yield* change(app, { cookie })).json.type).toBe("OriginRefused")
    })
  )

  it.scopedLive("are none where nobody is named, and an origin is no more than that", () =>
    Effect.gen(function* () {
      const server = yield* testServer()
      const no = yield* server.ask("OPTIONS", "/v1/me", {
        headers: { origin: app, "access-control-request-method": "GET" }
      })
      expect([no.status, no.headers.get("access-control-allow-origin")]).toEqual([404, null])
      for (const wrong of ["*", "null", "https://app.example/", "app.example", "https://*.example"])
        expect([wrong, yield* Effect.either(testServer({ allowOrigins: [wrong] }))]).toMatchObject([
          wrong,
          { left: { _tag: "InvalidInput" } }
        ])
    })
  )
})
