import type { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import type { Problem } from "../api/Problem.js"
import { audited } from "../control/Audit.js"
import type { ControlError } from "../control/Database.js"
import { noteDiscarded } from "../control/Discarded.js"
import { addUsed } from "../control/Libraries.js"
import type { Desk } from "../http/Desk.js"

interface Tidying {
  readonly replicas: Pick<Desk["replicas"], "tidy" | "changed">
  readonly mirror: Pick<NonNullable<Desk["mirror"]>, "noticed"> | undefined
}

/**
 * Merges the files that the devices of a library pushed one by one, and lets go of what was replaced: it rests in the trash, here
 * and in the mirror, like everything that was deleted. What a killed server did not note is counted when it starts.
 */
export const tidyLibrary = (
  { replicas, mirror }: Tidying,
  library: string
): Effect.Effect<void, Problem | ControlError, SqlClient> =>
  Effect.gen(function* () {
    const { put, discarded, bytes } = yield* replicas.tidy(library)
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
