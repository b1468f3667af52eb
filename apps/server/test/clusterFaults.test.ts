/**
 * A cluster of three processes while everything fails that may: a node killed, one asleep, one stopped in each round, PostgreSQL restarted, a bucket
 * of which one call in twenty fails and which is away for a while, a clock that is five minutes off. In the soak a round of half a minute;
 * `CLUSTER_MINUTES=20 npm run soak -- apps/server/test/clusterFaults.test.ts` is the whole, a round each minute. Says what it measured.
 */
import { describe, expect, it } from "@effect/vitest"
import { checkVault, openPlace, openVault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import { auditHeads, fencesOf } from "./support/auditHeads.js"
import { deviceUser, type User, type Wait, webUser } from "./support/clusterUsers.js"
import { faultsAt, reportOf } from "./support/faultsAt.js"
import { mailServer } from "./support/mailServer.js"
import { nodeSlots } from "./support/nodeSlots.js"
import { hasPostgres } from "./support/postgres.js"
import { seeded } from "./support/seeded.js"
import { signIn } from "./support/server.js"
import { sharedPostgres } from "./support/sharedPostgres.js"
import { rounds } from "./support/soak.js"
import { testBucket } from "./support/testBucket.js"

const minutes = Number(process.env.CLUSTER_MINUTES ?? 0)
const [webUsers, devices] = minutes > 0 ? [6, 4] : [3, 2]

describe.runIf(hasPostgres() && rounds(0, 1) === 1)("a cluster in which everything fails", () => {
  const database = sharedPostgres()

  it.scopedLive(
    "loses nothing that was acknowledged, does nothing twice, and has no library with two owners' writes",
    () =>
      Effect.gen(function* () {
        const url = yield* database().database
        const bucket = yield* testBucket
        const scope = yield* Effect.scope
        const again = new Map<string, number>()
        const wish = {
          database: url,
          blobs: bucket.place,
          options: { url: "http://cluster.example", limits: { uploads: 100, backupsADay: 1e6 } }
        }
        const { server, nodes, begin, faults, attempts } = yield* nodeSlots(
          [wish, wish, { ...wish, clock: 5 * 60_000 }],
          (why) => again.set(why, (again.get(why) ?? 0) + 1)
        )
        const admin = yield* signIn(server)
        yield* auditHeads(database(), url)
        const waits: Array<Wait> = []
        const web = yield* Effect.forEach(Array(webUsers).keys(), (n) =>
          webUser(server, admin, `web-${n}`, waits)
        )
        const mobile = yield* Effect.forEach(Array(devices).keys(), (n) =>
          deviceUser(server, admin, `device-${n}`, waits)
        )
        const post = yield* mailServer()
        const mail = { to: ["ada@example.com"], server: `smtp://127.0.0.1:${post.port}` }
        const settings = { mail, digest: "every minute", zone: "UTC" }
        expect((yield* server.ask("PATCH", "/v1/settings", { token: admin, body: settings })).status).toBe(
          200
        )
        const { chance } = seeded(15)
        const homes = new Set(web.map(({ library }) => library))
        let puts = 0
        bucket.answer = (method, key) => {
          const [, library = ""] = key.split("/")
          if (method === "PUT" && homes.has(library)) puts++
          return chance(0.05) ? 503 : undefined
        }
        let isOver = false
        const works = (user: User) =>
          Effect.iterate(0, {
            while: () => !isOver,
            body: (round) =>
              Effect.as(Effect.zipRight(user.step(round), Effect.sleep("100 millis")), round + 1)
          })
        const before = web.reduce((sum, user) => sum + user.acknowledged(), 0)
        const began = performance.now()
        const failing = faultsAt({
          minutes,
          kill: (slot) => nodes[slot]?.kill ?? Effect.void,
          pause: (slot) => Effect.sync(() => void nodes[slot]?.child.kill("SIGSTOP")),
          wake: (slot) => Effect.sync(() => void nodes[slot]?.child.kill("SIGCONT")),
          stop: (slot) =>
            Effect.map(nodes[slot]?.stop ?? Effect.succeed(null), (code) =>
              expect([slot, code]).toEqual([slot, 0])
            ),
          begin: (slot) => Scope.extend(begin(slot), scope),
          restart: database().restart,
          away: (is) =>
            Effect.sync(() => {
              bucket.isAway = is
            })
        })
        // What is asked for is waited for: somebody who left in the middle would not know what became of it.
        const [events] = yield* Effect.all(
          [
            Effect.ensuring(
              failing,
              Effect.sync(() => {
                isOver = true
              })
            ),
            Effect.forEach([...web, ...mobile], works, { concurrency: "unbounded" })
          ],
          { concurrency: "unbounded" }
        )
        const acknowledged = web.reduce((sum, user) => sum + user.acknowledged(), 0) - before
        console.log(
          reportOf({
            waits,
            events,
            attempts,
            again,
            faults,
            puts,
            acknowledged,
            ms: performance.now() - began
          })
        )
        bucket.answer = undefined

        yield* Effect.forEach([...web, ...mobile], ({ verify }) => verify, { concurrency: 4 })
        for (const library of homes) {
          const place = bucket.place.replace("s3://songs", `s3://songs/libraries/${library}`)
          const vault = yield* openVault(yield* openPlace(place))
          expect([library, yield* checkVault(vault, { level: "full" })]).toMatchObject([
            library,
            { ok: true }
          ])
        }
        // Each ownership of a library begins one line at most, and none said anything after the next had begun.
        const owners = yield* fencesOf(database(), url)
        expect(owners.length).toBeGreaterThan(0)
        expect(owners.filter(({ isInOrder, lines }) => !isInOrder || lines > 1)).toEqual([])
        // Letters of the week, here of the minute: each once, whichever node was to send it.
        const letters = post.taken.map(({ text }) => /^Message-ID: (.*)$/im.exec(text)?.[1])
        expect(new Set(letters).size).toBe(letters.length)
        // A node looks once a minute, if it lives that long.
        if (minutes > 5) expect(letters.length).toBeGreaterThan(0)
        // What is not foreseen is none of it.
        expect(faults.filter((fault) => /TypeError|ReferenceError|is not a function/.test(fault))).toEqual([])
      }),
    3_600_000
  )
})
