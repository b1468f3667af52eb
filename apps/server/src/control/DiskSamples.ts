/** How much of the disk was free on each of the last days: what says when it will be full. */
import { day } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { DiskSample } from "./fullAt.js"
import { readSetting, writeSetting } from "./Settings.js"

const keptDays = 30

const Stored = Schema.parseJson(
  Schema.Array(Schema.Struct({ day: Schema.Int, free: Schema.Number, size: Schema.Number }))
)

/** Of the last 30 days, the oldest first. What cannot be read counts for nothing. */
export const diskSamples = Effect.gen(function* () {
  const text = yield* readSetting("disk")
  if (text === undefined) return []
  return yield* Effect.orElseSucceed(Schema.decode(Stored)(text), (): ReadonlyArray<DiskSample> => [])
})

/** Notes how much is free, once a day. */
export const noteDisk = (look: Effect.Effect<Omit<DiskSample, "day">>) =>
  Effect.gen(function* () {
    const today = Math.floor((yield* Clock.currentTimeMillis) / day)
    const known = yield* diskSamples
    if (known.some((each) => each.day === today)) return
    const { free, size } = yield* look
    // A clock that was ahead for a while leaves nothing behind.
    const kept = known.filter((each) => each.day < today && each.day > today - keptDays)
    yield* writeSetting("disk", JSON.stringify([...kept, { day: today, free, size }]))
  })
