/** What happened lately, in pages and as it comes: to whom it may concern, until their access ends. */
import { describe, expect, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { announce } from "../src/control/announce.js"
import { layerSqlite } from "../src/control/Database.js"
import { feedAfter, feedHead } from "../src/control/Feed.js"
import { cookieFor, here } from "./support/here.js"
import { listen } from "./support/listen.js"
import { pushing, song } from "./support/pushed.js"
import { device, signIn, testServer } from "./support/server.js"

/** A turn of everything that waits for the network. */
const turn = Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, 5)))

describe("events of a server", () => {
  it.scopedLive("are told to those whose libraries they are of, in pages and as they come", () =>
    Effect.gen(function* () {
      const server = yield* testServer()
      const admin = yield* signIn(server)
      const anna = yield* pushing(server, admin)
      const ben = yield* device(server, admin, { name: "Ben" })
      const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
      const page = (token: string, query = "") =>
        Effect.map(server.ask("GET", `/v1/events${query}`, { token }), ({ json }) => json)
      const before = yield* page(anna.token)
      expect(before).toMatchObject({ items: [{ type: "library" }], isLast: true })
      const own = yield* listen(server.address, "/v1/events", bearer(anna.token))
      expect([own.status, own.headers.get("content-type"), own.headers.get("x-accel-buffering")]).toEqual([
        ...[200, "text/event-stream", "no"]
      ])
      expect(yield* own.next).toMatchObject({ event: "ready", id: before.next })

      yield* anna.library.songs.create(song("s1"))
      yield* anna.push
      const told = yield* own.next
      expect(told).toMatchObject({ event: "library", data: { library: anna.id, type: "library" } })
      expect(told.id).toBe(told.data.id)
      // Of many arrivals the last one is kept; of others nothing is seen, and of access only by the server's admins.
      const pages = yield* page(anna.token, `?after=${before.next}`)
      expect(pages).toMatchObject({ items: [{ type: "library", library: anna.id }], isLast: true })
      expect(yield* page(ben.token)).toMatchObject({ items: [], isLast: true })
      const all = yield* page(admin)
      const types = (all.items as ReadonlyArray<{ type: string }>).map(({ type }) => type)
      expect(types).toContain("access")
      expect(types.filter((type) => type === "library")).toHaveLength(1)
      const one = yield* page(admin, "?after=0&limit=1")
      expect(one).toMatchObject({ isLast: false, next: (one.items as [{ id: string }])[0].id })
      expect(yield* page(admin, "?after=999999")).toMatchObject({ items: [], reset: true, next: all.next })
      // Going on where a browser lost the connection.
      const again = yield* listen(server.address, "/v1/events", {
        ...bearer(anna.token),
        "last-event-id": String(before.next)
      })
      expect(yield* again.next).toMatchObject({ event: "ready", id: before.next })
      expect(yield* again.next).toMatchObject({ event: "library" })
      const late = yield* listen(server.address, "/v1/events?after=999999", bearer(anna.token))
      expect(yield* late.next).toMatchObject({ event: "reset", id: all.next })
    })
  )

  it.scopedLive("security 5: say goodbye as soon as the access is taken away", () =>
    Effect.gen(function* () {
      const server = yield* testServer()
      const admin = yield* signIn(server)
      const anna = yield* device(server, admin)
      const own = yield* listen(server.address, "/v1/events", { authorization: `Bearer ${anna.token}` })
      yield* own.next
      expect((yield* server.ask("DELETE", `/v1/access/${anna.access}`, { token: admin })).status).toBe(204)
      expect(yield* own.next).toMatchObject({ event: "bye", data: { reason: "revoked" } })
      expect((yield* server.ask("GET", "/v1/events", { token: anna.token })).status).toBe(401)
      // What it tells is what may be seen: of less, or more, somebody asks again.
      const ben = yield* device(server, admin)
      const his = yield* listen(server.address, "/v1/events", { authorization: `Bearer ${ben.token}` })
      yield* his.next
      const body = { role: "push-only" }
      expect((yield* server.ask("PATCH", "/v1/me", { token: ben.token, body })).status).toBe(200)
      expect(yield* his.next).toMatchObject({ event: "bye", data: { reason: "changed" } })
    })
  )

  it.scoped("security 5: end when the time of the access has come", () =>
    Effect.gen(function* () {
      const server = yield* testServer()
      const admin = yield* signIn(server)
      const { token, access } = yield* device(server, admin)
      const now = yield* Clock.currentTimeMillis
      const body = { expiresAt: new Date(now + 60_000).toISOString() }
      expect((yield* server.ask("PATCH", `/v1/access/${access}`, { token: admin, body })).status).toBe(200)
      const own = yield* listen(server.address, "/v1/events", { authorization: `Bearer ${token}` })
      yield* own.next
      yield* TestClock.adjust("1 minute")
      const told = Effect.gen(function* () {
        const coming = yield* Effect.fork(own.next)
        const hasCome = Effect.map(Fiber.poll(coming), ({ _tag }) => _tag === "Some")
        yield* Effect.repeat(Effect.zipRight(TestClock.adjust("1 second"), turn), { until: () => hasCome })
        return yield* Fiber.join(coming)
      })
      // It may say first that it still listened, for each time that it waited.
      const last = yield* Effect.repeat(told, { until: ({ event }) => event !== "comment", times: 5 })
      expect(last).toMatchObject({ event: "bye", data: { reason: "revoked" } })
    })
  )

  it.scopedLive(
    "security 33: one access has so many streams at once, and those that were left do not count",
    () =>
      Effect.gen(function* () {
        const server = yield* testServer()
        const admin = yield* signIn(server)
        const open = () => listen(server.address, "/v1/events", { authorization: `Bearer ${admin}` })
        const all = yield* Effect.all(Array.from({ length: 16 }, open))
        expect(all.map(({ status }) => status)).toEqual(Array.from({ length: 16 }, () => 200))
        expect((yield* open()).status).toBe(429)
        yield* (all[0] ?? (yield* Effect.die("none"))).leave
        const status = Effect.map(Effect.scoped(open()), (each) => each.status)
        yield* Effect.repeat(Effect.zipRight(turn, status), { until: (each) => each === 200 })
      })
  )

  it.scoped("are kept for 7 days; who comes later is told to look at everything again", () =>
    Effect.gen(function* () {
      const who = { id: "a", name: "a", role: "admin", libraries: [], group: "" } as const
      yield* announce("library", "anna")
      yield* TestClock.adjust("6 days")
      yield* announce("backup", "anna", { position: 7 })
      expect(yield* feedAfter(who, 0, 10)).toMatchObject([
        { type: "library" },
        { type: "backup", position: 7 }
      ])
      yield* TestClock.adjust("2 days")
      yield* announce("access", "")
      expect(yield* feedAfter(who, 0, 10)).toMatchObject([{ id: "2", type: "backup" }, { id: "3" }])
      expect(yield* feedHead).toEqual({ last: 3, pruned: 1 })
      const anna = { ...who, role: "teacher", libraries: ["anna"] } as const
      expect(yield* feedAfter(anna, 0, 10)).toMatchObject([{ id: "2" }])
      expect(yield* feedAfter({ ...anna, libraries: ["ben"] }, 0, 10)).toEqual([])
      expect(yield* feedAfter({ ...anna, libraries: [] }, 0, 10)).toEqual([])
    }).pipe(Effect.provide(layerSqlite(":memory:")))
  )
})

describe("events of the library on this computer", () => {
  it.scopedLive("tell what the pages and other programs wrote", () =>
    Effect.gen(function* () {
      const open = yield* here()
      const { cookie } = yield* cookieFor(open)
      yield* open.library.songs.create(song("s1", "Night Drive"))
      const own = yield* listen(open.address, "/v1/events", { cookie })
      expect(yield* own.next).toMatchObject({ event: "ready" })
      // The first look is done when the library has answered once.
      yield* open.ask("GET", `/v1/libraries/${open.id}/songs`, { headers: { cookie } })
      const app = new Sqlite(open.file)
      app.prepare("UPDATE song_data SET name = 'Day Drive' WHERE id = 's1'").run()
      app.close()
      expect(yield* own.next).toMatchObject({ event: "library", data: { library: open.id } })
      yield* open.library.backups.take()
      const both = [yield* own.next, yield* own.next].map(({ event }) => event)
      expect(both).toEqual(["library", "backup"])
      const headers = { cookie, origin: open.address, "idempotency-key": "0123456789abcdef" }
      const body = { at: "b1", mode: "replace", only: [{ kind: "song", id: "s1" }], dryRun: true }
      yield* open.ask("POST", `/v1/libraries/${open.id}/restores`, { headers, body })
      expect(yield* own.next).toMatchObject({ event: "restore", data: { state: "planned" } })
      expect((yield* open.ask("GET", "/v1/events")).status).toBe(401)
    })
  )

  it.scoped("says every 20 seconds that it still listens", () =>
    Effect.gen(function* () {
      const open = yield* here()
      const { cookie } = yield* cookieFor(open)
      const own = yield* listen(open.address, "/v1/events", { cookie })
      yield* own.next
      const comment = yield* Effect.fork(own.next)
      const hasCome = Effect.map(Fiber.poll(comment), ({ _tag }) => _tag === "Some")
      yield* TestClock.adjust("19 seconds")
      yield* turn
      expect(yield* hasCome).toBe(false)
      yield* Effect.repeat(Effect.zipRight(TestClock.adjust("1 second"), turn), { until: () => hasCome })
      expect(yield* Fiber.join(comment)).toMatchObject({ event: "comment" })
    })
  )

  it.scoped("it has been left when nobody looked for half a minute after somebody did", () =>
    Effect.gen(function* () {
      const open = yield* here()
      const left = yield* Effect.fork(open.untilLeft)
      const hasLeft = Effect.map(Fiber.poll(left), ({ _tag }) => _tag === "Some")
      const { cookie } = yield* cookieFor(open)
      yield* TestClock.adjust("1 hour")
      expect(yield* hasLeft).toBe(false)
      const again = () => listen(open.address, "/v1/events", { cookie })
      const first = yield* again()
      yield* first.next
      yield* TestClock.adjust("20 seconds")
      expect(yield* hasLeft).toBe(false)
      // Loaded again: the new page is there before the old one has gone for long.
      yield* first.leave
      const second = yield* again()
      yield* second.next
      yield* TestClock.adjust("20 seconds")
      yield* turn
      yield* TestClock.adjust("20 seconds")
      expect(yield* hasLeft).toBe(false)
      yield* second.leave
      yield* Effect.repeat(Effect.zipRight(turn, TestClock.adjust("10 seconds")), { until: () => hasLeft })
    })
  )
})
