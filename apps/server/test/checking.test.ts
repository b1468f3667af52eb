/** Checks that somebody asks for: as a run, one at a time, and of what may be read alone. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { pushing, song } from "./support/pushed.js"
import { device, sharedServer } from "./support/server.js"

/** Threads begin slowly on a machine that does much else. */
const patience = 180_000

describe("a check that is asked for", () => {
  const shared = sharedServer()
  const check = (library: string, token: string, wait: number) =>
    shared().server.ask("POST", `/v1/libraries/${library}/checks`, {
      token,
      headers: { prefer: `wait=${wait}` }
    })
  const runOf = (location: string | null, token: string) =>
    shared().server.ask("GET", location ?? "/none", { token })

  it.scoped(
    "makes the library again from its files: 202 with its address while it runs, one for all who ask",
    () =>
      Effect.gen(function* () {
        const { server, admin } = shared()
        const anna = yield* pushing(server, admin)
        yield* anna.library.songs.create(song("a"))
        yield* anna.push
        const mara = yield* device(server, admin, { role: "teacher", libraries: [anna.id] })
        const begun = yield* check(anna.id, mara.token, 0)
        expect([begun.status, begun.json.endedAt, begun.json.outcome]).toEqual([202, null, null])
        const location = begun.headers.get("location")
        const same = yield* check(anna.id, admin, 0)
        const first = same.json.endedAt === null ? same : begun
        expect(first.json.id).toBe(begun.json.id)
        const done = yield* check(anna.id, mara.token, 30)
        expect([done.status, done.json]).toMatchObject([200, { outcome: "done", damaged: [] }])
        expect(done.json.bytes).toBeGreaterThan(0)
        const known = yield* runOf(location, mara.token)
        expect([known.status, known.json.id]).toEqual([200, begun.json.id])
        // It counts as the proof that `status` tells of.
        const { json } = yield* server.ask("GET", `/v1/libraries/${anna.id}/status`, {
          ...{ token: mara.token, headers: { prefer: "wait=30" } }
        })
        expect(json.proven).toMatchObject({ ok: true })
        // It is on record, with who asked for it.
        const list = (token: string) => server.ask("GET", `/v1/libraries/${anna.id}/checks`, { token })
        const listed = yield* list(anna.token)
        expect(listed.json).toMatchObject({ isLast: true })
        expect(listed.text).toContain(`"id":"${String(begun.json.id)}"`)
        const { text } = yield* server.ask("GET", "/v1/audit?order=newest&limit=1000", { token: admin })
        expect(text).toContain('"action":"library checked"')
        // Of somebody else's library nobody learns anything.
        const ben = yield* device(server, admin, { name: "Ben" })
        const other = yield* device(server, admin, { role: "teacher", libraries: [ben.library] })
        expect((yield* check(anna.id, other.token, 0)).status).toBe(404)
        expect((yield* runOf(location, other.token)).status).toBe(404)
        expect((yield* list(other.token)).status).toBe(404)
        expect((yield* check(anna.id, anna.token, 0)).status).toBe(403)
        // In what nothing was sent to nothing is damaged.
        const empty = yield* check(ben.library, admin, 0)
        expect([empty.status, empty.json.type]).toEqual([404, "NothingThere"])
        const sealed = yield* device(server, admin, { sealed: true })
        expect((yield* check(sealed.library, admin, 0)).json.type).toBe("Sealed")
      }),
    patience
  )

  it.scoped(
    "says what did not come back",
    () =>
      Effect.gen(function* () {
        const { server, admin } = shared()
        const anna = yield* pushing(server, admin)
        yield* anna.library.songs.create(song("a"))
        yield* anna.push
        const folder = join(server.data, "libraries", anna.id)
        const [name = ""] = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((each) =>
          each.endsWith(".seg")
        )
        const bytes = readFileSync(join(folder, name))
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
        writeFileSync(join(folder, name), bytes)
        const done = yield* check(anna.id, admin, 30)
        expect([done.status, done.json.outcome]).toEqual([200, "failed"])
        expect(done.json.damaged).not.toEqual([])
      }),
    patience
  )
})
