import { describe, expect, it } from "@effect/vitest"
import { toHex } from "@white-room/core"
import { lookAt } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { secondDevice } from "./support/pushed.js"
import { newKey, restoresOf, ruined, type Sender, send } from "./support/sending.js"
import { device, sharedServer, type TestServer } from "./support/server.js"

const step = (
  server: TestServer,
  { token, library }: Sender,
  restore: Readonly<Record<string, unknown>>,
  what: string,
  body?: object
) =>
  server.ask(
    what === "" ? "PATCH" : "POST",
    restoresOf(library, `/${restore.id}${what === "" ? "" : `/${what}`}`),
    {
      token,
      headers: { "if-match": `"${restore.revision}"` },
      body
    }
  )

const inboxOf = (server: TestServer, token: string) =>
  Effect.map(server.ask("GET", "/v1/inbox", { token }), ({ json }) => {
    if (!Array.isArray(json.items)) throw new Error("there is no inbox")
    return json.items as ReadonlyArray<Readonly<Record<string, unknown>>>
  })

describe("restores for devices", () => {
  const shared = sharedServer()

  const ruinedHere = Effect.suspend(() => ruined(shared().server, shared().admin))

  it.scoped("waits with the place in the log that the device can hold against its own", () =>
    Effect.gen(function* () {
      const { server, jonas, mara, backup } = yield* ruinedHere
      const { status, json, headers } = yield* send(server, mara, { at: "b1" })
      const hash = yield* lookAt(jonas.library, ({ chainHashAt }) => chainHashAt(backup.position))
      const head = yield* jonas.library.log.head
      expect(status).toBe(202)
      expect(headers.get("etag")).toBe('"1"')
      expect(json).toMatchObject({
        ...{ state: "waiting", home: "device", mode: "copy", source: "b1", from: "Mara", device: null },
        ...{ position: backup.position, chainHash: hash && toHex(hash), revision: 1 },
        seen: { position: head.position, chainHash: toHex(head.chainHash) },
        only: [{ kind: "song", id: "one", name: "Night Drive" }]
      })
      expect(yield* inboxOf(server, jonas.token)).toEqual([json])
      const { json: listed } = yield* server.ask("GET", restoresOf(jonas.id), { token: mara.token })
      expect(listed).toEqual({ items: [json], isLast: true })
      // Of all libraries that one may see, and of no other.
      const everywhere = (token: string) =>
        Effect.map(server.ask("GET", "/v1/restores?limit=1000", { token }), (answer) => answer.json.items)
      expect(yield* everywhere(mara.token)).toEqual([json])
      expect(yield* everywhere(shared().admin)).toContainEqual(json)
      const tom = yield* device(server, shared().admin, {
        role: "teacher",
        libraries: [(yield* device(server, shared().admin)).library]
      })
      expect(yield* everywhere(tom.token)).toEqual([])
      yield* step(server, mara, json, "cancel")
      expect(yield* everywhere(mara.token)).toEqual([])
    })
  )

  it.scoped(
    "is carried out by one device; everybody else finds it taken, and it cannot be cancelled any more",
    () =>
      Effect.gen(function* () {
        const { server, admin, jonas, mara } = yield* ruinedHere
        const studio = yield* secondDevice(server, admin, jonas)
        const { json: sent } = yield* send(server, mara, { at: "b1" })
        const on = { token: jonas.token, library: jonas.id }
        const other = { token: studio.token, library: jonas.id }
        const claims = yield* Effect.forEach(
          [on, other, on, other],
          (each) => step(server, each, sent, "", { state: "heard", begins: true }),
          { concurrency: 4 }
        )
        const claimed = claims.find(({ status }) => status === 200)?.json ?? {}
        expect(claims.filter(({ status }) => status === 200)).toHaveLength(1)
        expect(claims.filter(({ status }) => status === 404 || status === 412)).toHaveLength(3)
        const winner = claims[0]?.status === 200 || claims[2]?.status === 200 ? on : other
        expect(claimed).toMatchObject({ state: "heard", begun: true, revision: 2 })
        expect(yield* inboxOf(server, winner.token)).toEqual([claimed])
        expect(yield* inboxOf(server, (winner === on ? other : on).token)).toEqual([])
        const cancelled = yield* step(server, mara, claimed, "cancel")
        expect(cancelled).toMatchObject({ status: 409, json: { type: "RestoreOver", restore: claimed } })
        const applied = yield* step(server, winner, claimed, "", { state: "applied" })
        expect(applied).toMatchObject({ status: 200, json: { state: "applied", revision: 3 } })
        expect(yield* inboxOf(server, winner.token)).toEqual([])
        const again = yield* step(server, winner, applied.json, "", { state: "applied" })
        expect(again).toMatchObject({ status: 409, json: { type: "RestoreOver" } })
      })
  )

  it.scoped("can be cancelled until it has begun", () =>
    Effect.gen(function* () {
      const { server, jonas, mara } = yield* ruinedHere
      const on = { token: jonas.token, library: jonas.id }
      const { json: sent } = yield* send(server, mara, { at: "b1", mode: "replace" })
      const heard = yield* step(server, on, sent, "", { state: "heard" })
      expect((yield* step(server, mara, sent, "cancel")).status).toBe(412)
      expect(yield* step(server, mara, heard.json, "cancel")).toMatchObject({ json: { state: "cancelled" } })
      expect(yield* inboxOf(server, jonas.token)).toEqual([])
      const late = yield* step(server, on, heard.json, "", { state: "heard", begins: true })
      expect(late).toMatchObject({ status: 412, json: { restore: { state: "cancelled" } } })
      const { json } = yield* server.ask("GET", "/v1/audit?limit=1000", { token: shared().admin })
      const deeds = (json.items as ReadonlyArray<{ action: string; subject: string }>)
        .filter(({ subject }) => subject === sent.id)
        .map(({ action }) => action)
      expect(deeds).toEqual(["restore sent", "restore heard", "restore cancelled"])
    })
  )

  it.scoped("security 36: asked for twice by one key it is sent once; the key is good for nothing else", () =>
    Effect.gen(function* () {
      const { server, jonas, mara } = yield* ruinedHere
      const key = newKey()
      const all = yield* Effect.replicateEffect(send(server, mara, { at: "b1" }, key), 5).pipe(
        Effect.zipRight(
          Effect.forEach([1, 2, 3, 4], () => send(server, mara, { at: "b1" }, key), { concurrency: 4 })
        )
      )
      expect(new Set(all.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
      expect(yield* inboxOf(server, jonas.token)).toHaveLength(1)
      const other = yield* send(server, mara, { at: "b1", mode: "replace" }, key)
      expect(other).toMatchObject({ status: 422, json: { type: "KeyReused" } })
    })
  )

  it.scoped("security 47: at most 20 a day, also when many come at once", () =>
    Effect.gen(function* () {
      const { server, jonas, mara } = yield* ruinedHere
      const planned = yield* send(server, mara, { at: "b1", dryRun: true })
      expect(planned).toMatchObject({ status: 200, json: { state: "planned" } })
      const all = yield* Effect.forEach(Array.from({ length: 25 }), () => send(server, mara, { at: "b1" }), {
        concurrency: 8
      })
      expect(all.filter(({ status }) => status === 202)).toHaveLength(20)
      expect(all.filter(({ json }) => json.type === "TooManyToday")).toHaveLength(5)
      expect(yield* inboxOf(server, jonas.token)).toHaveLength(20)
      expect((yield* step(server, mara, planned.json, "apply")).status).toBe(429)
    })
  )

  it.scoped(
    "security 47: refuses what is not of this library's own history, and what nobody asked for by name",
    () =>
      Effect.gen(function* () {
        const { server, admin, jonas, mara } = yield* ruinedHere
        const refused = (wish: object) =>
          Effect.map(send(server, mara, wish), ({ status, json }) => `${status} ${json.type}`)
        expect(yield* refused({ at: "b9" })).toBe("404 BackupNotFound")
        expect(yield* refused({ at: "@99" })).toBe("404 MomentNotFound")
        expect(yield* refused({ position: 1, chainHash: "0".repeat(64) })).toBe("404 MomentNotFound")
        expect(yield* refused({ at: "b1", only: [{ kind: "song", id: "two" }] })).toBe("404 EntityNotFound")
        expect(yield* refused({ at: "b1", only: undefined })).toBe("400 InvalidRequest")
        expect(yield* refused({ at: "b1", exact: true })).toBe("400 InvalidRequest")
        expect(yield* refused({})).toBe("400 InvalidRequest")
        const decisions = [{ kind: "song", id: "one", choice: "keep", parts: [] }]
        expect(yield* refused({ at: "b1", decisions })).toBe("400 InvalidRequest")
        const unnamed = [{ kind: "song", id: "two", choice: "keep" }]
        expect(yield* refused({ at: "b1", mode: "replace", decisions: unnamed })).toBe("400 InvalidRequest")
        expect(yield* refused({ at: "b1", device: "nobody" })).toBe("404 DeviceNotFound")
        const other = yield* device(server, admin, { name: "Ben" })
        expect(yield* refused({ at: "b1", device: other.access })).toBe("404 DeviceNotFound")
        expect(yield* inboxOf(server, jonas.token)).toEqual([])
        const elsewhere = yield* send(server, { token: mara.token, library: other.library }, { at: "b1" })
        expect(elsewhere.json.type).toBe("NotFound")
      })
  )

  it.scoped("of a sealed library takes what the sender knows, for its device to find out", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const jonas = yield* device(server, admin, { sealed: true })
      const mara = yield* device(server, admin, { role: "teacher", libraries: [jonas.library] })
      const on = { token: mara.token, library: jonas.library }
      expect((yield* send(server, on, { at: "b1" })).json.type).toBe("Sealed")
      const sent = yield* send(server, on, { position: 7, chainHash: "ab".repeat(32), device: jonas.access })
      expect(sent).toMatchObject({ status: 202, json: { savedAt: null, device: { id: jonas.access } } })
      expect(yield* inboxOf(server, jonas.token)).toHaveLength(1)
    })
  )

  it.scoped("is taken back where the library is", () =>
    Effect.gen(function* () {
      const { server, mara } = yield* ruinedHere
      const { json: sent } = yield* send(server, mara, { at: "b1" })
      expect((yield* step(server, mara, sent, "undo")).json.type).toBe("HomeElsewhere")
      const without = yield* server.ask("POST", restoresOf(mara.library, `/${sent.id}/cancel`), {
        token: mara.token
      })
      expect(without).toMatchObject({ status: 428, json: { type: "RevisionRequired" } })
    })
  )
})
