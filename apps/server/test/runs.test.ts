/** Work on a library that takes longer than somebody waits: it goes on as a run, which says how far it is and what it came to. */
import { randomUUID } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { enrol, parseLink } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { operate } from "../src/index.js"
import { gate } from "./support/gate.js"
import { kill, serve } from "./support/served.js"
import { askServer, device, sharedServer } from "./support/server.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { isNew, key, songWish, webApp } from "./support/web.js"

/** An exchange file with one song. */
const fileOf = (name: string) =>
  Buffer.from(
    JSON.stringify({
      ...{
        version: "1.0",
        songs: [{ id: name, ...songWish(name), createdAt: "2026-01-01", updatedAt: "2026-01-01" }]
      }
    })
  )

const file = { "content-type": "application/octet-stream" }
const atOnce = { prefer: "wait=0" }
const patient = { prefer: "wait=30" }

describe("an import that takes longer than somebody waits", () => {
  const shared = sharedServer()
  const begun = Effect.gen(function* () {
    const { server, admin } = shared()
    const app = yield* webApp(server, admin)
    const asking = key()
    const bring = (body: Uint8Array, headers: Readonly<Record<string, string>> = atOnce) =>
      app.ask("POST", "imports", body, { ...file, ...asking, ...headers })
    const runOf = (location: string | null, token = app.token, headers = {}) =>
      server.ask("GET", location ?? "/none", { token, headers })
    return { server, admin, app, bring, runOf }
  })

  it.scopedLive("is a run: one for its key, which goes on by itself and says what it brought", () =>
    Effect.gen(function* () {
      const { server, admin, app, bring, runOf } = yield* begun
      const open = yield* gate(app.library)
      const first = yield* bring(fileOf("night"))
      const location = first.headers.get("location")
      expect([first.status, location]).toEqual([202, `/v1/libraries/${app.library}/runs/${first.json.id}`])
      expect(first.json).toMatchObject({ activity: "import", endedAt: null, outcome: null })
      const again = yield* bring(fileOf("night"))
      expect([again.status, again.json]).toEqual([202, first.json])
      expect((yield* bring(fileOf("day"))).json.type).toBe("KeyReused")
      expect((yield* runOf(location)).json).toEqual(first.json)
      expect((yield* app.ask("GET", "songs")).json.items).toEqual([])
      yield* open
      const ended = yield* runOf(location, app.token, patient)
      expect(ended.json).toMatchObject({
        ...{ id: first.json.id, outcome: "done", endedAt: expect.any(String) },
        imported: { songsRestored: 1, isSuccess: true }
      })
      const kept = yield* runOf(location)
      expect({ ...kept.json, endedAt: "" }).toEqual({ ...ended.json, endedAt: "" })
      // Asked for again it is the same, and is there once.
      const late = yield* bring(fileOf("night"), patient)
      expect([late.status, late.json]).toEqual([200, ended.json.imported])
      expect((yield* app.ask("GET", "operations")).json.items).toHaveLength(1)
      // Who may read the library may see it, and nobody else.
      const reader = yield* device(server, admin, { role: "teacher", libraries: [app.library] })
      expect((yield* runOf(location, reader.token)).status).toBe(200)
      const other = yield* webApp(server, admin)
      expect((yield* runOf(location, other.token)).status).toBe(404)
      expect((yield* other.ask("GET", `runs/${first.json.id}`)).status).toBe(404)
    })
  )

  it.scopedLive("says how far it is, and why it failed", () =>
    Effect.gen(function* () {
      const { server, admin, app, bring, runOf } = yield* begun
      const open = yield* gate(app.library, "after")
      const first = yield* bring(fileOf("night"))
      // What it says comes from the thread before what it came to does.
      const far = yield* runOf(first.headers.get("location")).pipe(
        Effect.repeat({ until: ({ json }) => json.progress !== undefined })
      )
      expect(far.json).toMatchObject({ endedAt: null, progress: { done: 1, total: 1 } })
      yield* open
      expect((yield* runOf(first.headers.get("location"), app.token, patient)).json.outcome).toBe("done")
      const wrong = yield* webApp(server, admin)
      const shut = yield* gate(wrong.library)
      const bad = yield* wrong.ask("POST", "imports", Buffer.from("{}x"), { ...file, ...key(), ...atOnce })
      yield* shut
      const failed = yield* runOf(bad.headers.get("location"), wrong.token, patient)
      expect(failed.json).toMatchObject({
        ...{ outcome: "failed", problem: { type: "NotImportable", status: 422 } }
      })
      expect((yield* runOf(bad.headers.get("location"), wrong.token)).json.problem).toEqual(
        failed.json.problem
      )
    })
  )

  it.scopedLive("goes on when who asked leaves, and leaves no file; eight at once, for one access", () =>
    Effect.gen(function* () {
      const { server, app } = yield* begun
      const open = yield* gate(app.library)
      const bring = (headers: Readonly<Record<string, string>>) =>
        app.ask("POST", "imports", fileOf("night"), { ...file, ...key(), ...headers })
      const all = yield* Effect.forEach(Array.from({ length: 8 }), () => bring(atOnce))
      expect(all.map(({ status }) => status)).toEqual(all.map(() => 202))
      expect((yield* bring(atOnce)).json.type).toBe("TooMany")
      yield* open
      for (const { headers } of all)
        expect(
          (yield* app.ask(
            "GET",
            headers.get("location")?.split(`${app.library}/`)[1] ?? "",
            undefined,
            patient
          )).json.outcome
        ).toBe("done")
      expect((yield* app.ask("GET", "songs")).json.items).toHaveLength(1)
      expect(readdirSync(join(server.data, "homes", app.library, "imports"))).toEqual([])
    })
  )
})

describe("a server that is killed while a run goes on", () => {
  it.scopedLive("says that it was cut off; asked for again it is done once", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const data = join(folder, "srv")
      const before = yield* serve(data, 0)
      const guest = { name: "Web app", role: "service", libraries: [], sealed: false } as const
      const { link } = yield* operate(data).invite(guest)
      const { tokenFile = "" } = yield* enrol(join(folder, "settings"), yield* parseLink(link), "test")
      const token = readFileSync(tokenFile, "utf8").trim()
      const library = `lib-${randomUUID()}`
      const ask = askServer(before.address)
      yield* ask("PUT", `/v1/libraries/${library}`, { token, headers: isNew, body: { name: "Jonas" } })
      const open = yield* gate(library, "after")
      const imports = { token, headers: { ...file, ...key(), ...atOnce }, body: fileOf("night") }
      const begun = yield* ask("POST", `/v1/libraries/${library}/imports`, imports)
      const location = begun.headers.get("location") ?? ""
      // It is in the library, and nobody was told so.
      yield* ask("GET", location, { token }).pipe(
        Effect.repeat({ until: ({ json }) => json.progress !== undefined })
      )
      yield* kill(before.child)
      yield* open
      yield* serve(data, Number(new URL(before.address).port))
      const cut = yield* ask("GET", location, { token })
      expect(cut.json).toMatchObject({
        ...{ id: begun.json.id, outcome: "failed", endedAt: expect.any(String), problem: { type: "CutOff" } }
      })
      expect((yield* ask("GET", location, { token })).json).toEqual(cut.json)
      const again = yield* ask("POST", `/v1/libraries/${library}/imports`, {
        ...imports,
        headers: { ...imports.headers, ...patient }
      })
      expect([again.status, again.json.songsRestored]).toEqual([200, 1])
      const { json } = yield* ask("GET", `/v1/libraries/${library}/operations`, { token })
      expect(json.items).toHaveLength(1)
    })
  )
})
