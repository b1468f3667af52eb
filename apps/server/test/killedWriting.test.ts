/** The server is killed while a web app writes: what it acknowledged is there, what is asked for again is there once. */
import { randomUUID } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { openLibrary } from "@white-room/store"
import { checkVault, clone, enrol, folderBlobs, openVault, parseLink } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { operate } from "../src/index.js"
import { kill, serve } from "./support/served.js"
import { askServer } from "./support/server.js"
import { rounds } from "./support/soak.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { isNew, songWish } from "./support/web.js"

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
        const times = rounds(3, 60)
        let count = 0
        for (let round = 1; round <= times; round++) {
          const wishes = Array.from({ length: 6 }, () => ({ id: `s${++count}`, key: randomUUID() }))
          // It dies as soon as some of them are answered.
          let answered = 0
          const { child } = server
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
          server = yield* serve(data, port)
          for (const [index, { id, key }] of wishes.entries()) {
            const again = yield* save(id, key)
            expect(again.status).toBe(201)
            // The same answer, where there was one.
            if (first[index] !== undefined) expect(again.text).toBe(first[index])
          }
        }
        const path = `/v1/libraries/${library}/changes?limit=1000`
        const { json } = yield* ask("GET", path, { token })
        const events = json.items as ReadonlyArray<{ id: string; subject: string }>
        // The server takes a backup by itself meanwhile.
        const songs = events.filter(({ subject }) => subject === "song")
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
