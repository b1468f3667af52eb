/** Reads that are answered as before: never one write, one revocation or one second too long. */
import { randomUUID } from "node:crypto"
import { IncomingMessage } from "node:http"
import { Socket } from "node:net"
import { join } from "node:path"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { describe, expect, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import type { KnownAccess } from "../src/control/AccessList.js"
import type { KeptLibrary } from "../src/control/Libraries.js"
import { makeKnown } from "../src/http/Known.js"
import { remembering, toldAgain } from "../src/http/TellAgain.js"
import { operate } from "../src/index.js"
import { Recent } from "../src/library/Recent.js"
import { pushing, reader, song } from "./support/pushed.js"
import { device, hashOf, newToken, sharedServer, type TestServer } from "./support/server.js"
import { at, isNew, key, songWish, webApp } from "./support/web.js"

/** How many requests were answered so. */
const count = (server: TestServer) =>
  Effect.map(server.ask("GET", "/metrics"), ({ text }) =>
    Number(/^whiteroom_answered_again_total (\d+)$/m.exec(text)?.[1])
  )

/** What was asked, and how many of these requests were answered as before. */
const counted = <A, E, R>(server: TestServer, asking: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const before = yield* count(server)
    const answer = yield* asking
    return { answer, again: (yield* count(server)) - before }
  })

/** Asks until it is answered as before: what a server does beside may be written meanwhile. */
const warm = <A, E, R>(server: TestServer, asking: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    for (let time = 0; time < 200; time++) {
      const { answer, again } = yield* counted(server, asking)
      if (again === 1) return answer
    }
    throw new Error("it was never answered as before")
  })

describe("a read that was answered before", () => {
  const shared = sharedServer()

  it.scopedLive("is answered with the same bytes, and a number of its own", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { ask, library, token } = yield* webApp(server, admin)
      yield* ask("PUT", "songs/s1", songWish("Night Drive"), isNew)
      yield* ask("POST", "backups", { description: "first" }, key())
      const inGerman = "songs/s1/history?language=de"
      for (const path of [
        "songs",
        "songs/s1",
        "songs/s1/document",
        "songs/s1/history",
        inGerman,
        "backups"
      ]) {
        const first = yield* ask("GET", path)
        const again = yield* warm(server, ask("GET", path))
        expect([path, again.status, again.text]).toEqual([path, 200, first.text])
        const [own, others] = [first, again].map(({ headers }) => {
          const { "x-request-id": id, date: _, ...rest } = Object.fromEntries(headers)
          return { id, rest }
        })
        expect(others?.rest).toEqual(own?.rest)
        expect(others?.id).not.toBe(own?.id)
      }
      // Each language has an answer of its own.
      const told = (path: string) => Effect.map(warm(server, ask("GET", path)), ({ text }) => text)
      expect(yield* told("songs/s1/history")).toContain('["created"]')
      expect(yield* told(inGerman)).toContain('["angelegt"]')
      const has = yield* warm(server, ask("GET", "songs/s1", undefined, { "if-none-match": '"1"' }))
      expect([has.status, has.text, has.headers.get("etag")]).toEqual([304, "", '"1"'])
      expect(has.headers.get("x-content-type-options")).toBe("nosniff")
      expect((yield* ask("HEAD", "songs/s1")).text).toBe("")
      // It stands in the log as every other does.
      const { headers } = yield* warm(server, ask("GET", "songs/s1"))
      expect(server.log.find(({ id }) => id === headers.get("x-request-id"))).toMatchObject({
        ...{ event: "request", method: "GET", route: "/v1/libraries/:library/songs/:id", status: 200 }
      })
      // What a clock has a part in is asked each time.
      const path = `/v1/libraries/${library}/status`
      const asked = Effect.replicateEffect(server.ask("GET", path, { token }), 5)
      expect((yield* counted(server, asked)).again).toBe(0)
    })
  )

  it.scopedLive("tells what was written before it was asked, each time", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { ask } = yield* webApp(server, admin)
      yield* ask("PUT", "songs/s1", songWish("Take 0"), isNew)
      for (let take = 1; take <= 60; take++) {
        yield* Effect.replicateEffect(ask("GET", "songs/s1"), 2)
        const written = yield* ask("PUT", "songs/s1", songWish(`Take ${take}`), at(take))
        expect(written.status).toBe(200)
        const [one, list] = yield* Effect.all([ask("GET", "songs/s1"), ask("GET", "songs")], {
          concurrency: "unbounded"
        })
        expect([one?.json.name, one?.headers.get("etag")]).toEqual([`Take ${take}`, `"${take + 1}"`])
        expect(list?.json.items).toMatchObject([{ name: `Take ${take}` }])
      }
      yield* warm(server, ask("GET", "songs/s1"))
      yield* ask("DELETE", "songs/s1", undefined, at(61))
      expect((yield* ask("GET", "songs/s1")).status).toBe(404)
    })
  )

  it.scopedLive("tells what another program wrote into the library", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { ask, library } = yield* webApp(server, admin)
      yield* ask("PUT", "songs/s1", songWish("Ours"), isNew)
      yield* warm(server, ask("GET", "songs/s1"))
      const db = new Sqlite(join(server.data, "homes", library, "library.db"))
      db.exec("UPDATE song_data SET name = 'Theirs'")
      db.close()
      expect((yield* ask("GET", "songs/s1")).json.name).toBe("Theirs")
    })
  )

  it.scopedLive("tells what a device pushed", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* pushing(server, admin)
      const read = reader(server, anna)
      yield* anna.library.songs.upsert(song("s1", "First"))
      yield* anna.push
      expect((yield* warm(server, read("songs/s1"))).json.name).toBe("First")
      yield* anna.library.songs.upsert(song("s1", "Second"))
      yield* anna.push
      expect((yield* read("songs/s1")).json.name).toBe("Second")
    })
  )

  it.scopedLive("is told again whatever is written elsewhere, and whoever comes", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { ask, token } = yield* webApp(server, admin)
      yield* ask("PUT", "songs/s1", songWish("Night Drive"), isNew)
      const anna = yield* pushing(server, admin)
      const other = `lib-${randomUUID()}`
      yield* server.ask("PUT", `/v1/libraries/${other}`, { token, headers: isNew, body: { name: "Other" } })
      const path = `/v1/libraries/${other}/songs`
      const write = (take: number) =>
        server.ask("PUT", `${path}/s${take}`, { token, headers: isNew, body: songWish(`Take ${take}`) })
      yield* warm(server, ask("GET", "songs/s1"))
      let times = 0
      for (let take = 1; take <= 5; take++) {
        expect((yield* write(take)).status).toBe(201)
        yield* anna.library.songs.upsert(song("a", `Take ${take}`))
        yield* anna.push
        const { answer, again } = yield* counted(server, ask("GET", "songs/s1"))
        expect(answer.json.name).toBe("Night Drive")
        times += again
      }
      // Its own server puts it into its files meanwhile, once.
      expect(times).toBeGreaterThanOrEqual(3)
    })
  )

  it.scopedLive("is for the access that it was answered to, and for no other", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { ask, library, token } = yield* webApp(server, admin)
      const stranger = yield* device(server, admin, { name: "Other app", role: "service" })
      const pusher = yield* device(server, admin, { role: "push-only", libraries: [library] })
      yield* ask("PUT", "songs/s1", songWish("Night Drive"), isNew)
      yield* warm(server, ask("GET", "songs/s1"))
      const path = `/v1/libraries/${library}/songs/s1`
      const statusOf = (asking: Parameters<TestServer["ask"]>[2]) =>
        Effect.map(server.ask("GET", path, asking), ({ status }) => status)
      expect(yield* statusOf({ token: stranger.token })).toBe(404)
      expect(yield* statusOf({ token: pusher.token })).toBe(403)
      expect(yield* statusOf({})).toBe(401)
      expect(yield* statusOf({ token: `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}` })).toBe(401)
      expect(yield* statusOf({ headers: { authorization: `Basic ${token}` } })).toBe(401)
    })
  )

  it.scopedLive("is not answered once the access is taken away, by whichever program", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { ask, library } = yield* webApp(server, admin)
      yield* ask("PUT", "songs/s1", songWish("Night Drive"), isNew)
      const path = `/v1/libraries/${library}/songs/s1`
      const readers = yield* Effect.replicateEffect(
        device(server, admin, { role: "teacher", libraries: [library] }),
        2
      )
      for (const [which, { token, access }] of readers.entries()) {
        const read = server.ask("GET", path, { token })
        expect((yield* warm(server, read)).status).toBe(200)
        if (which === 0) yield* server.ask("DELETE", `/v1/access/${access}`, { token: admin })
        else yield* operate(server.data).revoke(access)
        expect((yield* read).status).toBe(401)
        expect((yield* read).status).toBe(401)
      }
      // A group is left with its libraries.
      yield* server.ask("PATCH", `/v1/libraries/${library}`, { token: admin, body: { group: "10b" } })
      const mara = yield* device(server, admin, { role: "teacher", group: "10b" })
      const read = server.ask("GET", path, { token: mara.token })
      expect((yield* warm(server, read)).status).toBe(200)
      yield* operate(server.data).group("", [library])
      expect((yield* read).status).toBe(404)
    })
  )

  it.scopedLive("is not answered when the time of the access has come, or of the library", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { ask, library } = yield* webApp(server, admin)
      yield* ask("PUT", "songs/s1", songWish("Night Drive"), isNew)
      const guest = yield* device(server, admin, { role: "teacher", libraries: [library], accessDays: 1 })
      const read = server.ask("GET", `/v1/libraries/${library}/songs/s1`, { token: guest.token })
      yield* warm(server, read)
      const control = new Sqlite(join(server.data, "control.db"))
      yield* Effect.addFinalizer(() => Effect.sync(() => control.close()))
      control.prepare("UPDATE access SET expires_at = 1 WHERE id = ?").run(guest.access)
      expect((yield* read).status).toBe(401)
      yield* warm(server, ask("GET", "songs/s1"))
      yield* operate(server.data).erase(library)
      expect((yield* ask("GET", "songs/s1")).status).toBe(404)
    })
  )

  it("is asked for again when the time of an access or of a library has come, and when its use is to be noted", () => {
    const token = newToken()
    const request = new IncomingMessage(new Socket())
    Object.assign(request, { method: "GET", url: "/v1/libraries/l/songs/s1" })
    Object.assign(request.headers, { authorization: `Bearer ${token}` })
    const at = { marks: { control: "1", library: "1" }, hour: 3_600_000 }
    const known = makeKnown(() => at.marks.control)
    const noted = new Map([["a", at.hour]])
    const here = { known, noted, url: () => "", replicas: { mark: () => at.marks.library } }
    const access: KnownAccess = {
      ...{ id: "a", name: "Anna", role: "device", device: "x", secret_hash: hashOf(token), created_at: 0 },
      ...{ expires_at: at.hour + 30_000, revoked_at: 0, last_used_at: 0, last_used_from: "", group_name: "" },
      libraries: ["l"]
    }
    const library = { erase_at: at.hour + 20_000 } as KeptLibrary
    const ask = (now: number) => toldAgain(request, here, now)?.response.status
    const learn = () => {
      known.accesses.set(hashOf(token), { mark: at.marks.control, access }, 1)
      const body = HttpServerResponse.uint8Array(Buffer.from("{}"))
      remembering(request, here)?.(library, "1", body, HttpServerResponse.empty({ status: 304 }))
    }
    expect(ask(at.hour)).toBe(undefined)
    learn()
    expect(ask(at.hour)).toBe(200)
    expect(ask(at.hour + 19_999)).toBe(200)
    expect(ask(at.hour + 20_000)).toBe(undefined)
    Object.assign(library, { erase_at: 0 })
    expect(ask(at.hour + 29_999)).toBe(200)
    expect(ask(at.hour + 30_000)).toBe(undefined)
    Object.assign(access, { expires_at: 0 })
    expect(ask(at.hour + 59_999)).toBe(200)
    expect(ask(at.hour + 60_000)).toBe(undefined)
    Object.assign(access, { revoked_at: 1 })
    expect(ask(at.hour)).toBe(undefined)
    Object.assign(access, { revoked_at: 0 })
    at.marks.library = "2"
    expect(ask(at.hour)).toBe(undefined)
    // It was forgotten then.
    at.marks.library = "1"
    expect(ask(at.hour)).toBe(undefined)
    learn()
    expect(ask(at.hour)).toBe(200)
    at.marks.control = "2"
    expect(ask(at.hour)).toBe(undefined)
  })

  it("takes up no more room than it may", () => {
    const recent = new Recent<number>(100)
    for (let at = 0; at < 50; at++) recent.set(`k${at}`, at, 10)
    expect([recent.get("k39"), recent.get("k40"), recent.get("k49")]).toEqual([undefined, 40, 49])
    // What is used stays.
    recent.set("new", 1, 10)
    expect([recent.get("k40"), recent.get("k41")]).toEqual([40, undefined])
    recent.set("large", 2, 95)
    expect([recent.get("new"), recent.get("large")]).toEqual([undefined, 2])
    recent.set("too large", 3, 101)
    expect([recent.get("large"), recent.get("too large")]).toEqual([undefined, undefined])
    recent.set("again", 4, 60)
    recent.set("again", 5, 60)
    recent.deleteWhere((value) => value === 4)
    expect(recent.get("again")).toBe(5)
  })
})
