import type { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import type { ControlError } from "../control/Database.js"
import { type ErasedPlace, endAccessTo, finishErasing } from "../control/Leaving.js"
import type { Shelf } from "../library/Shelf.js"
import type { Mirror } from "../mirror/Mirror.js"
import type { Replicas } from "../replica/Replicas.js"

interface Places {
  readonly shelf: Shelf
  readonly replicas: Pick<Replicas, "forget"> | undefined
  readonly mirror: Mirror | undefined
}

/**
 * Erases a library whose time has come, wherever the server keeps something of it. Ended in the middle, or where the mirror
 * cannot be reached, it goes on the next time; `undefined` then. The receipt is written when nothing is left.
 */
export const eraseLibrary = (
  { shelf, replicas, mirror }: Places,
  id: string,
  actor: string
): Effect.Effect<ReadonlyArray<ErasedPlace> | undefined, ControlError, SqlClient> =>
  Effect.gen(function* () {
    yield* endAccessTo(id, actor)
    if (replicas !== undefined) yield* replicas.forget(id)
    const erased = yield* Effect.either(shelf.erase(id))
    if (erased._tag === "Left") return undefined
    const here: ErasedPlace = { place: shelf.place, files: erased.right }
    const there = mirror === undefined ? 0 : yield* mirror.forget(id)
    if (there === undefined) return undefined
    const places = mirror === undefined ? [here] : [here, { place: mirror.place, files: there }]
    yield* finishErasing(id, places, actor)
    if (mirror !== undefined) yield* mirror.keepControl
    return places
  })
