import { randomUUID } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { openApi } from "../src/api.js"
import { scopes } from "../src/http/Scopes.js"
import { device, putBlob, sharedServer } from "./support/server.js"

const who = ["nobody", "device", "push-only", "teacher", "library admin", "server admin", "service"] as const
type Who = (typeof who)[number]

/** What each route answers to each: to nobody, device, push-only, teacher, admin of the library, admin of the server, web app. */
const table: Readonly<Record<string, ReadonlyArray<number>>> = {
  "GET /health/live": [200, 200, 200, 200, 200, 200, 200],
  "GET /health/ready": [200, 200, 200, 200, 200, 200, 200],
  "GET /openapi.json": [200, 200, 200, 200, 200, 200, 200],
  "POST /v1/enrolments": [404, 404, 404, 404, 404, 404, 404],
  "POST /v1/session": [404, 404, 404, 404, 404, 404, 404],
  "GET /v1/me": [401, 200, 200, 200, 200, 200, 200],
  // What this device narrows is another one's below.
  "PATCH /v1/me": [401, 400, 400, 403, 403, 403, 403],
  "GET /v1/libraries": [401, 200, 200, 200, 200, 200, 200],
  "GET /v1/events": [401, 200, 403, 200, 200, 200, 200],
  "GET /v1/invitations": [401, 403, 403, 403, 403, 200, 403],
  "POST /v1/invitations": [401, 403, 403, 403, 403, 200, 403],
  "DELETE /v1/invitations/:id": [401, 403, 403, 403, 403, 404, 403],
  "GET /v1/access": [401, 403, 403, 403, 403, 200, 403],
  "PATCH /v1/access/:id": [401, 403, 403, 403, 403, 404, 403],
  "DELETE /v1/access/:id": [401, 403, 403, 403, 403, 404, 403],
  "GET /v1/settings": [401, 403, 403, 403, 403, 200, 403],
  "PATCH /v1/settings": [401, 403, 403, 403, 403, 200, 403],
  "GET /v1/overview": [401, 403, 403, 403, 403, 200, 403],
  // Without the id once more nothing is erased.
  "POST /v1/libraries/:library/erase": [401, 403, 403, 403, 403, 400, 403],
  "GET /v1/audit": [401, 403, 403, 403, 403, 200, 403],
  // From this machine, metrics and the reference need no token.
  "GET /metrics": [200, 200, 200, 200, 200, 200, 200],
  "GET /docs": [200, 200, 200, 200, 200, 200, 200],
  ...Object.fromEntries(
    [
      "status",
      ...["diff", "find", "retention", "timeline", "export", "backups", "backups/:id"],
      ...["songs", "songs/:id", "songs/:id/document", "songs/:id/history"],
      ...["performances", "performances/:id", "performances/:id/document", "performances/:id/history"],
      ...["preferences", "preferences/:id", "preferences/:id/history"]
      // Nothing is there yet, and what lacks a question is refused: whoever comes so far was let in.
    ].map((read) => [
      `GET /v1/libraries/:library/${read}`,
      [401, 404, 403, 404, 404, 404, 404].map((status) =>
        status === 404 && ["diff", "find"].includes(read) ? 400 : status
      )
    ])
  ),
  "GET /v1/restores": [401, 403, 403, 200, 200, 200, 200],
  "GET /v1/libraries/:library/restores": [401, 403, 403, 200, 200, 200, 200],
  // Without a key it is refused: whoever comes so far was let in.
  "POST /v1/libraries/:library/restores": [401, 403, 403, 428, 428, 428, 428],
  "GET /v1/libraries/:library/restores/:id": [401, 403, 403, 404, 404, 404, 404],
  "PATCH /v1/libraries/:library/restores/:id": [401, 404, 403, 403, 403, 403, 403],
  "POST /v1/libraries/:library/restores/:id/apply": [401, 403, 403, 404, 404, 404, 404],
  "POST /v1/libraries/:library/restores/:id/cancel": [401, 403, 403, 404, 404, 404, 404],
  "POST /v1/libraries/:library/restores/:id/undo": [401, 403, 403, 404, 404, 404, 404],
  "GET /v1/inbox": [401, 200, 403, 403, 403, 403, 403],
  // Their home is a device: nobody changes them here.
  ...Object.fromEntries(
    ["POST /v1/libraries/:library/backups", "PATCH /v1/libraries/:library/backups/:id"]
      .concat(["DELETE /v1/libraries/:library/backups/:id"])
      .concat(["POST /v1/libraries/:library/backups/:id/undelete"])
      .map((route) => [
        route,
        [401, 403, 403, 403, ...[1, 2, 3].map(() => (route.endsWith("backups") ? 428 : 409))]
      ])
  ),
  "GET /v1/libraries/:library": [401, 200, 200, 200, 200, 200, 200],
  // Without a condition, or a key, it is refused: whoever comes so far was let in. Who is admin of some libraries makes no others.
  "PUT /v1/libraries/:library": [401, 403, 403, 403, 409, 428, 428],
  "PATCH /v1/libraries/:library": [401, 403, 403, 403, 403, 200, 403],
  "DELETE /v1/libraries/:library": [401, 403, 403, 403, 409, 409, 409],
  // Sent away, and kept after all.
  "POST /v1/libraries/:library/leave": [401, 403, 403, 403, 403, 200, 403],
  "POST /v1/libraries/:library/undelete": [401, 403, 403, 403, 409, 200, 409],
  ...Object.fromEntries(
    ["songs", "performances", "preferences"].flatMap((kind) =>
      ["PUT", "DELETE"].map((method) => [
        `${method} /v1/libraries/:library/${kind}/:id`,
        [401, 403, 403, 403, 428, 428, 428]
      ])
    )
  ),
  "GET /v1/libraries/:library/changes": [401, 404, 403, 404, 404, 404, 404],
  ...Object.fromEntries(
    ["profiles", "profiles/:id", "runs"].map((read) => [
      `GET /v1/libraries/:library/${read}`,
      [401, 404, 403, 404, 404, 404, 404]
    ])
  ),
  "GET /v1/libraries/:library/runs/:id": [401, 404, 403, 404, 404, 404, 404],
  "GET /v1/libraries/:library/runs/:id/file": [401, 404, 403, 404, 404, 404, 404],
  "GET /v1/libraries/:library/checks": [401, 200, 403, 200, 200, 200, 200],
  "POST /v1/libraries/:library/checks": [401, 403, 403, 200, 200, 200, 200],
  "PUT /v1/libraries/:library/profiles/:id": [401, 403, 403, 403, 428, 428, 428],
  "DELETE /v1/libraries/:library/profiles/:id": [401, 403, 403, 403, 428, 428, 428],
  "POST /v1/libraries/:library/profiles/:id/run": [401, 403, 403, 403, 409, 409, 409],
  "POST /v1/libraries/:library/imports": [401, 403, 403, 403, 409, 409, 409],
  "GET /v1/libraries/:library/copies": [401, 403, 403, 403, 409, 409, 409],
  "POST /v1/libraries/:library/copies": [401, 403, 403, 403, 409, 409, 409],
  "GET /v1/libraries/:library/keys": [401, 403, 403, 403, 409, 409, 409],
  "GET /v1/libraries/:library/keys/:id": [401, 403, 403, 403, 409, 409, 409],
  "POST /v1/libraries/:library/keys/:id/kit": [401, 403, 403, 403, 409, 409, 409],
  "POST /v1/libraries/:library/keys/:id/test": [401, 403, 403, 403, 409, 409, 409],
  "GET /v1/libraries/:library/operations": [401, 404, 403, 404, 404, 404, 404],
  // `none` is no number: whoever comes so far was let in.
  "POST /v1/libraries/:library/operations/:id/undo": [401, 403, 403, 403, 400, 400, 400],
  "POST /v1/libraries/:library/changes": [401, 403, 403, 403, 428, 428, 428],
  "GET /v1/libraries/:library/blobs": [401, 200, 403, 200, 200, 200, 200],
  "GET /v1/libraries/:library/blobs/*": [401, 200, 403, 200, 200, 200, 200],
  "PUT /v1/libraries/:library/blobs/*": [401, 201, 201, 403, 201, 201, 403],
  "DELETE /v1/libraries/:library/blobs/*": [401, 403, 403, 403, 204, 204, 403],
  "GET /*": [404, 404, 404, 404, 404, 404, 404],
  "DELETE /v1/me": [401, 204, 204, 204, 204, 204, 204],
  // They are gone.
  "DELETE /v1/session": [401, 401, 401, 401, 401, 401, 401]
}

const bodies: Readonly<Record<string, unknown>> = {
  "POST /v1/enrolments": { code: "0000-0000-0000", secretHash: "0".repeat(64), device: "x" },
  "POST /v1/session": { code: "0000-0000-0000", secret: "0".repeat(43) },
  "POST /v1/invitations": { name: "Ben", role: "device" },
  "POST /v1/libraries/:library/restores": { at: "b1", only: [{ kind: "song", id: "one" }] },
  "PATCH /v1/libraries/:library/restores/:id": { state: "heard" },
  "POST /v1/libraries/:library/backups": {},
  "PATCH /v1/libraries/:library/backups/:id": {},
  "PATCH /v1/settings": {},
  "PATCH /v1/access/:id": {},
  "PUT /v1/libraries/:library": { name: "x" },
  "POST /v1/libraries/:library/erase": { id: "none" },
  "PATCH /v1/libraries/:library": {},
  ...Object.fromEntries(
    ["songs", "performances", "preferences"].map((kind) => [`PUT /v1/libraries/:library/${kind}/:id`, {}])
  ),
  "POST /v1/libraries/:library/changes": {},
  "POST /v1/libraries/:library/imports": {},
  "POST /v1/libraries/:library/keys/:id/test": { kit: "x" },
  "POST /v1/libraries/:library/copies": {},
  "PUT /v1/libraries/:library/profiles/:id": { when: ["nightly"] },
  "POST /v1/libraries/:library/operations/:id/undo": {}
}

/** What a route of the document is called in the table. */
const routeOf = (method: string, path: string): string =>
  `${method.toUpperCase()} ${path.replace("{name}", "*").replace(/\{(\w+)\}/g, ":$1")}`

describe("scopes", () => {
  const shared = sharedServer({ limits: { wrongCodes: 1000 } })

  it.effect("security 3: every route × every role", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* device(server, admin)
      const { library } = anna
      const of = (role: string) =>
        Effect.map(device(server, admin, { role, libraries: [library] }), (each) => each.token)
      const tokens: Readonly<Record<Who, string | undefined>> = {
        nobody: undefined,
        device: anna.token,
        "push-only": yield* of("push-only"),
        teacher: yield* of("teacher"),
        "library admin": yield* of("admin"),
        "server admin": (yield* device(server, admin, { role: "admin" })).token,
        service: yield* of("service")
      }
      const folder = randomUUID()
      const there = `${folder}/${randomUUID()}/line`
      expect((yield* putBlob(server, anna.token, library, there, "{}")).status).toBe(201)
      const call = (route: string, each: Who) => {
        const [method = "", path = ""] = route.split(" ")
        const token = tokens[each]
        const whole = path.replace(":library", library).replace(":id", "none")
        if (method === "PUT" && path.endsWith("*"))
          return putBlob(server, token ?? "", library, `${folder}/${randomUUID()}/line`, each)
        const name = method === "DELETE" ? `nothing-${each.replace(" ", "-")}` : there
        // A library that is being made ready says so in place of what it says to this one.
        const headers = { prefer: "wait=30" }
        return server.ask(method, whole.replace("*", name), { token, headers, body: bodies[route] })
      }
      const found = yield* Effect.forEach(Object.keys(table), (route) =>
        Effect.map(
          Effect.forEach(who, (each) => Effect.map(call(route, each), ({ status }) => status)),
          (statuses) => [route, statuses] as const
        )
      )
      expect(Object.fromEntries(found)).toEqual(table)
      expect(Object.keys(table).sort()).toEqual(Object.keys(scopes).sort())
    })
  )

  it.effect("security 3: a route that declares no scope is closed to all, whatever was answered before", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { token, library } = yield* device(server, admin)
      for (const [route, path, by] of [
        ["GET /v1/access", "/v1/access", admin],
        ["GET /v1/libraries/:library/blobs", `/v1/libraries/${library}/blobs`, token]
      ] as const) {
        const status = Effect.map(server.ask("GET", path, { token: by }), (each) => each.status)
        expect([route, yield* status]).toEqual([route, 200])
        const scope = scopes[route]
        yield* Effect.acquireUseRelease(
          Effect.sync(() => Reflect.deleteProperty(scopes, route)),
          () => Effect.map(status, (found) => expect([route, found]).toEqual([route, 403])),
          () => Effect.sync(() => Reflect.set(scopes, route, scope))
        )
        expect([route, yield* status]).toEqual([route, 200])
      }
    })
  )

  it("the document and the table of scopes have the same routes", () => {
    const documented = Object.entries(openApi().paths).flatMap(([path, item]) =>
      Object.keys(item)
        .filter((method) => ["get", "put", "post", "patch", "delete"].includes(method))
        .map((method) => routeOf(method, path))
    )
    const byHand = ["GET /openapi.json", "GET /docs", "GET /metrics", "GET /*"]
    expect([...documented, ...byHand].sort()).toEqual(Object.keys(scopes).sort())
  })

  it.effect("a text that a database keeps changed, or not at all, is asked for in vain, and is no name", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { library } = yield* device(server, admin)
      const operations = Object.entries(openApi().paths).flatMap(([path, item]) =>
        Object.entries(item).map(([method, { parameters = [] }]) => ({ path, method, parameters }))
      )
      for (const { path, method, parameters } of operations) {
        const queries = parameters.filter((each) => each.in === "query").map(({ name }) => `${name}=%00`)
        const whole = path.replace("{library}", library).replace(/\{\w+\}/g, "%00")
        const route = routeOf(method, path)
        const body = bodies[route]
        for (const query of ["", ...queries.map((each) => `?${each}`)]) {
          const address = `${whole}${query}`
          if (!address.includes("%00")) continue
          const { status } = yield* server.ask(method.toUpperCase(), address, { token: admin, body })
          expect([route, query, status < 500]).toEqual([route, query, true])
        }
      }
      for (const name of ["\0", "half a pair \ud800"]) {
        const wish = { name, role: "device", libraries: [], sealed: false }
        expect((yield* server.ask("POST", "/v1/invitations", { token: admin, body: wish })).status).toBe(400)
      }
    })
  )

  it.effect("security 2: the library of one name is not that of another", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { token, library } = yield* device(server, admin)
      const list = (address: string) => server.ask("GET", `/v1/libraries/${address}/blobs`, { token })
      expect((yield* list(library)).status).toBe(200)
      const others = [
        `${library}x`,
        library.slice(0, -1),
        library.toUpperCase(),
        `${library}/`,
        `${library}//`,
        `${library}%2f..`,
        `%2e%2e`,
        `${library}%00`,
        `${library}%20`,
        encodeURIComponent(library.replace("a", "a\u0301")),
        `x/../${library}%2e`
      ]
      for (const other of others) expect([other, (yield* list(other)).status]).toEqual([other, 404])
      // Also where there are libraries whose names begin as its own does, and as which its own begins.
      const app = yield* device(server, admin, { name: "App", role: "service" })
      for (const near of [
        `${library}x`,
        `${library}-${library}`,
        library.slice(0, -1),
        library.slice(0, 4)
      ]) {
        const wish = { token: app.token, headers: { "if-none-match": "*" }, body: { name: "Near" } }
        expect((yield* server.ask("PUT", `/v1/libraries/${near}`, wish)).status).toBe(201)
        const songs = (by: string) => server.ask("GET", `/v1/libraries/${near}/songs`, { token: by })
        expect([near, (yield* songs(token)).status]).toEqual([near, 404])
        expect((yield* songs(app.token)).status).toBe(200)
        const put = yield* putBlob(server, token, near, `${randomUUID()}/${randomUUID()}/line`, "x")
        expect(put.status).toBe(404)
      }
    })
  )

  it.effect("security 4: another's library and a missing one are told apart by nothing", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* device(server, admin)
      const ben = yield* device(server, admin, { name: "Ben" })
      const told = (library: string, method: string, name: string) =>
        Effect.map(
          name === ""
            ? server.ask(method, `/v1/libraries/${library}/blobs`, { token: anna.token })
            : putBlob(server, anna.token, library, name, "x"),
          ({ status, text, headers }) => ({
            status,
            text,
            headers: [...headers.keys()].sort(),
            type: headers.get("content-type")
          })
        )
      const name = `${randomUUID()}/${randomUUID()}/line`
      for (const each of ["", name]) {
        const others = yield* told(ben.library, "GET", each)
        expect(others).toEqual(yield* told("nobody-00000000", "GET", each))
        expect(others.status).toBe(404)
      }
    })
  )

  it.effect(
    "security 6: admin of a library is not admin of the server, and gives nobody more than it has",
    () =>
      Effect.gen(function* () {
        const { server, admin } = shared()
        const anna = yield* device(server, admin)
        const ben = yield* device(server, admin)
        const some = yield* device(server, admin, { role: "admin", libraries: [anna.library] })
        const list = (library: string) =>
          server.ask("GET", `/v1/libraries/${library}/blobs`, { token: some.token })
        expect((yield* list(anna.library)).status).toBe(200)
        expect((yield* list(ben.library)).status).toBe(404)
        const wider = { name: "x", role: "admin" }
        expect(
          (yield* server.ask("POST", "/v1/invitations", { token: some.token, body: wider })).status
        ).toBe(403)
        const { json } = yield* server.ask("GET", "/v1/libraries", { token: some.token })
        expect(json).toMatchObject({ items: [{ id: anna.library }], isLast: true })
      })
  )

  it.effect("security 9: a token counts in the header, under its scheme, and nowhere else", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { token } = yield* device(server, admin)
      const me = (headers: Readonly<Record<string, string>>, query = "") =>
        Effect.map(server.ask("GET", `/v1/me${query}`, { headers }), ({ status }) => status)
      expect(yield* me({ authorization: `Bearer ${token}` })).toBe(200)
      for (const headers of [
        { authorization: token },
        { authorization: `Basic ${token}` },
        { authorization: `Bearer ${token} x` },
        { authorization: `Bearer  ${token}` },
        { authorization: `Bearer, ${token}` },
        { cookie: `token=${token}` },
        { "x-api-key": token }
      ])
        expect(yield* me(headers)).toBe(401)
      expect(yield* me({}, `?access_token=${token}&token=${token}`)).toBe(401)
      expect(JSON.stringify(server.log)).not.toContain(token)
    })
  )
})
