// What the nodes of a cluster know together: each of them is told it once, and all of them go by it.
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { clusterNode } from "./support/cluster.js"
import { hasPostgres } from "./support/postgres.js"
import { codeIn, hashOf, newToken } from "./support/server.js"
import { sharedPostgres } from "./support/sharedPostgres.js"
import { rounds } from "./support/soak.js"
import { testBucket } from "./support/testBucket.js"
import { isNew, key, songWish } from "./support/web.js"

describe.runIf(hasPostgres() && rounds(0, 1) === 1)("two nodes", () => {
  const database = sharedPostgres()

  it.scopedLive(
    "have links, wrong codes and secrets together, and go on with restores that nobody asks for",
    () =>
      Effect.gen(function* () {
        const url = yield* database().database
        const { place: blobs } = yield* testBucket
        const one = yield* clusterNode({ database: url, blobs })
        const other = yield* clusterNode({ database: url, blobs })
        const enrol = (node: typeof one, code: string) => {
          const token = newToken()
          const body = { code, secretHash: hashOf(token), device: "test" }
          return Effect.map(node.ask("POST", "/v1/enrolments", { body }), ({ status }) => ({ status, token }))
        }
        // The link of either is for all; with the first admin all of them end.
        const { status, token: admin } = yield* enrol(other, codeIn(one.signIn))
        expect(status).toBe(200)
        expect((yield* enrol(one, codeIn(other.signIn))).status).toBe(404)

        const invited = yield* one.ask("POST", "/v1/invitations", {
          ...{ token: admin, body: { name: "App", role: "service" } }
        })
        const { token } = yield* enrol(one, String(invited.json.code))

        // Who guesses at two nodes has no more tries than at one, of which the link that had ended was the first.
        const minute = database().say(url, "SELECT minute FROM wrong_code")
        const first = yield* minute
        const guesses = yield* Effect.forEach(Array(30).keys(), (n) =>
          Effect.map(enrol(n % 2 === 0 ? one : other, "AAAA-BBBB-CCCC"), (answer) => answer.status)
        )
        const wrong = guesses.filter((each) => each === 404).length
        expect(guesses.filter((each) => each === 429)).toHaveLength(30 - wrong)
        // With a new minute it begins to count again.
        if ((yield* minute) === first) expect(wrong).toBe(19)
        else expect(wrong).toBeLessThanOrEqual(39)

        // Whichever node sends a digest has what it needs for that.
        const change = { webhook: { url: "https://example.com/t0ken", key: "a key of sixteen letters" } }
        yield* one.ask("PATCH", "/v1/settings", { token: admin, body: change })
        const told = yield* other.ask("GET", "/v1/settings", { token: admin })
        expect(told.json.webhook).toEqual({ host: "example.com", signed: true, ready: true })
        yield* other.ask("PATCH", "/v1/settings", { token: admin, body: { webhook: null } })
        expect((yield* one.ask("GET", "/v1/settings", { token: admin })).json.webhook).toBe(null)

        // A restore that was begun, by a node of which only that is left.
        // What moves, as nodes have just come, is asked again; so is what a connection that ended took along.
        const asked = (node: typeof one, method: string, path: string, body?: unknown, headers = {}) =>
          Effect.suspend(() => node.ask(method, `/v1/libraries/lib-a${path}`, { token, body, headers })).pipe(
            Effect.catchAllDefect(() => Effect.fail("gone")),
            Effect.filterOrFail(({ status }) => status !== 503),
            Effect.eventually
          )
        const own = (method: string, path: string, body: unknown, headers = {}) =>
          asked(one, method, path, body, { ...key(), ...headers })
        yield* own("PUT", "", { name: "a" }, isNew)
        yield* own("PUT", "/songs/s1", songWish("s1"), isNew)
        const { json: good } = yield* own("POST", "/backups", { description: "good" })
        yield* own("PUT", "/songs/s1", songWish("s1", '{"notes":[]}'), { "if-match": '"1"' })
        const only = [{ kind: "song", id: "s1" }]
        const wish = { at: `b${good.number}`, mode: "replace", only, dryRun: true }
        const { json: planned } = yield* own("POST", "/restores", wish)
        expect(planned).toMatchObject({ state: "planned" })
        yield* one.kill
        yield* other.kill
        yield* database().say(url, `UPDATE restore SET begun = 1 WHERE id = '${planned.id}'`)
        const third = yield* clusterNode({ database: url, blobs })
        const state = database().say(url, `SELECT state FROM restore WHERE id = '${planned.id}'`)
        yield* Effect.repeat(Effect.delay(state, "200 millis"), { until: (found) => found === "applied" })
        const read = yield* asked(third, "GET", "/songs/s1")
        expect(read.json.songDataJSON).toBe('{"notes":["s1"]}')
      }),
    180_000
  )
})
