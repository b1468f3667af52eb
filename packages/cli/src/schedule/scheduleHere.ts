import { InvalidInput } from "@white-room/core"
import type { ScheduledProfile, ScheduleHere } from "@white-room/server"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { loadScheduler, loadTransfer } from "../command/Load.js"
import { refusal } from "../error/CliError.js"
import { openingOf } from "../secret/Unlock.js"
import { placeJson } from "./ProfileJson.js"
import { type ProfileView, patience, viewSchedule } from "./ScheduleView.js"

const infoOf = (view: ProfileView, now: number): ScheduledProfile => {
  const { profile, stored, next, late, places } = view
  return {
    ...{ name: profile.name, stored, when: profile.when, enabled: profile.enabled },
    pausedUntil: profile.pausedUntil?.toISOString() ?? null,
    next: next === undefined ? null : new Date(next.at).toISOString(),
    overdueSince: late > patience ? new Date(now - late).toISOString() : null,
    places: places.map(placeJson)
  }
}

/** The profiles of a library for its pages: by the same calls as `schedule`. Places are vaults that it has, and nothing else. */
export const scheduleHere = (library: Library, cli: Cli): ScheduleHere => {
  const list = Effect.gen(function* () {
    const now = cli.now().getTime()
    const { profiles } = yield* viewSchedule(library, now)
    return profiles.map((view) => infoOf(view, now))
  })
  const one = (name: string) =>
    Effect.flatMap(list, (all) => {
      const found = all.find((each) => each.name === name)
      return found === undefined
        ? Effect.fail(new InvalidInput({ field: "profile", reason: "it is gone" }))
        : Effect.succeed(found)
    })
  return {
    list,
    add: ({ name, when, places = [], keepLast }) =>
      Effect.gen(function* () {
        const [{ saveProfile }, { vaultRecords }] = [yield* loadScheduler, yield* loadTransfer]
        const stored = yield* library.schedule.profiles
        if (stored.some((each) => each.name === name))
          return yield* refusal(
            `There is a profile ${name} already.`,
            "Choose another name, or change that one."
          )
        const vaults = (yield* vaultRecords(library).all).map((vault) => vault.name)
        const unknown = places.find((place) => !vaults.includes(place))
        if (unknown !== undefined)
          return yield* refusal(`The library has no vault ${unknown}.`, "whiteroom vault add makes one.")
        const [first = "", ...others] = when
        const keep = keepLast === undefined ? {} : { keep: { last: keepLast } }
        yield* saveProfile(library, { name, when: [first, ...others], places, ...keep })
        return yield* one(name)
      }),
    change: (name, { when, enabled }) =>
      Effect.gen(function* () {
        const { editProfile } = yield* loadScheduler
        yield* editProfile(library, name, {
          ...(when !== undefined && { when }),
          // Who lets it go on wants it now, and not when an earlier pause ends.
          ...(enabled !== undefined && { enabled, pausedUntil: undefined })
        })
        return yield* one(name)
      }),
    run: (name) =>
      Effect.gen(function* () {
        const { findState, layerOutside, runDue } = yield* loadScheduler
        yield* findState(library, name)
        const asked = { profile: name, force: true, opening: openingOf(cli) }
        const result = yield* Effect.provide(runDue(library, asked), layerOutside)
        if ("heldBy" in result)
          return yield* refusal(
            `${result.heldBy} runs backups of this library at the moment.`,
            "Try again when it is done."
          )
        return {
          runs: result.map(({ work, run }) => ({
            activity: work.activity,
            place: run.place,
            outcome: run.outcome ?? null,
            detail: run.detail ?? null
          }))
        }
      })
  }
}
