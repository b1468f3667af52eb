// The files of libraries in a bucket: the same server, with a data folder that can be lost.
import { createHash, randomBytes, randomUUID } from "node:crypto"
import { existsSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { httpBlobs, sourceOf } from "@white-room/vault"
import { blobsContract } from "@white-room/vault/testing"
import Sqlite from "better-sqlite3"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { operate, startServer } from "../src/index.js"
import { leastBytes } from "../src/library/Shelf.js"
import { device, invite, putBlob, putHeaders, sharedServer, signIn, testServer } from "./support/server.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { testBucket } from "./support/testBucket.js"
import { isNew, key, songWish, webApp } from "./support/web.js"

const shared = sharedServer(
  {},
  Effect.map(testBucket, ({ place: blobs }) => ({ blobs }))
)

blobsContract(
  "of a server with a bucket, as its admin",
  Effect.gen(function* () {
    const { server, admin } = shared()
    const { library } = yield* invite(server, admin)
    return yield* httpBlobs({
      place: `${server.address}/${library}`,
      token: Redacted.make(admin),
      pageSize: 5
    })
  })
)

const name = () => `${randomUUID()}/${randomUUID()}/segment`

describe("a server with a bucket", () => {
  it.scopedLive("keeps nothing of a library in its data folder, and all of it in the bucket", () =>
    Effect.gen(function* () {
      const bucket = yield* testBucket
      const server = yield* testServer({ blobs: bucket.place })
      const admin = yield* signIn(server)
      const anna = yield* device(server, admin)
      const bytes = randomBytes(9 * 1024 * 1024)
      const path = `/v1/libraries/${anna.library}/blobs/${name()}`
      const put = () =>
        server.ask("PUT", path, { token: anna.token, body: bytes, headers: putHeaders(bytes) })
      expect((yield* put()).status).toBe(201)
      expect((yield* put()).status).toBe(204)
      const key = `libraries/${path.slice("/v1/libraries/".length).replace("/blobs", "")}`
      expect(bucket.objects.get(key)?.bytes.equals(bytes)).toBe(true)
      expect(existsSync(join(server.data, "libraries", anna.library))).toBe(false)
      expect(readdirSync(server.data).filter((each) => each.startsWith("moment"))).toEqual([])
      const read = (headers = {}) =>
        Effect.promise(async () => {
          const answer = await fetch(server.address + path, {
            headers: { authorization: `Bearer ${anna.token}`, ...headers }
          })
          return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) }
        })
      expect((yield* read()).bytes.equals(bytes)).toBe(true)
      const part = yield* read({ range: "bytes=4194300-8388700" })
      expect([part.status, part.bytes.equals(bytes.subarray(4194300, 8388701))]).toEqual([206, true])
      const { json } = yield* server.ask("GET", `/v1/libraries/${anna.library}`, { token: admin })
      expect(json).toMatchObject({ used: bytes.length })
      // Other bytes of that name: the first ones stay.
      const other = Buffer.alloc(2 * 1024 * 1024)
      const refused = yield* server.ask("PUT", path, {
        ...{ token: anna.token, body: other, headers: putHeaders(other) }
      })
      expect(refused.json).toMatchObject({ type: "BlobExists" })
    })
  )

  it.scopedLive("keeps nothing of an upload that is not what it says, and gives its room back", () =>
    Effect.gen(function* () {
      const bucket = yield* testBucket
      const server = yield* testServer({ blobs: bucket.place })
      const anna = yield* device(server, yield* signIn(server))
      const before = bucket.objects.size
      const line = `${randomUUID()}/${randomUUID()}`
      for (const length of [1000, 2 * 1024 * 1024]) {
        const bytes = randomBytes(length)
        const answer = yield* server.ask("PUT", `/v1/libraries/${anna.library}/blobs/${line}/${length}`, {
          ...{ token: anna.token, body: bytes, headers: putHeaders(Buffer.from("other")) }
        })
        expect(answer.json).toMatchObject({ type: "FileNotVerified" })
      }
      expect(bucket.objects.size).toBe(before)
      const { json } = yield* server.ask("GET", "/v1/libraries", { token: anna.token })
      expect(json).toMatchObject({ items: [{ used: 0 }] })
    })
  )

  it.scopedLive("says 503 while the bucket is away, and goes on when it is back", () =>
    Effect.gen(function* () {
      const bucket = yield* testBucket
      const server = yield* testServer({ blobs: bucket.place })
      const anna = yield* device(server, yield* signIn(server))
      yield* putBlob(server, anna.token, anna.library, "vault.json", '{"kind":"plain"}')
      bucket.isAway = true
      const read = server.ask("GET", `/v1/libraries/${anna.library}/blobs/vault.json`, { token: anna.token })
      expect((yield* read).json).toMatchObject({ type: "FilesAway", status: 503 })
      bucket.isAway = false
      expect((yield* read).text).toBe('{"kind":"plain"}')
    })
  )

  it.scopedLive("says 503 too where a library is to be made of files in a bucket that is away", () =>
    Effect.gen(function* () {
      const bucket = yield* testBucket
      const data = yield* temporaryFolder
      const app = yield* Effect.scoped(
        Effect.gen(function* () {
          const one = yield* Effect.flatMap(testServer({ data, blobs: bucket.place }), (server) =>
            Effect.flatMap(signIn(server), (admin) => webApp(server, admin))
          )
          expect((yield* one.ask("PUT", "songs/night", songWish("Night"), isNew)).status).toBe(201)
          return one
        })
      )
      rmSync(join(data, "homes"), { recursive: true })
      const server = yield* testServer({ data, blobs: bucket.place })
      const ask = (method: string, path: string, body?: unknown, headers = {}) =>
        server.ask(method, `/v1/libraries/${app.library}/${path}`, { token: app.token, body, headers })
      bucket.isAway = true
      const away = yield* Effect.all(
        [
          ask("GET", "songs/night"),
          ask("PUT", "songs/day", songWish("Day"), { ...isNew, ...key() }),
          ask("POST", "backups", { description: "now" }, key()),
          ask("PUT", "profiles/daily", { when: ["daily 18:00"] }, isNew)
        ],
        { concurrency: "unbounded" }
      )
      expect(away.map(({ status, json }) => [status, json.type])).toEqual(away.map(() => [503, "FilesAway"]))
      bucket.isAway = false
      expect((yield* ask("GET", "songs/night")).json).toMatchObject({ name: "Night" })
    })
  )

  it.scopedLive("discards into the trash of the bucket, and erases everything with a receipt", () =>
    Effect.gen(function* () {
      const bucket = yield* testBucket
      const data = yield* temporaryFolder
      const anna = yield* Effect.scoped(
        Effect.gen(function* () {
          const server = yield* testServer({ data, blobs: bucket.place })
          const admin = yield* signIn(server)
          const one = yield* device(server, admin)
          for (const each of ["vault.json", "policy/1"])
            yield* putBlob(server, one.token, one.library, each, '{"kind":"plain"}')
          const path = `/v1/libraries/${one.library}/blobs/vault.json`
          expect((yield* server.ask("DELETE", path, { token: admin })).status).toBe(204)
          expect((yield* server.ask("GET", path, { token: admin })).status).toBe(404)
          return one
        })
      )
      const of = (start: string) => [...bucket.objects.keys()].filter((key) => key.startsWith(start))
      expect(of(`trash/${anna.library}/`)).toEqual([
        expect.stringMatching(/\/\d{4}-\d\d-\d\d\/[0-9a-z]+\/vault\.json$/)
      ])
      expect(of(`libraries/${anna.library}/`)).toHaveLength(1)
      const erased = yield* operate(data, { blobs: bucket.place }).erase(anna.library)
      expect(erased.places).toEqual([{ place: bucket.place, files: 2 }])
      expect([...bucket.objects.keys()]).toEqual(["server.json"])
    })
  )

  it.scopedLive("goes on in a new data folder; the bucket belongs to its own control database", () =>
    Effect.gen(function* () {
      const bucket = yield* testBucket
      const [data, mirror] = [yield* temporaryFolder, yield* temporaryFolder]
      const made = yield* Effect.scoped(
        Effect.gen(function* () {
          const server = yield* testServer({ data, mirror, blobs: bucket.place, mirrorEveryMs: 50 })
          const app = yield* webApp(server, yield* signIn(server))
          const saved = yield* app.ask("PUT", "songs/night", songWish("Night Drive"), isNew)
          expect(saved.status).toBe(201)
          return app
        })
      )
      const fault = (options: Partial<Parameters<typeof startServer>[0]>) =>
        Effect.map(
          Effect.flip(
            Effect.scoped(startServer({ data, host: "127.0.0.1", port: 0, graceMs: 100, ...options }))
          ),
          ({ message }) => message
        )
      const other = yield* testBucket
      expect(yield* fault({})).toContain("and no bucket was named")
      expect(yield* fault({ blobs: other.place })).toContain("is not that of the server whose files are in")
      expect(yield* fault({ blobs: bucket.place, data: yield* temporaryFolder })).toContain(
        "no list of who has access"
      )
      const own = yield* temporaryFolder
      const anna = yield* Effect.scoped(
        Effect.gen(function* () {
          const server = yield* testServer({ data: own })
          const one = yield* device(server, yield* signIn(server))
          yield* putBlob(server, one.token, one.library, "vault.json", '{"kind":"plain"}')
          return one
        })
      )
      expect(anna.library).not.toBe("")
      expect(yield* fault({ data: own, blobs: (yield* testBucket).place })).toContain(
        "are in its data folder"
      )
      // Everything but the bucket and the mirror is gone.
      const next = yield* testBucket
      const again = yield* testServer({ from: mirror, blobs: next.place })
      const song = yield* again.ask("GET", `/v1/libraries/${made.library}/songs/night`, { token: made.token })
      expect(song.json).toMatchObject({ name: "Night Drive" })
    })
  )

  it.scopedLive(
    "acknowledges what is written here when it is in the bucket: its data folder can be lost",
    () =>
      Effect.gen(function* () {
        const bucket = yield* testBucket
        const data = yield* temporaryFolder
        const { app, puts } = yield* Effect.scoped(
          Effect.gen(function* () {
            const server = yield* testServer({ data, blobs: bucket.place, limits: { uploads: 100 } })
            const one = yield* webApp(server, yield* signIn(server))
            const save = (n: number) =>
              one.ask("PUT", `songs/s${n}`, songWish(`Song ${n}`), { ...isNew, ...key() })
            expect((yield* save(0)).status).toBe(201)
            let count = 0
            bucket.answer = (method) => {
              if (method === "PUT") count++
              return undefined
            }
            const all = Array.from({ length: 40 }, (_, n) => save(n + 1))
            const saved = yield* Effect.all(all, { concurrency: "unbounded" })
            expect(saved.map(({ status }) => status)).toEqual(all.map(() => 201))
            // What cannot be put there is not acknowledged, and is when it is asked for again.
            bucket.answer = (method) => (method === "PUT" ? 403 : undefined)
            const again = key()
            const late = one.ask("PUT", "songs/late", songWish("Late"), { ...isNew, ...again })
            expect((yield* late).json).toMatchObject({ type: "NotKeptYet", status: 503 })
            bucket.answer = undefined
            expect((yield* late).status).toBe(201)
            return { app: one, puts: count }
          })
        )
        // Those that came together went together.
        expect(puts).toBeLessThan(20)
        rmSync(join(data, "homes"), { recursive: true })
        const server = yield* testServer({ data, blobs: bucket.place })
        const { json } = yield* server.ask("GET", `/v1/libraries/${app.library}/songs?limit=100`, {
          token: app.token
        })
        expect(Array.isArray(json.items) && json.items.length).toBe(42)
      })
  )

  it.scopedLive(
    "asks for one thing where it goes on as it left it, and looks what is there after what failed",
    () =>
      Effect.gen(function* () {
        const [bucket, data] = [yield* testBucket, yield* temporaryFolder]
        const server = yield* testServer({ data, blobs: bucket.place })
        const { ask, library } = yield* webApp(server, yield* signIn(server))
        const save = (id: string, again = key()) =>
          ask("PUT", `songs/${id}`, songWish(id), { ...isNew, ...again })
        let asked: Array<string> = []
        const watch = () => {
          asked = []
          bucket.answer = (method, name) => {
            asked.push(name === "" ? "LIST" : method)
            return undefined
          }
        }
        for (const id of ["first", "second", "third"]) {
          watch()
          expect((yield* save(id)).status).toBe(201)
          if (id !== "first") expect(asked).toEqual(["PUT"])
        }
        bucket.answer = (method) => (method === "PUT" ? 403 : undefined)
        const again = key()
        expect((yield* save("fourth", again)).json.type).toBe("NotKeptYet")
        watch()
        expect((yield* save("fourth", again)).status).toBe(201)
        expect(asked.sort()).toEqual(["GET", "LIST", "LIST", "PUT"])
        // What it takes up was counted on the way; what was written last is added to it until that is there.
        const files = [...bucket.objects.keys()].filter((name) => name.includes(`/${library}/`)).length
        const control = new Sqlite(join(data, "control.db"), { readonly: true })
        const used = control.prepare("SELECT used FROM library WHERE id = ?").pluck().get(library)
        control.close()
        expect(Math.floor(Number(used) / leastBytes)).toBe(files)
      })
  )

  it.scopedLive("tells those who wait for a bucket that is away, as it ends, that it is not there", () =>
    Effect.gen(function* () {
      const bucket = yield* testBucket
      const scope = yield* Scope.make()
      const server = yield* Scope.extend(testServer({ blobs: bucket.place }), scope)
      const one = yield* webApp(server, yield* signIn(server))
      const save = (id: string) => one.ask("PUT", `songs/${id}`, songWish(id), { ...isNew, ...key() })
      expect((yield* save("first")).status).toBe(201)
      const asked = yield* Deferred.make<void>()
      bucket.answer = (method) => {
        if (method !== "PUT") return undefined
        Deferred.unsafeDone(asked, Effect.void)
        return 503
      }
      const late = yield* Effect.fork(save("late"))
      yield* Deferred.await(asked)
      yield* Scope.close(scope, Exit.void)
      expect((yield* late).json).toMatchObject({ type: "NotKeptYet", status: 503 })
    })
  )

  it.scopedLive("is ready when it looks after its libraries, and not before", () =>
    Effect.gen(function* () {
      const bucket = yield* testBucket
      const data = yield* temporaryFolder
      let lists = 0
      bucket.answer = (_, name) => {
        if (name === "") lists++
        return undefined
      }
      const first = Effect.gen(function* () {
        const server = yield* testServer({ data, blobs: bucket.place })
        const count = lists
        yield* webApp(server, yield* signIn(server))
        return { address: server.address, count }
      })
      const { address, count } = yield* Effect.scoped(first)
      // An upload that did not end: what is there of its library is listed when the server listens.
      const control = new Sqlite(join(data, "control.db"))
      control.exec("UPDATE library SET reserved = 1")
      control.close()
      let early: number | undefined
      const look = (): Promise<void> =>
        fetch(`${address}/health/ready`).then(({ status }) => {
          early = status
        }, look)
      look()
      lists = 0
      bucket.answer = (_, name) => (name === "" && ++lists > count && early === undefined ? 503 : undefined)
      const server = yield* testServer({ data, blobs: bucket.place, port: Number(new URL(address).port) })
      expect(early).toBe(503)
      expect((yield* server.ask("GET", "/health/ready")).status).toBe(200)
    })
  )

  it.scopedLive("sends what is large as it is read", () =>
    Effect.gen(function* () {
      const bucket = yield* testBucket
      const blobs = bucket.blobs
      const bytes = randomBytes(20 * 1024 * 1024)
      let held = 0
      const source = {
        ...sourceOf(bytes),
        read: function* () {
          for (let at = 0; at < bytes.length; at += 65536) {
            held++
            yield bytes.subarray(at, at + 65536)
          }
        }
      }
      yield* blobs.put("large", source)
      expect(held).toBe(320)
      expect(
        createHash("sha256")
          .update(bucket.objects.get("large")?.bytes ?? "")
          .digest("hex")
      ).toBe(createHash("sha256").update(bytes).digest("hex"))
      expect(yield* Effect.flip(blobs.put("large", source))).toMatchObject({ _tag: "BlobExists" })
      expect(held).toBe(320)
      const spoilt = { ...source, sha256: sourceOf(Buffer.from("other")).sha256 }
      expect(yield* Effect.flip(blobs.put("other", spoilt))).toMatchObject({ _tag: "FileNotVerified" })
      expect(bucket.objects.has("other")).toBe(false)
    })
  )
})
