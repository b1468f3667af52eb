import { edgesOfSlots, type WhiteRoomError } from "@white-room/core"
import { timelineJson } from "@white-room/core/output"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Question } from "./Question.js"
import { timeOf } from "./timeOf.js"
import { trying } from "./trying.js"

/** Some of a timeline, in the form of the API. */
export const timelineOf = (
  library: Library,
  { from, length, slots, zone, time, ...shown }: Extract<Question, { readonly _tag: "Timeline" }>
): Effect.Effect<unknown, WhiteRoomError> =>
  Effect.gen(function* () {
    const at = yield* trying(() => timeOf(time)?.getTime())
    const edges = yield* trying(() => {
      const begin = timeOf(from)?.getTime()
      return begin === undefined ? [] : edgesOfSlots(begin, length, slots, zone)
    })
    return timelineJson(yield* library.history.timeline({ ...shown, edges, at }), edges)
  })
