import { describe, expect, it } from "@effect/vitest"
import {
  agreeTo,
  type InboxEvent,
  lookIntoInboxes,
  type RemoteRestores,
  readAsking,
  serverRestores
} from "@white-room/vault"
import * as Effect from "effect/Effect"
import { type Pushed, reader, secondDevice, song } from "./support/pushed.js"
import { restoresOf, ruined, type Sender, send } from "./support/sending.js"
import { sharedServer, type TestServer } from "./support/server.js"

/** One look into the inbox of a device; what it told. */
const look = ({ here }: Pushed, remoteRestores?: RemoteRestores) =>
  Effect.gen(function* () {
    const events: Array<InboxEvent> = []
    const onEvent = (event: InboxEvent) => Effect.sync(() => void events.push(event))
    yield* lookIntoInboxes(here.library, { settings: here.settings, env: {}, remoteRestores, onEvent })
    return events
  })

const names = ({ library }: Pushed) =>
  Effect.map(library.songs.list(), (songs) => songs.map(({ name }) => name).sort())

const document = ({ library }: Pushed, id: string) =>
  Effect.map(library.songs.read(id), ({ songDataJSON }) => songDataJSON)

const standing = (server: TestServer, { token, library }: Sender, { id }: { readonly id?: unknown }) =>
  Effect.map(server.ask("GET", restoresOf(library, `/${id}`), { token }), ({ json }) => json)

const placeOf = (server: TestServer, { id }: Pushed) => `${server.address}/${id}`

const today = (library: Pushed["library"]) =>
  Effect.map(library.log.read(), ([event]) => {
    const parts = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" })
      .formatToParts(new Date(event?.recordedAt ?? 0))
      .map(({ type, value }) => [type, value])
    const { weekday, day, month } = Object.fromEntries(parts)
    return `${weekday} ${day} ${month}`
  })

describe("the inbox of a device", () => {
  const shared = sharedServer()
  const ruinedHere = Effect.suspend(() => ruined(shared().server, shared().admin))

  it.scoped(
    "takes a copy without asking: out of its own history, pushed, told, and undone like any restore",
    () =>
      Effect.gen(function* () {
        const { server, jonas, mara } = yield* ruinedHere
        const { json: sent } = yield* send(server, mara, { at: "b1" })
        expect((yield* look(jonas)).map(({ _tag }) => _tag)).toEqual(["Brought"])
        const copy = `Night Drive (${yield* today(jonas.library)}, from Mara)`
        expect(yield* names(jonas)).toEqual(["Night Drive", copy])
        expect(yield* document(jonas, "one")).toBe('{"notes":[]}')
        const id = (yield* jonas.library.songs.list()).find(({ name }) => name === copy)?.id ?? ""
        expect(yield* document(jonas, id)).toBe('{"notes":["one"]}')
        expect(yield* standing(server, mara, sent)).toMatchObject({
          ...{ state: "applied", device: { id: jonas.access } },
          outcome: { songsRestored: 1, isSuccess: true, plan: { create: 1, update: 0 } }
        })
        // It is at the server, as everything else.
        const { json } = yield* reader(server, jonas)("songs")
        expect((json.items as ReadonlyArray<{ name: string }>).map(({ name }) => name)).toContain(copy)
        const [operation] = yield* jonas.library.history.operations()
        expect(operation).toMatchObject({
          what: "restore",
          actor: expect.stringMatching(/^mara@school for /)
        })
        yield* jonas.library.history.undo()
        expect(yield* names(jonas)).toEqual(["Night Drive"])
        expect(yield* look(jonas)).toEqual([])
        expect(yield* names(jonas)).toEqual(["Night Drive"])
      })
  )

  it.scoped(
    "security 47: replaces nothing until its owner agrees to just that, and then after a safety backup",
    () =>
      Effect.gen(function* () {
        const { server, jonas, mara } = yield* ruinedHere
        const { json: sent } = yield* send(server, mara, { at: "b1", mode: "replace" })
        const before = yield* jonas.library.log.head
        expect((yield* look(jonas)).map(({ _tag }) => _tag)).toEqual(["Asks"])
        expect((yield* look(jonas)).map(({ _tag }) => _tag)).toEqual(["Asks"])
        expect((yield* jonas.library.log.head).position).toBe(before.position)
        const place = placeOf(server, jonas)
        const { asking } = yield* readAsking(jonas.here.settings, place)
        expect(asking).toMatchObject([{ id: sent.id, from: "Mara", mode: "replace", names: ["Night Drive"] }])
        expect(yield* standing(server, mara, sent)).toMatchObject({ state: "heard" })
        const [restore] = yield* (yield* serverRestores(place, { env: {}, settings: jonas.here.settings }))
          .inbox
        if (restore === undefined) throw new Error("the inbox is empty")
        // Something else under the same id is not what was agreed to.
        yield* agreeTo(jonas.here.settings, { ...restore, only: [{ kind: "song", id: "two", name: "" }] })
        expect((yield* look(jonas)).map(({ _tag }) => _tag)).toEqual(["Asks"])
        yield* agreeTo(jonas.here.settings, restore)
        const [brought] = yield* look(jonas)
        expect(brought).toMatchObject({ _tag: "Brought", result: { done: { update: 1, create: 0 } } })
        expect(yield* document(jonas, "one")).toBe('{"notes":["one"]}')
        expect((yield* jonas.library.backups.list()).at(-1)).toMatchObject({ trigger: "safety" })
        expect(yield* standing(server, mara, sent)).toMatchObject({ state: "applied" })
        expect((yield* readAsking(jonas.here.settings, place)).asking).toEqual([])
      })
  )

  it.scoped("is asked for at each look, also where the one before failed", () =>
    Effect.gen(function* () {
      const { jonas } = yield* ruinedHere
      const events: Array<string> = []
      const once = lookIntoInboxes(jonas.here.library, {
        ...{ settings: `${jonas.here.settings}-of-nobody`, env: {} },
        onEvent: ({ _tag }) => Effect.sync(() => void events.push(_tag))
      })
      yield* once
      yield* once
      expect(events).toEqual(["Trouble", "Trouble"])
    })
  )

  it.scoped("takes single parts of a song, of what is there now, when its owner agrees to just those", () =>
    Effect.gen(function* () {
      const { server, jonas, mara } = yield* ruinedHere
      const written = (tempo: number, lead: ReadonlyArray<number>, bass: ReadonlyArray<number>) =>
        JSON.stringify({
          tempo,
          tracks: [
            { name: "Lead", notes: lead.map((midi, time) => ({ midi, time, duration: 1, velocity: 1 })) },
            { name: "Bass", notes: bass.map((midi, time) => ({ midi, time, duration: 1, velocity: 1 })) }
          ]
        })
      yield* jonas.library.songs.upsert(song("parts", "Parts", written(120, [60, 62], [36, 38])))
      yield* jonas.library.backups.take()
      yield* jonas.library.songs.upsert(song("parts", "Parts", written(90, [61], [40])))
      yield* jonas.push
      const only = [{ kind: "song", id: "parts" }]
      const of = (...parts: ReadonlyArray<string>) => ({
        ...{ at: "b2", mode: "replace", only },
        decisions: [
          {
            ...{ kind: "song", id: "parts", choice: "keep" },
            parts: parts.map((name) => ({ name, choice: "replace" }))
          }
        ]
      })
      const { json: planned } = yield* send(server, mara, { ...of("track Lead"), dryRun: true })
      expect(planned).toMatchObject({ state: "planned", preview: { plan: { update: 1 }, items: [{}] } })
      const preview = planned.preview as { items: ReadonlyArray<{ parts: ReadonlyArray<{ name: string }> }> }
      expect(preview.items[0]?.parts.map(({ name }) => name).sort()).toEqual([
        ...["tempo", "track Bass", "track Lead"]
      ])
      const { json: sent } = yield* send(server, mara, of("track Lead"))
      expect(sent).toMatchObject({ state: "waiting", decisions: of("track Lead").decisions })
      expect(sent.preview).toBeUndefined()
      expect((yield* look(jonas)).map(({ _tag }) => _tag)).toEqual(["Asks"])
      const place = placeOf(server, jonas)
      const [restore] = yield* (yield* serverRestores(place, { env: {}, settings: jonas.here.settings }))
        .inbox
      if (restore === undefined) throw new Error("the inbox is empty")
      // Another part of the same song is not what was agreed to.
      const { decisions } = of("track Bass")
      yield* agreeTo(jonas.here.settings, { ...restore, decisions: decisions as typeof restore.decisions })
      expect((yield* look(jonas)).map(({ _tag }) => _tag)).toEqual(["Asks"])
      yield* agreeTo(jonas.here.settings, restore)
      expect((yield* look(jonas)).map(({ _tag }) => _tag)).toEqual(["Brought"])
      expect(yield* document(jonas, "parts")).toBe(written(90, [60, 62], [40]))
      expect(yield* standing(server, mara, sent)).toMatchObject({ state: "applied" })
      yield* jonas.library.history.undo()
      expect(yield* document(jonas, "parts")).toBe(written(90, [61], [40]))
    })
  )

  it.scoped("what was edited meanwhile is not replaced: the old version comes beside it", () =>
    Effect.gen(function* () {
      const { server, jonas, mara } = yield* ruinedHere
      yield* send(server, mara, { at: "b1", mode: "replace" })
      yield* jonas.library.songs.upsert(song("one", "Night Drive", '{"notes":["mended"]}'))
      const [brought] = yield* look(jonas, "replace")
      expect(brought).toMatchObject({
        _tag: "Brought",
        result: { done: { update: 0, create: 1, copies: 1 } }
      })
      expect(yield* document(jonas, "one")).toBe('{"notes":["mended"]}')
      expect(yield* names(jonas)).toHaveLength(2)
    })
  )

  it.scoped(
    "refuses what its owner does not want, when it is meant for this device; another may take it otherwise",
    () =>
      Effect.gen(function* () {
        const { server, admin, jonas, mara } = yield* ruinedHere
        const studio = yield* secondDevice(server, admin, jonas)
        const { json: own } = yield* send(server, mara, { at: "b1", device: jonas.access })
        const { json: any } = yield* send(server, mara, { at: "b1" })
        expect((yield* look(jonas, "refuse")).map(({ _tag }) => _tag)).toEqual(["NotBrought"])
        expect(yield* standing(server, mara, own)).toMatchObject({ state: "refused", reason: "NotWanted" })
        expect(yield* standing(server, mara, any)).toMatchObject({ state: "waiting" })
        expect((yield* look(studio)).map(({ _tag }) => _tag)).toEqual(["Brought"])
        expect(yield* standing(server, mara, any)).toMatchObject({
          ...{ state: "applied", device: { id: studio.access } }
        })
      })
  )

  it.scoped("security 47: brings nothing that is not in its own history", () =>
    Effect.gen(function* () {
      const { server, admin, jonas, mara } = yield* ruinedHere
      const studio = yield* secondDevice(server, admin, jonas)
      yield* studio.library.songs.upsert(song("two", "Elsewhere"))
      const { position } = yield* studio.library.log.head
      yield* studio.push
      const { json: listed } = yield* server.ask("GET", `/v1/libraries/${jonas.id}/status`, {
        ...{ token: jonas.token, headers: { prefer: "wait=30" } }
      })
      const lines = listed.devices as ReadonlyArray<{ line: string; position: number }>
      const line = lines.find((each) => each.position === position)?.line
      const wish = { at: `@${position}`, line, only: [{ kind: "song", id: "two" }] }
      const { json: named } = yield* send(server, mara, { ...wish, device: jonas.access })
      const { json: any } = yield* send(server, mara, wish)
      expect((yield* look(jonas)).map(({ _tag }) => _tag)).toEqual(["NotBrought"])
      expect(yield* standing(server, mara, named)).toMatchObject({
        state: "failed",
        reason: "AnotherHistory"
      })
      expect(yield* standing(server, mara, any)).toMatchObject({ state: "waiting" })
      expect(yield* names(jonas)).toEqual(["Night Drive"])
    })
  )

  it.scoped(
    "security 47: asks about copies when a day brought 20 of them, whatever the server lets through",
    () =>
      Effect.gen(function* () {
        const { server, jonas, mara } = yield* ruinedHere
        const ids = Array.from({ length: 15 }, (_, index) => `s${index}`)
        for (const id of ids) yield* jonas.library.songs.upsert(song(id))
        const { position } = yield* jonas.library.log.head
        yield* jonas.push
        const wish = { at: `@${position}`, only: ids.map((id) => ({ kind: "song", id })) }
        yield* send(server, mara, wish)
        expect((yield* look(jonas)).map(({ _tag }) => _tag)).toEqual(["Brought"])
        expect(yield* names(jonas)).toHaveLength(31)
        yield* send(server, mara, wish)
        expect((yield* look(jonas)).map(({ _tag }) => _tag)).toEqual(["Asks"])
        expect(yield* names(jonas)).toHaveLength(31)
      })
  )
})
