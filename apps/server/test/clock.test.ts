/** The clock of the machine jumps while a server runs: nothing goes before its time, and nothing is stuck for ever. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { day, hour } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { operate } from "../src/index.js"
import { makeHouseTime } from "../src/start/HouseTime.js"
import { ruined, send } from "./support/sending.js"
import { device, invite, putBlob, signIn, testServer } from "./support/server.js"

const start = Date.parse("2026-11-30T12:00:00Z")
const year = 365 * day

describe("the time by which a server erases", () => {
  it("follows the clock, and a jump ahead only when it has lasted for a day", () => {
    let seconds = 1000
    const time = makeHouseTime(() => seconds)
    const after = (passed: number, clock: number) => {
      seconds += passed / 1000
      return time(clock)
    }
    expect(after(0, start)).toBe(start)
    // A month of sleep is no jump, and the hour of a summer neither.
    expect(after(30 * day, start + 30 * day)).toBe(start + 30 * day)
    const then = start + 30 * day
    expect(after(hour, then + 2 * hour)).toBe(then + 2 * hour)
    const now = then + 2 * hour
    expect(after(0, now + year)).toBe(now)
    expect(after(23 * hour, now + year + 23 * hour)).toBe(now + 23 * hour)
    // Ahead once more, and back in two steps.
    expect(after(hour / 2, now + 3 * year)).toBeLessThan(now + day + hour)
    expect(after(0, now + day)).toBe(now + day)
    expect(after(0, now - year)).toBe(now - year)
    expect(after(0, now + day)).toBe(now - year)
    expect(after(day, now + 2 * day)).toBe(now + 2 * day)
  })
})

/** A clock that is set ahead and back. What waits for it waits some turns of this machine; `looks` counts waits of five seconds. */
const jumping = () => {
  const live = Clock.make()
  let ahead = 0
  let looks = 0
  const now = () => Date.now() + ahead
  const clock: Clock.Clock = {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    currentTimeNanos: live.currentTimeNanos,
    unsafeCurrentTimeNanos: () => live.unsafeCurrentTimeNanos(),
    unsafeCurrentTimeMillis: now,
    currentTimeMillis: Effect.sync(now),
    sleep: (duration) =>
      Effect.suspend(() => {
        if (Duration.toMillis(duration) === 5000) looks++
        return turn
      })
  }
  /** Sets the clock, and waits until what looks after the house has looked twice. */
  const set = (to: number) =>
    Effect.suspend(() => {
      ahead = to
      const until = looks + 3
      return Effect.repeat(turn, { until: () => looks >= until })
    })
  return { clock, set }
}

const turn = Effect.async<void>((resume) => {
  const timer = setTimeout(() => resume(Effect.void), 20)
  return Effect.sync(() => clearTimeout(timer))
})

describe("a server whose clock jumps", () => {
  it.scopedLive(
    "erases nothing before its time, ends no access for ever, and lets in, notes and sends again at once",
    () => {
      const { clock, set } = jumping()
      return Effect.gen(function* () {
        // Its alone: devices have clocks of their own.
        const server = yield* Effect.withClock(testServer(), clock)
        const admin = yield* signIn(server)
        const anna = yield* device(server, admin, { accessDays: 2 })
        const name = "00000000-0000-4000-8000-000000000000/11111111-0000-4000-8000-000000000000/line"
        expect((yield* putBlob(server, anna.token, anna.library, name, "x")).status).toBe(201)
        const { jonas, mara } = yield* ruined(server, admin)
        const { code } = yield* invite(server, admin)
        yield* operate(server.data).leave(anna.library)
        const blobs = `/v1/libraries/${anna.library}/blobs`
        const status = (token: string) =>
          Effect.map(server.ask("GET", blobs, { token }), (each) => each.status)
        const files = join(server.data, "libraries", anna.library)
        const sendOne = Effect.map(
          Effect.suspend(() => send(server, mara, { at: "b1" })),
          (each) => each.status
        )
        for (const ahead of [3 * hour, 3 * day, 20 * year]) {
          yield* set(ahead)
          expect([ahead, yield* status(anna.token)]).toEqual([ahead, ahead < day ? 200 : 401])
          // In the notes of a day that has not come.
          expect((yield* server.ask("GET", "/v1/me", { token: admin })).status).toBe(200)
          if (ahead > year) for (let time = 0; time < 21; time++) yield* sendOne
          expect(existsSync(files)).toBe(true)
          yield* set(0)
          expect([ahead, yield* status(anna.token)]).toEqual([ahead, 200])
        }
        // As many as a day has were sent then.
        expect(yield* sendOne).toBe(202)
        const body = { code, secretHash: "a".repeat(64), device: "test" }
        expect((yield* server.ask("POST", "/v1/enrolments", { body })).status).toBe(200)
        const known = yield* server.ask("GET", "/v1/access?limit=1000", { token: admin })
        const items = known.json.items as ReadonlyArray<{ id: string; lastUsedAt: string }>
        const last = Date.parse(items.find(({ id }) => id === anna.access)?.lastUsedAt ?? "")
        expect(last).toBeLessThan(Date.now() + hour)
        expect(yield* jonas.library.songs.count).toBe(1)
        // What is to go at once goes, by whatever clock.
        yield* set(year)
        yield* operate(server.data).erase(anna.library)
        yield* Effect.repeat(turn, { until: () => !existsSync(files) })
      })
    }
  )
})
