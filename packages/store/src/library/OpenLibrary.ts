/** From a path to a `Library`, and to the services of core. */
import {
  Backups,
  EventLog,
  Exports,
  Imports,
  ObjectStore,
  Performances,
  Preferences,
  Songs,
  type UpcasterChain,
  type WhiteRoomError
} from "@white-room/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { InPlaceOptions } from "../file/InPlace.js"
import type { CreateOptions } from "../file/NewDatabase.js"
import { defaultActor, wellFormed } from "../session/Actor.js"
import { attempt } from "../session/Attempt.js"
import { createLibrary as create } from "../session/createLibrary.js"
import { moveAside } from "../session/moveAside.js"
import { openSession } from "../session/openSession.js"
import { type Session, sessionOf } from "../session/Session.js"
import { storageError } from "../sqlite/storageError.js"
import { takeOverBackups } from "../staging/OldBackups.js"
import { makeAppBackups } from "./AppBackups.js"
import { makeBackups } from "./Backups.js"
import { makeCopies } from "./Copies.js"
import { makePerformances, makePreferences, makeSongs } from "./EntityServices.js"
import { makeExports } from "./Exports.js"
import { makeHistory } from "./History.js"
import { makeImports } from "./Imports.js"
import type { Library } from "./Library.js"
import { makeLog } from "./Log.js"
import { makeObjects } from "./makeObjects.js"
import { makeSchedule } from "./makeSchedule.js"
import { makeUpkeep } from "./Upkeep.js"

export interface OpenOptions extends InPlaceOptions {
  /** Who writes, as the log is to say. Default: `user@host`. */
  readonly actor?: string
  /** How events of older schema versions become the newest, for a format that is being made. Default: as it is now. */
  readonly upcasters?: UpcasterChain
}

/**
 * Makes an empty library at `path`, durable when it succeeds; its folder is made when missing. Fails with
 * `LibraryExists` when anything is there, and with `UnsafePlace` in a folder of a synchronising service.
 */
export const createLibrary = (
  path: string,
  options: CreateOptions = {}
): Effect.Effect<void, WhiteRoomError> => attempt(path, "createLibrary", (now) => create(path, now, options))

/**
 * Makes room for another library at `path`: the file there becomes `NAME.set-aside.db` beside it, in one step that a power cut
 * leaves undone or done, and is a library as before. Gives its new path. Fails with `LibraryLocked` while another program has it
 * open, and then nothing was moved.
 */
export const setAside = (path: string, options: InPlaceOptions = {}): Effect.Effect<string, WhiteRoomError> =>
  attempt(path, "setAside", () => moveAside(path, options))

const makeLibrary = (session: Session): Library => ({
  [sessionOf]: session,
  path: session.path,
  log: makeLog(session),
  objects: makeObjects(session),
  songs: makeSongs(session),
  performances: makePerformances(session),
  preferences: makePreferences(session),
  backups: makeBackups(session),
  appBackups: makeAppBackups(session),
  history: makeHistory(session),
  copies: makeCopies(session),
  exports: makeExports(session),
  imports: makeImports(session),
  upkeep: makeUpkeep(session),
  schedule: makeSchedule(session)
})

/** A library that is locked, full or damaged opens all the same: what waits is taken over another time. */
const takeOverIfPossible = (session: Session, now: number): void => {
  if (session.readonly) return
  try {
    takeOverBackups(session, now)
  } catch (error) {
    if (storageError(error, session.path) === undefined) {
      session.close()
      throw error
    }
  }
}

/**
 * Opens the library at `path` for as long as the scope lasts. Never creates a file and never migrates;
 * takes over what an app added to its own backups. Fails with
 * `LibraryNotFound`, `NotALibrary`, `LibraryTooNew` or `LibraryDamaged`; a library on a medium that cannot be
 * written opens for reading.
 *
 * @example
 * ```ts
 * import { openLibrary } from "@white-room/store"
 * import * as Effect from "effect/Effect"
 *
 * const takeBackup = Effect.gen(function* () {
 *   const library = yield* openLibrary("library.db")
 *   return yield* library.backups.take({ description: "before the tour" })
 * }).pipe(Effect.scoped)
 * ```
 */
export const openLibrary = (
  path: string,
  options: OpenOptions = {}
): Effect.Effect<Library, WhiteRoomError, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      attempt(path, "openLibrary", (now) => {
        const actor = wellFormed(options.actor ?? defaultActor())
        const session = openSession(path, { ...options, actor })
        takeOverIfPossible(session, now)
        return session
      }),
      (session) => Effect.sync(() => session.close())
    ),
    makeLibrary
  )

/** What a library is for others: the services of core. */
export type LibraryServices =
  | EventLog
  | ObjectStore
  | Songs
  | Performances
  | Preferences
  | Backups
  | Exports
  | Imports

/** An open library as the services of core. */
export const servicesOf = (library: Library): Context.Context<LibraryServices> =>
  Context.empty().pipe(
    Context.add(EventLog, library.log),
    Context.add(ObjectStore, library.objects),
    Context.add(Songs, library.songs),
    Context.add(Performances, library.performances),
    Context.add(Preferences, library.preferences),
    Context.add(Backups, library.backups),
    Context.add(Exports, library.exports),
    Context.add(Imports, library.imports)
  )

/** A library as the services of core. */
export const layer = (
  path: string,
  options: OpenOptions = {}
): Layer.Layer<LibraryServices, WhiteRoomError> =>
  Layer.scopedContext(Effect.map(openLibrary(path, options), servicesOf))
