/** Libraries of web apps, looked after like every other: backups, restores, undo, their files, the mirror, the feed, erasing. */
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { clone, folderBlobs, lineEnds, openVault } from "@white-room/vault"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import { operate } from "../src/index.js"
import { listen } from "./support/listen.js"
import { signIn, type TestServer, testServer } from "./support/server.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { at, isNew, key, songWish, webApp } from "./support/web.js"

/** A turn of everything that waits for a disk or a thread. */
const turn = Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, 20)))

/** Files, and no folders: what was erased may leave an empty one. */
const filesBelow = (folder: string): ReadonlyArray<string> =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile())
        .map(({ name }) => name)
    : []

/** What came to the files of a library. */
const positionIn = (data: string, library: string) =>
  Effect.gen(function* () {
    const vault = yield* openVault(folderBlobs(join(data, "libraries", library)))
    return Math.max(0, ...(yield* lineEnds(vault)).map(({ position }) => position))
  }).pipe(Effect.orElseSucceed(() => 0))

const until = <A>(look: Effect.Effect<A>, isSo: (found: A) => boolean): Effect.Effect<A> =>
  Effect.flatMap(Effect.zipRight(turn, look), (found) =>
    isSo(found) ? Effect.succeed(found) : until(look, isSo)
  )

/** The server, ended and started again in the same folder. */
const ask = (server: TestServer, token: string, library: string) => (path: string) =>
  server.ask("GET", `/v1/libraries/${library}/${path}`, { token })

describe("a library of a web app", () => {
  it.scopedLive("is backed up, restored as it was looked at, and everything is taken back", () =>
    Effect.gen(function* () {
      const server = yield* testServer()
      const app = yield* webApp(server, yield* signIn(server))
      const post = (path: string, body?: unknown, headers: Readonly<Record<string, string>> = key()) =>
        app.ask("POST", path, body, headers)
      const name = Effect.map(app.ask("GET", "songs/s1"), ({ json }) => json.name)
      yield* app.ask("PUT", "songs/s1", songWish("Night Drive"), isNew)
      const headers = key()
      const taken = yield* post("backups", { description: "good" }, headers)
      expect([taken.status, taken.json.number]).toEqual([201, 1])
      expect((yield* post("backups", { description: "good" }, headers)).json).toEqual(taken.json)
      yield* app.ask("PUT", "songs/s1", songWish("Ruined"), at(1))
      const wish = { at: "b1", mode: "replace", only: [{ kind: "song", id: "s1" }] }
      const planned = yield* post("restores", { ...wish, dryRun: true })
      expect(planned.json).toMatchObject({
        home: "server",
        state: "planned",
        preview: { plan: { update: 1 } }
      })
      expect(yield* name).toBe("Ruined")
      const applied = yield* post(`restores/${planned.json.id}/apply`, undefined, { "if-match": '"1"' })
      expect(applied.json).toMatchObject({ state: "applied", outcome: { songsRestored: 1 } })
      expect(yield* name).toBe("Night Drive")
      expect((yield* app.ask("GET", "songs/s1")).headers.get("etag")).toBe('"3"')
      const undone = yield* post(`restores/${planned.json.id}/undo`, undefined, {
        "if-match": `"${applied.json.revision}"`
      })
      expect(undone.json).toMatchObject({ state: "undone", undone: { songsRestored: 1 } })
      expect(yield* name).toBe("Ruined")

      yield* app.ask("DELETE", "songs/s1", undefined, at(4))
      const { json } = yield* app.ask("GET", "operations")
      const [deletion] = json.items as ReadonlyArray<{ number: number }>
      expect(deletion).toMatchObject({ what: "delete", description: "delete song Ruined", actor: "Web app" })
      const back = key()
      const undo = () => post(`operations/${deletion?.number}/undo`, {}, back)
      const first = yield* undo()
      expect(first.json).toMatchObject({ operation: deletion, outcome: { songsRestored: 1 } })
      expect(yield* name).toBe("Ruined")
      // Asked for again by its key it is told again; without it there is nothing more to take back.
      const again = yield* undo()
      expect(again.json).toMatchObject({
        operation: deletion,
        outcome: { songsRestored: 1, isSuccess: true }
      })
      expect((yield* post(`operations/${deletion?.number}/undo`, {})).json.type).toBe("OperationNotFound")
      expect((yield* post(`operations/${deletion?.number}/undo`, {}, {})).json.type).toBe("KeyRequired")
      expect((yield* post("operations/none/undo", {})).status).toBe(400)
    })
  )

  it.scopedLive("tells those who look, as it is written", () =>
    Effect.gen(function* () {
      const server = yield* testServer()
      const app = yield* webApp(server, yield* signIn(server))
      const own = yield* listen(server.address, "/v1/events", { authorization: `Bearer ${app.token}` })
      yield* own.next
      yield* app.ask("PUT", "songs/s1", songWish("Night Drive"), isNew)
      expect(yield* own.next).toMatchObject({ event: "library", data: { library: app.library, position: 1 } })
      yield* app.ask("POST", "backups", {}, key())
      const both = [yield* own.next, yield* own.next].map(({ event }) => event)
      expect(both).toEqual(["library", "backup"])
      const last = yield* app.ask("GET", "changes?since=1")
      expect(last.json).toMatchObject({ items: [{ type: "BackupTaken", position: 2 }], next: 2 })
    })
  )

  it.scopedLive("security 43: comes back from the mirror, goes on there, and is erased from both", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const mirror = join(folder, "mirror")
      mkdirSync(mirror)
      const first = { data: join(folder, "first"), mirror, mirrorEveryMs: 50 }
      const once = { ...isNew, ...key() }
      const { library, token, access } = yield* Effect.scoped(
        Effect.gen(function* () {
          const server = yield* testServer(first)
          const app = yield* webApp(server, yield* signIn(server))
          yield* app.ask("PUT", "profiles/daily", { when: ["daily 18:00"], keep: { last: 7 } }, isNew)
          yield* app.ask("PUT", "songs/s1", songWish("Night Drive", '{"tempo": 96}\n'), once)
          yield* app.ask("POST", "backups", { description: "good" }, key())
          yield* app.ask("PUT", "songs/s1", songWish("Day Drive"), at(1))
          yield* until(positionIn(mirror, app.library), (position) => position >= 3)
          const info = yield* server.ask("GET", `/v1/libraries/${app.library}`, { token: app.token })
          expect(Number(info.json.used)).toBeGreaterThan(1000)
          return app
        })
      )
      rmSync(first.data, { recursive: true })
      const data = join(folder, "second")
      const server = yield* testServer({ ...first, data, from: mirror })
      const get = ask(server, token, library)
      expect((yield* get("songs/s1")).json.name).toBe("Day Drive")
      expect((yield* get("songs/s1?at=b1")).json.songDataJSON).toBe('{"tempo": 96}\n')
      expect((yield* get("profiles/daily")).json).toMatchObject({ keep: { last: 7 } })
      // Keys that were used before are known there too: what is asked for again is not done again.
      const again = yield* server.ask("PUT", `/v1/libraries/${library}/songs/s1`, {
        ...{ token, body: songWish("Night Drive", '{"tempo": 96}\n'), headers: once }
      })
      expect([again.status, again.json.version]).toEqual([201, 1])
      expect((yield* get("songs/s1")).json.name).toBe("Day Drive")
      const saved = yield* server.ask("PUT", `/v1/libraries/${library}/songs/s1`, {
        ...{ token, body: songWish("Evening Drive"), headers: at(2) }
      })
      expect([saved.status, saved.json.version]).toEqual([200, 3])
      yield* until(positionIn(mirror, library), (position) => position >= 4)
      const copy = join(folder, "copy.db")
      const vault = yield* openVault(folderBlobs(join(mirror, "libraries", library)))
      expect(yield* clone(vault, copy)).toMatchObject({ position: 4, songs: 1, problems: [] })

      const erased = yield* operate(data).erase(library)
      expect(erased.places).toHaveLength(2)
      for (const place of [join(data, "libraries"), join(data, "homes"), join(mirror, "libraries")])
        expect([place, filesBelow(join(place, library))]).toEqual([place, []])
      expect((yield* get("songs/s1")).status).toBe(404)
      // The web app stays: it has other libraries, or makes some.
      const me = yield* server.ask("GET", "/v1/me", { token })
      expect(me.json).toMatchObject({ id: access, libraries: [] })
    })
  )

  it.scopedLive("security 34: takes no more room than it has, and what is too much leaves nothing", () =>
    Effect.gen(function* () {
      const server = yield* testServer({ limits: { quota: 200_000 } })
      const app = yield* webApp(server, yield* signIn(server))
      const large = songWish("Large", JSON.stringify("x".repeat(60_000)))
      const all = yield* Effect.all(
        Array.from({ length: 8 }, (_, each) => app.ask("PUT", `songs/s${each}`, large, isNew)),
        { concurrency: 8 }
      )
      const statuses = all.map(({ status }) => status)
      expect(statuses.filter((status) => status === 201).length).toBeLessThanOrEqual(3)
      expect(statuses.filter((status) => status === 507).length).toBeGreaterThanOrEqual(5)
      const kept = statuses.filter((status) => status === 201).length
      expect((yield* app.ask("GET", "songs")).json.items).toHaveLength(kept)
      // What makes it smaller is not refused.
      const gone = statuses.indexOf(201)
      expect((yield* app.ask("DELETE", `songs/s${gone}`, undefined, at(1))).status).toBe(200)
    })
  )

  it.scopedLive("a restore that a killed server had begun is carried out once, and told", () =>
    Effect.gen(function* () {
      const data = yield* temporaryFolder
      const { library, token, id } = yield* Effect.scoped(
        Effect.gen(function* () {
          const server = yield* testServer({ data })
          const app = yield* webApp(server, yield* signIn(server))
          yield* app.ask("PUT", "songs/s1", songWish("Night Drive"), isNew)
          yield* app.ask("POST", "backups", {}, key())
          yield* app.ask("PUT", "songs/s1", songWish("Ruined"), at(1))
          const wish = { at: "b1", mode: "replace", only: [{ kind: "song", id: "s1" }] }
          const done = yield* app.ask("POST", "restores", wish, key())
          expect(done.json).toMatchObject({ state: "applied" })
          return { ...app, id: String(done.json.id) }
        })
      )
      // As it would be had the server ended after the library did it and before it was noted.
      const control = new Sqlite(join(data, "control.db"))
      control.exec("UPDATE restore SET state = 'planned', begun = 1, outcome = '', operation = 0")
      control.close()
      const server = yield* testServer({ data })
      const get = ask(server, token, library)
      const restore = Effect.map(get(`restores/${id}`), ({ json }) => json)
      const told = yield* until(restore, ({ state }) => state === "applied")
      expect(told).toMatchObject({ outcome: { songsRestored: 1, isSuccess: true } })
      const { json } = yield* get("changes?limit=1000")
      const types = (json.items as ReadonlyArray<{ type: string }>).map(({ type }) => type)
      expect(types.filter((type) => type === "BackupRestored")).toHaveLength(1)
      const undone = yield* server.ask("POST", `/v1/libraries/${library}/restores/${id}/undo`, {
        ...{ token, headers: { "if-match": `"${told.revision}"` } }
      })
      expect(undone.json).toMatchObject({ state: "undone" })
      expect((yield* get("songs/s1")).json.name).toBe("Ruined")
    })
  )
})
