/** Libraries are read over the API: what it says is what the library itself says, now and at any time. */
import { readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { LibraryStatus } from "../src/api.js"
import { pushing, reader, secondDevice, song } from "./support/pushed.js"
import { saysWhatItSays, work } from "./support/says.js"
import { device, sharedServer, signIn, testServer } from "./support/server.js"

describe("reading a library", () => {
  const shared = sharedServer()

  it.scopedLive("says what the library says, now and at any time", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* pushing(server, admin)
      const { library } = anna
      const position = yield* work(library)
      yield* anna.push
      const get = reader(server, anna)
      yield* saysWhatItSays(library, position, get)
      const { json: status } = yield* get("status")
      expect(Schema.decodeUnknownEither(LibraryStatus)(status)._tag).toBe("Right")
      const { songs, backups, position: head } = yield* library.upkeep.status
      expect(status).toMatchObject({
        library: { path: anna.id, songs, backups, position: head },
        here: { number: 2, changed: 0 },
        devices: [{ position: head }]
      })
    })
  )

  it.scopedLive("security 29: exports are those of the library, and files to be kept", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* pushing(server, admin)
      yield* work(anna.library)
      yield* anna.push
      const get = reader(server, anna)
      const own = join(server.data, "own.json")
      yield* anna.library.exports.write("b1", own)
      const exported = yield* get("export?at=b1")
      const { readFileSync } = yield* Effect.promise(() => import("node:fs"))
      expect(JSON.parse(exported.text)).toEqual(JSON.parse(readFileSync(own, "utf8")))
      rmSync(own)
      expect(exported.headers.get("content-disposition")).toMatch(
        /^attachment; filename="[a-z0-9.-]+\.json"$/
      )
      const one = yield* get("export?format=json&song=plain-1&song=p")
      expect(one.json).toMatchObject({ type: "EntityNotFound" })
      const { songs } = (yield* get("export?song=plain-1")).json
      expect(JSON.parse(String(songs))).toHaveLength(1)
      const bundle = yield* get("export?format=bundle")
      expect(bundle.status).toBe(200)
      expect(Number(bundle.headers.get("content-length"))).toBeGreaterThan(500)
      // Nothing of them stays.
      expect(readdirSync(join(server.data, "replicas", anna.id, "exports"))).toEqual([])
    })
  )

  it.scopedLive("lists come in pages, of the state that the first was of", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* pushing(server, admin)
      for (const number of [1, 2, 3, 4, 5, 6, 7])
        yield* anna.library.songs.create(song(`s${number}`, `Song ${number}`))
      for (const _ of [1, 2, 3]) yield* anna.library.backups.take()
      yield* anna.push
      const get = reader(server, anna)
      const names: Array<unknown> = []
      let next = ""
      for (let pages = 1; ; pages++) {
        const { json: body } = yield* get(`songs?limit=3${next}`)
        names.push(...(Array.isArray(body.items) ? body.items.map(({ name }) => name) : []))
        if (body.isLast === true) {
          expect([pages, body.next]).toEqual([3, undefined])
          break
        }
        next = `&after=${body.next}`
        // The library goes on meanwhile.
        yield* anna.library.songs.create(song(`new ${pages}`, `Song 0 ${pages}`))
        yield* anna.library.songs.delete(`s${pages}`)
        yield* anna.push
      }
      expect(names).toEqual([1, 2, 3, 4, 5, 6, 7].map((number) => `Song ${number}`))
      const first = yield* get("backups?limit=2")
      expect(first.json).toMatchObject({ items: [{ number: 1 }, { number: 2 }], isLast: false })
      expect((yield* get(`backups?limit=2&after=${first.json.next}`)).json).toMatchObject({
        items: [{ number: 3 }],
        isLast: true
      })
      for (const wrong of ["songs?limit=0", "songs?limit=1001", "songs?after=nonsense", "diff", "find?q="])
        expect([wrong, (yield* get(wrong)).status]).toEqual([wrong, 400])
    })
  )

  it.scopedLive("what is not there is said to be so", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* pushing(server, admin)
      const get = reader(server, anna)
      const type = (path: string) => Effect.map(get(path), ({ status, json }) => [status, json.type])
      expect(yield* type("songs")).toEqual([404, "NothingThere"])
      yield* anna.library.songs.create(song("a"))
      yield* anna.library.backups.take()
      yield* anna.push
      expect(yield* type("songs/b")).toEqual([404, "EntityNotFound"])
      expect(yield* type("songs/b/document")).toEqual([404, "EntityNotFound"])
      expect(yield* type("songs/b/history")).toEqual([404, "EntityNotFound"])
      expect(yield* type("backups/b7")).toEqual([404, "BackupNotFound"])
      expect((yield* get("backups/b7")).json).toMatchObject({ near: ["b1"] })
      expect(yield* type("songs?at=b7")).toEqual([404, "BackupNotFound"])
      expect(yield* type("songs?at=@99")).toEqual([404, "MomentNotFound"])
      expect(yield* type("songs/a?at=1999-01-01T00:00:00Z")).toEqual([404, "MomentNotFound"])
      expect(yield* type("songs?at=2026-99-99T00:00:00Z")).toEqual([400, "InvalidRequest"])
      expect(yield* type("songs?line=nothing")).toEqual([400, "InvalidRequest"])
      expect(yield* type(`songs?line=${"0".repeat(36)}`)).toEqual([404, "NothingThere"])
    })
  )

  it.scopedLive("a sealed library is read by nobody here, and another's is not there", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const sealed = yield* device(server, admin, { sealed: true })
      const get = reader(server, { id: sealed.library, token: sealed.token })
      for (const path of ["status", "songs", "songs/a", "backups", "find?q=a", "export"])
        expect((yield* get(path)).json).toMatchObject({ status: 409, type: "Sealed" })
      const anna = yield* pushing(server, admin)
      const ben = yield* device(server, admin, { name: "Ben" })
      const others = reader(server, { id: anna.id, token: ben.token })
      const missing = reader(server, { id: "nobody-00000000", token: ben.token })
      for (const path of ["status", "songs", "songs/a", "backups/b1", "export"])
        expect((yield* others(path)).text).toBe((yield* missing(path)).text)
      const teacher = yield* device(server, admin, { role: "teacher", libraries: [anna.id] })
      yield* anna.library.songs.create(song("a"))
      yield* anna.push
      const look = reader(server, { id: anna.id, token: teacher.token })
      expect((yield* look("songs")).json).toMatchObject({ items: [{ id: "a" }] })
    })
  )

  it.scopedLive("of several devices the newest answers and says so; a position needs to say of which", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const one = yield* pushing(server, admin)
      yield* one.library.songs.create(song("a", "Both"))
      yield* one.library.backups.take()
      yield* one.push
      const two = yield* secondDevice(server, admin, one)
      yield* one.library.songs.upsert(song("a", "By the first"))
      yield* one.push
      yield* two.library.songs.upsert(song("a", "By the second"))
      yield* two.library.songs.create(song("b"))
      yield* two.push
      const get = reader(server, one)
      const newest = yield* get("songs/a")
      expect(newest.json).toMatchObject({ name: "By the second" })
      const { json: status } = yield* get("status")
      const devices: ReadonlyArray<{ line: string; position: number }> = Array.isArray(status.devices)
        ? status.devices
        : []
      expect(devices).toHaveLength(2)
      expect([status.line, newest.headers.get("whiteroom-line")]).toEqual([
        devices[0]?.line,
        devices[0]?.line
      ])
      for (const path of [
        "songs?at=@1",
        "songs/a?at=b1",
        "backups/b1",
        "diff?from=b1",
        "diff?from=latest&to=@2"
      ]) {
        const { json } = yield* get(path)
        expect(json).toMatchObject({ status: 409, type: "SeveralDevices", devices: status.devices })
        expect((yield* get(`${path}${path.includes("?") ? "&" : "?"}line=${devices[1]?.line}`)).status).toBe(
          200
        )
      }
      expect((yield* get(`songs/a?line=${devices[1]?.line}`)).json).toMatchObject({ name: "By the first" })
      expect((yield* get("songs?at=latest")).json).toMatchObject({ items: [{ name: "Both" }] })
    })
  )

  it.scopedLive("what is pushed is there at once, and costs no new library file", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* pushing(server, admin)
      yield* anna.library.songs.create(song("a"))
      yield* anna.push
      const get = reader(server, anna)
      const folder = join(server.data, "replicas", anna.id)
      expect((yield* get("songs")).json).toMatchObject({ items: [{ id: "a" }] })
      const files = () => readdirSync(folder).filter((name) => name.endsWith(".db"))
      const [file = ""] = files()
      for (const id of ["b", "c", "d"]) {
        yield* anna.library.songs.create(song(id))
        yield* anna.push
        expect((yield* get(`songs/${id}`)).status).toBe(200)
        expect(files()).toEqual([file])
      }
    })
  )

  it.scopedLive("a library file that is damaged or gone is made again, and nobody notices", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* pushing(server, admin)
      for (const number of Array.from({ length: 30 }, (_, index) => index))
        yield* anna.library.songs.create(song(`s${number}`))
      yield* anna.push
      const get = reader(server, anna)
      const folder = join(server.data, "replicas", anna.id)
      const file = () => join(folder, readdirSync(folder).find((name) => name.endsWith(".db")) ?? "")
      expect((yield* get("songs")).json).toMatchObject({ isLast: true })
      // Nobody has it open: what is read is what lies there.
      const spoil: ReadonlyArray<(name: string) => void> = [
        (name) => truncateSync(name, 5000),
        (name) => writeFileSync(name, "not a library"),
        (name) => rmSync(name),
        () => rmSync(join(server.data, "replicas"), { recursive: true })
      ]
      for (const [round, damage] of spoil.entries()) {
        damage(file())
        yield* anna.library.songs.create(song(`new ${round}`))
        yield* anna.push
        const { status, json } = yield* get("songs?limit=1000")
        expect([round, status, Array.isArray(json.items) && json.items.length]).toEqual([
          round,
          200,
          31 + round
        ])
      }
    })
  )
})

describe("a library that is being made ready", () => {
  it.scopedLive("says so, with how far it is and when to ask again", () =>
    Effect.gen(function* () {
      const server = yield* testServer()
      const admin = yield* signIn(server)
      const anna = yield* pushing(server, admin)
      yield* anna.library.songs.create(song("a"))
      yield* anna.push
      const get = reader(server, anna)
      // A thread takes longer to begin than no time.
      const first = yield* get("songs", "wait=0")
      expect([first.status, first.headers.get("retry-after")]).toEqual([503, "2"])
      expect(first.json).toMatchObject({ type: "Opening", progress: { done: 0 } })
      expect((yield* get("songs")).json).toMatchObject({ items: [{ id: "a" }] })
      expect(server.log.filter(({ event }) => event === "fault")).toEqual([])
    })
  )
})
