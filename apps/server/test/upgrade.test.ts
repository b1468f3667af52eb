// A cluster is brought to the next version node by node, and back, while it works.
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { version } from "../src/control/Migrations.js"
import { type ClusterNode, clusterNode } from "./support/cluster.js"
import { nextVersion } from "./support/nextVersion.js"
import { hasPostgres } from "./support/postgres.js"
import { codeIn, hashOf, newToken, putHeaders } from "./support/server.js"
import { sharedPostgres } from "./support/sharedPostgres.js"
import { rounds } from "./support/soak.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { testBucket } from "./support/testBucket.js"
import { isNew, key, songWish } from "./support/web.js"

type Asked = Parameters<ClusterNode["ask"]>

const libraries = ["lib-a", "lib-b", "lib-c", "lib-d"]

/** What is wrong with a node, but that it could not say in time that it is there, which a busy machine does to it. */
const faultsOf = ({ faults }: ClusterNode) => faults.filter((fault) => !fault.includes("Shard lock storage"))

// In the soak alone: three nodes at a time, and six starts of one.
describe.runIf(hasPostgres() && process.env.SOAK === "1")("an upgrade of a cluster", () => {
  const database = sharedPostgres()

  it.scopedLive(
    "node by node, and back, refuses nobody and loses nothing, with more in the tables and in what nodes say to each other",
    () =>
      Effect.gen(function* () {
        const program = yield* nextVersion
        const url = yield* database().database
        const { place: blobs } = yield* testBucket
        const nodes: Array<ClusterNode> = []
        for (let n = 0; n < 3; n++) nodes.push(yield* clusterNode({ database: url, blobs }))
        let turn = 0
        /** How often the answer was to ask again, and what else was not expected. */
        const met = { moving: 0, gone: 0, others: [] as Array<unknown> }
        /** Asks the nodes by turns, as a proxy does that leaves out those that do not answer, until one has done it. */
        const ask = (...[method, path, asking]: Asked) =>
          Effect.suspend(() => {
            const node = nodes[turn++ % nodes.length]
            return node === undefined ? Effect.die("no node") : node.ask(method, path, asking)
          }).pipe(
            Effect.sandbox,
            Effect.either,
            Effect.tap((found) => {
              if (found._tag === "Right" && found.right.status < 500) return Effect.void
              if (found._tag === "Left") met.gone++
              else if (found.right.status === 503 && found.right.headers.has("retry-after")) met.moving++
              else met.others.push(found.right.json)
              return Effect.sleep("100 millis")
            }),
            Effect.repeat({
              until: (found) => found._tag === "Right" && found.right.status < 500,
              times: 300
            }),
            Effect.map((found) => {
              if (found._tag === "Left") throw new Error("no node answers")
              return found.right
            })
          )
        const enrol = (code: string) =>
          Effect.gen(function* () {
            const token = newToken()
            yield* ask("POST", "/v1/enrolments", {
              body: { code, secretHash: hashOf(token), device: "test" }
            })
            return token
          })
        // Each start ends the link of the one before.
        const admin = yield* enrol(codeIn(nodes[2]?.signIn))
        const invited = (role: string) =>
          Effect.gen(function* () {
            const { json } = yield* ask("POST", "/v1/invitations", {
              token: admin,
              body: { name: "Anna", role }
            })
            const [library] = Array.isArray(json.libraries) ? json.libraries : []
            return { library: String(library), token: yield* enrol(String(json.code)) }
          })
        const app = yield* invited("service")
        const anna = yield* invited("device")
        for (const library of libraries)
          yield* ask("PUT", `/v1/libraries/${library}`, {
            ...{ token: app.token, headers: isNew, body: { name: library } }
          })

        const kept = new Map(libraries.map((library) => [library, [] as string[]]))
        let isWriting = true
        const write = (library: string) =>
          Effect.gen(function* () {
            for (let n = 0; isWriting; n++) {
              const song = `s${n}`
              const headers = { ...isNew, ...key() }
              const { status } = yield* ask("PUT", `/v1/libraries/${library}/songs/${song}`, {
                ...{ token: app.token, body: songWish(song), headers }
              })
              expect([library, song, status]).toEqual([library, song, 201])
              kept.get(library)?.push(song)
            }
          })
        const line = "00000000-0000-4000-8000-000000000000/00000000-0000-4000-8000-000000000001"
        let pushed = 0
        const push = Effect.gen(function* () {
          for (; isWriting; pushed++) {
            const bytes = Buffer.from(`night drive ${pushed}`)
            const { status } = yield* ask(
              "PUT",
              `/v1/libraries/${anna.library}/blobs/${line}/${pushed + 1}`,
              {
                ...{ token: anna.token, body: bytes, headers: putHeaders(bytes) }
              }
            )
            // 204: it was done, and the node that did it has ended before it said so.
            expect([pushed, 201, 204]).toContain(status)
          }
        })
        const writing = yield* Effect.fork(
          Effect.all([push, ...libraries.map(write)], { concurrency: "unbounded", discard: true })
        )
        const total = () => [...kept.values()].reduce((sum, songs) => sum + songs.length, pushed)
        const more = (count: number) => {
          const goal = total() + count
          return Effect.repeat(Effect.sleep("20 millis"), { until: () => total() >= goal })
        }
        /** One node less, and then one of another program in its place and in its folder. */
        const replace = (n: number, wish: { readonly program?: string }) =>
          Effect.gen(function* () {
            const [node] = nodes.splice(n, 1)
            if (node === undefined) throw new Error("no node")
            expect(yield* node.stop).toBe(0)
            expect(faultsOf(node)).toEqual([])
            nodes.splice(n, 0, yield* clusterNode({ database: url, blobs, data: node.data, ...wish }))
            yield* more(rounds(10, 40))
          })
        yield* more(10)
        for (const n of [0, 1, 2]) yield* replace(n, { program })
        const versions = "SELECT max(migration_id) || ' ' || (SELECT least FROM version) FROM migration"
        expect(yield* database().say(url, versions)).toBe(`${version + 1} 17`)
        expect(yield* database().say(url, "SELECT DISTINCT version FROM node WHERE seen_at > 0")).toContain(
          String(version + 1)
        )
        // Taken back, with the tables as they are.
        for (const n of [2, 1]) yield* replace(n, {})
        isWriting = false
        yield* writing.await

        expect(met.others).toEqual([])
        const fresh = yield* clusterNode({ database: url, blobs, data: yield* temporaryFolder })
        for (const node of [...nodes, fresh]) {
          expect(faultsOf(node)).toEqual([])
          nodes.splice(0, nodes.length, node)
          for (const [library, songs] of kept) {
            const { json } = yield* ask("GET", `/v1/libraries/${library}/songs?limit=1000`, {
              token: app.token
            })
            const found = Array.isArray(json.items) ? json.items.map(({ id }) => String(id)) : []
            expect([library, found.sort()]).toEqual([library, [...songs].sort()])
          }
          const last = yield* ask("GET", `/v1/libraries/${anna.library}/blobs/${line}/${pushed}`, {
            token: anna.token
          })
          expect(last.text).toBe(`night drive ${pushed - 1}`)
        }
        yield* Effect.log(
          `${total()} writes, asked again ${met.moving} times, ${met.gone} times nobody was there`
        )
      }),
    900_000
  )
})
