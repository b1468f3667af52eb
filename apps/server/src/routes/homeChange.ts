import type * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { type Problem, problem } from "../api/Problem.js"
import { type KeptLibrary, release, reserve } from "../control/Libraries.js"
import { settleWritten, type Tidings } from "../control/settleWritten.js"
import { TheDesk } from "../http/Desk.js"
import { RunProgress } from "../http/Runs.js"
import type { Change, ResultOf } from "../replica/Messages.js"
import { failing } from "./failing.js"

/** What makes a library smaller, or tells and changes nothing, is never refused for want of room. */
const needsRoom = ({ _tag, ...change }: Change): boolean =>
  ["WriteAll", "Import", "Restore", "Take", "RunProfile"].includes(_tag) ||
  (_tag === "Write" && "body" in change && change.body !== undefined)

const backups: ReadonlyArray<Change["_tag"]> = [
  "Take",
  "Edit",
  "Forget",
  "Undelete",
  "Import",
  "Restore",
  "Undo",
  "RunProfile"
]

/** A profile is another one than before, or ran. */
const profileDone: ReadonlySet<unknown> = new Set(["Saved", "Removed", "Ran"])

/** What is told of a change. What is written to a library of this computer somebody else notices; its profiles stand beside the log. */
const tidingsOf = (
  { _tag }: Change,
  result: object,
  position: number,
  isWatched: boolean
): Tidings | undefined => {
  if (_tag === "Plan") return undefined
  const hasProfile =
    (_tag === "Profile" || _tag === "RunProfile") && "_tag" in result && profileDone.has(result._tag)
  if (isWatched) return hasProfile ? { position: undefined, hasBackup: false, hasProfile } : undefined
  return { position, hasBackup: backups.includes(_tag), hasProfile }
}

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
    const { value, position } = yield* Effect.tapError(
      replicas.change(library, change, yield* RunProgress),
      () => release(library.id, reserved)
    )
    yield* settleWritten(library.id, reserved, tidingsOf(change, value, position, isWatched))
    return value
  }).pipe(failing, Effect.uninterruptible)
