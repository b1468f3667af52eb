import { toHex, type WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Head } from "../control/Ownership.js"

/** Whether a library goes at least as far as what was acknowledged, by the way of it. */
export const hasHead = (library: Library, head: Head | undefined): Effect.Effect<boolean, WhiteRoomError> =>
  Effect.gen(function* () {
    if (head === undefined || head.position === 0) return true
    const [event] = yield* library.log.read({ after: head.position - 1, limit: 1 })
    return event !== undefined && toHex(event.chainHash) === head.chainHash
  })
