/** How much of the disk was free on each of the last days: what says when it will be full. */
import { day } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { DiskSample } from "./fullAt.js"
import { readStored, writeSetting } from "./Settings.js"

const keptDays = 30

const Stored = Schema.parseJson(
  Schema.Array(Schema.Struct({ day: Schema.Int, free: Schema.Number, size: Schema.Number }))
)

/** Of the last 30 days, the oldest first. */
export const diskSamples = readStored("disk", Stored, (): ReadonlyArray<DiskSample> => [])

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
