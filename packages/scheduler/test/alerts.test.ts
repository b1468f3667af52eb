import { renameSync } from "node:fs"
import { describe, expect, it } from "@effect/vitest"
import { day, hour } from "@white-room/core"
import { type Library, openLibrary, type ScheduledRun } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import {
  dueAlerts,
  here,
  isTimeToAlert,
  Outside,
  OutsideFailed,
  type OutsideService,
  placeOf,
  raiseAlerts
} from "../src/index.js"
import { edit, folderIn, freshLibrary, look, morning, profile, withProfile } from "./support/worlds.js"

const alertAt = (at: number, outcome?: ScheduledRun["outcome"]): ScheduledRun => ({
  number: 1,
  profile: "daily",
  activity: "alert",
  place: "",
  dueAt: new Date(at),
  startedAt: new Date(at),
  ...(outcome && { outcome })
})

describe("time for an alert", () => {
  it("is once a day, sooner when nobody was reached, and whenever a clock was wrong", () => {
    expect(isTimeToAlert(undefined, morning)).toBe(true)
    expect(isTimeToAlert(alertAt(morning, "done"), morning + day - 1)).toBe(false)
    expect(isTimeToAlert(alertAt(morning, "done"), morning + day)).toBe(true)
    expect(isTimeToAlert(alertAt(morning), morning + hour)).toBe(false)
    expect(isTimeToAlert(alertAt(morning, "failed"), morning + hour - 1)).toBe(false)
    expect(isTimeToAlert(alertAt(morning, "failed"), morning + hour)).toBe(true)
    expect(isTimeToAlert(alertAt(morning + 1, "done"), morning)).toBe(true)
  })

  it("is for stale places only, and for each on its own", () => {
    const state = {
      profile: profile({ places: ["/disk"], staleAfterHours: 2 }),
      changedAt: morning,
      runs: []
    }
    const due = (now: number) =>
      dueAlerts(state, now, (place) => (place === here ? alertAt(morning + 3 * hour, "done") : undefined))
    expect(due(morning + 2 * hour)).toEqual([])
    expect(due(morning + 4 * hour).map(({ place }) => place)).toEqual([placeOf("/disk")])
    expect(due(morning + 27 * hour).map(({ place }) => place)).toEqual([here, placeOf("/disk")])
  })
})

/** An outside that keeps what it was told, or reaches nobody. */
const listener = (told: Array<string>, reaches = true): OutsideService => {
  const tell = (text: string) =>
    reaches ? Effect.sync(() => void told.push(text)) : Effect.fail(new OutsideFailed("nobody there"))
  return {
    command: () => Effect.succeed(""),
    call: (_, body) => tell(JSON.stringify(body)),
    mail: (_, { text }) => Effect.as(tell(text), []),
    circumstances: Effect.succeed({ onBattery: false, metered: false }),
    notify: (_, text) => tell(text)
  }
}

const raise = (library: Library, outside: OutsideService) =>
  raiseAlerts(library, "tester").pipe(Effect.provideService(Outside, outside))

describe("alerts", () => {
  it.scoped("are raised once a day for a place without a good run, also by another process", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const stick = folderIn(library, "stick")
      yield* edit(library, "first")
      yield* withProfile(library, {
        when: ["every 6 hours"],
        places: [stick],
        notify: true,
        staleAfterHours: 24
      })
      expect(yield* look(library)).toHaveLength(2)
      renameSync(stick, `${stick}-away`)
      const told: Array<string> = []
      for (let hours = 6; hours <= 72; hours += 6) {
        yield* TestClock.adjust("6 hours")
        yield* edit(library, `edit ${hours}`)
        yield* look(library)
        const other = yield* openLibrary(library.path, { actor: "bea@laptop" })
        yield* raise(other, listener(told))
      }
      expect(told).toEqual([`no new backup in ${stick} for 30 hours`, `no new backup in ${stick} for 2 days`])
      const [run] = yield* library.schedule.runs({ activity: "alert" })
      expect(run).toMatchObject({ place: stick, outcome: "done", detail: told.at(-1) })
      renameSync(`${stick}-away`, stick)
      yield* look(library)
      yield* TestClock.adjust("1 hour")
      expect(yield* raise(library, listener(told))).toEqual([])
    })
  )

  it.scoped("are tried again within the hour when nobody was reached, and say why", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* withProfile(library, { notify: true, webhook: "https://example.com/x", staleAfterHours: 1 })
      yield* TestClock.adjust("2 hours")
      const [alert] = yield* raise(library, listener([], false))
      expect(alert).toMatchObject({
        text: "no backup for 2 hours",
        warnings: ["nobody there", "nobody there"]
      })
      yield* TestClock.adjust("59 minutes")
      expect(yield* raise(library, listener([]))).toEqual([])
      yield* TestClock.adjust("1 minute")
      const told: Array<string> = []
      expect(yield* raise(library, listener(told))).toHaveLength(1)
      expect(JSON.parse(told[1] ?? "")).toMatchObject({
        profile: "daily",
        activity: "alert",
        outcome: "stale",
        lastGood: null
      })
    })
  )
})
