/** From a path to a `Library`, and to the services of core. */

import {
  BackupManager,
  BackupRepository,
  EventLog,
  ExportManager,
  InvalidInput,
  ObjectStore,
  PerformanceDataRepository,
  SongDataRepository,
  toHex,
  type UpcasterChain,
  UserPreferencesRepository,
  type WhiteRoomError
} from "@white-room/core"
import * as Chunk from "effect/Chunk"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { latestBackup } from "../backup/Catalog.js"
import { createBackup } from "../backup/createBackup.js"
import { copyToFolder } from "../bundle/CopyToFolder.js"
import { exportBundle } from "../bundle/exportBundle.js"
import { sourceFromBundles } from "../bundle/sourceFromBundles.js"
import { captureAll } from "../capture/Capture.js"
import { makeEventReader } from "../capture/makeEventReader.js"
import { checkSteps } from "../check/Check.js"
import { rebuild } from "../check/rebuild.js"
import type { CreateOptions } from "../file/NewDatabase.js"
import { otherPrograms } from "../file/otherPrograms.js"
import { differenceBetween } from "../history/differenceBetween.js"
import { historyOf, positionOfVersion } from "../history/EntityHistory.js"
import { entityAt } from "../history/entityAt.js"
import { findText } from "../history/findText.js"
import { staleReturns } from "../history/staleReturns.js"
import { openImport } from "../import/Import.js"
import { migrateDown, migrateUp, migrationStatus } from "../migrate/Migrations.js"
import { sha256 } from "../object/Compression.js"
import { operations } from "../restore/Operations.js"
import { plannedUndo, undo } from "../restore/Undo.js"
import { prune } from "../retention/prune.js"
import { decide } from "../retention/Trash.js"
import { defaultActor, wellFormed } from "../session/Actor.js"
import { attempt, attemptSteps } from "../session/Attempt.js"
import { createLibrary as create } from "../session/createLibrary.js"
import { openSession } from "../session/openSession.js"
import type { Session } from "../session/Session.js"
import { wholeNumber } from "../session/wholeNumber.js"
import { storageError } from "../sqlite/storageError.js"
import { takeOverBackups } from "../staging/OldBackups.js"
import { resolveState } from "../state/States.js"
import { appendWish, type KnownChange } from "../write/Append.js"
import { entriesIn, makeBackupManager } from "./BackupService.js"
import { makeEventLog, makeObjectStore } from "./CoreServices.js"
import type { ImportReceipt, Library } from "./Library.js"
import { makeCaptureNew } from "./makeCaptureNew.js"
import { makeExportManager } from "./makeExportManager.js"
import { makeSchedule } from "./makeSchedule.js"
import {
  makeBackupRepository,
  makePerformances,
  makePreferences,
  makeSongs,
  preferencesChange
} from "./Repositories.js"
import { statusOf, usageOf } from "./Status.js"

export interface OpenOptions {
  /** Who writes, as the log shall say. Default: `user@host`. */
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

const followInterval = "500 millis"

/** Pages of events as they come; sleeps only while there are none. */
const follow = (newEvents: Library["newEvents"], after = 0) =>
  Stream.paginateChunkEffect(after, (position) =>
    Effect.gen(function* () {
      const page = yield* newEvents({ after: position })
      const last = page.at(-1)
      if (last === undefined) yield* Effect.sleep(followInterval)
      return [Chunk.fromIterable(page), Option.some(last?.position ?? position)] as const
    })
  )

const makeLibrary = (session: Session): Library => {
  const run = <A>(name: string, body: (now: number) => A) => attempt(session.path, name, body)
  const log = makeEventLog(session)
  const readNext = makeEventReader(session)
  const captureNew = makeCaptureNew(session)
  const newEvents: Library["newEvents"] = ({ after = 0, limit = 1000 } = {}) =>
    run("newEvents", (now) => readNext(wholeNumber(after, "after"), wholeNumber(limit, "limit"), now))
  const songs = makeSongs(session)
  const performances = makePerformances(session)
  const backups = makeBackupManager(session)
  const importAll: Library["importAll"] = (entities) =>
    run("importAll", (now): ImportReceipt => {
      const { commandId, onProgress, ...wish } = entities
      const { source, songs: ofSongs = [], performances: ofPerformances = [], preferences = [] } = wish
      const request = {
        importedFrom: source,
        ...(commandId !== undefined && { commandId }),
        ...(onProgress !== undefined && { onProgress })
      }
      const changes = (): ReadonlyArray<KnownChange> => [
        ...songs.changesOf(ofSongs, now),
        ...performances.changesOf(ofPerformances, now),
        ...preferences.map((each) => preferencesChange(session, each, now))
      ]
      const receipt = appendWish(session, ["import", wish], request, changes, now)
      session.checkpoint()
      const asked = ofSongs.length + ofPerformances.length + preferences.length
      return { ...receipt, unchanged: asked - receipt.events }
    })
  return {
    path: session.path,
    log,
    objects: makeObjectStore(session),
    songs,
    performances,
    preferences: makePreferences(session),
    backups,
    backupRepository: makeBackupRepository(session),
    exports: makeExportManager(session),
    importAll,
    openImport: (paths, options) => openImport(session, paths, options),
    capture: run("capture", (now) => captureAll(session, now) + takeOverBackups(session, now).backups),
    captureNew: run("captureNew", captureNew),
    check: (options = {}) =>
      Effect.map(
        Effect.timed(attemptSteps(session.path, "check", (now) => checkSteps(session, options, now))),
        ([duration, report]) => ({ ...report, durationMs: Math.round(Duration.toMillis(duration)) })
      ),
    operations: (limit) => run("operations", () => operations(session, limit)),
    planUndo: (options = {}) => run("planUndo", (now) => plannedUndo(session, options, now)),
    undo: (options = {}) => run("undo", (now) => undo(session, options, now)),
    history: (key) => run("history", () => historyOf(session, key)),
    positionOfVersion: (key, version) =>
      run("positionOfVersion", () => positionOfVersion(session, key, version)),
    entityAt: (key, source) => run("entityAt", () => entityAt(session, key, source)),
    recordAt: (key, source) => run("recordAt", () => resolveState(session, source).record(key)),
    entries: (source, kinds) => run("entries", () => entriesIn(session, source, kinds)),
    rowHashes: (source, keys) =>
      run("rowHashes", () =>
        session.db.snapshot(() => {
          const { record } = resolveState(session, source)
          return keys.map((key) => {
            const found = record(key)
            return found && toHex(sha256(found))
          })
        })
      ),
    diff: (from, to, options = {}) =>
      run("diff", (now) => differenceBetween(session, from, to, options, now)),
    find: (text) => run("find", () => findText(session, text)),
    staleReturns: run("staleReturns", () => staleReturns(session)),
    otherPrograms: run("otherPrograms", () => otherPrograms(session.path)),
    previewRetention: (policy) => run("previewRetention", (now) => decide(session, policy, now).decisions),
    prune: (options = {}) => run("prune", (now) => prune(session, options, now)),
    rebuild: (options = {}) => run("rebuild", (now) => rebuild(session, options, now)),
    copyTo: (folder, options = {}) =>
      run("copyTo", (now) => {
        const backup =
          options.takeBackup === false
            ? latestBackup(session.db)
            : createBackup(session, { description: "", skipIfUnchanged: true }, now)
        if (backup === undefined)
          throw new InvalidInput({ field: "--to", reason: "there is no backup to copy" })
        return copyToFolder(session, folder, backup, now, options)
      }),
    schedule: makeSchedule(session),
    exportBundle: (source, target, options = {}) =>
      run("exportBundle", (now) => exportBundle(session, source, target, options, now)),
    sourceFromBundles: (place, backup, options = {}) =>
      run("sourceFromBundles", (now) => sourceFromBundles(session, place, backup, now, options)),
    status: run("status", () => statusOf(session)),
    usage: run("usage", () => usageOf(session)),
    migrations: run("migrations", () => migrationStatus(session)),
    migrateUp: (to) => run("migrateUp", (now) => migrateUp(session, now, to)),
    migrateDown: (to) => run("migrateDown", (now) => migrateDown(session, now, to)),
    newEvents,
    follow: (after) => follow(newEvents, after),
    append: log.append
  }
}

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
 *   return yield* library.backups.createBackup({ description: "before the tour" })
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

/** A library as the services of core. */
export const layer = (
  path: string,
  options: OpenOptions = {}
): Layer.Layer<
  | EventLog
  | ObjectStore
  | BackupManager
  | BackupRepository
  | ExportManager
  | SongDataRepository
  | PerformanceDataRepository
  | UserPreferencesRepository,
  WhiteRoomError
> =>
  Layer.scopedContext(
    Effect.map(openLibrary(path, options), (library) =>
      Context.empty().pipe(
        Context.add(EventLog, library.log),
        Context.add(ObjectStore, library.objects),
        Context.add(BackupManager, library.backups),
        Context.add(BackupRepository, library.backupRepository),
        Context.add(ExportManager, library.exports),
        Context.add(SongDataRepository, library.songs),
        Context.add(PerformanceDataRepository, library.performances),
        Context.add(UserPreferencesRepository, library.preferences)
      )
    )
  )
