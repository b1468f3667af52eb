import type * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { announce } from "../control/announce.js"
import { transact } from "../control/Database.js"
import type { Hub } from "../http/Hub.js"
import type { LibraryHere } from "../replica/libraryHere.js"

const interval = "1 second"

/**
 * Tells those who look what was written to the library: by the pages at once, by other programs within a second. While nobody
 * looks, nothing is done. What cannot be read now may be the next time.
 */
export const watchLibrary = (
  library: Pick<LibraryHere, "look">,
  id: string,
  hub: Hub
): Effect.Effect<never, never, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    let seen: number | undefined
    const tell = Effect.gen(function* () {
      const { position, hasBackup } = yield* library.look(seen)
      const before = seen
      seen = position
      if (before === undefined || before === position) return
      yield* transact(
        Effect.zipRight(
          announce("library", id, { position }),
          hasBackup ? announce("backup", id, { position }) : Effect.void
        )
      )
      hub.wake()
    }).pipe(Effect.ignore)
    for (;;) {
      const count = hub.count()
      if (hub.streams.size > 0) {
        yield* tell
        yield* Effect.raceFirst(Effect.sleep(interval), hub.after(count))
      } else yield* hub.after(count)
    }
  })
