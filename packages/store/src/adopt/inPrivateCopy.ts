import * as path from "node:path"
import type { WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { openingError } from "../file/DatabaseFile.js"
import { type ForeignDatabase, openForeign } from "../file/ForeignDatabase.js"
import { privateFolder } from "../file/PrivateFolder.js"
import { snapshotDatabase } from "../file/snapshotDatabase.js"
import { attempt, failure } from "../session/Attempt.js"
import { adoptError } from "./AdoptLibrary.js"

/** Runs `body` on a private copy of a database, in which nothing of what it defines is left. */
export const inPrivateCopy = <A>(
  file: string,
  body: (foreign: ForeignDatabase) => A
): Effect.Effect<A, WhiteRoomError> =>
  Effect.gen(function* () {
    const copy = path.join(yield* privateFolder, "copy.db")
    yield* Effect.tryPromise({
      try: (signal) => snapshotDatabase(file, copy, { signal }),
      catch: (error) => adoptError(openingError(error, file), file)
    }).pipe(Effect.catchAll((error) => failure(error, file)))
    return yield* attempt(file, "openForeign", () => {
      let foreign: ForeignDatabase | undefined
      try {
        foreign = openForeign(copy, file)
        return body(foreign)
      } catch (error) {
        throw adoptError(openingError(error, file), file)
      } finally {
        foreign?.db.close()
      }
    })
  }).pipe(Effect.scoped)
