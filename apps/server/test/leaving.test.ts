/** Leaving, erasing, a full disk. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { day } from "@white-room/core"
import Sqlite from "better-sqlite3"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import { operate, type StartOptions } from "../src/index.js"
import { roomIn } from "../src/library/Room.js"
import {
  codeIn,
  device,
  enrol,
  putBlob,
  sharedServer,
  signIn,
  type TestServer,
  testServer
} from "./support/server.js"
import { temporaryFolder } from "./support/temporaryFolder.js"

const ending = (options: Partial<StartOptions>) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
    return { server: yield* Scope.extend(testServer(options), scope), end: Scope.close(scope, Exit.void) }
  })

const places = Effect.map(temporaryFolder, (folder) => {
  const mirror = join(folder, "mirror")
  mkdirSync(mirror)
  return { mirror, data: join(folder, "data") }
})

const text = "a song that nobody else may read"

/** A library with a file in it, and one in the trash. */
const filled = (server: TestServer, admin: string, name: string) =>
  Effect.gen(function* () {
    const made = yield* device(server, admin, { name })
    const folder = "00000000-0000-4000-8000-000000000000"
    const file = (digit: string) => `${folder}/${digit.repeat(8)}-0000-4000-8000-000000000000/line`
    for (const digit of ["1", "2"])
      expect((yield* putBlob(server, made.token, made.library, file(digit), `${text} ${digit}`)).status).toBe(
        201
      )
    yield* server.ask("DELETE", `/v1/libraries/${made.library}/blobs/${file("2")}`, { token: admin })
    return { ...made, file }
  })

/** How many copies of the control database a mirror has, and how many of them still have a library. */
const copiesWith = (mirror: string, library: string): readonly [all: number, having: number] => {
  const names = readdirSync(join(mirror, "control"))
  const having = names.filter((name) => {
    const copy = new Sqlite(join(mirror, "control", name), { readonly: true })
    try {
      return copy.prepare("SELECT id FROM library WHERE id = ?").get(library) !== undefined
    } finally {
      copy.close()
    }
  })
  return [names.length, having.length]
}

/** Files below a folder in which a text stands. */
const filesWith = (folder: string, wanted: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .filter((file) => readFileSync(file, "latin1").includes(wanted))

const statusOf = (server: TestServer, path: string, token: string) =>
  Effect.map(server.ask("GET", path, { token }), ({ status }) => status)

describe("libraries that leave", () => {
  it.scoped("take nothing more, can be taken home for 30 days, and are erased by the running server", () =>
    Effect.gen(function* () {
      const { data } = yield* places
      let { server, end } = yield* ending({ data })
      // Days pass while it is off: it looks every few seconds, and a clock of tests would stop at each of them.
      const after = (days: number) =>
        Effect.gen(function* () {
          yield* end
          yield* TestClock.setTime((yield* Clock.currentTimeMillis) + days * day)
          ;({ server, end } = yield* ending({ data }))
        })
      const admin = yield* signIn(server)
      const anna = yield* filled(server, admin, "Anna")
      const ben = yield* filled(server, admin, "Ben")
      const { link } = yield* operate(data).leave("Anna")
      const push = Effect.map(
        Effect.suspend(() => putBlob(server, anna.token, anna.library, anna.file("3"), "x")),
        ({ status, json }) => [status, json.type]
      )
      expect(yield* push).toEqual([409, "Leaving"])
      // Whoever has the link reads it, and nothing else.
      const home = yield* enrol(server, codeIn(link))
      const blobs = (library: string) => `/v1/libraries/${library}/blobs`
      expect(yield* statusOf(server, blobs(anna.library), home.token)).toBe(200)
      expect(yield* statusOf(server, blobs(ben.library), home.token)).toBe(404)
      expect(yield* statusOf(server, `${blobs(anna.library)}/${anna.file("1")}`, anna.token)).toBe(200)
      expect((yield* server.ask("GET", "/v1/libraries", { token: anna.token })).json).toMatchObject({
        items: [{ eraseAt: expect.any(String) }]
      })
      yield* operate(data).stay("Anna")
      expect(yield* push).toEqual([201, undefined])
      yield* operate(data).leave(anna.library)
      yield* after(29)
      expect(yield* statusOf(server, blobs(anna.library), anna.token)).toBe(200)
      // What was discarded rests as long: the first look of a server would have emptied the trash.
      yield* TestClock.adjust("5 seconds")
      for (let time = 0; time < 5; time++)
        expect(yield* statusOf(server, blobs(anna.library), anna.token)).toBe(200)
      expect(filesWith(data, `${text} 2`).filter((file) => file.includes("trash"))).toHaveLength(2)
      yield* after(2)
      const audit = Effect.map(
        Effect.suspend(() => server.ask("GET", "/v1/audit?limit=1000", { token: admin })),
        (answer) => answer.text
      )
      // It looks every five seconds, once it has ended what it did before.
      const look = Effect.zipRight(TestClock.adjust("5 seconds"), audit)
      yield* Effect.repeat(look, { until: (log) => log.includes('"erased"') })
      expect(yield* statusOf(server, blobs(anna.library), anna.token)).toBe(401)
      expect(yield* statusOf(server, blobs(anna.library), admin)).toBe(404)
      expect(yield* statusOf(server, blobs(ben.library), ben.token)).toBe(200)
      expect(readdirSync(join(data, "libraries"))).toEqual([ben.library])
      // What lay in the trash of others for as long is gone too, while it runs.
      const trash = Effect.sync(() => filesWith(data, `${text} 2`).filter((file) => file.includes("trash")))
      yield* Effect.repeat(Effect.zipRight(look, trash), { until: (files) => files.length === 0 })
    })
  )

  it.scopedLive(
    "security 44: of what was erased nothing is left, in the mirror neither; the receipt says where it was",
    () =>
      Effect.gen(function* () {
        const { data, mirror } = yield* places
        const one = yield* ending({ data, mirror })
        const admin = yield* signIn(one.server)
        const anna = yield* filled(one.server, admin, "Anna")
        const ben = yield* filled(one.server, admin, "Ben")
        const some = yield* device(one.server, admin, { role: "admin", libraries: [anna.library] })
        const both = yield* device(one.server, admin, {
          role: "teacher",
          libraries: [anna.library, ben.library]
        })
        yield* one.end
        expect(filesWith(data, text).length).toBe(4)
        expect(filesWith(mirror, `${text} 1`).length).toBe(2)
        // The mirror cannot be reached: it is there for nobody, and nothing is said to be done.
        renameSync(mirror, `${mirror}-away`)
        const erase = operate(data).erase(anna.library)
        expect((yield* erase).places).toBe(undefined)
        expect(existsSync(join(data, "libraries", anna.library))).toBe(false)
        renameSync(`${mirror}-away`, mirror)
        const two = yield* ending({ data, mirror })
        expect(yield* statusOf(two.server, `/v1/libraries/${anna.library}/blobs`, admin)).toBe(404)
        yield* two.end
        expect(filesWith(mirror, `${text} 1`).length).toBe(2)
        expect(copiesWith(mirror, ben.library)[1]).toBeGreaterThan(1)
        expect((yield* operate(data).erase(ben.library)).places).toEqual([
          { place: data, files: 2 },
          { place: mirror, files: expect.any(Number) }
        ])
        expect(filesWith(data, text)).toEqual([])
        expect(filesWith(mirror, `${text} 1`).length).toBe(1)
        // Who had access to it, and what was sent to it, neither; the copy that says that it is gone is there.
        expect(copiesWith(mirror, ben.library)).toEqual([1, 0])
        const three = yield* ending({ data, mirror })
        // An admin of a library that is gone is no admin of the server.
        for (const { token } of [anna, ben, some, both])
          expect(yield* statusOf(three.server, "/v1/access", token)).not.toBe(200)
        expect(yield* statusOf(three.server, "/v1/me", some.token)).toBe(401)
        expect((yield* Effect.flip(erase))._tag).toBe("InvalidInput")
      })
  )
})

describe("a full disk", () => {
  const shared = sharedServer({ limits: { freeBytes: Number.MAX_SAFE_INTEGER } })

  it.effect("refuses pushes, while reading, access and the audit log go on", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* device(server, admin)
      const name = "00000000-0000-4000-8000-000000000000/11111111-0000-4000-8000-000000000000/line"
      const { status, json } = yield* putBlob(server, anna.token, anna.library, name, "x")
      expect([status, json.type]).toEqual([507, "Full"])
      expect(yield* statusOf(server, `/v1/libraries/${anna.library}/blobs`, anna.token)).toBe(200)
      expect(yield* statusOf(server, "/health/ready", admin)).toBe(200)
      expect((yield* server.ask("DELETE", `/v1/access/${anna.access}`, { token: admin })).status).toBe(204)
      expect((yield* server.ask("GET", "/v1/audit", { token: admin })).text).toContain("access revoked")
    })
  )

  it.scoped("holds a reserve, and gives it up when there is almost nothing left", () =>
    Effect.gen(function* () {
      const data = yield* temporaryFolder
      const reserve = join(data, "reserve")
      const none = { freeBytes: 0, freeShare: 0, freeShareBytes: 0 }
      const reserveBytes = 1024 * 1024
      const room = roomIn(data, { ...none, reserveBytes })
      yield* room.tend
      const { size, blocks, mode } = statSync(reserve)
      expect([size, mode & 0o077]).toEqual([reserveBytes, 0])
      expect(blocks * 512).toBeGreaterThanOrEqual(reserveBytes)
      expect(yield* room.has(0)).toBe(true)
      // Others write to this disk too.
      expect(yield* room.has(Math.floor((yield* room.free) / 2))).toBe(true)
      expect(yield* room.has(2 * (yield* room.free))).toBe(false)
      // Held to a disk that is full, by its own measure, it makes way.
      yield* roomIn(data, { ...none, reserveBytes: Number.MAX_SAFE_INTEGER }).tend
      expect(existsSync(reserve)).toBe(false)
      // There is a share of the disk that is kept free, of so many bytes at most.
      expect(
        yield* roomIn(data, { ...none, freeShare: 1, freeShareBytes: 2 ** 52, reserveBytes }).has(0)
      ).toBe(false)
      expect(yield* roomIn(data, { ...none, freeShare: 1, freeShareBytes: 1, reserveBytes }).has(0)).toBe(
        true
      )
    })
  )
})
