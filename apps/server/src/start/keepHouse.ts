import type { SqlClient } from "@effect/sql/SqlClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { noteDisk } from "../control/DiskSamples.js"
import { dueForErasure, erasedAfter } from "../control/Leaving.js"
import { endOldRestores } from "../control/Restores.js"
import { forgetOldRuns } from "../control/Runs.js"
import type { Desk } from "../http/Desk.js"
import { tidyExports } from "../http/Exports.js"
import { wholeServer } from "../http/Owners.js"
import { trashMs } from "../library/Shelf.js"
import { eraseLibrary } from "./eraseLibrary.js"
import { makeHouseTime } from "./HouseTime.js"

/** What lies in the trash of a bucket is asked for so seldom: each time costs. */
const trashEvery = 720

/** The reserve is made when the server has run for a while: whoever only tries it does not wait for that. */
const reserveAfter = 12

/** What a running server does by itself, every so often: it erases what is due, empties the trash, holds room in reserve, and notes how much is free. */
export const keepHouse = (desk: Desk, everyMs: number): Effect.Effect<void, never, Scope.Scope | SqlClient> =>
  Effect.gen(function* () {
    let round = 0
    let erasedSeen = 0
    const { dropCopies } = desk.shelf
    /** Of what another server of this bucket erased, or one that ran here before, copies may lie here. */
    const forgetErased = Effect.gen(function* () {
      if (dropCopies === undefined) return
      for (const { number, id } of yield* erasedAfter(erasedSeen)) {
        yield* desk.replicas.forget(id)
        yield* dropCopies(id)
        erasedSeen = number
      }
    })
    const houseTime = makeHouseTime()
    const look = Effect.gen(function* () {
      round++
      const { isMine } = desk.owners()
      const now = houseTime(yield* Clock.currentTimeMillis)
      for (const id of yield* dueForErasure(now)) if (isMine(id)) yield* eraseLibrary(desk, id, "server")
      yield* endOldRestores
      yield* forgetOldRuns(now)
      tidyExports(desk, now)
      if (round % trashEvery === 1 && isMine(wholeServer)) yield* desk.shelf.emptyTrash(now - trashMs)
      if (round >= reserveAfter) yield* desk.room.tend
      yield* noteDisk(desk.room.look)
      yield* forgetErased
    }).pipe(
      // A disk or a database that fails now may not the next time; it is in the log.
      Effect.catchAllCause((cause) => Effect.logError(`housekeeping: ${cause.toString().slice(0, 200)}`))
    )
    yield* Effect.forkScoped(Effect.forever(Effect.zipRight(Effect.sleep(everyMs), look)))
  })
