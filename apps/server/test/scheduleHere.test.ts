/** What takes backups by itself, asked for over the API of a library on this computer: handed on by name, told in its words. */
import { describe, expect, it } from "@effect/vitest"
import { InvalidInput } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { ScheduledProfile, ScheduleHere, ScheduleWish } from "../src/index.js"
import { browser, here } from "./support/here.js"

const profile = (name: string, when: ReadonlyArray<string>, enabled = true): ScheduledProfile => ({
  ...{ name, stored: true, when, enabled, pausedUntil: null, next: null, overdueSince: null, places: [] }
})

/** A program that keeps profiles in memory. */
const program = () => {
  const kept = new Map<string, ScheduledProfile>()
  const known = (name: string) => {
    const found = kept.get(name)
    return found === undefined
      ? Effect.fail(new InvalidInput({ field: `profile ${name}`, reason: "there is none" }))
      : Effect.succeed(found)
  }
  const wishes: Array<ScheduleWish> = []
  const schedule: ScheduleHere = {
    list: Effect.sync(() => [...kept.values()]),
    add: (wish) =>
      Effect.sync(() => {
        wishes.push(wish)
        kept.set(wish.name, profile(wish.name, wish.when))
        return profile(wish.name, wish.when)
      }),
    change: (name, { when, enabled }) =>
      Effect.map(known(name), (before) => {
        const changed = profile(name, when ?? before.when, enabled ?? before.enabled)
        kept.set(name, changed)
        return changed
      }),
    run: (name) =>
      Effect.map(known(name), () => ({
        runs: [{ activity: "backup", place: "", outcome: "done" as const, detail: null }]
      }))
  }
  return { schedule, wishes }
}

/** As addresses have it. */
const inAddress = (name: string) => `~${Buffer.from(name).toString("base64url")}`

describe("profiles of the library on this computer", () => {
  it.scopedLive("are listed, added, changed and run by their names, whatever those are", () =>
    Effect.gen(function* () {
      const { schedule, wishes } = program()
      const ask = yield* browser(yield* here({ schedule }))
      expect((yield* ask("schedule")).json).toEqual({ items: [], isLast: true })
      const wish = { name: "Jeden Abend é", when: ["daily 18:00"], keepLast: 7, places: ["studio"] }
      const added = yield* ask("schedule", "POST", wish)
      expect([added.status, added.json, wishes]).toEqual([201, profile(wish.name, wish.when), [wish]])
      const at = `schedule/${inAddress(wish.name)}`
      const paused = yield* ask(at, "PATCH", { enabled: false })
      expect(paused.json).toMatchObject({ name: wish.name, enabled: false, when: wish.when })
      expect((yield* ask(`${at}/run`, "POST")).json).toMatchObject({ runs: [{ outcome: "done" }] })
      expect((yield* ask("schedule")).json.items).toHaveLength(1)
    })
  )

  it.scopedLive("are refused in the words of the library, and commands are not taken", () =>
    Effect.gen(function* () {
      const { schedule, wishes } = program()
      const ask = yield* browser(yield* here({ schedule }))
      const refused = yield* ask("schedule/none", "PATCH", { enabled: true })
      expect([refused.status, refused.json]).toMatchObject([
        400,
        { type: "InvalidRequest", error: "InvalidInput", detail: expect.stringContaining("there is none") }
      ])
      for (const body of [{ name: "", when: ["daily 18:00"] }, { name: "x", when: [] }, { name: "x" }])
        expect((yield* ask("schedule", "POST", body)).status).toBe(400)
      const hooked = { name: "x", when: ["daily 18:00"], hooks: { before: "rm -rf /" } }
      yield* ask("schedule", "POST", hooked)
      expect(JSON.stringify(wishes)).not.toContain("rm -rf")
    })
  )

  it.scopedLive("are of elsewhere where no program here runs them", () =>
    Effect.gen(function* () {
      const ask = yield* browser(yield* here())
      expect((yield* ask("schedule")).json).toMatchObject({ type: "HomeElsewhere" })
    })
  )
})
