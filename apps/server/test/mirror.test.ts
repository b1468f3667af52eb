/** The mirror: a server whose data folder is lost is made again from it, and devices go on. */
import { randomUUID } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { createLibrary, openLibrary } from "@white-room/store"
import {
  addVault,
  checkVault,
  clone,
  enrol as enrolDevice,
  keepServerKey,
  openKnown,
  parseLink,
  push,
  vaultAt
} from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { operate, type StartOptions } from "../src/index.js"
import { leastBytes } from "../src/library/Shelf.js"
import { kill, serve } from "./support/served.js"
import { device, enrol, invite, putBlob, signIn, type TestServer, testServer } from "./support/server.js"
import { rounds } from "./support/soak.js"
import { temporaryFolder } from "./support/temporaryFolder.js"

/** A server that can be ended before the scope. */
const ending = (options: Partial<StartOptions>) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
    const server = yield* Scope.extend(testServer(options), scope)
    return { server, end: Scope.close(scope, Exit.void) }
  })

/** A folder for a mirror beside one for data. */
const places = Effect.map(temporaryFolder, (folder) => {
  const mirror = join(folder, "mirror")
  mkdirSync(mirror)
  return { folder, mirror, data: join(folder, "data"), again: join(folder, "again") }
})

const put = (server: TestServer, token: string, library: string, name: string, text: string) =>
  Effect.map(putBlob(server, token, library, name, text), ({ status }) => status)

const line = (folder: string = randomUUID()) => `${folder}/${randomUUID()}/line`

const copiesIn = (mirror: string) => readdirSync(join(mirror, "control")).sort()

const song = (id: string) => ({ id, name: `Song ${id}`, songDataJSON: "{}", determinismSeed: "1" })

describe("a mirror", () => {
  it.scopedLive(
    "a device pushes on to a server that was rebuilt, and a lost end is noticed and sent again",
    () =>
      Effect.gen(function* () {
        const { folder, mirror, data, again } = yield* places
        const one = yield* ending({ data, mirror })
        const port = Number(new URL(one.server.address).port)
        const admin = yield* signIn(one.server)
        const anna = yield* device(one.server, admin)
        const place = `${one.server.address}/${anna.library}`
        const here = { settings: join(folder, "settings"), env: {} }
        yield* keepServerKey(here.settings, { place, token: Redacted.make(anna.token) })
        yield* createLibrary(join(folder, "library.db"))
        const library = yield* openLibrary(join(folder, "library.db"))
        yield* library.songs.create(song("1"))
        const { vault, known } = yield* addVault(library, "school", place, here)
        yield* push(library, vault, known)
        yield* one.end
        // What the mirror has is a place of its own, too.
        expect(
          yield* checkVault(yield* vaultAt(join(mirror, "libraries", anna.library)), { level: "full" })
        ).toMatchObject({ ok: true })

        // The last push before the loss does not reach the mirror.
        renameSync(mirror, `${mirror}-away`)
        const lost = yield* ending({ data, mirror, port })
        yield* library.songs.create(song("2"))
        yield* push(library, yield* openKnown(known, here), known)
        yield* lost.end
        renameSync(`${mirror}-away`, mirror)
        rmSync(data, { recursive: true })

        const { server } = yield* ending({ data: again, from: mirror, mirror, port })
        expect(server.rebuilt).toMatchObject({ libraries: 1, passedOver: 0 })
        expect(server.signIn).toBe(undefined)
        yield* library.songs.create(song("3"))
        const pushed = yield* push(library, yield* openKnown(known, here), known)
        expect(pushed.events).toBe(2)
        const report = yield* clone(yield* vaultAt(place, here), join(folder, "back.db"))
        expect(report).toMatchObject({ songs: 3, problems: [], damaged: [] })
        expect((yield* server.ask("GET", "/v1/audit", { token: admin })).text).toContain('"rebuilt"')
      })
  )

  it.scopedLive(
    "security 43: holds hashes of tokens only; what was revoked stays revoked after a rebuild",
    () =>
      Effect.gen(function* () {
        const { mirror, data, again } = yield* places
        const one = yield* ending({ data, mirror })
        const admin = yield* signIn(one.server)
        const [anna, ben, carl] = [
          yield* device(one.server, admin),
          yield* device(one.server, admin, { name: "Ben" }),
          yield* device(one.server, admin, { name: "Carl" })
        ]
        const invited = yield* invite(one.server, admin, { name: "Dora" })
        expect((yield* one.server.ask("DELETE", `/v1/access/${anna.access}`, { token: admin })).status).toBe(
          204
        )
        expect((yield* one.server.ask("DELETE", "/v1/me", { token: ben.token })).status).toBe(204)
        expect(yield* operate(data).revoke("Carl")).toMatchObject({ mirrored: true })
        // Killed at once: only what was acknowledged counts. The folder is read as it is now.
        const acknowledged = copiesIn(mirror)
        yield* one.end
        for (const later of copiesIn(mirror))
          if (!acknowledged.includes(later)) rmSync(join(mirror, "control", later))

        const { server } = yield* ending({ data: again, from: mirror })
        for (const { token } of [anna, ben, carl])
          expect((yield* server.ask("GET", "/v1/me", { token })).status).toBe(401)
        expect((yield* server.ask("GET", "/v1/me", { token: admin })).status).toBe(200)
        expect((yield* enrol(server, invited.code)).answer.status).toBe(200)
        const secrets = [admin, anna.token, ben.token, carl.token, invited.code.replaceAll("-", "").slice(4)]
        for (const name of readdirSync(mirror, { recursive: true, withFileTypes: true })) {
          if (!name.isFile()) continue
          const text = readFileSync(join(name.parentPath, name.name), "latin1").toUpperCase()
          for (const secret of secrets) expect(text.includes(secret.toUpperCase())).toBe(false)
        }
      })
  )

  it.scopedLive(
    "security 43: a revocation that the mirror cannot be told counts here, and is not said to be done",
    () =>
      Effect.gen(function* () {
        const { mirror, data } = yield* places
        const { server } = yield* ending({ data, mirror })
        const admin = yield* signIn(server)
        const anna = yield* device(server, admin)
        const revoke = Effect.map(
          server.ask("DELETE", `/v1/access/${anna.access}`, { token: admin }),
          ({ status, json }) => [status, json.type]
        )
        renameSync(mirror, `${mirror}-away`)
        expect(yield* revoke).toEqual([503, "MirrorBehind"])
        expect((yield* server.ask("GET", "/v1/me", { token: anna.token })).status).toBe(401)
        // It goes on, and says so in the log, the counts and the audit log.
        expect((yield* server.ask("GET", "/health/ready")).status).toBe(200)
        expect((yield* server.ask("GET", "/metrics")).text).toContain("whiteroom_mirror_up 0")
        expect(server.log.filter(({ event }) => event === "mirror")).toHaveLength(1)
        expect((yield* server.ask("GET", "/v1/audit", { token: admin })).text).toContain("mirror fails")
        expect(yield* operate(data).revoke(anna.access)).toMatchObject({ mirrored: false })
        renameSync(`${mirror}-away`, mirror)
        expect(yield* revoke).toEqual([204, undefined])
        expect(copiesIn(mirror).length).toBeGreaterThan(0)
      })
  )

  it.scopedLive("a mirror of another server, or one that knows more, is never written to", () =>
    Effect.gen(function* () {
      const { mirror, data, again } = yield* places
      const one = yield* ending({ data, mirror })
      yield* device(one.server, yield* signIn(one.server))
      yield* one.end
      const before = copiesIn(mirror)
      const other = yield* ending({ data: again, mirror })
      const admin = yield* signIn(other.server)
      const anna = yield* device(other.server, admin)
      expect(yield* put(other.server, anna.token, anna.library, line(), "x")).toBe(201)
      const answer = yield* other.server.ask("DELETE", `/v1/access/${anna.access}`, { token: admin })
      expect(answer.json).toMatchObject({ type: "MirrorBehind" })
      yield* other.end
      expect(copiesIn(mirror)).toEqual(before)
      expect(existsSync(join(mirror, "libraries", anna.library))).toBe(false)
      expect(other.server.log.find(({ event }) => event === "mirror")?.fault).toContain("another server")
    })
  )

  it.scopedLive(
    "security 18: what is discarded stays there; what is put under its name again is put there again",
    () =>
      Effect.gen(function* () {
        const { mirror, data, again } = yield* places
        const one = yield* ending({ data, mirror })
        const admin = yield* signIn(one.server)
        const anna = yield* device(one.server, admin)
        const kept = line()
        const folder = kept.split("/")[0] ?? ""
        const names = { kept, renewed: line(folder), gone: line(folder) }
        for (const name of Object.values(names))
          expect(yield* put(one.server, anna.token, anna.library, name, `first ${name}`)).toBe(201)
        yield* one.end
        const inMirror = (name: string) => readFileSync(join(mirror, "libraries", anna.library, name), "utf8")
        const two = yield* ending({ data, mirror })
        for (const name of [names.renewed, names.gone])
          yield* two.server.ask("DELETE", `/v1/libraries/${anna.library}/blobs/${name}`, { token: admin })
        expect(yield* put(two.server, anna.token, anna.library, names.renewed, "second")).toBe(201)
        yield* two.end
        expect(inMirror(names.gone)).toBe(`first ${names.gone}`)
        expect(inMirror(names.renewed)).toBe("second")
        rmSync(data, { recursive: true })
        const { server } = yield* ending({ data: again, from: mirror })
        const read = (name: string) =>
          Effect.map(
            server.ask("GET", `/v1/libraries/${anna.library}/blobs/${name}`, { token: anna.token }),
            ({ status, text }) => (status === 200 ? text : status)
          )
        expect(yield* Effect.forEach(Object.values(names), read)).toEqual([`first ${kept}`, "second", 404])
      })
  )

  it.scopedLive(
    "rebuilds from the newest copy that is whole, goes on where it was ended, and in no other's folder",
    () =>
      Effect.gen(function* () {
        const { mirror, data, again, folder } = yield* places
        const one = yield* ending({ data, mirror })
        const admin = yield* signIn(one.server)
        const anna = yield* device(one.server, admin)
        const name = line()
        expect(yield* put(one.server, anna.token, anna.library, name, "song")).toBe(201)
        yield* one.end
        const newest = join(mirror, "control", copiesIn(mirror).at(-1) ?? "")
        const whole = readFileSync(newest)
        writeFileSync(
          join(mirror, "control", `${"9".repeat(12)}-${"0".repeat(15)}-${"a".repeat(64)}.db`),
          whole
        )
        const start = (options: Partial<StartOptions>) => Effect.flip(Effect.scoped(testServer(options)))
        expect(yield* start({ data, from: mirror })).toMatchObject({ _tag: "ServerNotStarted" })
        const empty = join(folder, "empty")
        mkdirSync(empty)
        expect(yield* start({ data: again, from: empty })).toMatchObject({ _tag: "MirrorMissing" })
        expect(yield* start({ data: again, from: join(folder, "none") })).toMatchObject({
          _tag: expect.stringMatching(/^Place/)
        })
        // Ended in the middle: some files are there, and no control database under its name.
        mkdirSync(join(again, "libraries", anna.library), { recursive: true })
        writeFileSync(join(again, "control.db.new"), whole.subarray(0, 5000))
        expect(yield* start({ data: again })).toMatchObject({ _tag: "ServerNotStarted" })
        const { server } = yield* ending({ data: again, from: mirror })
        expect(server.rebuilt).toMatchObject({ libraries: 1, files: 1, passedOver: 1 })
        expect((yield* server.ask("GET", "/v1/libraries", { token: anna.token })).json).toMatchObject({
          items: [{ used: leastBytes }]
        })
        expect(readdirSync(again).filter((each) => each.includes("moment") || each.endsWith(".new"))).toEqual(
          []
        )
      })
  )

  it.scopedLive("a server with a certificate of its own keeps it, so that links and devices still fit", () =>
    Effect.gen(function* () {
      const { mirror, data, again } = yield* places
      const one = yield* ending({ data, mirror, host: "0.0.0.0" })
      yield* one.end
      const { server } = yield* ending({ data: again, from: mirror, host: "0.0.0.0" })
      expect(server.pin).toBe(one.server.pin)
    })
  )

  it.scopedLive("keeps a bounded number of copies, and passes over those that are none", () =>
    Effect.gen(function* () {
      const { mirror, data } = yield* places
      mkdirSync(join(mirror, "control"))
      for (let each = 10; each < 40; each++)
        writeFileSync(
          join(mirror, "control", `${"0".repeat(12)}-0000000000000${each}-${"a".repeat(64)}.db`),
          "x"
        )
      const { end } = yield* ending({ data, mirror })
      yield* end
      expect(copiesIn(mirror)).toHaveLength(20)
    })
  )

  it.scopedLive(
    "killed while it mirrors, and its folder lost: rebuilt, every device pushes on",
    () =>
      Effect.gen(function* () {
        const { folder, mirror } = yield* places
        const here = { settings: join(folder, "settings"), env: {} }
        const file = join(folder, "library.db")
        let data = join(folder, "data")
        let server = yield* serve(data, 0, mirror)
        const port = Number(new URL(server.address).port)
        const first = server
        yield* enrolDevice(here.settings, yield* parseLink(first.link), "test")
        yield* createLibrary(file)
        const library = yield* openLibrary(file)
        yield* library.songs.create(song("0"))
        const { known } = yield* addVault(library, "server", `${first.address}/${first.library}`, here)
        yield* push(library, yield* openKnown(known, here), known)
        // Whoever may go on stands in the mirror before anything is lost.
        const copies = Effect.sync(() => (existsSync(join(mirror, "control")) ? copiesIn(mirror).length : 0))
        expect(yield* operate(data).mirror).toBe(true)
        expect(yield* copies).toBeGreaterThan(0)
        for (let round = 1; round <= rounds(1, 40); round++) {
          yield* library.songs.create(song(String(round)))
          yield* push(library, yield* openKnown(known, here), known)
          // The mirror is being written to, or not yet.
          yield* kill(server.child)
          rmSync(data, { recursive: true })
          data = join(folder, `data-${round}`)
          server = yield* serve(data, port, mirror, mirror)
          yield* library.songs.create(song(`after ${round}`))
          const current = yield* openKnown(known, here)
          yield* push(library, current, known)
          expect(yield* checkVault(current, { level: "full" })).toMatchObject({ ok: true })
          const back = join(folder, `back-${round}.db`)
          expect(yield* clone(current, back)).toMatchObject({
            songs: 1 + 2 * round,
            problems: [],
            damaged: []
          })
        }
      }),
    3_600_000
  )
})
