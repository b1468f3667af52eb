/** Clients that know nothing of us: made of the published document alone, in TypeScript and in Python. */
import { execFile } from "node:child_process"
import { randomUUID } from "node:crypto"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import createClient from "openapi-fetch"
import { type Pushed, pushing, song } from "../support/pushed.js"
import { sharedServer } from "../support/server.js"
import { webApp } from "../support/web.js"
import type { paths } from "./api.js"

const run = promisify(execFile)
const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** A library with three songs, of which one changed after the first of two backups. */
const work = ({ library, push }: Pushed) =>
  Effect.gen(function* () {
    for (const name of ["One", "Two", "Three"]) yield* library.songs.create(song(`<${name}>`, name))
    yield* library.backups.take({ description: "first" })
    yield* library.songs.upsert(song("<Two>", "Two again", '{"notes":[ 2 ]}\n'))
    yield* library.backups.take()
    yield* push
  })

describe("clients made of the document", () => {
  const shared = sharedServer()

  it("have the types of the document that is published", async () => {
    const made = await run(process.execPath, [fileOf("../../../../tooling/apiTypes.mjs")])
    // To make them again: node tooling/apiTypes.mjs apps/server/test/client/api.d.ts
    expect(readFileSync(fileOf("api.d.ts"), "utf8")).toBe(made.stdout)
  })

  it.scopedLive("read a library in TypeScript, with what may be wrong as values", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* pushing(server, admin)
      yield* work(anna)
      const client = createClient<paths>({
        baseUrl: server.address,
        headers: { authorization: `Bearer ${anna.token}`, prefer: "wait=30" }
      })
      const path = { library: anna.id }
      yield* Effect.promise(async () => {
        const mine = await client.GET("/v1/libraries")
        expect(mine.data?.items.map(({ id }) => id)).toEqual([anna.id])
        const names: Array<string> = []
        let after: string | undefined
        do {
          const query = { limit: 2, ...(after !== undefined && { after }) }
          const page = await client.GET("/v1/libraries/{library}/songs", { params: { path, query } })
          names.push(...(page.data?.items ?? []).map(({ name }) => name))
          after = page.data?.next
        } while (after !== undefined)
        expect(names).toEqual(["One", "Three", "Two again"])

        const id = `~${Buffer.from("<Two>").toString("base64url")}`
        const then = await client.GET("/v1/libraries/{library}/songs/{id}", {
          params: { path: { ...path, id }, query: { at: "b1" } }
        })
        expect(then.data).toMatchObject({ name: "Two", songDataJSON: '{"notes":["<Two>"]}' })
        const document = await client.GET("/v1/libraries/{library}/songs/{id}/document", {
          params: { path: { ...path, id } },
          parseAs: "text"
        })
        expect(document.data).toBe('{"notes":[ 2 ]}\n')
        const difference = await client.GET("/v1/libraries/{library}/diff", {
          params: { path, query: { from: "b1" } }
        })
        expect(difference.data?.changed.map(({ id: changed }) => changed)).toEqual(["<Two>"])
        const backups = await client.GET("/v1/libraries/{library}/backups", { params: { path } })
        expect(backups.data?.items.map(({ number, description }) => [number, description])).toEqual([
          [1, "first"],
          [2, ""]
        ])
        const none = await client.GET("/v1/libraries/{library}/backups/{id}", {
          params: { path: { ...path, id: "b9" } }
        })
        expect([none.error?.type, none.error?.near, none.data]).toEqual([
          "BackupNotFound",
          ["b2", "b1"],
          undefined
        ])
      })
    })
  )

  it.scopedLive("write a library in TypeScript: saved, told of a conflict, changed as one, taken back", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const app = yield* webApp(server, admin)
      const client = createClient<paths>({
        baseUrl: server.address,
        headers: { authorization: `Bearer ${app.token}` }
      })
      const path = { library: app.library, id: "night" }
      const key = () => ({ "idempotency-key": randomUUID() })
      const body = { name: "Night Drive", songDataJSON: "{}", determinismSeed: "1" }
      yield* Effect.promise(async () => {
        const save = (header: Record<string, string>, name: string) =>
          client.PUT("/v1/libraries/{library}/songs/{id}", {
            params: { path, header },
            body: { ...body, name }
          })
        const made = await save({ "if-none-match": "*" }, "Night Drive")
        expect([made.response.status, made.data?.version]).toEqual([201, 1])
        expect((await save({ "if-match": '"1"' }, "Day Drive")).data?.version).toBe(2)
        const late = await save({ "if-match": '"1"' }, "Mine")
        expect([late.error?.type, late.error?.version]).toEqual(["VersionConflict", 2])
        const changed = await client.POST("/v1/libraries/{library}/changes", {
          params: { path, header: key() },
          body: {
            changes: [
              { kind: "song", id: "night", version: 2, value: null },
              { kind: "preferences", id: "default", version: 0, value: { theme: "dark" } }
            ]
          }
        })
        expect(changed.data?.changes.map(({ version }) => version)).toEqual([3, 1])
        const operations = await client.GET("/v1/libraries/{library}/operations", { params: { path } })
        const [deletion] = operations.data?.items ?? []
        const undone = await client.POST("/v1/libraries/{library}/operations/{id}/undo", {
          params: { path: { ...path, id: String(deletion?.number) }, header: key() },
          body: {}
        })
        expect(undone.data?.outcome).toMatchObject({ songsRestored: 1, isSuccess: true })
        const log = await client.GET("/v1/libraries/{library}/changes", {
          params: { path, query: { since: 2 } }
        })
        expect(log.data?.items.map(({ type }) => type)).toContain("SongDeleted")
      })
    })
  )

  it.scopedLive("read a library in Python, every answer as the document says", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* pushing(server, admin)
      const app = yield* webApp(server, admin)
      yield* work(anna)
      const read = yield* Effect.promise(() =>
        run("python3", [fileOf("read.py")], {
          env: {
            ...{ PATH: process.env.PATH ?? "", SERVER: server.address, TOKEN: anna.token, LIBRARY: anna.id },
            ...{ APP_TOKEN: app.token, APP_LIBRARY: app.library }
          }
        }).catch((error: { readonly stderr?: string; readonly code?: unknown }) => ({
          stdout: "",
          stderr: error.code === "ENOENT" ? "no python3" : String(error.stderr)
        }))
      )
      // Where there is no Python, nothing is said of it.
      if (read.stderr === "no python3") return
      expect(read.stderr).toBe("")
      expect(JSON.parse(read.stdout)).toEqual({
        asked: 29,
        written: [1, 2],
        conflict: [412, "VersionConflict", 2],
        undone: "delete song Day Drive",
        songs: ["One", "Three", "Two again"],
        backups: [1, 2],
        document: '{"notes":["<One>"]}',
        refused: [401, "NotSignedIn"],
        missing: [404, "EntityNotFound"]
      })
    })
  )
})
