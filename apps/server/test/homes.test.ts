/** Libraries whose home is the server: written over the API, at the version that was seen, once. */
import { randomUUID } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { device, putBlob, sharedServer } from "./support/server.js"
import { at, isNew, key, songWish, webApp } from "./support/web.js"

describe("a library of a web app", () => {
  const shared = sharedServer()

  it.scopedLive("is made once, under an id that is nobody's", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const app = yield* device(server, admin, { name: "Web app", role: "service" })
      const other = yield* device(server, admin, { name: "Other app", role: "service" })
      const id = `lib-${randomUUID()}`
      const make = (token: string, headers: Readonly<Record<string, string>> = isNew) =>
        server.ask("PUT", `/v1/libraries/${id}`, { token, headers, body: { name: "Jonas" } })
      expect((yield* make(app.token, {})).json.type).toBe("NewRequired")
      const made = yield* make(app.token)
      expect([made.status, made.json]).toMatchObject([201, { id, name: "Jonas", home: "server", used: 0 }])
      expect((yield* make(app.token)).status).toBe(200)
      expect([(yield* make(other.token)).status, (yield* make(other.token)).json.type]).toEqual([
        409,
        "IdTaken"
      ])
      const read = (token: string) => server.ask("GET", `/v1/libraries/${id}`, { token })
      expect((yield* read(app.token)).json).toMatchObject({ id, home: "server" })
      // Not theirs is not there.
      expect((yield* read(other.token)).json.type).toBe("NotFound")
      const listed = yield* server.ask("GET", "/v1/libraries", { token: app.token })
      expect(listed.json.items).toMatchObject([{ id }])
      expect((yield* server.ask("GET", "/v1/libraries", { token: other.token })).json.items).toEqual([])
      for (const wrong of ["UPPER", "-x", "a b", "x".repeat(64)]) {
        const path = `/v1/libraries/${encodeURIComponent(wrong)}`
        const asking = { token: app.token, headers: isNew, body: { name: "x" } }
        expect([wrong, (yield* server.ask("PUT", path, asking)).status]).toEqual([wrong, 400])
      }
      expect((yield* server.ask("GET", `/v1/libraries/${id}/songs`, { token: app.token })).json).toEqual({
        ...{ items: [], isLast: true, count: 0 }
      })
    })
  )

  it.scopedLive("has its backups under the name of who asked for them", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { ask, library } = yield* webApp(server, admin, "School app")
      yield* ask("PUT", "songs/s1", songWish("Night Drive"), isNew)
      expect((yield* ask("POST", "backups", { description: "first" }, key())).status).toBe(201)
      const ada = yield* device(server, admin, { name: "Ada", role: "admin", libraries: [library] })
      const asAda = (method: string, path: string, body?: unknown) =>
        server.ask(method, `/v1/libraries/${library}/${path}`, { token: ada.token, body })
      expect((yield* asAda("PATCH", "backups/b1", { pinned: true })).status).toBe(200)
      expect((yield* asAda("DELETE", "backups/b1")).status).toBe(200)
      expect((yield* asAda("POST", "backups/b1/undelete")).status).toBe(200)
      const { json } = yield* ask("GET", "changes?since=0")
      const items: ReadonlyArray<{ readonly type: string; readonly actor: string }> = Array.isArray(
        json.items
      )
        ? json.items
        : []
      expect(items.map(({ type, actor }) => `${type} ${actor}`)).toEqual([
        "SongCreated School app",
        "BackupTaken School app",
        "BackupEdited Ada",
        "BackupForgotten Ada",
        "BackupUndeleted Ada"
      ])
    })
  )

  it.scopedLive("is written at the version that was seen, and never over what changed meanwhile", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { ask } = yield* webApp(server, admin)
      const first = songWish("Night Drive", '{"tempo": 96}\n')
      expect((yield* ask("PUT", "songs/s1", first)).json.type).toBe("VersionRequired")
      expect((yield* ask("PUT", "songs/s1", first, { "if-match": "*" })).json.type).toBe("VersionRequired")
      const made = yield* ask("PUT", "songs/s1", first, isNew)
      expect([made.status, made.headers.get("etag")]).toEqual([201, '"1"'])
      expect(made.json).toEqual({ kind: "song", id: "s1", version: 1, position: 1 })
      const taken = yield* ask("PUT", "songs/s1", first, isNew)
      expect([taken.status, taken.json]).toMatchObject([412, { type: "VersionConflict", version: 1 }])

      // Two people read version 1; one of them saves first.
      const read = yield* ask("GET", "songs/s1")
      expect(read.headers.get("etag")).toBe('"1"')
      expect((yield* ask("GET", "songs/s1/document")).text).toBe('{"tempo": 96}\n')
      const mine = yield* ask("PUT", "songs/s1", { ...read.json, name: "Day Drive" }, at(1))
      expect([mine.status, mine.headers.get("etag"), mine.json.version]).toEqual([200, '"2"', 2])
      const late = yield* ask("PUT", "songs/s1", { ...read.json, name: "Lost" }, at(1))
      expect([late.status, late.json]).toMatchObject([412, { type: "VersionConflict", version: 2 }])
      expect((yield* ask("GET", "songs/s1")).json.name).toBe("Day Drive")
      // As a proxy that compresses answers marks it.
      const weak = yield* ask("PUT", "songs/s1", songWish("Again"), { "if-match": 'W/"2"' })
      expect([weak.status, weak.json.version]).toEqual([200, 3])
      const same = yield* ask("PUT", "songs/s1", { ...(yield* ask("GET", "songs/s1")).json }, at(3))
      expect(same.json).toEqual({ kind: "song", id: "s1", version: 3, position: 0 })

      const has = yield* ask("GET", "songs/s1", undefined, { "if-none-match": '"3"' })
      expect([has.status, has.text]).toEqual([304, ""])
      expect((yield* ask("GET", "songs/s1", undefined, { "if-none-match": '"2"' })).status).toBe(200)
      expect((yield* ask("GET", "songs/s1?at=@1")).headers.get("etag")).toBe(null)

      expect((yield* ask("DELETE", "songs/s1", undefined, at(2))).json).toMatchObject({ version: 3 })
      const gone = yield* ask("DELETE", "songs/s1", undefined, at(3))
      expect([gone.status, gone.json.version]).toEqual([200, 4])
      expect((yield* ask("GET", "songs/s1")).status).toBe(404)
      expect((yield* ask("DELETE", "songs/s1", undefined, at(4))).json.type).toBe("EntityNotFound")
      expect((yield* ask("PUT", "songs/s1", songWish("Back"), at(4))).json.version).toBe(5)
    })
  )

  it.scopedLive("keeps performances and preferences in the same way, under any id", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { ask } = yield* webApp(server, admin)
      const id = "../<b>é 中"
      const inPath = `~${Buffer.from(id).toString("base64url")}`
      expect((yield* ask("PUT", `songs/${inPath}`, { ...songWish("Odd"), id }, isNew)).json.id).toBe(id)
      const live = { name: "Live", songId: id, duration: 3, performanceDataJSON: "[1, 2]", tags: ["live"] }
      expect((yield* ask("PUT", "performances/p1", live, isNew)).status).toBe(201)
      expect((yield* ask("GET", "performances/p1")).json).toMatchObject({ ...live, isFavorite: false })
      expect((yield* ask("PUT", "preferences/default", { theme: "dark" }, isNew)).status).toBe(201)
      const read = yield* ask("GET", "preferences/default")
      expect(read.json).toMatchObject({ theme: "dark", autoSaveEnabled: true })
      // What was read can be sent back.
      const back = yield* ask("PUT", "preferences/default", { ...read.json, theme: "light" }, at(1))
      expect([back.status, back.json.version]).toEqual([200, 2])
      expect((yield* ask("DELETE", "preferences/default", undefined, at(2))).status).toBe(200)
    })
  )

  it.scopedLive("security 33: takes no body that is not what the document says, and says what of it", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { ask, token, library } = yield* webApp(server, admin)
      const refused = (body: unknown) =>
        Effect.map(ask("PUT", "songs/s1", body, isNew), ({ status, json }) => [
          status,
          json.type,
          json.detail
        ])
      const { songDataJSON: _, ...lacking } = songWish("One")
      expect(yield* refused(lacking)).toEqual([
        400,
        "InvalidRequest",
        expect.stringContaining("songDataJSON")
      ])
      const typo = { ...songWish("One"), songDataJson: "{}" }
      expect(yield* refused(typo)).toEqual([400, "InvalidRequest", expect.stringContaining("songDataJson")])
      const other = { ...songWish("One"), id: "s2" }
      expect(yield* refused(other)).toEqual([400, "InvalidRequest", expect.stringContaining("another")])
      expect((yield* refused({ ...songWish("One"), createdAt: "soon" }))[0]).toBe(400)
      expect((yield* refused({ ...songWish("x".repeat(5000)) }))[0]).toBe(400)
      expect((yield* refused({ ...songWish("\ud800") }))[0]).toBe(400)
      const hostile = { ...songWish("One"), "<img src=x>": 1 }
      expect(JSON.stringify(yield* refused(hostile))).not.toContain("img")
      const deep = `{"customPreferences":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`
      const raw = (path: string, body: Uint8Array, headers: Readonly<Record<string, string>> = {}) =>
        server.ask("PUT", `/v1/libraries/${library}/${path}`, {
          ...{ token, body, headers: { ...isNew, "content-type": "application/json", ...headers } }
        })
      const nested = yield* raw("preferences/default", Buffer.from(deep))
      expect([nested.status, nested.json.detail]).toEqual([400, expect.stringContaining("levels deep")])
      // A stranger gets no further.
      const brackets = Buffer.from("[".repeat(30_000) + "]".repeat(30_000))
      const json = { "content-type": "application/json" }
      const stranger = yield* server.ask("POST", "/v1/enrolments", { body: brackets, headers: json })
      expect([stranger.status, stranger.json.type]).toEqual([400, "InvalidRequest"])
      for (const bytes of ["", "{", "null", "[]", '"x"', "\ufeff{}"])
        expect([bytes, (yield* raw("songs/s1", Buffer.from(bytes))).status]).toEqual([bytes, 400])
      expect((yield* raw("songs/s1", Buffer.from([0xff, 0xfe, 0x7b]))).status).toBe(400)
      // An id that is no text is that of nothing: two of them would be the same.
      for (const id of ["~", "~__4", `~${Buffer.from([0xe2, 0x80]).toString("base64url")}`])
        expect([id, (yield* ask("PUT", `songs/${id}`, songWish("One"), isNew)).status]).toEqual([id, 400])
      const large = yield* raw("songs/s1", Buffer.alloc(16 * 1024 * 1024 + 1, 0x20))
      expect([large.status, large.json.type]).toEqual([413, "TooLarge"])
      expect((yield* ask("GET", "changes")).json).toEqual({ items: [], isLast: true, next: 0 })
    })
  )

  it.scopedLive("changes several documents as one, or none of them", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { ask } = yield* webApp(server, admin)
      const live = { name: "Live", songId: "s1", duration: 3, performanceDataJSON: "[]" }
      const both = {
        changes: [
          { kind: "song", id: "s1", version: 0, value: songWish("Night Drive") },
          { kind: "performance", id: "p1", version: 0, value: live }
        ]
      }
      expect((yield* ask("POST", "changes", both)).json.type).toBe("KeyRequired")
      const done = yield* ask("POST", "changes", both, key())
      expect([done.status, done.json]).toEqual([
        200,
        {
          position: 2,
          changes: [
            { kind: "song", id: "s1", version: 1 },
            { kind: "performance", id: "p1", version: 1 }
          ]
        }
      ])
      const late = {
        changes: [
          { kind: "performance", id: "p1", version: 1, value: null },
          { kind: "song", id: "s1", version: 7, value: songWish("Lost") }
        ]
      }
      const refused = yield* ask("POST", "changes", late, key())
      expect([refused.status, refused.json]).toMatchObject([412, { type: "VersionConflict", version: 1 }])
      expect((yield* ask("GET", "performances/p1")).status).toBe(200)
      const twice = { changes: [...both.changes, ...both.changes] }
      expect((yield* ask("POST", "changes", twice, key())).status).toBe(400)
      const log = yield* ask("GET", "changes?since=1")
      expect(log.json).toMatchObject({
        ...{ isLast: true, next: 2 },
        items: [
          {
            ...{ position: 2, type: "PerformanceCreated", subject: "performance", id: "p1" },
            ...{ version: 1, actor: "Web app" }
          }
        ]
      })
      expect((yield* ask("GET", "changes?limit=1")).json).toMatchObject({ isLast: false, next: 1 })
    })
  )

  it.scopedLive(
    "security 36: is asked for once by a key, which belongs to who sent it and to what was asked",
    () =>
      Effect.gen(function* () {
        const { server, admin } = shared()
        const app = yield* webApp(server, admin)
        const headers = { ...isNew, ...key() }
        const first = yield* app.ask("PUT", "songs/s1", songWish("Night Drive"), headers)
        expect(first.status).toBe(201)
        expect((yield* app.ask("PUT", "songs/s1", songWish("Day Drive"), at(1))).status).toBe(200)
        // Whoever lost the answer asks again, and gets it; nothing is written a second time.
        const again = yield* app.ask("PUT", "songs/s1", songWish("Night Drive"), headers)
        expect([again.status, again.text, again.headers.get("etag")]).toEqual([201, first.text, '"1"'])
        expect((yield* app.ask("GET", "songs/s1")).json.name).toBe("Day Drive")
        const other = yield* app.ask("PUT", "songs/s1", songWish("Other"), headers)
        expect([other.status, other.json.type]).toEqual([422, "KeyReused"])
        const admins = yield* server.ask("PUT", `/v1/libraries/${app.library}/songs/s2`, {
          ...{ token: admin, body: songWish("Admin's"), headers }
        })
        expect(admins.status).toBe(201)
        const removed = { ...at(2), ...key() }
        const gone = yield* app.ask("DELETE", "songs/s1", undefined, removed)
        expect((yield* app.ask("DELETE", "songs/s1", undefined, removed)).text).toBe(gone.text)
        expect(
          (yield* app.ask("PUT", "songs/s3", songWish("x"), { ...isNew, "idempotency-key": "short" })).status
        ).toBe(400)
      })
  )

  it.scopedLive("security 10: of many who save one version, one does", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { ask } = yield* webApp(server, admin)
      yield* ask("PUT", "songs/s1", songWish("First"), isNew)
      const race = Array.from({ length: 30 }, (_, each) =>
        ask("PUT", "songs/s1", songWish(`Number ${each}`), { ...at(1), ...key() })
      )
      // No more than 8 bodies of one access are on their way.
      const statuses = (yield* Effect.all(race, { concurrency: 8 })).map(({ status }) => status)
      expect(statuses.filter((status) => status === 200)).toHaveLength(1)
      expect(statuses.filter((status) => status === 412)).toHaveLength(29)
      expect((yield* ask("GET", "changes")).json.items).toHaveLength(2)
    })
  )

  it.scopedLive("security 7: is written by its web app and by admins, and read by those who may", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const app = yield* webApp(server, admin)
      yield* app.ask("PUT", "songs/s1", songWish("Night Drive"), isNew)
      const teacher = yield* device(server, admin, { role: "teacher", libraries: [app.library] })
      const phone = yield* device(server, admin, { libraries: [app.library] })
      const stranger = yield* webApp(server, admin, "Other app")
      const song = `/v1/libraries/${app.library}/songs/s1`
      for (const { token } of [teacher, phone]) {
        expect((yield* server.ask("GET", song, { token })).json.name).toBe("Night Drive")
        const body = songWish("Mine")
        expect((yield* server.ask("PUT", song, { token, body, headers: at(1) })).status).toBe(403)
      }
      const body = songWish("Mine")
      expect((yield* server.ask("GET", song, { token: stranger.token })).status).toBe(404)
      expect((yield* server.ask("PUT", song, { token: stranger.token, body, headers: at(1) })).status).toBe(
        404
      )
      // Nobody pushes into it, and nobody writes what a device has.
      const line = `${randomUUID()}/${randomUUID()}/line`
      const pushed = yield* putBlob(server, phone.token, app.library, line, "{}")
      expect([pushed.status, pushed.json.type]).toEqual([409, "HomeHere"])
      const anna = yield* device(server, admin)
      const hers = yield* server.ask("PUT", `/v1/libraries/${anna.library}/songs/s1`, {
        ...{ token: admin, body, headers: isNew }
      })
      expect([hers.status, hers.json.type]).toEqual([409, "HomeElsewhere"])
    })
  )

  it.scopedLive("is let go, kept after all, and takes nothing while it leaves", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { ask, token, library } = yield* webApp(server, admin)
      yield* ask("PUT", "songs/s1", songWish("Night Drive"), isNew)
      const itself = (method: string, path = "") =>
        server.ask(method, `/v1/libraries/${library}${path}`, { token })
      const leaving = yield* itself("DELETE")
      expect(leaving.json.eraseAt).toEqual(expect.any(String))
      expect((yield* itself("DELETE")).json.eraseAt).toBe(leaving.json.eraseAt)
      expect((yield* ask("PUT", "songs/s2", songWish("Two"), isNew)).json.type).toBe("Leaving")
      expect((yield* ask("GET", "songs/s1")).status).toBe(200)
      expect((yield* itself("POST", "/undelete")).json.eraseAt).toBe(undefined)
      expect((yield* ask("PUT", "songs/s2", songWish("Two"), isNew)).status).toBe(201)
      const anna = yield* device(server, admin)
      const hers = yield* server.ask("DELETE", `/v1/libraries/${anna.library}`, { token: admin })
      expect(hers.json.type).toBe("HomeElsewhere")
    })
  )
})
