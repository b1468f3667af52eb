/** A library that is thrown away: what a dry run reads goes there, so that the real one stays as it is. */
import { join } from "node:path"
import type { WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { attempt } from "../session/Attempt.js"
import { createLibrary } from "../session/createLibrary.js"
import { openSession } from "../session/openSession.js"
import type { Session, SessionOptions } from "../session/Session.js"

export const scratchLibrary = (
  folder: string,
  options: SessionOptions
): Effect.Effect<Session, WhiteRoomError, Scope.Scope> => {
  const path = join(folder, "scratch.db")
  return Effect.acquireRelease(
    attempt(path, "scratchLibrary", (now) => {
      createLibrary(path, now, { allowSyncedFolder: true })
      return openSession(path, options)
    }),
    (session) => Effect.sync(() => session.close())
  )
}
