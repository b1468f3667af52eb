// A library that goes from one node of a cluster to another, and back to one that has an older copy of it.
import { existsSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { checkVault, openPlace, openVault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { hasPostgres } from "./support/postgres.js"
import { signIn, type TestServer, testServer } from "./support/server.js"
import { sharedPostgres } from "./support/sharedPostgres.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { type TestBucket, testBucket } from "./support/testBucket.js"
import { isNew, key, songWish, webApp } from "./support/web.js"

/** A node of a scope of its own, which can be ended. What is on its way to a node is asked again, as clients do. */
const nodeAt = (url: Redacted.Redacted, bucket: TestBucket, data: string) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
    const cluster = { host: "127.0.0.1", port: 0 }
    const options = { data, database: { url }, blobs: bucket.place, cluster }
    const server = yield* Scope.extend(testServer(options), scope)
    const ask: TestServer["ask"] = (...asking) =>
      Effect.repeat(server.ask(...asking), { until: ({ json }) => json.type !== "Moving" })
    return { server: { ...server, ask }, end: Scope.close(scope, Exit.void) }
  })

type App = Effect.Effect.Success<ReturnType<typeof webApp>>

const save = ({ ask }: TestServer, { token, library }: App, name: string) =>
  Effect.map(
    ask("PUT", `/v1/libraries/${library}/songs/${name}`, {
      ...{ token, body: songWish(name), headers: { ...isNew, ...key() } }
    }),
    ({ status }) => status
  )

/** The ids of the songs that a node tells of. */
const songs = ({ ask }: TestServer, { token, library }: App) =>
  Effect.map(ask("GET", `/v1/libraries/${library}/songs?limit=1000`, { token }), ({ json }) =>
    (json.items as ReadonlyArray<{ id: string }>).map(({ id }) => id).sort()
  )

describe.runIf(hasPostgres())("the nodes of a cluster", () => {
  const database = sharedPostgres()

  it.scopedLive("answer what is asked of a library, whichever is asked", () =>
    Effect.gen(function* () {
      const url = yield* database().database
      const bucket = yield* testBucket
      const nodes = [
        yield* nodeAt(url, bucket, yield* temporaryFolder),
        yield* nodeAt(url, bucket, yield* temporaryFolder)
      ]
      const [first] = nodes
      if (first === undefined) throw new Error("two")
      const app = yield* webApp(first.server, yield* signIn(first.server))
      for (const [n, { server }] of nodes.entries()) expect(yield* save(server, app, `s${n}`)).toBe(201)
      for (const { server } of nodes) expect(yield* songs(server, app)).toEqual(["s0", "s1"])
    })
  )

  it.scopedLive("bring the copy forward that they had before, and read what is new alone", () =>
    Effect.gen(function* () {
      const url = yield* database().database
      const bucket = yield* testBucket
      const [one, other] = [yield* temporaryFolder, yield* temporaryFolder]
      const named: Array<string> = []
      const first = yield* nodeAt(url, bucket, one)
      const app = yield* webApp(first.server, yield* signIn(first.server))
      for (const name of ["s0", "s1", "s2", "s3"]) {
        expect(yield* save(first.server, app, name)).toBe(201)
        named.push(name)
      }
      yield* first.end
      for (const [round, data] of [other, one].entries()) {
        const before = new Set(bucket.objects.keys())
        const read: Array<string> = []
        bucket.answer = (method, name) => {
          if (method === "GET" && name.endsWith(".seg")) read.push(name)
          return undefined
        }
        const { server, end } = yield* nodeAt(url, bucket, data)
        expect([round, yield* songs(server, app)]).toEqual([round, named])
        bucket.answer = undefined
        // One had nothing of it, the other all but the song that was saved meanwhile.
        expect([round, read.length]).toEqual([round, round === 0 ? 4 : 1])
        expect(read.filter((each) => !before.has(each))).toEqual([])
        expect(existsSync(join(data, "homes", app.library, "library.db.aside"))).toBe(false)
        expect(yield* save(server, app, `t${round}`)).toBe(201)
        named.push(`t${round}`)
        yield* end
      }
      const place = bucket.place.replace("s3://songs", `s3://songs/libraries/${app.library}`)
      const vault = yield* openVault(yield* openPlace(place))
      expect(yield* checkVault(vault, { level: "full" })).toMatchObject({ ok: true, damaged: [] })
      const last = yield* nodeAt(url, bucket, yield* temporaryFolder)
      expect(yield* songs(last.server, app)).toEqual(named)
    })
  )
})
