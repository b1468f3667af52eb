import type * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { type Problem, problem } from "../api/Problem.js"
import { type KeptLibrary, release, reserve, settleWritten } from "../control/Libraries.js"
import { TheDesk } from "../http/Desk.js"
import type { Change, ResultOf } from "../replica/Messages.js"
import { failing } from "./failing.js"

/** What makes a library smaller, or tells and changes nothing, is never refused for want of room. */
const needsRoom = ({ _tag, ...change }: Change): boolean =>
  ["WriteAll", "Import", "Restore", "Take"].includes(_tag) ||
  (_tag === "Write" && "body" in change && change.body !== undefined)

const backups: ReadonlyArray<Change["_tag"]> = [
  "Take",
  "Edit",
  "Forget",
  "Undelete",
  "Import",
  "Restore",
  "Undo"
]

/**
 * Does something to a library that is written here: the one way to do it. Room for what comes is reserved before and counted
 * after; those who look are told as soon as it is done. Nobody who leaves in the middle stops it.
 */
export const homeChange = <C extends Change>(
  library: KeptLibrary,
  change: C,
  bytes = 0
): Effect.Effect<ResultOf<C["_tag"]>, Problem, SqlClient.SqlClient | TheDesk> =>
  Effect.gen(function* () {
    const { replicas, room, isStopping, isWatched } = yield* TheDesk
    if (library.home === "device") return yield* Effect.fail(problem("HomeElsewhere"))
    if (library.erase_at !== 0 && change._tag !== "Plan") return yield* Effect.fail(problem("Leaving"))
    if (isStopping()) return yield* Effect.fail(problem("Stopping"))
    // A library of this computer has the room that its disk has.
    const isBounded = library.quota > 0
    if (isBounded && needsRoom(change)) {
      if (!(yield* room.has(bytes))) return yield* Effect.fail(problem("Full"))
      if (!(yield* reserve(library.id, bytes))) return yield* Effect.fail(problem("Full"))
    }
    const reserved = isBounded && needsRoom(change) ? bytes : 0
    const { value, position } = yield* Effect.tapError(replicas.change(library, change), () =>
      release(library.id, reserved)
    )
    const tidings = { position, hasBackup: backups.includes(change._tag) }
    yield* settleWritten(library.id, reserved, isWatched || change._tag === "Plan" ? undefined : tidings)
    return value
  }).pipe(failing, Effect.uninterruptible)
