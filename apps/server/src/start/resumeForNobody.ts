import type * as SqlClient from "@effect/sql/SqlClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { begunHere } from "../control/Restores.js"
import { type Desk, TheDesk } from "../http/Desk.js"
import { machineTime } from "../http/Waits.js"
import { resumeRestores } from "./resumeRestores.js"

/** So often it is looked for what was begun, and after so long nobody does it any more who could still say so. */
const everyMs = 5000
const lateMs = 60_000

/**
 * Ends what nodes that are gone had begun in libraries that nobody asks for, again and again: a library in which a restore was begun becomes
 * somebody's, who goes on with it. What its owner itself could not note, as the control database was away, is gone on with too.
 */
export const resumeForNobody = (desk: Desk): Effect.Effect<never, never, SqlClient.SqlClient> => {
  const look = Effect.gen(function* () {
    const owners = desk.owners()
    const now = yield* Clock.currentTimeMillis
    const mine = (yield* begunHere).filter(({ library }) => owners.isMine(library))
    for (const library of new Set(mine.map((each) => each.library))) {
      const isLate = mine.some((each) => each.library === library && now - each.changed_at > lateMs)
      const goOn = isLate ? resumeRestores((each) => each === library) : Effect.void
      yield* Effect.ignore(owners.held(library, goOn))
    }
  }).pipe(
    Effect.provideService(TheDesk, desk),
    // A database that is away now may not be the next time.
    Effect.catchAllCause((cause) => Effect.logError(`restores: ${cause.toString().slice(0, 200)}`))
  )
  return Effect.forever(Effect.zipRight(machineTime(everyMs), look))
}
