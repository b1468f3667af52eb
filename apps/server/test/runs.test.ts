/** Work on a library that takes longer than somebody waits: it goes on as a run, which says how far it is and what it came to. */
import { randomUUID } from "node:crypto"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { hour } from "@white-room/core"
import { enrol, parseLink, serverRestores } from "@white-room/vault"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import { problem } from "../src/api/Problem.js"
import { usualLimits } from "../src/http/Desk.js"
import { exportAt, type KeptExport, keepExport, tidyExports } from "../src/http/Exports.js"
import { problemIn } from "../src/http/problemIn.js"
import { operate } from "../src/index.js"
import { gate } from "./support/gate.js"
import { impatient } from "./support/impatient.js"
import { pushing, song } from "./support/pushed.js"
import { kill, serve } from "./support/served.js"
import { type Answer, askServer, device, sharedServer } from "./support/server.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { at, isNew, key, songWish, webApp } from "./support/web.js"

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

describe("a restore that takes longer than somebody waits", () => {
  const shared = sharedServer()
  const wish = { at: "b1", mode: "replace", only: [{ kind: "song", id: "s1" }] }
  const ruined = Effect.gen(function* () {
    const { server, admin } = shared()
    const app = yield* webApp(server, admin)
    yield* app.ask("PUT", "songs/s1", songWish("Night Drive"), isNew)
    yield* app.ask("POST", "backups", {}, key())
    yield* app.ask("PUT", "songs/s1", songWish("Ruined"), at(1))
    const name = Effect.map(app.ask("GET", "songs/s1"), ({ json }) => json.name)
    const follow = (begun: Answer, token = app.token) =>
      server.ask("GET", begun.headers.get("location") ?? "/none", { token, headers: patient })
    return { server, admin, app, name, follow }
  })

  it.scopedLive("is a run: planned and applied in one, applied as it was seen, and taken back", () =>
    Effect.gen(function* () {
      const { server, admin, app, name, follow } = yield* ruined
      const asking = { ...key(), ...atOnce }
      const shut = yield* gate(app.library)
      const first = yield* app.ask("POST", "restores", wish, asking)
      expect([first.status, first.json]).toMatchObject([202, { activity: "restore", outcome: null }])
      const again = yield* app.ask("POST", "restores", wish, asking)
      expect([again.status, again.json]).toEqual([202, first.json])
      const other = yield* app.ask("POST", "restores", { ...wish, at: "b2" }, asking)
      expect(other.json.type).toBe("KeyReused")
      yield* shut
      const done = yield* follow(first)
      expect(done.json).toMatchObject({ outcome: "done", restore: { state: "applied", home: "server" } })
      expect(yield* name).toBe("Night Drive")
      const { id, revision } = done.json.restore as { readonly id: string; readonly revision: number }
      const late = yield* app.ask("POST", "restores", wish, { ...asking, ...patient })
      expect([late.status, late.json]).toEqual([201, done.json.restore])

      const shutAgain = yield* gate(app.library)
      const undoing = { ...at(revision), ...atOnce }
      const undo = yield* app.ask("POST", `restores/${id}/undo`, undefined, undoing)
      expect([undo.status, undo.json.activity]).toEqual([202, "undo"])
      const same = yield* app.ask("POST", `restores/${id}/undo`, undefined, undoing)
      expect([same.status, same.json]).toEqual([202, undo.json])
      yield* shutAgain
      expect((yield* follow(undo)).json).toMatchObject({ outcome: "done", restore: { id, state: "undone" } })
      expect(yield* name).toBe("Ruined")
      const once = yield* app.ask("POST", `restores/${id}/undo`, undefined, undoing)
      // Who waits for nothing may be told of the run, where the answer comes from another node.
      const over = once.status === 202 ? yield* follow(once) : once
      // The same answer while the run is remembered, and that there is nothing to do from then on: nothing is done twice.
      expect(JSON.stringify(over.json)).toMatch(/"state":"undone"|"type":"RevisionOutdated"/)

      // Planned, looked at, applied.
      const { json: plan } = yield* app.ask("POST", "restores", { ...wish, dryRun: true }, key())
      const last = yield* gate(app.library)
      const applying = { ...at(plan.revision), ...atOnce }
      const begun = yield* app.ask("POST", `restores/${plan.id}/apply`, undefined, applying)
      expect(begun.status).toBe(202)
      yield* last
      expect((yield* follow(begun)).json).toMatchObject({ restore: { id: plan.id, state: "applied" } })
      expect(yield* name).toBe("Night Drive")

      // A device sees restores in its inbox, and no other.
      const reader = yield* device(server, admin, { libraries: [app.library] })
      expect((yield* follow(begun, reader.token)).status).toBe(404)
      const teacher = yield* device(server, admin, { role: "teacher", libraries: [app.library] })
      expect((yield* follow(begun, teacher.token)).status).toBe(200)
    })
  )

  it.scopedLive("fails as it would have been answered, with the new plan", () =>
    Effect.gen(function* () {
      const { app, name, follow } = yield* ruined
      const { json: plan } = yield* app.ask("POST", "restores", { ...wish, dryRun: true }, key())
      yield* app.ask("PUT", "songs/s1", songWish("Later"), at(2))
      const shut = yield* gate(app.library)
      const applying = { ...at(plan.revision), ...atOnce }
      const begun = yield* app.ask("POST", `restores/${plan.id}/apply`, undefined, applying)
      yield* shut
      expect((yield* follow(begun)).json).toMatchObject({
        outcome: "failed",
        problem: { type: "PlanOutdated", status: 412, restore: { id: plan.id, state: "planned" } }
      })
      expect(yield* name).toBe("Later")
    })
  )

  it.scopedLive("is waited for by the CLI's client", () =>
    Effect.gen(function* () {
      const { server, app, name } = yield* ruined
      const place = `${yield* impatient(server.address)}/${app.library}`
      const restores = yield* serverRestores(place, { env: { WHITEROOM_TOKEN: app.token } })
      const { json } = yield* app.ask("POST", "restores", { ...wish, dryRun: true }, key())
      const { position, chainHash } = json as { readonly position: number; readonly chainHash: string }
      const shut = yield* gate(app.library)
      const listed = Effect.map(app.ask("GET", "restores"), ({ json }) => json.items)
      const sending = yield* Effect.fork(
        restores.send({
          ...{ position, chainHash, seen: { position, chainHash }, mode: "replace" },
          only: [{ kind: "song", id: "s1" }]
        })
      )
      yield* listed.pipe(
        Effect.repeat({ until: (all) => Array.isArray(all) && all.some((each) => each.begun === true) })
      )
      yield* shut
      expect(yield* Fiber.join(sending)).toMatchObject({ state: "applied", home: "server" })
      expect(yield* name).toBe("Night Drive")
    })
  )
})

describe("an undo that takes longer than somebody waits", () => {
  const shared = sharedServer()

  it.scopedLive("is a run, once for its key, of what the operation's number says", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const app = yield* webApp(server, admin)
      yield* app.ask("PUT", "songs/s1", songWish("Night Drive"), isNew)
      yield* app.ask("DELETE", "songs/s1", undefined, at(1))
      const listed = (yield* app.ask("GET", "operations")).json.items as ReadonlyArray<{
        readonly number: number
      }>
      const undo = `operations/${listed[0]?.number}/undo`
      const asking = { ...key(), ...atOnce }
      const open = yield* gate(app.library)
      const first = yield* app.ask("POST", undo, {}, asking)
      expect([first.status, first.json]).toMatchObject([202, { activity: "undo", outcome: null }])
      expect((yield* app.ask("POST", undo, {}, asking)).json).toEqual(first.json)
      expect((yield* app.ask("POST", undo, { onConflict: "keep" }, asking)).json.type).toBe("KeyReused")
      yield* open
      const location = first.headers.get("location") ?? "/none"
      const done = yield* server.ask("GET", location, { token: app.token, headers: patient })
      expect(done.json).toMatchObject({ outcome: "done", undone: { operation: { what: "delete" } } })
      expect((yield* app.ask("GET", "songs/s1")).json.name).toBe("Night Drive")
      // Asked for again it is not done twice, and tells the same.
      const again = yield* app.ask("POST", undo, {}, { ...asking, ...patient })
      expect([again.status, again.json]).toEqual([200, done.json.undone])
    })
  )
})

describe("an export that takes longer than somebody waits", () => {
  // Room for the newest alone.
  const shared = sharedServer({ limits: { exportsBytes: 1 } })

  it.scopedLive("is a run, and its file is there to be fetched, by those who may read the library", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const app = yield* webApp(server, admin)
      yield* app.ask("PUT", "songs/s1", songWish("Night Drive"), isNew)
      const get = (path: unknown, token = app.token, headers = {}) =>
        server.ask("GET", String(path), { token, headers })
      const begin = Effect.gen(function* () {
        const shut = yield* gate(app.library)
        const begun = yield* app.ask("GET", "export?format=bundle", undefined, atOnce)
        yield* shut
        return begun
      })
      const begun = yield* begin
      const location = begun.headers.get("location")
      expect([begun.status, begun.json]).toMatchObject([202, { activity: "export", outcome: null }])
      const done = yield* get(location, app.token, patient)
      expect(done.json).toMatchObject({
        outcome: "done",
        file: { path: `${location}/file`, name: `${app.library}-now.whiteroom`, until: expect.any(String) }
      })
      const { path, bytes } = done.json.file as { readonly path: string; readonly bytes: number }
      const fetched = yield* get(path)
      expect([fetched.status, fetched.headers.get("content-length")]).toEqual([200, String(bytes)])
      expect(fetched.text).toMatch(/^WRBUNDLE/)
      expect((yield* get(path)).text).toBe(fetched.text)
      const reader = yield* device(server, admin, { libraries: [app.library] })
      expect((yield* get(path, reader.token)).status).toBe(200)
      const pushing = yield* device(server, admin, { role: "push-only", libraries: [app.library] })
      expect((yield* get(path, pushing.token)).status).toBe(403)
      const other = yield* webApp(server, admin)
      expect((yield* get(path, other.token)).status).toBe(404)
      expect((yield* get(`${String(location).slice(0, -1)}x/file`)).status).toBe(404)

      // What is answered at once is kept nowhere; the next that is kept takes the place of the one before.
      const folder = join(server.data, "homes", app.library, "exports")
      const second = yield* get((yield* begin).headers.get("location"), app.token, patient)
      expect(readdirSync(folder)).toHaveLength(1)
      expect((yield* get(path)).json.type).toBe("ExportGone")
      expect((yield* get(location)).json).not.toHaveProperty("file")
      expect(second.json).toHaveProperty("file")
      const whole = yield* app.ask("GET", "export?format=bundle", undefined, patient)
      expect([whole.status, whole.text.slice(0, 8)]).toEqual([200, "WRBUNDLE"])
      expect(readdirSync(folder)).toHaveLength(0)
    })
  )

  it.scopedLive("of a device's library waits until that is ready, too", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* pushing(server, admin)
      yield* anna.library.songs.create(song("a"))
      yield* anna.push
      const shut = yield* gate(anna.id)
      const path = `/v1/libraries/${anna.id}/export`
      const begun = yield* server.ask("GET", path, { token: anna.token, headers: atOnce })
      expect(begun.status).toBe(202)
      yield* shut
      const location = begun.headers.get("location") ?? ""
      const done = yield* server.ask("GET", location, { token: anna.token, headers: patient })
      const { path: file } = done.json.file as { readonly path: string }
      const fetched = yield* server.ask("GET", file, { token: anna.token })
      expect(JSON.parse(String(fetched.json.songs))).toHaveLength(1)
    })
  )

  it.scoped("is kept for an hour", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const desk = { exports: new Map<string, KeptExport>(), limits: usualLimits }
      const told = { line: "", position: 1, body: new Uint8Array(), isJson: false }
      const keep = (name: string, now: number) => {
        const path = join(folder, name)
        writeFileSync(path, name)
        return keepExport(desk, told, { path, bytes: usualLimits.exportsBytes / 2, name }, now).file.path
      }
      const [first, second] = [keep("one", 0), keep("two", 1)]
      expect(exportAt(desk, first, hour - 1)).toBeDefined()
      expect(exportAt(desk, first, hour)).toBeUndefined()
      tidyExports(desk, hour)
      expect(readdirSync(folder)).toEqual(["two"])
      const third = keep("three", 2)
      keep("four", 3)
      expect([exportAt(desk, second, 4), exportAt(desk, third, 4)?.file.name]).toEqual([undefined, "three"])
      expect(readdirSync(folder).toSorted()).toEqual(["four", "three"])
    })
  )
})

describe("a server that is killed while a run goes on", () => {
  it("and one that stops in the middle, is no fault: it is to be asked again", () => {
    expect(problemIn(Cause.interrupt(FiberId.none)).type).toBe("CutOff")
    expect(problemIn(Cause.die(new TypeError("x"))).type).toBe("InternalFault")
    expect(
      problemIn(Cause.sequential(Cause.fail(problem("Moving")), Cause.interrupt(FiberId.none))).type
    ).toBe("Moving")
  })

  it.scopedLive("says that an import was cut off, which is done once, and goes on with a restore", () =>
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
      const other = `lib-${randomUUID()}`
      const below = (
        method: string,
        path: string,
        body: unknown,
        headers: Readonly<Record<string, string>>
      ) => ask(method, `/v1/libraries/${other}${path}`, { token, body, headers })
      yield* below("PUT", "", { name: "Ada" }, isNew)
      yield* below("PUT", "/songs/s1", songWish("Night Drive"), isNew)
      yield* below("POST", "/backups", {}, key())
      yield* below("PUT", "/songs/s1", songWish("Ruined"), at(1))
      const shut = yield* gate(other, "after")
      const restoring = { at: "b1", mode: "replace", only: [{ kind: "song", id: "s1" }] }
      const restore = yield* below("POST", "/restores", restoring, { ...key(), ...atOnce })
      const open = yield* gate(library, "after")
      const imports = { token, headers: { ...file, ...key(), ...atOnce }, body: fileOf("night") }
      const begun = yield* ask("POST", `/v1/libraries/${library}/imports`, imports)
      const location = begun.headers.get("location") ?? ""
      // It is in the library, and nobody was told so.
      const restored = restore.headers.get("location") ?? ""
      for (const each of [location, restored])
        yield* ask("GET", each, { token }).pipe(
          Effect.repeat({ until: ({ json }) => json.progress !== undefined })
        )
      yield* kill(before.child)
      yield* open
      yield* shut
      yield* serve(data, Number(new URL(before.address).port))
      const cut = yield* ask("GET", location, { token })
      expect(cut.json).toMatchObject({
        ...{ id: begun.json.id, outcome: "failed", endedAt: expect.any(String), problem: { type: "CutOff" } }
      })
      expect((yield* ask("GET", location, { token })).json).toEqual(cut.json)
      const done = yield* ask("GET", restored, { token, headers: patient }).pipe(
        Effect.repeat({ until: ({ json }) => json.endedAt !== null })
      )
      expect(done.json).toMatchObject({ outcome: "done", restore: { state: "applied" } })
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
