/** What the admin of a server looks at and does over the API: its disk, its mirror, its alerts; libraries sent away and erased. */
import { describe, expect, it } from "@effect/vitest"
import { day } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { layerSqlite } from "../src/control/Database.js"
import { diskSamples, noteDisk } from "../src/control/DiskSamples.js"
import { fullAt } from "../src/control/fullAt.js"
import { codeIn, device, enrol, putBlob, sharedServer } from "./support/server.js"

const file = "00000000-0000-4000-8000-000000000000/11111111-0000-4000-8000-000000000000/line"

const size = 1000
const filling = (free: ReadonlyArray<number>, from = 100) =>
  free.map((each, index) => ({ day: from + index, free: each, size }))

describe("when the disk will be full", () => {
  it("is told by how it filled, and by nothing where nobody can tell", () => {
    // Ten a day: of 60 above what is needed six days.
    expect(fullAt(filling([100, 90, 80, 70]), 10)).toBe((103 + 6) * day)
    // A day on which nothing was freed and one on which much came are one line.
    expect(fullAt(filling([100, 100, 80, 70]), 10)).toBeGreaterThan((103 + 4) * day)
    expect(fullAt(filling([100, 90, 80, 9]), 10)).toBe(103 * day)
    expect(fullAt([], 10)).toBeUndefined()
    expect(fullAt(filling([100, 90, 80]), 10)).toBeUndefined()
    expect(fullAt(filling([100, 100, 100, 100]), 10)).toBeUndefined()
    expect(fullAt(filling([70, 80, 90, 100]), 10)).toBeUndefined()
    // More than a year is no forecast.
    expect(fullAt(filling([1000, 999.9, 999.8, 999.7]), 10)).toBeUndefined()
    // Another disk says nothing of this one.
    const other = filling([9, 8, 7, 6], 90).map((each) => ({ ...each, size: 10 }))
    expect(fullAt([...other, ...filling([100, 90])], 10)).toBeUndefined()
    expect(fullAt([...other, ...filling([100, 90, 80, 70])], 10)).toBe((103 + 6) * day)
  })

  it.scoped("is known from one look a day, of the last thirty", () =>
    Effect.gen(function* () {
      let looks = 0
      const look = Effect.sync(() => ({ free: 1000 - looks++, size }))
      yield* noteDisk(look)
      yield* noteDisk(look)
      expect([looks, (yield* diskSamples).length]).toEqual([1, 1])
      for (let days = 0; days < 40; days++) {
        yield* TestClock.adjust("1 day")
        yield* noteDisk(look)
      }
      const seen = yield* diskSamples
      expect([looks, seen.length, seen[0]?.free, seen.at(-1)?.free]).toEqual([41, 30, 989, 960])
      // A clock that was years ahead for a moment.
      yield* TestClock.adjust("10000 days")
      yield* noteDisk(look)
      yield* TestClock.setTime(41 * day)
      yield* noteDisk(look)
      expect((yield* diskSamples).map((each) => each.day)).toEqual([41])
    }).pipe(Effect.provide(layerSqlite(":memory:")))
  )
})

describe("a server that is looked at", () => {
  const shared = sharedServer()

  it.effect("says how full its disk is, that it has no mirror, and what is wrong", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { json, status } = yield* server.ask("GET", "/v1/overview", { token: admin })
      expect(status).toBe(200)
      expect(json).toMatchObject({
        disk: { needed: 0, isFull: false, fullAt: null },
        mirror: null,
        alerts: []
      })
      const { free, size: whole } = json.disk as { readonly free: number; readonly size: number }
      expect(free).toBeGreaterThan(0)
      expect(whole).toBeGreaterThanOrEqual(free)
    })
  )

  it.effect("sends a library away with a link that takes it home, and keeps it after all", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* device(server, admin)
      expect((yield* putBlob(server, anna.token, anna.library, file, "x")).status).toBe(201)
      const at = `/v1/libraries/${anna.library}`
      const left = yield* server.ask("POST", `${at}/leave`, { token: admin })
      expect([left.status, left.json]).toMatchObject([
        200,
        { library: { id: anna.library, eraseAt: left.json.eraseAt }, link: expect.stringContaining("/join#") }
      ])
      expect(Date.parse(String(left.json.eraseAt)) - Date.now()).toBeGreaterThan(29 * day)
      expect((yield* putBlob(server, anna.token, anna.library, `${file}2`, "x")).json.type).toBe("Leaving")
      const home = yield* enrol(server, codeIn(left.json.link))
      expect((yield* server.ask("GET", `${at}/blobs/${file}`, { token: home.token })).text).toBe("x")
      const kept = yield* server.ask("POST", `${at}/undelete`, { token: admin })
      expect(kept.json).not.toHaveProperty("eraseAt")
      expect((yield* putBlob(server, anna.token, anna.library, `${file}2`, "x")).status).toBe(201)
    })
  )

  it.live("erases what is named once more, and gives the receipt; what is misspelt stays", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const anna = yield* device(server, admin)
      yield* putBlob(server, anna.token, anna.library, file, "x")
      const at = `/v1/libraries/${anna.library}`
      const erase = (id: string) => server.ask("POST", `${at}/erase`, { token: admin, body: { id } })
      const wrong = yield* erase(anna.library.toUpperCase())
      expect([wrong.status, wrong.json.detail]).toEqual([400, expect.stringContaining("Nothing was changed")])
      expect((yield* server.ask("GET", `${at}/blobs/${file}`, { token: anna.token })).text).toBe("x")
      const erased = yield* erase(anna.library)
      expect(erased.json).toEqual({ id: anna.library, places: [{ place: server.data, files: 1 }] })
      expect((yield* server.ask("GET", at, { token: admin })).status).toBe(404)
      expect((yield* server.ask("GET", "/v1/me", { token: anna.token })).status).toBe(401)
      expect((yield* erase(anna.library)).status).toBe(404)
    })
  )

  it.effect("tells what was done from the newest on, and back", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      for (const name of ["One", "Two", "Three"]) yield* device(server, admin, { name })
      const numbers = (query: string) =>
        Effect.map(server.ask("GET", `/v1/audit?${query}`, { token: admin }), ({ json }) =>
          (json.items as ReadonlyArray<{ readonly number: number }>).map(({ number }) => number)
        )
      const all = yield* numbers("limit=1000")
      expect(all.length).toBeGreaterThanOrEqual(6)
      const back = all.toReversed()
      expect(yield* numbers("order=newest&limit=1000")).toEqual(back)
      expect(yield* numbers("order=newest&limit=2")).toEqual(back.slice(0, 2))
      expect(yield* numbers(`order=newest&limit=2&after=${back[1]}`)).toEqual(back.slice(2, 4))
      expect(yield* numbers("order=oldest&limit=2")).toEqual(all.slice(0, 2))
    })
  )
})
