/** The server is killed while a web app writes and restores: what it acknowledged is there, what is asked for again is there once. */
import { randomUUID } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { openLibrary } from "@white-room/store"
import { checkVault, clone, enrol, folderBlobs, openVault, parseLink } from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { operate } from "../src/index.js"
import { kill, serve } from "./support/served.js"
import { askServer } from "./support/server.js"
import { rounds } from "./support/soak.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { at, isNew, key, songWish } from "./support/web.js"

const wish = { at: "b1", mode: "replace", only: [{ kind: "song", id: "ruined" }] }

describe("a server that is killed while a web app writes", () => {
  it.scopedLive(
    "has all that it acknowledged, and what is asked for again once",
    () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        const data = join(folder, "srv")
        let server = yield* serve(data, 0)
        const { address } = server
        const port = Number(new URL(address).port)
        const guest = { name: "Web app", role: "service", libraries: [], sealed: false } as const
        const { link } = yield* operate(data).invite(guest)
        const { tokenFile = "" } = yield* enrol(join(folder, "settings"), yield* parseLink(link), "test")
        const token = readFileSync(tokenFile, "utf8").trim()
        const ask = askServer(address)
        const library = `lib-${randomUUID()}`
        const made = yield* ask("PUT", `/v1/libraries/${library}`, {
          token,
          headers: isNew,
          body: { name: "Jonas" }
        })
        expect(made.status).toBe(201)
        const save = (id: string, key: string) =>
          ask("PUT", `/v1/libraries/${library}/songs/${id}`, {
            ...{ token, body: songWish(`Song ${id}`), headers: { ...isNew, "idempotency-key": key } }
          })
        // One song is ruined in each round and restored to this.
        const own = (
          method: string,
          path: string,
          body: unknown,
          headers: Readonly<Record<string, string>>
        ) => ask(method, `/v1/libraries/${library}/${path}`, { token, body, headers })
        const ruined = "ruined"
        yield* own("PUT", `songs/${ruined}`, songWish("Night Drive"), isNew)
        yield* own("POST", "backups", { description: "good" }, key())
        const times = rounds(2, 150)
        let count = 0
        for (let round = 1; round <= times; round++) {
          const wishes = Array.from({ length: 6 }, () => ({ id: `s${++count}`, key: randomUUID() }))
          // It dies as soon as some of them are answered.
          let answered = 0
          const { child } = server
          const restoring = key()
          // On a busy machine it takes longer than a restore is waited for otherwise.
          const restore = own("POST", "restores", wish, { ...restoring, prefer: "wait=30" })
          yield* own("PUT", `songs/${ruined}`, songWish(`Ruined ${round}`), at(round * 2 - 1))
          const unheard = Effect.catchAllDefect(restore, () => Effect.succeed(undefined))
          const restored = yield* Effect.fork(unheard)
          const first = yield* Effect.forEach(
            wishes,
            ({ id, key }) =>
              save(id, key).pipe(
                Effect.tap(() => {
                  if (++answered === round % 6) child.kill("SIGKILL")
                }),
                Effect.map(({ text }) => text),
                Effect.catchAllDefect(() => Effect.succeed(undefined))
              ),
            { concurrency: 6 }
          )
          yield* kill(child)
          const told = yield* Fiber.join(restored)
          server = yield* serve(data, port)
          const done = yield* restore
          expect([round, done.json.state]).toEqual([round, "applied"])
          if (told?.status === 201) expect(told.json.id).toBe(done.json.id)
          // Once, whether it was carried out before it died, after, or when it was asked for again.
          const { headers, json: now } = yield* own("GET", `songs/${ruined}`, undefined, {})
          expect([now.name, headers.get("etag")]).toEqual(["Night Drive", `"${round * 2 + 1}"`])
          for (const [index, { id, key }] of wishes.entries()) {
            const again = yield* save(id, key)
            expect(again.status).toBe(201)
            // The same answer, where there was one.
            if (first[index] !== undefined) expect(again.text).toBe(first[index])
          }
        }
        const events: Array<{ readonly id: string; readonly subject: string }> = []
        for (let since = 0, count = 1000; count === 1000; ) {
          const { json } = yield* own("GET", `changes?limit=1000&since=${since}`, undefined, {})
          const page = json.items as typeof events
          events.push(...page)
          count = page.length
          since = Number(json.next)
        }
        // The server takes a backup by itself meanwhile.
        const songs = events.filter(({ subject, id }) => subject === "song" && id !== ruined)
        expect(songs.map(({ id }) => id).toSorted()).toEqual(
          Array.from({ length: count }, (_, each) => `s${each + 1}`).toSorted()
        )
        yield* kill(server.child)
        const file = join(data, "homes", library, "library.db")
        const { ok } = yield* Effect.scoped(
          Effect.flatMap(openLibrary(file), (found) => found.upkeep.check({ level: "full" }))
        )
        expect(ok).toBe(true)
        // What was put into its files is whole, whatever was in the middle.
        const vault = yield* openVault(folderBlobs(join(data, "libraries", library)))
        expect(yield* checkVault(vault, { level: "full" })).toMatchObject({ ok: true })
        expect(yield* clone(vault, join(folder, "again.db"))).toMatchObject({ problems: [], damaged: [] })
      }),
    3_600_000
  )
})
