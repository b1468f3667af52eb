/**
 * Those who use a cluster while it fails, and what they know by themselves: each keeps account of what it was told is kept. What is there at the
 * end is held against these accounts, and against nothing that the nodes say of themselves.
 */
import { expect } from "@effect/vitest"
import { openLibrary } from "@white-room/store"
import { checkVault, clone, type InboxEvent, lookIntoInboxes, vaultAt } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { pushing, song } from "./pushed.js"
import { restoresOf, send } from "./sending.js"
import { device, type TestServer } from "./server.js"
import { temporaryFolder } from "./temporaryFolder.js"
import { at, isNew, key, songWish, webApp } from "./web.js"

/** How long something took that was asked for, and when; in milliseconds of this process. */
export interface Wait {
  readonly what: string
  readonly who: string
  readonly library: string
  readonly began: number
  readonly ended: number
}

/** Takes down how long each thing takes that somebody does in a library. */
const waitsOf =
  (all: Array<Wait>, who: string, library: string) =>
  <A, E, R>(what: string, work: Effect.Effect<A, E, R>) =>
    Effect.suspend(() => {
      const began = performance.now()
      const note = () => void all.push({ what, who, library, began, ended: performance.now() })
      return Effect.tap(work, () => Effect.sync(note))
    })

export interface User {
  readonly name: string
  /** Does something more. */
  readonly step: (round: number) => Effect.Effect<void, unknown>
  /** Holds what is there against what it was told. */
  readonly verify: Effect.Effect<void, unknown>
}

/** A web app with a library that is written on the server: two who save, backups, restores, and a profile. */
export const webUser = (server: TestServer, admin: string, name: string, waits: Array<Wait>) =>
  Effect.gen(function* () {
    const app = yield* webApp(server, admin, name)
    const waiting = waitsOf(waits, name, app.library)
    /** Which song, in which version, was said to be at a position of the log. */
    const positions = new Map<number, string>()
    const songs = new Map<string, string>()
    const backups: Array<string> = []
    let copies = 0
    const save = (id: string, version: number) =>
      Effect.gen(function* () {
        const document = `{"notes":["${id}","${version}"]}`
        const condition = version === 1 ? isNew : at(version - 1)
        const { status, headers, json } = yield* waiting(
          "save",
          app.ask("PUT", `songs/${id}`, songWish(id, document), { ...condition, ...key() })
        )
        expect([id, version, status, json.version]).toEqual([id, version, version === 1 ? 201 : 200, version])
        const position = Number(headers.get("whiteroom-position"))
        expect([position, positions.get(position)]).toEqual([position, undefined])
        positions.set(position, `${id} ${version}`)
        songs.set(id, document)
      })
    yield* save("first", 1)
    // It may not be the first: a library has a profile from the beginning.
    const first = yield* app.ask("POST", "backups", { description: "first" }, key())
    expect(first.status).toBe(201)
    const from = `b${first.json.number}`
    backups.push("first")
    const profile = { when: ["every minute"], skipIfUnchanged: false }
    expect((yield* app.ask("PUT", "profiles/often", profile, isNew)).status).toBeLessThan(300)

    const step = (round: number) =>
      Effect.gen(function* () {
        const id = `s${round}`
        yield* save(id, 1)
        yield* save(id, 2)
        const { json } = yield* waiting("read", app.ask("GET", `songs/${id}`))
        expect(json.songDataJSON).toBe(songs.get(id))
        if (round % 8 === 3) {
          const description = `b${round}`
          const taken = yield* waiting("backup", app.ask("POST", "backups", { description }, key()))
          expect([description, taken.status]).toEqual([description, 201])
          backups.push(description)
        }
        if (round % 8 === 7) {
          const wish = { at: from, mode: "copy", only: [{ kind: "song", id: "first" }] }
          const done = yield* waiting("restore", app.ask("POST", "restores", wish, key()))
          expect([round, done.status, done.json.state]).toEqual([round, 201, "applied"])
          copies++
        }
      })

    const pages = (path: string) =>
      Effect.gen(function* () {
        const all: Array<Record<string, unknown>> = []
        for (let since = 0; ; ) {
          const { json } = yield* app.ask("GET", `${path}?limit=1000&since=${since}`)
          all.push(...(json.items as typeof all))
          if (json.isLast === true) return all
          since = Number(json.next)
        }
      })

    const verify = Effect.gen(function* () {
      const log = yield* pages("changes")
      const written = log.filter(({ subject }) => subject === "song")
      // One history: what was acknowledged at a position is what is there, so no two owners acknowledged for one library.
      const found = new Map(written.map(({ position, id, version }) => [position, `${id} ${version}`]))
      for (const [position, what] of positions)
        expect([name, position, found.get(position)]).toEqual([name, position, what])
      // Once: nothing is there that nobody asked for but the copies, of which there are as many as were acknowledged.
      const others = written.filter(({ id }) => !songs.has(String(id)))
      expect([name, new Set(others.map(({ id }) => id)).size, others.length]).toEqual([name, copies, copies])
      expect([name, written.length]).toEqual([name, positions.size + copies])
      const { json: listed } = yield* app.ask("GET", "backups?limit=1000")
      const all = listed.items as ReadonlyArray<{ trigger: string; description: string }>
      const manual = all.filter(({ trigger }) => trigger === "manual").map(({ description }) => description)
      expect([name, manual.toSorted()]).toEqual([name, backups.toSorted()])
      // Each time that was due has one run at most, whichever node was the owner then.
      const { json: ran } = yield* app.ask("GET", "runs?limit=1000")
      const runs = ran.items as ReadonlyArray<{ profile: string; dueAt: string }>
      const often = runs.filter(({ profile: each }) => each === "often")
      expect([name, new Set(often.map(({ dueAt }) => dueAt)).size]).toEqual([name, often.length])
    })
    const user: User & { readonly library: string; readonly acknowledged: () => number } = {
      ...{ name, step, verify, library: app.library },
      acknowledged: () => positions.size + copies + backups.length
    }
    return user
  })

/** A device that pushes its own library, and a teacher who sends it restores. */
export const deviceUser = (server: TestServer, admin: string, name: string, waits: Array<Wait>) =>
  Effect.gen(function* () {
    const jonas = yield* pushing(server, admin, { name })
    const waiting = waitsOf(waits, name, jonas.id)
    const place = `${server.address}/${jonas.id}`
    const songs = new Map<string, string>()
    let written = new Map<string, string>()
    const sent: Array<string> = []
    const write = (id: string) =>
      Effect.gen(function* () {
        const made = song(id, id)
        yield* jonas.library.songs.create(made)
        written.set(id, made.songDataJSON)
      })
    const pushed = Effect.gen(function* () {
      const now = written
      written = new Map()
      yield* waiting("push", Effect.eventually(Effect.tapError(jonas.push, () => Effect.sleep("250 millis"))))
      for (const [id, document] of now) songs.set(id, document)
    })
    yield* write("one")
    yield* jonas.library.backups.take()
    yield* pushed
    const mara = yield* device(server, admin, { name: "Mara", role: "teacher", libraries: [jonas.id] })
    const told: Array<InboxEvent> = []
    const look = lookIntoInboxes(jonas.here.library, {
      settings: jonas.here.settings,
      env: {},
      onEvent: (event) => Effect.sync(() => void told.push(event))
    })
    const step = (round: number) =>
      Effect.gen(function* () {
        yield* write(`s${round}`)
        yield* pushed
        // A day brings twenty at most.
        if (round % 6 === 2 && sent.length < 18) {
          const { status, json } = yield* waiting(
            "send back",
            send(server, { token: mara.token, library: jonas.id }, { at: "b1" })
          )
          // On its way to the device.
          expect([name, status]).toEqual([name, 202])
          sent.push(String(json.id))
        }
        yield* look
      })
    const states = Effect.forEach(sent, (id) =>
      Effect.map(
        server.ask("GET", restoresOf(jonas.id, `/${id}`), { token: mara.token }),
        ({ json }) => json.state
      )
    )
    const verify = Effect.gen(function* () {
      // What waits is taken by the looks that come, also by those that come when everything works again.
      for (let n = 0; n < 60 && (yield* states).some((state) => state !== "applied"); n++)
        yield* Effect.zipRight(look, Effect.sleep("250 millis"))
      const troubles = told.map((event) => (event._tag === "Trouble" ? event.error.message : event._tag))
      expect([name, yield* states, troubles.slice(-3)]).toEqual([
        name,
        sent.map(() => "applied"),
        troubles.slice(-3)
      ])
      yield* pushed
      const folder = yield* temporaryFolder
      const vault = yield* vaultAt(place, { settings: jonas.here.settings, env: {} })
      expect(yield* checkVault(vault, { level: "full" })).toMatchObject({ ok: true })
      const file = `${folder}/again.db`
      expect(yield* clone(vault, file, { name: "school" })).toMatchObject({ problems: [], damaged: [] })
      const back = yield* openLibrary(file)
      for (const [id, document] of songs)
        expect([name, id, (yield* back.songs.read(id)).songDataJSON]).toEqual([name, id, document])
      // Each restore that was sent back was carried out once.
      const copies = (yield* back.songs.list()).filter(({ id }) => !songs.has(id))
      expect([name, copies.length]).toEqual([name, sent.length])
    }).pipe(Effect.scoped)
    const user: User & { readonly library: string } = { name, step, verify, library: jonas.id }
    return user
  })
