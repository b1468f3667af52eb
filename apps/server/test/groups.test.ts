/** Libraries of a class or a band: who is for a group has its libraries, also those that come, and no others. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { operate } from "../src/index.js"
import { device, enrol, invite, newToken, sharedServer } from "./support/server.js"

describe("groups", () => {
  const shared = sharedServer()
  const librariesOf = (token: string) =>
    Effect.map(shared().server.ask("GET", "/v1/libraries", { token }), ({ json }) =>
      Array.isArray(json.items) ? json.items.map(({ id }) => String(id)).sort() : []
    )

  it.effect("who teaches a group reads its libraries as they come and go, and stays out of all others", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* device(server, admin, { group: "10b" })
      const ben = yield* device(server, admin, { name: "Ben" })
      const mara = yield* device(server, admin, { name: "Mara", role: "teacher", group: "10b" })
      expect(yield* librariesOf(mara.token)).toEqual([anna.library])
      const change = (id: string, group: unknown, token = admin) =>
        server.ask("PATCH", `/v1/libraries/${id}`, { token, body: { group } })
      expect((yield* change(ben.library, "10b")).json).toMatchObject({ id: ben.library, group: "10b" })
      expect(yield* librariesOf(mara.token)).toEqual([anna.library, ben.library].sort())
      const { json } = yield* server.ask("GET", `/v1/libraries/${anna.library}`, { token: admin })
      expect(json).toMatchObject({ group: "10b" })
      expect((yield* change(anna.library, null)).json).not.toHaveProperty("group")
      expect(yield* librariesOf(mara.token)).toEqual([ben.library])
      for (const wrong of ["", " x", "a/b", "x".repeat(41), 7])
        expect((yield* change(ben.library, wrong)).status).toBe(400)
      expect((yield* change("nobody-00000000", "10b")).status).toBe(404)
      // A second computer of Anna's goes where her library is, and takes it into the group.
      yield* invite(server, admin, { libraries: [anna.library], group: "10b" })
      expect(yield* librariesOf(mara.token)).toEqual([anna.library, ben.library].sort())
      expect((yield* change(ben.library, "11a", mara.token)).status).toBe(403)
    })
  )

  it.effect("an admin of a group that has no library yet is admin of nothing else", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* device(server, admin)
      const tom = yield* device(server, admin, { name: "Tom", role: "admin", group: "empty" })
      expect(yield* librariesOf(tom.token)).toEqual([])
      for (const path of ["/v1/access", "/v1/audit", "/v1/invitations"])
        expect([path, (yield* server.ask("GET", path, { token: tom.token })).status]).toEqual([path, 403])
      const list = server.ask("GET", `/v1/libraries/${anna.library}/blobs`, { token: tom.token })
      expect((yield* list).status).toBe(404)
      expect((yield* server.ask("GET", "/v1/events", { token: tom.token })).json).toMatchObject({ items: [] })
    })
  )

  it.effect("a web app of a group makes libraries in it, and has those that are written here", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      yield* device(server, admin, { group: "band" })
      const app = yield* device(server, admin, { name: "App", role: "service", group: "band" })
      const second = yield* device(server, admin, { name: "App 2", role: "service", group: "band" })
      const made = yield* server.ask("PUT", "/v1/libraries/made-by-app", {
        token: app.token,
        headers: { "if-none-match": "*" },
        body: { name: "Jonas" }
      })
      expect([made.status, made.json.group]).toEqual([201, "band"])
      expect(yield* librariesOf(second.token)).toEqual(["made-by-app"])
    })
  )

  it.effect("who connects is told of those who teach the group; a lost answer can be asked for again", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      yield* device(server, admin, { name: "Mara", role: "teacher", group: "told" })
      const { code } = yield* invite(server, admin, { group: "told" })
      const { answer } = yield* enrol(server, code)
      expect(answer.json).toMatchObject({ libraries: [{ readers: ["Mara"] }] })
      // The group changes between the two, and is another list of libraries then.
      const teacher = yield* invite(server, admin, { name: "Tom", role: "teacher", group: "told" })
      const token = newToken()
      const first = yield* enrol(server, teacher.code, token)
      yield* device(server, admin, { group: "told" })
      const again = yield* enrol(server, teacher.code, token)
      expect([again.answer.status, again.answer.json.access]).toEqual([200, first.answer.json.access])
    })
  )

  it.effect("the command line puts libraries into a group, all that it names or none", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* device(server, admin, { name: "Cora" })
      const operation = operate(server.data)
      const half = yield* Effect.either(operation.group("12c", [anna.library, "nobody"]))
      expect(half).toMatchObject({ left: { _tag: "InvalidInput" } })
      const group = Effect.map(operation.libraries, (all) => all.find(({ id }) => id === anna.library)?.group)
      expect(yield* group).toBeUndefined()
      expect(yield* Effect.either(operation.group("a/b", [anna.library]))).toMatchObject({ _tag: "Left" })
      expect(yield* operation.group("12c", ["Cora"])).toMatchObject([{ id: anna.library, group: "12c" }])
      expect(yield* group).toBe("12c")
      yield* operation.group("", [anna.library])
      expect(yield* group).toBeUndefined()
    })
  )
})
