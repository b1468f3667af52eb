import * as fs from "node:fs"
import type { WhiteRoomError } from "@white-room/core"
import { openLibrary } from "@white-room/store"
import { scheduleRecords } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import type { Facts } from "./Messages.js"
import { scheduleMark } from "./scheduleMark.js"

/**
 * Removes the file of a library that is written here, where all of it is elsewhere: every event in the bucket, as its head says, and its profiles and runs, which lie
 * beside the log, in the control database, where they have the mark `schedule`. Gives whether it is gone. The file goes in one step, and only when nothing lies beside it: whatever ends the server then, it is there and whole,
 * or not there. Nobody of this program may have it open.
 */
export const dropHome = (
  { file, head }: Pick<Facts, "file" | "head">,
  schedule: string | undefined
): Effect.Effect<boolean, WhiteRoomError> =>
  Effect.gen(function* () {
    if (head === undefined) return false
    const library = yield* openLibrary(file, { actor: "server" })
    // What another program wrote is in the log then.
    yield* library.log.captureNew
    if (scheduleMark(yield* scheduleRecords(library).text) !== schedule) return false
    return (yield* library.log.head).position <= head.position
  }).pipe(
    Effect.scoped,
    Effect.map((isElsewhere) => {
      // Who closes a library last takes its log away: another program that has it open still writes there.
      if (!isElsewhere || ["-wal", "-journal"].some((suffix) => fs.existsSync(file + suffix))) return false
      fs.rmSync(file, { force: true })
      return true
    }),
    Effect.catchTag("LibraryNotFound", () => Effect.succeed(false))
  )
