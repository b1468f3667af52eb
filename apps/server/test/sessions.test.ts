/** People in a browser: a link becomes a cookie, which only pages of the server can use for changes. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  codeIn,
  device,
  invite,
  newToken,
  sharedServer,
  type TestServer,
  testServer
} from "./support/server.js"

const signInWith = (
  server: TestServer,
  code: string,
  secret = newToken(),
  headers: Readonly<Record<string, string>> = {}
) => server.ask("POST", "/v1/session", { body: { code, secret }, headers })

const cookieIn = (headers: Headers): string => (headers.get("set-cookie") ?? "").split(";")[0] ?? ""

describe("a session", () => {
  const shared = sharedServer({ limits: { wrongCodes: 1000 } })

  /** A teacher who signed in. */
  const teacher = Effect.gen(function* () {
    const { server, admin } = shared()
    const { library } = yield* device(server, admin)
    const { code } = yield* invite(server, admin, { role: "teacher", name: "Mara", libraries: [library] })
    const secret = newToken()
    const answer = yield* signInWith(server, code, secret)
    return { server, admin, library, code, secret, answer, cookie: cookieIn(answer.headers) }
  })

  it.scopedLive(
    "security 30: is a cookie that no script reads and that goes to this server alone, for 30 days",
    () =>
      Effect.gen(function* () {
        const { server, answer, cookie, library } = yield* teacher
        expect(answer.status).toBe(200)
        const port = new URL(server.address).port
        // On plain HTTP of this machine: browsers need not keep a Secure one there, nor tell ports apart.
        expect(answer.headers.get("set-cookie")).toMatch(
          new RegExp(
            `^whiteroom-${port}=[A-Za-z0-9_-]{43}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict$`
          )
        )
        expect(answer.json).toMatchObject({
          role: "teacher",
          name: "Mara",
          device: "browser",
          libraries: [library]
        })
        const days = (Date.parse(String(answer.json.expiresAt)) - Date.now()) / (24 * 60 * 60 * 1000)
        expect(Math.round(days)).toBe(30)
        const me = yield* server.ask("GET", "/v1/me", { headers: { cookie: `other=1; ${cookie}; more=2` } })
        expect(me.json).toMatchObject({ id: answer.json.id, role: "teacher" })
        expect(JSON.stringify([server.log, answer.text])).not.toContain(cookie.split("=")[1])
      })
  )

  it.scopedLive("security 6: lasts no longer than its link says, nor than 30 days", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      for (const [accessDays, wanted] of [
        [5, 5],
        [90, 30]
      ] as const) {
        const { code } = yield* invite(server, admin, { role: "admin", accessDays })
        const { json } = yield* signInWith(server, code)
        const days = (Date.parse(String(json.expiresAt)) - Date.now()) / (24 * 60 * 60 * 1000)
        expect([accessDays, Math.round(days)]).toEqual([accessDays, wanted])
      }
    })
  )

  it.scopedLive("security 30: behind TLS it is __Host-, Secure, and taken by no other name", () =>
    Effect.gen(function* () {
      const server = yield* testServer({ url: "https://backup.example" })
      const host = { host: "backup.example", origin: "https://backup.example" }
      const answer = yield* signInWith(server, codeIn(server.signIn), newToken(), { origin: host.origin })
      expect(answer.headers.get("set-cookie")).toMatch(
        /^__Host-whiteroom=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict; Secure$/
      )
      const secret = cookieIn(answer.headers).split("=")[1]
      const status = (cookie: string) =>
        Effect.map(server.ask("GET", "/v1/me", { headers: { cookie } }), (me) => me.status)
      expect(yield* status(`__Host-whiteroom=${secret}`)).toBe(200)
      for (const name of [
        "whiteroom",
        `whiteroom-${new URL(server.address).port}`,
        "__host-whiteroom",
        "token"
      ])
        expect([name, yield* status(`${name}=${secret}`)]).toEqual([name, 401])
    })
  )

  it.scopedLive("security 30: what it changes must be asked for by a page of this server", () =>
    Effect.gen(function* () {
      const { server, cookie } = yield* teacher
      const signOut = (headers: Readonly<Record<string, string>>) =>
        Effect.map(server.ask("DELETE", "/v1/session", { headers }), ({ status, json }) => [
          status,
          json.type
        ])
      const port = new URL(server.address).port
      for (const origin of [
        undefined,
        "null",
        "https://evil.example",
        `https://127.0.0.1:${port}`,
        `http://127.0.0.1:${port}.evil.example`,
        `http://127.0.0.1:${Number(port) + 1}`,
        "http://127.0.0.1"
      ])
        expect([origin, ...(yield* signOut({ cookie, ...(origin !== undefined && { origin }) }))]).toEqual([
          origin,
          403,
          "OriginRefused"
        ])
      expect((yield* server.ask("GET", "/v1/me", { headers: { cookie } })).status).toBe(200)
      // Reading is no change, and nothing of another origin can read the answer.
      const read = yield* server.ask("GET", "/v1/me", { headers: { cookie, origin: "https://evil.example" } })
      expect([read.status, read.headers.get("access-control-allow-origin")]).toEqual([200, null])
      const out = yield* server.ask("DELETE", "/v1/session", { headers: { cookie, origin: server.address } })
      expect([out.status, out.headers.get("set-cookie")]).toEqual([
        204,
        expect.stringMatching(/=; Path=\/; Max-Age=0; /)
      ])
      expect((yield* server.ask("GET", "/v1/me", { headers: { cookie } })).status).toBe(401)
    })
  )

  it.scopedLive(
    "security 30: a page of somebody else signs nobody in, nor does it make a token do anything",
    () =>
      Effect.gen(function* () {
        const { server, admin } = shared()
        const { library } = yield* device(server, admin)
        const { code } = yield* invite(server, admin, { role: "teacher", libraries: [library] })
        const origin = "https://evil.example"
        expect((yield* signInWith(server, code, newToken(), { origin })).json).toMatchObject({
          type: "OriginRefused"
        })
        const asked = yield* server.ask("DELETE", "/v1/access/none", { token: admin, headers: { origin } })
        expect(asked.json).toMatchObject({ type: "OriginRefused" })
        expect((yield* signInWith(server, code, newToken(), { origin: server.address })).status).toBe(200)
      })
  )

  it.scopedLive("security 46: the same secret is answered alike, another one is refused", () =>
    Effect.gen(function* () {
      const { server, code, secret, answer } = yield* teacher
      const again = yield* signInWith(server, code, secret)
      expect([again.json, cookieIn(again.headers)]).toEqual([answer.json, cookieIn(answer.headers)])
      const other = yield* signInWith(server, code)
      expect([other.json.type, other.headers.get("set-cookie")]).toEqual(["CodeUsed", null])
      expect((yield* signInWith(server, "ZZZZ-ZZZZ-ZZZZ")).json).toMatchObject({ type: "CodeNotFound" })
    })
  )

  it.scopedLive("a link for a device is not used up by a browser", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      for (const role of ["device", "push-only"]) {
        const { library } = yield* device(server, admin)
        const { code } = yield* invite(server, admin, { role, libraries: [library] })
        for (const _ of Array.from({ length: 6 }))
          expect((yield* signInWith(server, code)).json).toMatchObject({ type: "ForDevice" })
        const { status } = yield* server.ask("POST", "/v1/enrolments", {
          body: { code, secretHash: "1".repeat(63) + (role === "device" ? "2" : "3"), device: "x" }
        })
        expect(status).toBe(200)
      }
    })
  )

  it.scopedLive("security 5: ends when it is revoked", () =>
    Effect.gen(function* () {
      const { server, admin, answer, cookie } = yield* teacher
      yield* server.ask("DELETE", `/v1/access/${answer.json.id}`, { token: admin })
      expect((yield* server.ask("GET", "/v1/me", { headers: { cookie } })).status).toBe(401)
    })
  )
})
