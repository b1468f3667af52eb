// Servers on one PostgreSQL and one bucket: the one that started last goes on with everything that was acknowledged, and it alone.
import { existsSync } from "node:fs"
import { join } from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { layerBeside } from "../src/control/Postgres.js"
import { operate } from "../src/index.js"
import { threadNumber } from "../src/replica/Homes.js"
import { hasPostgres } from "./support/postgres.js"
import { device, putBlob, signIn, type TestServer, testServer } from "./support/server.js"
import { sharedPostgres } from "./support/sharedPostgres.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { type TestBucket, testBucket } from "./support/testBucket.js"
import { isNew, key, songWish, webApp } from "./support/web.js"

interface App {
  readonly token: string
  readonly library: string
}

const save = (server: TestServer, app: App, name: string, headers = key()) =>
  server.ask("PUT", `/v1/libraries/${app.library}/songs/${name}`, {
    ...{ token: app.token, body: songWish(name), headers: { ...isNew, ...headers } }
  })

/** The ids of the songs that a server tells of. */
const songs = (server: TestServer, app: App) =>
  Effect.map(
    server.ask("GET", `/v1/libraries/${app.library}/songs?limit=1000`, { token: app.token }),
    ({ json }) => (Array.isArray(json.items) ? json.items.map(({ id }) => String(id)).sort() : json)
  )

/** A server of its own scope, which can be ended. */
const serverAt = (url: Redacted.Redacted, bucket: TestBucket, data: string, profilesEveryMs = 30_000) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
    const options = {
      data,
      database: { url },
      blobs: bucket.place,
      limits: { uploads: 100 },
      profilesEveryMs
    }
    const server = yield* Scope.extend(testServer(options), scope)
    return { server, end: Scope.close(scope, Exit.void) }
  })

describe.runIf(hasPostgres())("a server that takes over", () => {
  const database = sharedPostgres()

  it.scopedLive(
    "has what was acknowledged; the one before acknowledges nothing more, and nobody goes on from it",
    () =>
      Effect.gen(function* () {
        const url = yield* database().database
        const bucket = yield* testBucket
        const [one, other] = [yield* temporaryFolder, yield* temporaryFolder]
        const first = yield* serverAt(url, bucket, one)
        const admin = yield* signIn(first.server)
        const app = yield* webApp(first.server, admin)
        const anna = yield* device(first.server, admin)
        expect((yield* save(first.server, app, "s0")).status).toBe(201)
        // Its data folder says nothing of whose it is: the database does.
        const { access } = operate(yield* temporaryFolder, { database: { url }, blobs: bucket.place })
        expect((yield* access).map(({ role }) => role).sort()).toEqual(["admin", "device", "service"])
        yield* putBlob(first.server, anna.token, anna.library, "vault.json", '{"kind":"plain"}')

        // What is in its file and nowhere else: nothing of it comes into the bucket any more.
        const line = [...bucket.objects.keys()].find(
          (name) => name.includes(app.library) && /line$/.test(name)
        )
        const below = line?.slice(0, -"line".length) ?? "no line"
        bucket.answer = (method, name) => (method === "PUT" && name.startsWith(below) ? 503 : undefined)
        expect((yield* save(first.server, app, "lost")).json).toMatchObject({ type: "NotKeptYet" })

        const second = yield* serverAt(url, bucket, other)
        expect(yield* songs(second.server, app)).toEqual(["s0"])
        expect((yield* save(second.server, app, "s1")).status).toBe(201)
        const blob = `/v1/libraries/${anna.library}/blobs/vault.json`
        expect((yield* second.server.ask("GET", blob, { token: anna.token })).text).toBe('{"kind":"plain"}')

        // As one that was asleep: it does not know yet.
        const late = key()
        expect((yield* save(first.server, app, "s2", late)).json).toMatchObject({ type: "Moving" })
        expect(yield* songs(first.server, app)).toMatchObject({ type: "Moving", status: 503 })
        expect((yield* first.server.ask("GET", "/health/ready")).status).toBe(503)
        expect(first.server.log.map(({ fault }) => fault)).toContainEqual(
          expect.stringContaining("another server was started")
        )
        yield* first.end
        yield* second.end
        bucket.answer = undefined

        // In the folder of the first, whose file has what was not acknowledged.
        const third = yield* serverAt(url, bucket, one)
        expect(yield* songs(third.server, app)).toEqual(["s0", "s1"])
        expect(existsSync(join(one, "homes", app.library, "library.db.aside"))).toBe(true)
        expect((yield* save(third.server, app, "s2", late)).status).toBe(201)
        yield* third.end
        const fourth = yield* serverAt(url, bucket, yield* temporaryFolder)
        expect(yield* songs(fourth.server, app)).toEqual(["s0", "s1", "s2"])
      })
  )

  it.scopedLive("has the profiles and runs that were kept, with an empty folder and with an old file", () =>
    Effect.gen(function* () {
      const url = yield* database().database
      const bucket = yield* testBucket
      const one = yield* temporaryFolder
      const first = yield* serverAt(url, bucket, one)
      const admin = yield* signIn(first.server)
      const app = yield* webApp(first.server, admin)
      // In this one there is nothing else.
      const other = yield* webApp(first.server, admin, "Other")
      expect((yield* save(first.server, app, "s0")).status).toBe(201)
      const ask = (server: TestServer, { library, token }: App, method: string, path: string, asking = {}) =>
        server.ask(method, `/v1/libraries/${library}/${path}`, { token, ...asking })
      const wish = { when: ["daily 18:00"], keep: { last: 7 } }
      const saved = []
      for (const each of [app, other]) {
        const answer = yield* ask(first.server, each, "PUT", "profiles/daily", { body: wish, headers: isNew })
        expect([answer.status, answer.json]).toMatchObject([200, wish])
        saved.push(answer.headers.get("etag"))
      }
      const ran = yield* ask(first.server, app, "POST", "profiles/daily/run", { headers: key() })
      expect(ran.json).toMatchObject({ runs: [{ profile: "daily", outcome: "done" }] })
      const runs = (server: TestServer) =>
        Effect.map(ask(server, app, "GET", "runs"), ({ json }) => json.items)
      const known = yield* runs(first.server)
      expect(known).toMatchObject([{ profile: "daily", outcome: "done" }])
      yield* first.end

      const second = yield* serverAt(url, bucket, yield* temporaryFolder)
      for (const [n, each] of [app, other].entries()) {
        const found = yield* ask(second.server, each, "GET", "profiles/daily")
        expect([found.status, found.json, found.headers.get("etag")]).toMatchObject([200, wish, saved[n]])
      }
      expect(yield* runs(second.server)).toEqual(known)
      const paused = yield* ask(second.server, app, "PUT", "profiles/daily", {
        body: { ...wish, enabled: false },
        headers: { "if-match": saved[0] }
      })
      expect(paused.status).toBe(200)
      yield* second.end

      // The file there has all that was written, and the profile as it was before.
      const third = yield* serverAt(url, bucket, one)
      expect((yield* ask(third.server, app, "GET", "profiles/daily")).json).toMatchObject({ enabled: false })
    })
  )

  it.scopedLive("tells of a library that is open while another of its thread comes out of the bucket", () =>
    Effect.gen(function* () {
      const url = yield* database().database
      const bucket = yield* testBucket
      const first = yield* serverAt(url, bucket, yield* temporaryFolder)
      const admin = yield* signIn(first.server)
      const app = yield* webApp(first.server, admin)
      let other = yield* webApp(first.server, admin)
      while (threadNumber(other.library) !== threadNumber(app.library))
        other = yield* webApp(first.server, admin)
      for (const each of [app, other]) expect((yield* save(first.server, each, "s0")).status).toBe(201)
      yield* first.end

      const { server } = yield* serverAt(url, bucket, yield* temporaryFolder)
      expect(yield* songs(server, app)).toEqual(["s0"])
      const asked = yield* Deferred.make<void>()
      const gate = yield* Deferred.make<undefined>()
      bucket.answer = (_method, key) => {
        if (!key.includes(other.library)) return undefined
        Deferred.unsafeDone(asked, Effect.void)
        return Effect.runPromise(Deferred.await(gate))
      }
      const slow = yield* Effect.fork(songs(server, other))
      yield* Deferred.await(asked)
      expect(yield* songs(server, app)).toEqual(["s0"])
      yield* Deferred.succeed(gate, undefined)
      expect(yield* Fiber.join(slow)).toEqual(["s0"])
    })
  )

  it.scopedLive("says 503 while PostgreSQL is away, and goes on when it is back", () =>
    Effect.gen(function* () {
      const url = yield* database().database
      const { server } = yield* serverAt(url, yield* testBucket, yield* temporaryFolder)
      const app = yield* webApp(server, yield* signIn(server))
      const look = server.ask("GET", `/v1/libraries/${app.library}/songs`, { token: app.token })
      const change = save(server, app, "s0")
      expect((yield* look).status).toBe(200)
      yield* database().without(
        Effect.gen(function* () {
          for (const { json, headers } of [yield* look, yield* change, yield* look])
            expect([json, headers.get("retry-after")]).toMatchObject([
              { type: "DatabaseAway", status: 503 },
              "5"
            ])
        })
      )
      expect((yield* Effect.repeat(look, { until: ({ status }) => status === 200 })).status).toBe(200)
    })
  )

  it.scopedLive(
    "says 503 where others hold what it wants for longer than it waits, as a node that is asleep does",
    () =>
      Effect.gen(function* () {
        const address = new URL(Redacted.value(yield* database().database))
        address.searchParams.set("lock_timeout", "50")
        const url = Redacted.make(address.href)
        const { server } = yield* serverAt(url, yield* testBucket, yield* temporaryFolder)
        const app = yield* webApp(server, yield* signIn(server))
        const look = server.ask("GET", `/v1/libraries/${app.library}/songs`, { token: app.token })
        const sql = Context.get(yield* Layer.build(layerBeside(url)), SqlClient.SqlClient)
        yield* sql.withTransaction(
          Effect.gen(function* () {
            yield* sql`LOCK TABLE library IN ACCESS EXCLUSIVE MODE`
            expect((yield* look).json).toMatchObject({ type: "DatabaseAway", status: 503 })
          })
        )
        expect((yield* look).status).toBe(200)
      })
  )

  it.scopedLive("opens the libraries in which something is due, and no others", () =>
    Effect.gen(function* () {
      const url = yield* database().database
      const bucket = yield* testBucket
      const say = (statement: string) => database().say(url, statement)
      const until = (statement: string, wanted: string) =>
        Effect.repeat(Effect.delay(say(statement), 20), { until: (found) => found === wanted })
      const first = yield* serverAt(url, bucket, yield* temporaryFolder, 20)
      const admin = yield* signIn(first.server)
      const apps = [yield* webApp(first.server, admin), yield* webApp(first.server, admin, "Other")]
      for (const app of apps) expect((yield* save(first.server, app, "s0")).status).toBe(201)
      // It has looked at both, and nothing was done since.
      yield* until("SELECT count(*) FROM library WHERE look_at > 0", "2")
      yield* first.end
      const [due, other] = apps
      if (due === undefined || other === undefined) throw new Error("two")
      yield* say(`UPDATE library SET look_at = 1 WHERE id = '${due.library}'`)
      const data = yield* temporaryFolder
      yield* serverAt(url, bucket, data, 20)
      yield* until("SELECT count(*) FROM library WHERE look_at > 1", "2")
      const isOpen = ({ library }: App) => existsSync(join(data, "homes", library, "library.db"))
      expect([isOpen(due), isOpen(other)]).toEqual([true, false])
    })
  )

  it.scopedLive("has just what was acknowledged, whenever the one before was taken over", () =>
    Effect.gen(function* () {
      const url = yield* database().database
      const bucket = yield* testBucket
      const first = yield* serverAt(url, bucket, yield* temporaryFolder)
      const app = yield* webApp(first.server, yield* signIn(first.server))
      let now = first.server
      const acknowledged = new Set<string>()
      /** A web app that saves songs one after the other, on the server that was started last. */
      let writing = 5
      const writer = (n: number) =>
        Effect.gen(function* () {
          for (let m = 0; m < 12; m++) {
            const answer = yield* Effect.either(Effect.sandbox(save(now, app, `w${n}-${m}`)))
            if (answer._tag === "Right" && answer.right.status === 201) acknowledged.add(`w${n}-${m}`)
          }
          writing--
        })
      const takeOver = Effect.gen(function* () {
        for (let n = 0; n < 3; n++) {
          const before = acknowledged.size
          yield* Effect.repeat(
            Effect.delay(
              Effect.sync(() => acknowledged.size),
              5
            ),
            { until: (size) => writing === 0 || size >= before + 5 }
          )
          now = (yield* serverAt(url, bucket, yield* temporaryFolder)).server
        }
      })
      yield* Effect.all([takeOver, ...[0, 1, 2, 3, 4].map(writer)], { concurrency: "unbounded" })
      const found = yield* songs(now, app)
      const lost = [...acknowledged].filter((id) => !(Array.isArray(found) && found.includes(id)))
      expect(acknowledged.size).toBeGreaterThanOrEqual(15)
      expect(lost).toEqual([])
    })
  )
})

it.runIf(!hasPostgres())(
  "is not tried: there is no PostgreSQL here (Debian: apt install postgresql)",
  ({ skip }) => skip()
)
