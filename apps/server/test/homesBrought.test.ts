/** Files that are brought into a library of a web app, and its profiles. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { createLibrary, openLibrary } from "@white-room/store"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import { song } from "./support/pushed.js"
import { sharedServer, signIn, testServer } from "./support/server.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { at, isNew, key, songWish, webApp } from "./support/web.js"

/** An exchange file and a bundle of a library of two songs, and the library itself. */
const files = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const database = join(folder, "library.db")
  const json = join(folder, "songs.json")
  const bundle = join(folder, "songs.whiteroom")
  yield* createLibrary(database)
  yield* Effect.scoped(
    Effect.gen(function* () {
      const library = yield* openLibrary(database)
      yield* library.songs.create(song("s1", "Night Drive"))
      yield* library.songs.create(song("s2", "Two Bicycles"))
      yield* library.backups.take({ description: "theirs" })
      yield* library.exports.write("now", json)
      yield* library.copies.bundle("b1", bundle)
    })
  )
  return { folder, json, bundle, database }
})

describe("a library of a web app", () => {
  const shared = sharedServer({ limits: { importBytes: 1024 * 1024 } })

  it.scopedLive("takes files in as one import: once by its key, shown first, taken back", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const app = yield* webApp(server, admin)
      const { json, bundle } = yield* files
      const bring = (file: string, query = "", headers: Readonly<Record<string, string>> = key()) =>
        app.ask("POST", `imports${query}`, readFileSync(file), {
          "content-type": "application/octet-stream",
          ...headers
        })
      const shown = yield* bring(json, "?dryRun=true")
      expect([shown.status, shown.json]).toMatchObject([200, { plan: { create: 2 }, songsRestored: 0 }])
      expect((yield* app.ask("GET", "songs")).json.items).toEqual([])
      const headers = key()
      const first = yield* bring(bundle, "", headers)
      expect([first.status, first.json]).toMatchObject([
        200,
        { songsRestored: 2, isSuccess: true, backups: [{ description: "theirs" }], problems: [] }
      ])
      yield* app.ask("PUT", "songs/s1", songWish("Mine"), at(1))
      const again = yield* bring(bundle, "", headers)
      expect(again.json).toMatchObject({ songsRestored: 2, backups: first.json.backups })
      expect((yield* bring(json, "", headers)).json.type).toBe("KeyReused")
      expect((yield* bring(json, "", {})).json.type).toBe("KeyRequired")
      // What is another one here stays, unless it is said otherwise.
      expect((yield* bring(json)).json).toMatchObject({ conflicts: 1 })
      expect((yield* app.ask("GET", "songs/s1")).json.name).toBe("Mine")
      yield* bring(json, "?onConflict=both")
      expect((yield* app.ask("GET", "songs")).json.items).toHaveLength(3)
      const { json: listed } = yield* app.ask("GET", "operations")
      const imports = (listed.items as ReadonlyArray<{ number: number; description: string }>).filter(
        ({ description }) => description === "import of upload"
      )
      // An exchange file is a backup too: also where nothing of it was merged, it came in.
      expect(imports).toHaveLength(3)
      yield* app.ask("POST", `operations/${imports[0]?.number}/undo`, {}, key())
      expect((yield* app.ask("GET", "songs")).json.items).toHaveLength(2)
      expect(readdirSync(join(server.data, "homes", app.library, "imports"))).toEqual([])
    })
  )

  it.scopedLive(
    "security 37: takes no database, nothing that is encrypted, and nothing that is too large",
    () =>
      Effect.gen(function* () {
        const { server, admin } = shared()
        const app = yield* webApp(server, admin)
        const { folder, database, bundle } = yield* files
        const bring = (bytes: Uint8Array) =>
          Effect.map(
            app.ask("POST", "imports", bytes, { "content-type": "application/octet-stream", ...key() }),
            ({ status, json }) => [status, json.type]
          )
        expect(yield* bring(readFileSync(database))).toEqual([422, "NotImportable"])
        for (const text of [
          "age-encryption.org/v1\n-> x",
          "PK\u0003\u0004",
          "",
          "  ",
          "MThd",
          "{",
          "[1, 2",
          "{}x"
        ])
          expect([text, ...(yield* bring(Buffer.from(text, "latin1")))]).toEqual([text, 422, "NotImportable"])
        const whole = readFileSync(bundle)
        expect(yield* bring(whole.subarray(0, whole.length - 100))).toEqual([422, "NotImportable"])
        const deep = join(folder, "deep.json")
        writeFileSync(deep, `{"songs":${"[".repeat(200_000)}`)
        expect((yield* bring(readFileSync(deep)))[0]).toBe(422)
        expect(yield* bring(Buffer.alloc(1024 * 1024 + 1, 0x20))).toEqual([413, "TooLarge"])
        expect((yield* app.ask("GET", "changes")).json.items).toEqual([])
      })
  )

  it.scopedLive("security 38: has profiles, which reach nothing outside of it", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const app = yield* webApp(server, admin)
      const wish = { when: ["nightly"], zone: "Europe/Berlin", keep: { daily: 14 } }
      const save = (body: unknown, headers: Readonly<Record<string, string>> = isNew, name = "nightly") =>
        app.ask("PUT", `profiles/${name}`, body, headers)
      expect((yield* save(wish, {})).json.type).toBe("VersionRequired")
      const made = yield* save(wish)
      expect(made.json).toMatchObject({ ...wish, name: "nightly", catchUp: "once", enabled: true })
      expect(JSON.stringify(made.json)).not.toContain("places")
      expect((yield* save(wish)).json.type).toBe("ProfileChanged")
      const read = yield* app.ask("GET", "profiles/nightly")
      const etag = read.headers.get("etag") ?? ""
      expect([read.json, etag]).toEqual([made.json, made.headers.get("etag")])
      const paused = yield* save({ ...wish, enabled: false }, { "if-match": etag })
      expect([paused.status, paused.json.enabled]).toEqual([200, false])
      expect((yield* save(wish, { "if-match": etag })).status).toBe(412)
      for (const more of [
        { hooks: { before: "id" } },
        { places: ["/tmp"] },
        { webhook: "http://127.0.0.1" }
      ]) {
        const sent = yield* save({ ...wish, ...more }, isNew, "evil")
        expect([more, sent.status]).toEqual([more, 400])
      }
      expect((yield* save({ when: ["never ever"] }, isNew, "odd")).json).toMatchObject({
        type: "InvalidRequest"
      })
      expect((yield* app.ask("GET", "profiles/none")).json.type).toBe("ProfileNotFound")
      const tag = { "if-match": paused.headers.get("etag") ?? "" }
      expect((yield* app.ask("DELETE", "profiles/nightly", undefined, tag)).status).toBe(204)
      expect((yield* app.ask("DELETE", "profiles/nightly", undefined, tag)).json.type).toBe("ProfileNotFound")
      expect((yield* app.ask("GET", "runs")).json).toEqual({ items: [], isLast: true })
    })
  )

  it.scopedLive(
    "security 38: has fifty profiles at most; those that are there can be changed and removed",
    () =>
      Effect.gen(function* () {
        const { server, admin } = shared()
        const app = yield* webApp(server, admin)
        const save = (name: string, headers: Readonly<Record<string, string>> = isNew, when = "nightly") =>
          app.ask("PUT", `profiles/${name}`, { when: [when] }, headers)
        const numbers = Array.from({ length: 49 }, (_, n) => `p${n}`)
        const made = yield* Effect.forEach(numbers, (name) => save(name), { concurrency: 8 })
        expect(new Set(made.map(({ status }) => status))).toEqual(new Set([200]))
        // Of those that come at once for the last place one has it.
        const last = yield* Effect.all([save("a"), save("b"), save("c")], { concurrency: "unbounded" })
        expect(last.map(({ status }) => status).sort()).toEqual([200, 409, 409])
        const refused = yield* save("more")
        expect([refused.status, refused.json.type]).toEqual([409, "TooManyProfiles"])
        expect(refused.json.detail).toContain("50")
        expect((yield* app.ask("GET", "profiles")).json.items).toHaveLength(50)
        const tagOf = (n: number) => ({ "if-match": made[n]?.headers.get("etag") ?? "" })
        expect((yield* save("p0", tagOf(0), "weekly")).status).toBe(200)
        expect((yield* app.ask("DELETE", "profiles/p1", undefined, tagOf(1))).status).toBe(204)
        expect((yield* save("more")).status).toBe(200)
      })
  )

  it.scopedLive(
    "is backed up when somebody asks, whether or not it is due, and those who look are told",
    () =>
      Effect.gen(function* () {
        const { server, admin } = shared()
        const app = yield* webApp(server, admin)
        yield* app.ask("PUT", "songs/s1", songWish("Night Drive"), isNew)
        const at = `profiles/~${Buffer.from("Jeden Abend é").toString("base64url")}`
        const saved = yield* app.ask("PUT", at, { when: ["daily 18:00"] }, isNew)
        expect(saved.json).toMatchObject({ name: "Jeden Abend é", stored: true, overdueSince: null })
        expect(Date.parse(String(saved.json.next))).toBeGreaterThan(Date.now())
        const ran = yield* app.ask("POST", `${at}/run`)
        expect(ran.json.runs).toMatchObject([
          { profile: "Jeden Abend é", activity: "backup", place: "", outcome: "done" }
        ])
        // What has not changed is skipped.
        expect((yield* app.ask("POST", `${at}/run`)).json.runs).toMatchObject([{ outcome: "skipped" }])
        expect((yield* app.ask("GET", "backups")).json.items).toMatchObject([{ profile: "Jeden Abend é" }])
        expect((yield* app.ask("GET", "runs")).json.items).toHaveLength(2)
        expect((yield* app.ask("POST", "profiles/none/run")).json.type).toBe("ProfileNotFound")
        const { text } = yield* server.ask("GET", "/v1/events?limit=1000", { token: app.token })
        // Saved once, run twice.
        expect(text.match(/"type":"profile"/g)).toHaveLength(3)
      })
  )

  it.scopedLive("is backed up by its profile, also when the server slept through the time for it", () =>
    Effect.gen(function* () {
      const data = yield* temporaryFolder
      const { library, token } = yield* Effect.scoped(
        Effect.gen(function* () {
          const server = yield* testServer({ data })
          const app = yield* webApp(server, yield* signIn(server))
          yield* app.ask("PUT", "songs/s1", songWish("Night Drive"), isNew)
          yield* app.ask("PUT", "profiles/nightly", { when: ["nightly"] }, isNew)
          return app
        })
      )
      // As if it had been saved three days ago, and the server had stood still since.
      const file = new Sqlite(join(data, "homes", library, "library.db"))
      file.prepare("UPDATE profile SET changed_at = ?").run(Date.now() - 3 * 24 * 3_600_000)
      file.close()
      const server = yield* testServer({ data, profilesEveryMs: 20 })
      const get = (path: string) =>
        Effect.map(server.ask("GET", `/v1/libraries/${library}/${path}`, { token }), ({ json }) => json.items)
      const turn = Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, 20)))
      const ran: Effect.Effect<unknown> = Effect.flatMap(Effect.zipRight(turn, get("runs")), (found) =>
        Array.isArray(found) && found[0]?.endedAt ? Effect.succeed(found) : ran
      )
      expect(yield* ran).toMatchObject([{ profile: "nightly", activity: "backup", outcome: "done" }])
      expect(yield* get("backups")).toMatchObject([{ profile: "nightly", trigger: "scheduled", songs: 1 }])
    })
  )
})
