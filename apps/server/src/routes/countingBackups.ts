import * as Effect from "effect/Effect"
import type { Caller } from "../api/Api.js"
import { problem } from "../api/Problem.js"
import { countBackup } from "../control/BackupCounts.js"
import type { KeptLibrary } from "../control/Libraries.js"
import { TheDesk } from "../http/Desk.js"
import { untilTomorrow } from "./untilTomorrow.js"

const tooMany = {
  detail:
    "This access asked for as many backups of this library as one may in a day. None was taken; all there are stay.",
  recovery: "Go on when Retry-After says so: until then the library is backed up by its profiles."
}

/** Counts a backup that somebody asks for; fails with `TooManyToday`. A library of this computer is its owner's. */
export const countingBackups = (
  caller: Caller,
  { id, home, quota }: Pick<KeptLibrary, "id" | "home" | "quota">
) =>
  Effect.gen(function* () {
    const { limits } = yield* TheDesk
    if (home !== "server" || quota === 0 || (yield* countBackup(caller.id, id, limits.backupsADay))) return
    yield* untilTomorrow
    yield* Effect.fail(problem("TooManyToday", tooMany))
  })
