/** Nobody with a token of little worth fills the server, or keeps others out: neither with much of what is nothing, nor by being slow. */
import { randomUUID } from "node:crypto"
import * as http from "node:http"
import { join } from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { layerSqlite } from "../src/control/Database.js"
import { setUsed } from "../src/control/Libraries.js"
import { device, putBlob, signIn, type TestServer, testServer } from "./support/server.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { isNew, key, songWish, webApp } from "./support/web.js"

/** Sends the beginning of a song that is announced as one of so many bytes, and then nothing more. An answer to one is noted. */
const beginning =
  (server: TestServer, app: { readonly token: string; readonly library: string }, answers: Array<number>) =>
  (sent: number, announced: number) =>
    Effect.acquireRelease(
      Effect.sync(() => {
        const request = http.request(`${server.address}/v1/libraries/${app.library}/songs/${randomUUID()}`, {
          method: "PUT",
          headers: {
            ...{ authorization: `Bearer ${app.token}`, "content-type": "application/json" },
            ...{ "content-length": announced, ...isNew }
          }
        })
        request.on("error", () => {})
        request.on("response", ({ statusCode = 0 }) => answers.push(statusCode))
        request.write("x".repeat(sent))
        return request
      }),
      (request) => Effect.sync(() => request.destroy())
    )

const uploads = (server: TestServer) =>
  Effect.map(server.ask("GET", "/metrics"), ({ text }) =>
    Number(/^whiteroom_uploads (\d+)$/m.exec(text)?.[1])
  )

/** A song whose body has so many bytes. */
const songOf = (bytes: number) => {
  const empty = JSON.stringify(songWish("S", '""')).length
  return songWish("S", JSON.stringify("x".repeat(bytes - empty)))
}

describe("bounds", () => {
  it.scopedLive("files without bytes take up room: of a quota, and as they go", () =>
    Effect.gen(function* () {
      const server = yield* testServer({ limits: { quota: 10 * 16_384 } })
      const admin = yield* signIn(server)
      const { token, library } = yield* device(server, admin)
      const line = `${randomUUID()}/${randomUUID()}`
      const put = (n: number) => putBlob(server, token, library, `${line}/e${n}`, "")
      const statuses = yield* Effect.forEach(
        Array.from({ length: 12 }, (_, n) => n),
        (n) => Effect.map(put(n), ({ status }) => status)
      )
      expect(statuses).toEqual([...Array(10).fill(201), 507, 507])
      const used = Effect.map(
        server.ask("GET", `/v1/libraries/${library}`, { token: admin }),
        ({ json }) => json.used
      )
      expect(yield* used).toBe(10 * 16_384)
      yield* server.ask("DELETE", `/v1/libraries/${library}/blobs/${line}/e3`, { token: admin })
      expect(yield* used).toBe(9 * 16_384)
      expect((yield* put(20)).status).toBe(201)
      expect((yield* put(21)).json).toMatchObject({ type: "Full" })
    })
  )

  it.scopedLive("what a version before counted as less is counted again after an upgrade, once", () =>
    Effect.gen(function* () {
      const data = yield* temporaryFolder
      const control = layerSqlite(join(data, "control.db"))
      const wish = yield* Effect.scoped(
        Effect.gen(function* () {
          const server = yield* testServer({ data })
          const admin = yield* signIn(server)
          const { token, library } = yield* device(server, admin)
          const line = `${randomUUID()}/${randomUUID()}`
          for (const name of ["a", "b", "c"])
            yield* putBlob(server, token, library, `${line}/${name}`, "few bytes")
          return { token: admin, library }
        })
      )
      // As that version left it: bytes as they are, and nothing said of how it counts.
      const counts = (isBefore: boolean) =>
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          if (isBefore) yield* sql`DELETE FROM setting WHERE name = 'counted'`
          yield* setUsed(wish.library, 27)
        }).pipe(Effect.provide(control))
      const used = Effect.scoped(
        Effect.gen(function* () {
          const server = yield* testServer({ data })
          const { json } = yield* server.ask("GET", `/v1/libraries/${wish.library}`, wish)
          return json.used
        })
      )
      yield* counts(true)
      expect(yield* used).toBe(3 * 16_384)
      // Nothing is listed again that was counted so.
      yield* counts(false)
      expect(yield* used).toBe(27)
    })
  )

  it.scopedLive("who announces much and sends it slowly takes no room of others", () =>
    Effect.gen(function* () {
      const server = yield* testServer({ limits: { documentBytes: 500, documentsBytes: 2000 } })
      const admin = yield* signIn(server)
      const [slow, other] = [yield* webApp(server, admin), yield* webApp(server, admin)]
      const answers: Array<number> = []
      const begin = beginning(server, slow, answers)
      for (let count = 0; count < 4; count++) yield* begin(10, 500)
      yield* Effect.repeat(uploads(server), { until: (count) => count === 4 || answers.length > 0 })
      expect(answers).toEqual([])
      const write = (app: typeof slow, bytes: number) =>
        Effect.suspend(() => app.ask("PUT", `songs/${randomUUID()}`, songOf(bytes), isNew))
      expect((yield* write(other, 450)).status).toBe(201)
      expect((yield* write(slow, 450)).status).toBe(201)
      // What has come counts: one access has half of all at most, and the others the rest.
      for (let count = 0; count < 2; count++) yield* begin(450, 460)
      yield* Effect.repeat(uploads(server), { until: (count) => count === 6 })
      const full = yield* Effect.repeat(write(slow, 300), { until: ({ status }) => status !== 201 })
      expect(full.json).toMatchObject({ type: "TooMany" })
      expect((yield* write(other, 450)).status).toBe(201)
    })
  )

  it.scopedLive("plans of a library that is written here are as many a day as elsewhere", () =>
    Effect.gen(function* () {
      const server = yield* testServer()
      const app = yield* webApp(server, yield* signIn(server))
      yield* app.ask("PUT", "songs/a", songWish("A"), isNew)
      yield* app.ask("POST", "backups", { description: "first" }, key())
      const wish = { at: "b1", mode: "replace", dryRun: true }
      const first = key()
      const plan = (by = key()) => app.ask("POST", "restores", wish, by)
      expect((yield* plan(first)).status).toBe(200)
      const others = yield* Effect.forEach(Array.from({ length: 200 }), () => plan(), { concurrency: 4 })
      expect(others.filter(({ status }) => status === 200)).toHaveLength(199)
      expect(others.find(({ status }) => status !== 200)?.json).toMatchObject({
        type: "TooManyToday",
        status: 429
      })
      // Asked for again it is the one that was.
      expect((yield* plan(first)).status).toBe(200)
    })
  )

  it.scopedLive("nobody fills the audit log: checks, and letting go and keeping, are so many a day", () =>
    Effect.gen(function* () {
      const server = yield* testServer({ limits: { deedsADay: 2 } })
      const admin = yield* signIn(server)
      const app = yield* webApp(server, admin)
      yield* app.ask("PUT", "songs/a", songWish("A"), isNew)
      const path = `/v1/libraries/${app.library}`
      const pushed = yield* Effect.repeat(server.ask("GET", path, { token: admin }), {
        until: ({ json }) => json.arrivedAt !== null
      })
      expect(pushed.status).toBe(200)
      const wish = { role: "teacher", libraries: [app.library] }
      const [mara, tom] = [yield* device(server, admin, wish), yield* device(server, admin, wish)]
      const check = (token: string) =>
        server.ask("POST", `${path}/checks`, { token, headers: { prefer: "wait=30" } })
      const entries = Effect.map(
        server.ask("GET", "/v1/audit?order=newest&limit=1000", { token: admin }),
        ({ text }) => text.split('"action":"library checked"').length - 1
      )
      for (let count = 0; count < 2; count++) expect((yield* check(mara.token)).status).toBe(200)
      const refused = yield* check(mara.token)
      expect([refused.status, refused.json.type]).toEqual([429, "TooManyToday"])
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0)
      expect(yield* entries).toBe(2)
      // Others are not kept from it, and who is admin of all of it is not counted.
      expect((yield* check(tom.token)).status).toBe(200)
      for (let count = 0; count < 3; count++) expect((yield* check(admin)).status).toBe(200)
      const { token } = app
      expect((yield* server.ask("DELETE", path, { token })).status).toBe(200)
      expect((yield* server.ask("POST", `${path}/undelete`, { token })).status).toBe(200)
      expect((yield* server.ask("DELETE", path, { token })).json).toMatchObject({ type: "TooManyToday" })
      expect((yield* server.ask("GET", path, { token })).json.eraseAt).toBe(undefined)
    })
  )
})
