/** What one library has is nothing to another, and the clock that counts is the server's. */
import { createHash, randomUUID } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { costOf } from "../src/library/Shelf.js"
import { device, putBlob, putHeaders, sharedServer, signIn, testServer } from "./support/server.js"
import { isNew, key, songWish, webApp } from "./support/web.js"

describe("libraries of one server", () => {
  const shared = sharedServer()

  it.effect(
    "security 25: share nothing: a name or a hash opens nothing, and the same bytes are kept twice",
    () =>
      Effect.gen(function* () {
        const { server, admin } = shared()
        const anna = yield* device(server, admin)
        const ben = yield* device(server, admin, { name: "Ben" })
        const name = `${randomUUID()}/${randomUUID()}/line`
        const text = "the very bytes"
        expect((yield* putBlob(server, anna.token, anna.library, name, text)).status).toBe(201)
        const get = (token: string, library: string) =>
          server.ask("GET", `/v1/libraries/${library}/blobs/${name}`, { token })
        expect((yield* get(ben.token, anna.library)).json.type).toBe("NotFound")
        expect((yield* get(ben.token, ben.library)).json.type).toBe("BlobMissing")
        // Who knows the hash and not the bytes gets nothing for it.
        const bytes = Buffer.from(text)
        for (const body of [Buffer.alloc(0), Buffer.alloc(bytes.length, 0x20)]) {
          const sent = yield* server.ask("PUT", `/v1/libraries/${ben.library}/blobs/${name}`, {
            ...{ token: ben.token, body, headers: putHeaders(bytes) }
          })
          expect([sent.status, sent.json.type]).toEqual([422, "FileNotVerified"])
        }
        expect((yield* get(ben.token, ben.library)).status).toBe(404)
        // The same bytes are new there, and count there.
        expect((yield* putBlob(server, ben.token, ben.library, name, text)).status).toBe(201)
        for (const { library, token } of [anna, ben]) {
          const { json } = yield* server.ask("GET", `/v1/libraries/${library}`, { token })
          expect(json.used).toBe(costOf(bytes.length))
        }
      })
  )

  it.effect("security 12: what arrives has the time of the server, whatever its sender says", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* device(server, admin)
      const name = `${randomUUID()}/${randomUUID()}/line`
      const bytes = Buffer.from("x")
      const digest = createHash("sha256").update(bytes).digest("hex")
      const began = Date.now() - 1000
      const old = "Wed, 01 Jan 1997 00:00:00 GMT"
      const sent = yield* server.ask("PUT", `/v1/libraries/${anna.library}/blobs/${name}`, {
        ...{ token: anna.token, body: bytes },
        headers: { ...putHeaders(bytes), "last-modified": old, "whiteroom-arrived-at": "1", digest }
      })
      expect(sent.status).toBe(201)
      const { json } = yield* server.ask("GET", `/v1/libraries/${anna.library}/blobs`, { token: anna.token })
      const [blob] = json.blobs as ReadonlyArray<{ arrivedAt: number }>
      expect(blob?.arrivedAt).toBeGreaterThan(began)
      expect(blob?.arrivedAt).toBeLessThan(Date.now() + 1000)
    })
  )

  it.scopedLive("security 12: a flood of backups pushes no other out, and none is of another day", () =>
    Effect.gen(function* () {
      const server = yield* testServer({ limits: { backupsADay: 40 } })
      const root = yield* signIn(server)
      const { ask, library, token } = yield* webApp(server, root)
      const take = (by: string, description: string, into = library) =>
        server.ask("POST", `/v1/libraries/${into}/backups`, {
          ...{ token: by, headers: key(), body: { description, timestamp: "1997-01-01T00:00:00.000Z" } }
        })
      yield* ask("PUT", "songs/s1", songWish("Night Drive"), isNew)
      yield* ask("PUT", "profiles/nightly", { when: ["nightly"], keep: { last: 1 } }, isNew)
      const began = Date.now() - 60_000
      expect((yield* take(root, "good")).status).toBe(201)
      const flood = yield* Effect.all(
        Array.from({ length: 50 }, () => take(token, "flood")),
        { concurrency: 8 }
      )
      const refused = flood.filter(({ status }) => status !== 201)
      expect(refused).toHaveLength(10)
      for (const { status, json, headers } of refused) {
        expect([status, json.type]).toEqual([429, "TooManyToday"])
        // Not a matter of seconds, as what comes too fast is, but of the day.
        expect(Number(headers.get("retry-after"))).toBeGreaterThan(2)
      }
      // Who floods holds up nobody but themselves, and only here.
      expect((yield* take(root, "good too")).status).toBe(201)
      const other = `lib-${randomUUID()}`
      yield* server.ask("PUT", `/v1/libraries/${other}`, { token, headers: isNew, body: { name: "Other" } })
      expect((yield* take(token, "of another", other)).status).toBe(201)
      const { json } = yield* ask("GET", "backups")
      const backups = json.items as ReadonlyArray<{ description: string; timestamp: string }>
      expect(backups.filter(({ description }) => description === "flood")).toHaveLength(40)
      expect([backups[0], backups.at(-1)]).toMatchObject([
        { description: "good" },
        { description: "good too" }
      ])
      for (const { timestamp } of backups) expect(Date.parse(timestamp)).toBeGreaterThan(began)
      // The rules of a profile judge what it took, whatever others take.
      const rules = yield* ask("GET", "retention?profile=nightly")
      const decisions = rules.json.decisions as ReadonlyArray<{ keep: boolean }>
      expect(decisions).toHaveLength(42)
      expect(decisions.filter(({ keep }) => !keep)).toEqual([])
    })
  )
})
