/** Changing an access, who may not enter any more, and when to come again. */
import { describe, expect, it } from "@effect/vitest"
import { release } from "@white-room/core"
import * as Effect from "effect/Effect"
import { device, sharedServer } from "./support/server.js"

describe("PATCH /v1/access", () => {
  const shared = sharedServer()
  const change = (id: string, body: unknown, token = shared().admin) =>
    Effect.map(shared().server.ask("PATCH", `/v1/access/${id}`, { token, body }), ({ status, json }) => ({
      ...{ status, type: json.type },
      json
    }))
  const mayRead = (token: string, library: string) =>
    Effect.map(shared().server.ask("GET", `/v1/libraries/${library}`, { token }), ({ status }) => status)

  it.effect("changes name, libraries, group, role and end; it counts from the next request on", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const [anna, ben] = [
        yield* device(server, admin, { group: "10b" }),
        yield* device(server, admin, { name: "Ben" })
      ]
      const mara = yield* device(server, admin, { role: "teacher", libraries: [anna.library] })
      const { json } = yield* change(mara.access, { name: "Mara", libraries: [ben.library] })
      expect(json).toMatchObject({ name: "Mara", role: "teacher", libraries: [ben.library] })
      expect(yield* mayRead(mara.token, anna.library)).toBe(404)
      expect(yield* mayRead(mara.token, ben.library)).toBe(200)
      yield* change(mara.access, { libraries: [], group: "10b" })
      expect(yield* mayRead(mara.token, anna.library)).toBe(200)
      expect(yield* mayRead(mara.token, ben.library)).toBe(404)
      const admins = yield* change(mara.access, { role: "admin" })
      expect(admins.json).toMatchObject({ role: "admin", group: "10b" })
      expect((yield* server.ask("GET", "/v1/access", { token: mara.token })).status).toBe(403)
      const until = "2099-01-01T00:00:00.000Z"
      expect((yield* change(mara.access, { expiresAt: until })).json.expiresAt).toBe(until)
      expect((yield* change(mara.access, { expiresAt: null })).json.expiresAt).toBe(null)
      yield* change(mara.access, { expiresAt: "2026-01-01T00:00:00Z" })
      expect(yield* mayRead(mara.token, anna.library)).toBe(401)
      const audit = yield* server.ask("GET", "/v1/audit?limit=1000", { token: admin })
      expect(audit.text.match(/"access changed"/g)).toHaveLength(6)
    })
  )

  it.effect(
    "security 6: makes nobody wider by accident, nothing another thing, and no one's own at all",
    () =>
      Effect.gen(function* () {
        const { server, admin } = shared()
        const anna = yield* device(server, admin)
        const some = yield* device(server, admin, { role: "admin", libraries: [anna.library] })
        const teacher = yield* device(server, admin, { role: "teacher", libraries: [anna.library] })
        const refused: ReadonlyArray<readonly [string, unknown]> = [
          // A computer is no person, and has a library; a teacher has something to teach.
          [anna.access, { role: "teacher" }],
          [anna.access, { role: "service" }],
          [anna.access, { libraries: [] }],
          [anna.access, { group: "10b" }],
          [teacher.access, { libraries: [] }],
          [some.access, { libraries: [] }],
          [some.access, { libraries: [], group: "" }]
        ]
        for (const [id, body] of refused)
          expect([body, yield* change(id, body)]).toMatchObject([
            body,
            { status: 400, type: "AccessNotFitting" }
          ])
        for (const body of [{ role: "king" }, { nmae: "x" }, { expiresAt: "soon" }, { libraries: ["../x"] }])
          expect([body, yield* change(some.access, body)]).toMatchObject([body, { status: 400 }])
        expect((yield* change(some.access, { libraries: ["nobody-00000000"] })).status).toBe(404)
        expect((yield* change("none", { name: "x" })).status).toBe(404)
        const me = String((yield* server.ask("GET", "/v1/me", { token: admin })).json.id)
        expect((yield* change(me, { expiresAt: null })).status).toBe(403)
        expect((yield* change(me, { role: "admin", libraries: [] })).status).toBe(403)
        expect((yield* change(me, { name: "Ada" })).json.name).toBe("Ada")
        // Said in so many words it is done.
        expect((yield* change(some.access, { role: "admin", libraries: [] })).status).toBe(200)
        expect((yield* server.ask("GET", "/v1/access", { token: some.token })).status).toBe(200)
        expect((yield* change(anna.access, { role: "push-only" })).json.role).toBe("push-only")
        yield* server.ask("DELETE", `/v1/access/${anna.access}`, { token: admin })
        expect((yield* change(anna.access, { name: "x" })).status).toBe(404)
      })
  )

  it.effect("programs that are more than two years older than the server are told to upgrade", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const me = (said: string, path = "/v1/me") =>
        server.ask("GET", path, { token: admin, headers: { "whiteroom-client": said } })
      const year = Number(release.day.slice(0, 4)) - 2
      const last = `0.1.0 ${year}${release.day.slice(4)}`
      const old = yield* me(`0.1.0 ${year - 1}-12-31`)
      expect([old.status, old.json.type]).toEqual([426, "ClientTooOld"])
      expect(old.json.recovery).toContain("npm install --global @white-room/cli@latest")
      for (const said of [last, `${release.version} ${release.day}`, "9.0.0 2099-01-01", "", "curl", "1 2"])
        expect([said, (yield* me(said)).status]).toEqual([said, 200])
      // Who looks whether it lives is told.
      expect((yield* me(`0.1.0 ${year - 1}-12-31`, "/health/live")).status).toBe(200)
    })
  )
})
