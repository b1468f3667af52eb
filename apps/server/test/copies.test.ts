// What of libraries can be made again is a cache on the disk of a server: it stays within a limit, and what is nowhere else stays.
import { existsSync, readdirSync, statfsSync, statSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { pushing, reader, song } from "./support/pushed.js"
import { signIn, type TestServer, testServer } from "./support/server.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { testBucket } from "./support/testBucket.js"
import { isNew, key, songWish, webApp } from "./support/web.js"

type App = Effect.Effect.Success<ReturnType<typeof webApp>>

const save = (app: App, id: string, headers = key()) =>
  app.ask("PUT", `songs/${id}`, songWish(id), { ...isNew, ...headers })

const songs = (app: App) =>
  Effect.map(app.ask("GET", "songs?limit=100"), ({ json }) =>
    Array.isArray(json.items) ? json.items.map(({ id }) => String(id)).sort() : json
  )

const fileOf = ({ data }: TestServer, { library }: App) => join(data, "homes", library, "library.db")

const until = (isSo: () => boolean) => Effect.repeat(Effect.sleep("5 millis"), { until: () => isSo() })

/** What a server counts of its copies. */
const counted = (server: TestServer, token: string, what: string) =>
  Effect.map(server.ask("GET", "/metrics", { token }), ({ text }) =>
    Number(new RegExp(`whiteroom_copies\\{what="${what}"\\} (\\d+)`).exec(text)?.[1])
  )

describe("copies of libraries", () => {
  it.scopedLive(
    "go where a bucket has all of them, and come back when somebody asks; what is not in it stays",
    () =>
      Effect.gen(function* () {
        const bucket = yield* testBucket
        const server = yield* testServer({
          blobs: bucket.place,
          copiesEveryMs: 5,
          limits: { copiesBytes: 1 }
        })
        const admin = yield* signIn(server)
        const [anna, jonas] = [yield* webApp(server, admin, "Anna"), yield* webApp(server, admin, "Jonas")]
        for (const app of [anna, jonas]) {
          expect((yield* save(app, "s0")).status).toBe(201)
          yield* until(() => !existsSync(fileOf(server, app)))
        }
        expect(yield* songs(anna)).toEqual(["s0"])
        yield* until(() => !existsSync(fileOf(server, anna)))
        const made = yield* counted(server, admin, "made")
        expect((yield* save(anna, "s1")).status).toBe(201)
        expect(yield* counted(server, admin, "made")).toBeGreaterThan(made)
        expect(yield* songs(anna)).toEqual(["s0", "s1"])

        // Written while nothing comes into the bucket: in the file, and nowhere else. Nobody is at work with it any more.
        bucket.answer = (method) => (method === "PUT" ? 403 : undefined)
        const late = key()
        expect((yield* save(anna, "s2", late)).json).toMatchObject({ type: "NotKeptYet" })
        // Looked at again and again: another library goes as often as it comes.
        const dropped = yield* counted(server, admin, "dropped")
        for (let n = 0; n < 3; n++) {
          expect(yield* songs(jonas)).toEqual(["s0"])
          yield* until(() => !existsSync(fileOf(server, jonas)))
        }
        expect(yield* counted(server, admin, "dropped")).toBeGreaterThan(dropped)
        expect(existsSync(fileOf(server, anna))).toBe(true)
        bucket.answer = undefined
        expect((yield* save(anna, "s2", late)).status).toBe(201)
        yield* until(() => !existsSync(fileOf(server, anna)))
        expect(yield* songs(anna)).toEqual(["s0", "s1", "s2"])
      })
  )

  it.scopedLive("that were used longest ago go first, and no more than must", () =>
    Effect.gen(function* () {
      const bucket = yield* testBucket
      const sizes = yield* testServer({ blobs: bucket.place })
      const first = yield* webApp(sizes, yield* signIn(sizes))
      yield* save(first, "s0")
      const one = readdirSync(join(sizes.data, "homes", first.library))
        .filter((name) => name.startsWith("library.db"))
        .reduce((sum, name) => sum + statSync(join(sizes.data, "homes", first.library, name)).size, 0)

      const other = yield* testBucket
      const server = yield* testServer({
        ...{ blobs: other.place, copiesEveryMs: 5, profilesEveryMs: 3_600_000 },
        limits: { copiesBytes: Math.ceil(one * 3.5) }
      })
      const admin = yield* signIn(server)
      const apps: Array<App> = []
      for (let n = 0; n < 3; n++) {
        const app = yield* webApp(server, admin, `App ${n}`)
        expect((yield* save(app, "s0")).status).toBe(201)
        apps.push(app)
      }
      const [a, b, c] = apps
      if (a === undefined || b === undefined || c === undefined) throw new Error("three")
      expect(yield* songs(a)).toEqual(["s0"])
      const d = yield* webApp(server, admin, "App 3")
      expect((yield* save(d, "s0")).status).toBe(201)
      yield* until(() => !existsSync(fileOf(server, b)))
      expect([a, c, d].map((app) => existsSync(fileOf(server, app)))).toEqual([true, true, true])
    })
  )

  it.scopedLive("of libraries of devices make way for what is pushed, before the disk is full", () =>
    Effect.gen(function* () {
      const data = yield* temporaryFolder
      const { bavail, bsize } = statfsSync(data)
      // Enough for pushes, and less than twice of it.
      const limits = { freeBytes: Math.round(bavail * bsize * 0.7) }
      const server = yield* testServer({ data, copiesEveryMs: 5, limits })
      const anna = yield* pushing(server, yield* signIn(server))
      yield* anna.library.songs.create(song("night"))
      yield* anna.push
      const get = reader(server, anna)
      const copy = join(data, "replicas", anna.id)
      for (let n = 0; n < 3; n++) {
        expect((yield* get("songs/night")).json).toMatchObject({ id: "night" })
        yield* until(() => readdirSync(copy).filter((name) => name.includes(".db")).length === 0)
      }
    })
  )

  it.scopedLive("are no copies where there is no bucket", () =>
    Effect.gen(function* () {
      const server = yield* testServer({ copiesEveryMs: 5, limits: { copiesBytes: 1 } })
      const admin = yield* signIn(server)
      const app = yield* webApp(server, admin)
      expect((yield* save(app, "s0")).status).toBe(201)
      for (let n = 0; n < 10; n++) {
        expect(yield* songs(app)).toEqual(["s0"])
        expect(existsSync(fileOf(server, app))).toBe(true)
      }
      expect(yield* counted(server, admin, "dropped")).toBe(0)
    })
  )
})
