// Nodes of one cluster: whichever is asked, the one that owns a library answers; what was acknowledged outlives each of them.
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type ClusterNode, clusterNode } from "./support/cluster.js"
import { hasPostgres } from "./support/postgres.js"
import { codeIn, hashOf, newToken, putHeaders } from "./support/server.js"
import { sharedPostgres } from "./support/sharedPostgres.js"
import { rounds } from "./support/soak.js"
import { testBucket } from "./support/testBucket.js"
import { isNew, key, songWish } from "./support/web.js"

/** What lies below a folder, if it is there. */
const filesIn = (folder: string) =>
  existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : []

type Ask = Pick<ClusterNode, "ask">

const enrol = (node: Ask, code: string) =>
  Effect.gen(function* () {
    const token = newToken()
    const { status, json } = yield* node.ask("POST", "/v1/enrolments", {
      body: { code, secretHash: hashOf(token), device: "test" }
    })
    if (status !== 200) throw new Error(JSON.stringify(json))
    return token
  })

/** Somebody with an access, and the libraries that it is to. */
const invited = (node: Ask, admin: string, role: string) =>
  Effect.gen(function* () {
    const { json } = yield* node.ask("POST", "/v1/invitations", {
      token: admin,
      body: { name: "Anna", role }
    })
    const libraries = Array.isArray(json.libraries) ? json.libraries.map(String) : []
    return { token: yield* enrol(node, String(json.code)), library: libraries[0] ?? "" }
  })

/** Asks again while a library moves; gives the answer and how often. */
const patiently = (asking: ReturnType<Ask["ask"]>) => {
  let tries = 0
  return Effect.suspend(() => {
    tries++
    return Effect.either(Effect.sandbox(asking))
  }).pipe(
    Effect.tap((found) =>
      found._tag === "Left" || found.right.status >= 500 ? Effect.sleep("200 millis") : Effect.void
    ),
    Effect.repeat({
      until: (found) => (found._tag === "Right" && found.right.status < 500) || tries > 100
    }),
    Effect.map((found) => {
      if (found._tag === "Left") throw new Error("it does not answer")
      return found.right
    })
  )
}

// In the soak alone: how soon a library moves is up to how busy a machine is, and three nodes make one busy.
describe.runIf(hasPostgres() && rounds(0, 1) === 1)("a cluster", () => {
  const database = sharedPostgres()

  it.scopedLive(
    "of three nodes: each answers for every library; one is killed, one is stopped, and nothing that was acknowledged is lost",
    () =>
      Effect.gen(function* () {
        const url = yield* database().database
        const { place: blobs } = yield* testBucket
        const first = yield* clusterNode({ database: url, blobs })
        const admin = yield* enrol(first, codeIn(first.signIn))
        const nodes = [
          first,
          yield* clusterNode({ database: url, blobs }),
          yield* clusterNode({ database: url, blobs })
        ]
        const app = yield* invited(first, admin, "service")
        const libraries = ["a", "b", "c", "d", "e", "f"].map((name) => `lib-${name}`)
        const path = (library: string, song: string) => `/v1/libraries/${library}/songs/${song}`
        const save = (node: Ask, library: string, song: string) =>
          patiently(
            node.ask("PUT", path(library, song), {
              ...{ token: app.token, body: songWish(song), headers: { ...isNew, ...key() } }
            })
          )
        for (const [n, library] of libraries.entries()) {
          const made = yield* (nodes[n % 3] ?? first).ask("PUT", `/v1/libraries/${library}`, {
            ...{ token: app.token, headers: isNew, body: { name: library } }
          })
          expect(made.status).toBe(201)
        }
        // Written through one node, read through another.
        for (const [n, library] of libraries.entries())
          expect((yield* save(nodes[(n + 1) % 3] ?? first, library, "s0")).status).toBe(201)
        for (const node of nodes)
          for (const library of libraries) {
            const read = yield* patiently(node.ask("GET", path(library, "s0"), { token: app.token }))
            expect([library, read.status]).toEqual([library, 200])
          }
        // Files of devices go through as they are, both ways.
        const anna = yield* invited(first, admin, "device")
        const bytes = Buffer.alloc(3 * 1024 * 1024, "night drive")
        const blob = `/v1/libraries/${anna.library}/blobs/00000000-0000-4000-8000-000000000000/00000000-0000-4000-8000-000000000001/1`
        for (const [n, node] of nodes.entries()) {
          const put = yield* patiently(
            node.ask("PUT", blob, { token: anna.token, body: bytes, headers: putHeaders(bytes) })
          )
          expect(put.status).toBe(n === 0 ? 201 : 204)
          const got = yield* patiently(node.ask("GET", blob, { token: anna.token }))
          expect(Buffer.from(got.text).equals(bytes)).toBe(true)
        }
        // Who may see nothing is told so by the node that is asked.
        expect((yield* first.ask("GET", path("lib-a", "s0"), { token: anna.token })).status).toBe(404)
        expect((yield* first.ask("GET", path("lib-a", "s0"))).status).toBe(401)

        const [, second, third] = nodes
        if (second === undefined || third === undefined) throw new Error("three nodes")
        yield* third.kill
        for (const library of libraries) expect((yield* save(first, library, "s1")).status).toBe(201)
        expect(yield* second.stop).toBe(0)
        for (const library of libraries) {
          const read = yield* patiently(
            first.ask("GET", `/v1/libraries/${library}/songs?limit=10`, { token: app.token })
          )
          const ids = Array.isArray(read.json.items) ? read.json.items.map(({ id }) => id).sort() : read.json
          expect([library, ids]).toEqual([library, ["s0", "s1"]])
        }
        expect(first.faults).toEqual([])

        // What one node erases, no other keeps a copy of: one that was off meanwhile looks when it is there again.
        const copies = (data: string) => ["homes", "replicas"].flatMap((part) => filesIn(join(data, part)))
        expect(copies(second.data).length + copies(third.data).length).toBeGreaterThan(0)
        const erase = (id: string) =>
          Effect.map(
            first.ask("POST", `/v1/libraries/${id}/erase`, { token: admin, body: { id } }),
            ({ status }) => [id, status]
          )
        expect(yield* Effect.forEach(libraries, erase, { concurrency: "unbounded" })).toEqual(
          libraries.map((id) => [id, 200])
        )
        for (const { data } of [second, third]) {
          yield* clusterNode({ database: url, blobs, data })
          yield* Effect.repeat(
            Effect.delay(
              Effect.sync(() => copies(data)),
              "100 millis"
            ),
            {
              until: (left) => left.length === 0
            }
          )
        }
        expect(copies(first.data)).toEqual([])
      }),
    120_000
  )

  it.scopedLive(
    "loses nothing that was acknowledged and does nothing twice, while a node sleeps, clocks differ, the bucket fails and PostgreSQL ends",
    () =>
      Effect.gen(function* () {
        const url = yield* database().database
        const bucket = yield* testBucket
        const first = yield* clusterNode({ database: url, blobs: bucket.place })
        const admin = yield* enrol(first, codeIn(first.signIn))
        const sleeper = yield* clusterNode({ database: url, blobs: bucket.place, clock: 5 * 60_000 })
        const third = yield* clusterNode({ database: url, blobs: bucket.place, clock: -5 * 60_000 })
        const app = yield* invited(first, admin, "service")
        const libraries = ["a", "b", "c", "d"].map((name) => `lib-${name}`)
        for (const library of libraries)
          yield* first.ask("PUT", `/v1/libraries/${library}`, {
            ...{ token: app.token, headers: isNew, body: { name: library } }
          })
        // One call of the bucket in twenty fails, by a seed that is fixed.
        let seed = 15
        bucket.answer = () => {
          seed = (seed * 1103515245 + 12345) % 2147483648
          return seed % 20 === 0 ? 503 : undefined
        }
        /** What each library was told that it has: songs, and backups by their descriptions. */
        const kept = new Map(libraries.map((library) => [library, new Set<string>()]))
        const awake = [first, third]
        const writes = (library: string, from: number, count: number) =>
          Effect.gen(function* () {
            for (let n = from; n < from + count; n++) {
              // One key each: however often it is asked for, it is done once.
              const once = key()
              const node = awake[n % awake.length] ?? first
              const saved = yield* patiently(
                node.ask("PUT", `/v1/libraries/${library}/songs/s${n}`, {
                  ...{ token: app.token, body: songWish(`s${n}`), headers: { ...isNew, ...once } }
                })
              )
              expect([library, n, saved.status]).toEqual([library, n, 201])
              const backup = key()
              const taken = yield* patiently(
                node.ask("POST", `/v1/libraries/${library}/backups`, {
                  ...{ token: app.token, body: { description: `b${n}` }, headers: backup }
                })
              )
              expect([library, n, taken.status]).toEqual([library, n, 201])
              kept.get(library)?.add(`s${n}`).add(`b${n}`)
            }
          })
        const all = (from: number, count: number) =>
          Effect.forEach(libraries, (library) => writes(library, from, count), { concurrency: "unbounded" })
        yield* all(0, 3)
        sleeper.child.kill("SIGSTOP")
        // Until others have what it had, it is asked again.
        yield* all(3, 3)
        sleeper.child.kill("SIGCONT")
        awake.push(sleeper)
        yield* Effect.all([all(6, 6), database().restart], { concurrency: "unbounded" })
        bucket.answer = undefined
        for (const library of libraries)
          for (const node of awake) {
            const list = (what: string) =>
              Effect.map(
                patiently(
                  node.ask("GET", `/v1/libraries/${library}/${what}?limit=100`, { token: app.token })
                ),
                ({ json }) => (Array.isArray(json.items) ? json.items : [])
              )
            const found = [
              ...(yield* list("songs")).map(({ id }) => id),
              // Its profile takes others.
              ...(yield* list("backups"))
                .filter(({ trigger }) => trigger === "manual")
                .map(({ description }) => description)
            ]
            expect([library, found.sort()]).toEqual([library, [...(kept.get(library) ?? [])].sort()])
          }
      }),
    180_000
  )
})

it.runIf(!hasPostgres())(
  "is not tried: there is no PostgreSQL here (Debian: apt install postgresql)",
  ({ skip }) => skip()
)
