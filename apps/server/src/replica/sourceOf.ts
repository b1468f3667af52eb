import { InvalidInput, type WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"

const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d/

/** A state as the library takes it: `now`, the id of a backup, or a position. */
export const sourceOf = (library: Library, at: string): Effect.Effect<string, WhiteRoomError> =>
  Effect.gen(function* () {
    if (at.toLowerCase() === "now") return "now"
    if (isTime.test(at)) {
      const moment = new Date(at)
      if (Number.isNaN(moment.getTime()))
        return yield* new InvalidInput({ field: "at", reason: "that is no time" })
      // The plan of nothing is cheap, and finds the position of a moment.
      return (yield* library.backups.plan({ at: moment }, { only: [] })).saved.backupId
    }
    if (at.startsWith("@")) {
      yield* library.history.recordAt({ kind: "song", id: "" }, at)
      return at
    }
    return (yield* library.backups.find(at)).backupId
  })
