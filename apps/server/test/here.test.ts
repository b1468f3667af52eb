/** The library on this computer, in a browser: the same answers, to nobody but the person who opened it. */
import { execFile } from "node:child_process"
import { renameSync, writeFileSync } from "node:fs"
import { promisify } from "node:util"
import { describe, expect, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import { userIn } from "../src/http/PeerUser.js"
import { scopes } from "../src/http/Scopes.js"
import { get } from "./support/get.js"
import { browser, cookieFor, here } from "./support/here.js"
import { song } from "./support/pushed.js"
import { saysWhatItSays, work } from "./support/says.js"
import { codeIn, hashOf, newToken } from "./support/server.js"

describe("a library of this computer", () => {
  it.scopedLive("is told as itself, now and at any time", () =>
    Effect.gen(function* () {
      const open = yield* here()
      const position = yield* work(open.library)
      const ask = yield* browser(open)
      yield* saysWhatItSays(open.library, position, (path) => ask(path))
      const exported = yield* ask("export?at=b1&song=plain-1")
      expect(JSON.parse(String(exported.json.songs))).toHaveLength(1)
      expect(exported.headers.get("content-disposition")).toContain("attachment")
      expect((yield* ask("songs/none")).json).toMatchObject({ type: "EntityNotFound", status: 404 })
    })
  )

  it.scopedLive("what other programs write is there with the next question", () =>
    Effect.gen(function* () {
      const open = yield* here()
      yield* open.library.songs.create(song("s1", "Night Drive"))
      const ask = yield* browser(open)
      const names = Effect.map(ask("songs"), ({ json }) => JSON.stringify(json.items))
      expect(yield* names).toContain("Night Drive")
      yield* open.library.songs.create(song("s2", "Two Bicycles"))
      expect(yield* names).toContain("Two Bicycles")
      // As the app does: by SQL.
      const app = new Sqlite(open.file)
      app.prepare("UPDATE song_data SET name = 'Day Drive' WHERE id = 's1'").run()
      app.close()
      expect(yield* names).toContain("Day Drive")
      const { json } = yield* ask("songs/s1/history")
      expect(json.items).toHaveLength(2)
    })
  )

  it.scopedLive(
    "security 30: answers to its own name, and nobody without the cookie that the key was exchanged for",
    () =>
      Effect.gen(function* () {
        const open = yield* here()
        const { port } = new URL(open.address)
        expect(open.link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#[0-9A-Z-]{14}$/)
        for (const host of [`evil.example:${port}`, "evil.example", `127.0.0.2:${port}`, `[::1]:${port}`])
          for (const address of ["/", "/v1/me", "/openapi.json"])
            expect([host, (yield* get(open.address, address, { host })).status]).toEqual([host, 421])
        // The API as a page is the same everywhere, and says nothing of the library.
        const told = "GET /docs"
        expect((yield* get(open.address, "/docs", {})).status).toBe(200)
        const closed = Object.keys(scopes).filter((route) => scopes[route] !== "open" && route !== told)
        for (const route of closed) {
          const [method = "", path = ""] = route.split(" ")
          const address = path.replace(":library", open.id).replace(/:[a-z]+|\*/g, "none")
          const { status } = yield* open.ask(method, address, { body: method === "GET" ? undefined : {} })
          // What it does not serve at all is not there.
          expect([route, status]).toEqual([route, expect.toBeOneOf([401, 404])])
          if (!/blobs|metrics/.test(route)) expect([route, status]).toEqual([route, 401])
        }
        // The key opens once: to who has the secret of the first answer, and to nobody else.
        const secret = newToken()
        const first = yield* cookieFor(open, secret)
        expect(first.json).toMatchObject({ name: "anna", role: "admin", libraries: [open.id] })
        expect((yield* cookieFor(open, secret)).status).toBe(200)
        expect((yield* cookieFor(open)).json).toMatchObject({ type: "CodeUsed" })
        const device = { code: codeIn(open.link), secretHash: hashOf(newToken()), device: "x" }
        expect((yield* open.ask("POST", "/v1/enrolments", { body: device })).status).toBe(409)
      })
  )

  // Only root can be another user here.
  it.scopedLive.runIf(process.platform === "linux" && process.getuid?.() === 0)(
    "answers no other user of this computer, also with the key that a list of processes shows",
    () =>
      Effect.gen(function* () {
        const open = yield* here({ user: 65_533 })
        const body = JSON.stringify({ code: codeIn(open.link), secret: newToken() })
        const program = `
          const { statusText, status } = await fetch(process.argv[1] + "/v1/session", {
            method: "POST", headers: { "content-type": "application/json", origin: process.argv[1] }, body: process.argv[2]
          })
          console.log(status)`
        const as = (uid: number) =>
          Effect.promise(() =>
            promisify(execFile)(
              process.execPath,
              ["--input-type=module", "-e", program, open.address, body],
              { uid, cwd: "/" }
            )
          ).pipe(Effect.map(({ stdout }) => Number(stdout)))
        expect(yield* as(65_534)).toBe(403)
        expect(yield* as(65_533)).toBe(200)
      })
  )

  it("whose program is at the other end stands in the table of sockets", () => {
    const table = [
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
      "   0: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 1 1",
      "   1: 0100007F:D431 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1001        0 2 1"
    ].join("\n")
    expect(userIn(table, 0xd431, 0x1f90)).toBe(1001)
    expect(userIn(table, 0x1f90, 0xd431)).toBe(0)
    expect(userIn(table, 0xd431, 0x1f91)).toBeUndefined()
    expect(userIn("", 1, 2)).toBeUndefined()
  })

  it.scopedLive(
    "security 30: a page of somebody else changes nothing, though the browser sends the cookie",
    () =>
      Effect.gen(function* () {
        const open = yield* here()
        const { cookie } = yield* cookieFor(open)
        const leave = (headers: Readonly<Record<string, string>>) =>
          Effect.map(
            open.ask("DELETE", "/v1/session", { headers: { cookie, ...headers } }),
            ({ status }) => status
          )
        const { port } = new URL(open.address)
        for (const origin of ["https://evil.example", `http://127.0.0.1:${Number(port) - 1}`, "null"])
          expect(yield* leave({ origin })).toBe(403)
        expect(yield* leave({})).toBe(403)
        expect(yield* leave({ origin: open.address })).toBe(204)
        expect((yield* open.ask("GET", "/v1/me", { headers: { cookie } })).status).toBe(401)
      })
  )

  it.scopedLive(
    "says what it is, how safe it is as the program judges, and what went wrong in the library's words",
    () =>
      Effect.gen(function* () {
        const open = yield* here()
        const { cookie } = yield* cookieFor(open)
        const { json } = yield* open.ask("GET", "/v1/libraries", { headers: { cookie } })
        expect(json).toMatchObject({
          items: [{ id: open.id, name: "library", home: "server", sealed: false }]
        })
        for (const path of ["/v1/invitations", "/v1/access", "/v1/audit"])
          expect((yield* open.ask("GET", path, { headers: { cookie } })).status).toBe(403)
        const ask = (path: string) =>
          open.ask("GET", `/v1/libraries/${open.id}/${path}`, { headers: { cookie } })
        expect((yield* ask("status")).json).toMatchObject({
          ...{
            type: "LibraryFailed",
            error: "NotAsked",
            detail: "Nobody asked.",
            recovery: "Ask.",
            status: 409
          }
        })
        yield* ask("songs")
        // Another file at its path that is not a library.
        renameSync(open.file, `${open.file}-away`)
        writeFileSync(open.file, "no library at all")
        expect((yield* ask("songs")).json).toMatchObject({ type: "LibraryFailed", error: "NotALibrary" })
        expect((yield* open.ask("GET", "/v1/libraries/other/songs", { headers: { cookie } })).status).toBe(
          404
        )
      })
  )
})
