/** Times that cannot be. A clock that stands before 1970, as after an empty battery: what it says is stored nowhere in a way that stays broken. */
import * as path from "node:path"
import { expect, it } from "@effect/vitest"
import { genesis, hour } from "@white-room/core"
import { openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { clone, openDestination, push, vaultRecords } from "../src/index.js"
import { decodeRun, encodeRun } from "../src/segment/Events.js"
import { contents, newLibrary, song, sqlite, temporaryFolder } from "./support/library.js"

it.scoped("is taken for the beginning of 1970 by pushes, and works once it is right again", () =>
  Effect.gen(function* () {
    const library = yield* newLibrary
    const folder = yield* temporaryFolder
    const send = Effect.gen(function* () {
      const { vault, known } = yield* openDestination(library, folder)
      const report = yield* push(library, vault, known)
      return { vault, events: report.events }
    })
    yield* TestClock.setTime(-hour)
    yield* library.songs.create(song("a"))
    yield* library.backups.take()
    yield* library.schedule.saveProfile({ name: "daily", definition: '{"name":"daily"}' })
    expect(yield* send).toMatchObject({ events: 2 })
    expect(yield* send).toMatchObject({ events: 0 })
    yield* TestClock.setTime(20_000 * 24 * hour)
    yield* library.songs.create(song("b"))
    const { vault, events } = yield* send
    expect(events).toBe(1)
    expect(yield* vaultRecords(library).all).toMatchObject([{ pushedAt: 20_000 * 24 * hour }])
    const copy = path.join(yield* temporaryFolder, "clone.db")
    yield* clone(vault, copy)
    expect(contents(copy)).toBe(contents(library.path))
  })
)

it.scoped("that an earlier version wrote down is no damage", () =>
  Effect.gen(function* () {
    const library = yield* newLibrary
    const folder = yield* temporaryFolder
    yield* library.songs.create(song("a"))
    const { vault, known } = yield* openDestination(library, folder)
    yield* push(library, vault, known)
    sqlite(
      library.path,
      `UPDATE vault SET pushed_at = ${-hour}`,
      `UPDATE vault_upkeep SET missed_at = ${-hour}, reclaimed_at = ${-hour}`
    )
    const again = yield* openLibrary(library.path)
    expect(yield* vaultRecords(again).all).toMatchObject([
      { pushedAt: 0, reclaimedAt: 0, lastFile: { missedAt: 0 } }
    ])
  })
)

it("that no calendar has is refused in what others wrote", () => {
  const run = (recordedAt: number) => {
    const command = {
      number: 1,
      commandId: "c",
      requestHash: undefined,
      actor: "eve",
      recordedAt,
      first: 1,
      last: 1
    }
    return encodeRun({ before: genesis, after: genesis, first: 1, commands: [command], events: [] })
  }
  expect(decodeRun(run(8.64e15)).commands).toMatchObject([{ recordedAt: 8.64e15 }])
  expect(() => decodeRun(run(8.64e15 + 1))).toThrow(/calendars/)
})
