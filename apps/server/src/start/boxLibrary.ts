import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type KeptLibrary, noteReclaimed } from "../control/Libraries.js"
import { type Tidying, tidyLibrary } from "./tidyLibrary.js"

/** Puts the small files of a sealed library together, and notes when. */
export const boxLibrary = (tidying: Tidying, { id }: Pick<KeptLibrary, "id">) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    yield* tidyLibrary(tidying, { id, reclaimed_at: now })
    yield* noteReclaimed(id, now)
  })
