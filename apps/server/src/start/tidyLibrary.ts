import type { SqlClient } from "@effect/sql/SqlClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Problem } from "../api/Problem.js"
import { mayLetGo } from "../control/Alerts.js"
import { audited } from "../control/Audit.js"
import type { ControlError } from "../control/Database.js"
import { noteDiscarded } from "../control/Discarded.js"
import { addUsed, type KeptLibrary, noteReclaimed } from "../control/Libraries.js"
import type { Desk } from "../http/Desk.js"
import { isReclaimDue } from "../replica/isReclaimDue.js"

export interface Tidying {
  readonly replicas: Pick<Desk["replicas"], "tidy" | "changed">
  readonly mirror: Pick<NonNullable<Desk["mirror"]>, "noticed"> | undefined
}

/**
 * Merges the files that the devices of a library pushed one by one, and once a month lets go of what the policy of its vault does not
 * keep any more, by when it came here. What was replaced rests in the trash, here
 * and in the mirror, like everything that was deleted. What a killed server did not note is counted when it starts.
 */
export const tidyLibrary = (
  { replicas, mirror }: Tidying,
  { id: library, reclaimed_at }: Pick<KeptLibrary, "id" | "reclaimed_at">
): Effect.Effect<void, Problem | ControlError, SqlClient> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const reclaim = (yield* mayLetGo(library)) && isReclaimDue(now, reclaimed_at)
    const { put, discarded, bytes } = yield* replicas.tidy(library, { reclaim })
    if (reclaim) yield* noteReclaimed(library, now)
    if (put.length + discarded.length === 0) return
    yield* audited(
      {
        ...{ actor: "server", action: "files merged", subject: library },
        detail: `${put.length} made, ${discarded.length} discarded`
      },
      Effect.zipRight(
        Effect.forEach(discarded, (name) => noteDiscarded(library, name), { discard: true }),
        addUsed(library, bytes)
      )
    )
    for (const name of put) mirror?.noticed(library, name)
    replicas.changed(library)
  })
