import type * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { libraryById } from "../control/Libraries.js"
import { begunHere, type KeptRestore } from "../control/Restores.js"
import type { TheDesk } from "../http/Desk.js"
import { applyHere, undoHere } from "../routes/RestoresHere.js"

const resume = (restore: KeptRestore) =>
  Effect.gen(function* () {
    const library = yield* libraryById(restore.library)
    if (library === undefined) return
    const sender = {
      id: restore.sender,
      name: restore.sender_name,
      role: "service",
      libraries: [],
      group: ""
    } as const
    if (restore.state === "planned") yield* applyHere(library, restore, sender)
    else yield* undoHere(library, restore, sender)
  }).pipe(
    // What cannot be done is noted with the restore: whoever asks again is told.
    Effect.ignore
  )

/** Ends what a server that was killed had begun in these libraries: each restore is carried out once, and it is known what became of it. */
export const resumeRestores = (
  isWanted: (library: string) => boolean
): Effect.Effect<void, never, SqlClient.SqlClient | TheDesk> =>
  Effect.orElseSucceed(begunHere, () => []).pipe(
    Effect.map((all) => all.filter(({ library }) => isWanted(library))),
    Effect.flatMap((all) => Effect.forEach(all, resume, { discard: true })),
    Effect.catchAllCause((cause) => Effect.logError(`restores: ${cause.toString().slice(0, 200)}`))
  )
