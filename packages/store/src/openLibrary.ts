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
import { takeOverBackups } from "./adopt/oldBackups.js"
import { latestBackup } from "./backup/catalog.js"
import { createBackup } from "./backup/createBackup.js"
import { entriesIn, makeBackupManager } from "./backup/manager.js"
import { copyToFolder } from "./bundle/copyToFolder.js"
import { exportBundle } from "./bundle/exportBundle.js"
import { sourceFromBundles } from "./bundle/restoreFromBundles.js"
import { checkSteps } from "./check/check.js"
import { storageError } from "./db/Database.js"
import { makeExportManager } from "./exchange/exportManager.js"
import { differenceBetween } from "./history/diff.js"
import { entityAt } from "./history/entityAt.js"
import { findText } from "./history/find.js"
import { historyOf, positionOfVersion } from "./history/history.js"
import { staleReturns } from "./history/staleCopies.js"
import { openImport } from "./import/Import.js"
import type { ImportReceipt, Library, ScheduleStore } from "./Library.js"
import { defaultActor, wellFormed } from "./library/actor.js"
import { type CreateOptions, createLibrary as create, openSession } from "./library/open.js"
import { otherPrograms } from "./library/otherPrograms.js"
import { type Session, sessionOf } from "./library/Session.js"
import { statusOf, usageOf } from "./library/status.js"
import { makeCaptureNew } from "./live/captureNew.js"
import { rebuild } from "./live/rebuild.js"
import { captureAll, writeReconciled } from "./live/reconcile.js"
import { append, appendWish, type KnownChange } from "./log/append.js"
import { makeEventReader } from "./log/eventReader.js"
import { readEvents, readHead, stateOf } from "./log/events.js"
import { migrateDown, migrateUp, migrationStatus } from "./migrate/migrations.js"
import { sha256 } from "./object/compression.js"
import { hasObject, insertBlocks, packBlock, packLoose } from "./object/objects.js"
import {
  makeBackupRepository,
  makePerformances,
  makePreferences,
  makeSongs,
  preferencesChange
} from "./repository/repositories.js"
import { attempt, attemptSteps } from "./repository/runner.js"
import { wholeNumber } from "./repository/wholeNumber.js"
import { resolveSource } from "./restore/source.js"
import { operations, plannedUndo, undo } from "./restore/undo.js"
import { prune } from "./retention/prune.js"
import { decide } from "./retention/retention.js"
import { acquireLease, releaseLease, renewLease } from "./schedule/lease.js"
import {
  beginRun,
  endRun,
  recentRuns,
  removeProfile,
  saveProfile,
  scheduledRuns,
  storedProfiles
} from "./schedule/schedule.js"

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

const makeEventLog = (session: Session): Context.Tag.Service<typeof EventLog> => ({
  append: (request) => attempt(session, "log.append", (now) => append(session, request, now)),
  read: ({ after = 0, limit = 1000 } = {}) =>
    attempt(session, "log.read", () =>
      readEvents(session.db, wholeNumber(after, "after"), wholeNumber(limit, "limit"))
    ),
  head: attempt(session, "log.head", () => readHead(session.db)),
  state: (key, position) => attempt(session, "log.state", () => stateOf(session.db, key, position))
})

const makeObjectStore = (session: Session): Context.Tag.Service<typeof ObjectStore> => ({
  put: (objects) =>
    attempt(session, "objects.put", (now) => {
      const named = objects.map((bytes) => ({ hash: sha256(bytes), bytes }))
      const fresh = new Map(named.map((object) => [toHex(object.hash), object]))
      const total = named.reduce((sum, { bytes }) => sum + bytes.length, 0)
      const blocks = total < 65536 ? [...fresh.values()].map(packLoose) : [packBlock([...fresh.values()])]
      writeReconciled(session, now, () => insertBlocks(session.db, blocks))
      return named.map(({ hash }) => hash)
    }),
  get: (hash) => attempt(session, "objects.get", () => new Uint8Array(session.reader.get(hash))),
  has: (hash) => attempt(session, "objects.has", () => hasObject(session.db, hash))
})

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

const makeSchedule = (session: Session): ScheduleStore => {
  const run = <A>(name: string, body: (now: number) => A) => attempt(session, `schedule.${name}`, body)
  return {
    profiles: run("profiles", () => storedProfiles(session)),
    saveProfile: (profile) => run("saveProfile", (now) => saveProfile(session, profile, now)),
    removeProfile: (name) => run("removeProfile", (now) => removeProfile(session, name, now)),
    runs: (filter) => run("runs", () => scheduledRuns(session, filter)),
    recentRuns: (profile) => run("recentRuns", () => recentRuns(session, profile)),
    beginRun: (begun, lease) => run("beginRun", (now) => beginRun(session, begun, lease, now)),
    endRun: (number, end, lease) => run("endRun", (now) => endRun(session, number, end, lease, now)),
    acquireLease: (name, holder, milliseconds) =>
      run("acquireLease", (now) => acquireLease(session, name, holder, milliseconds, now)),
    renewLease: (lease, milliseconds) =>
      run("renewLease", (now) => renewLease(session, lease, milliseconds, now)),
    releaseLease: (lease) => run("releaseLease", (now) => releaseLease(session, lease, now))
  }
}

const makeLibrary = (session: Session): Library => {
  const run = <A>(name: string, body: (now: number) => A) => attempt(session, name, body)
  /** `run` for what is not a part of anybody's transaction. */
  const runAlone = <A>(name: string, body: (now: number) => A) =>
    run(name, (now) => {
      session.requireNoTransaction()
      return body(now)
    })
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
    [sessionOf]: session,
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
        Effect.timed(attemptSteps(session, "check", (now) => checkSteps(session, options, now))),
        ([duration, report]) => ({ ...report, durationMs: Math.round(Duration.toMillis(duration)) })
      ),
    operations: (limit) => run("operations", () => operations(session, limit)),
    planUndo: (options = {}) => run("planUndo", (now) => plannedUndo(session, options, now)),
    undo: (options = {}) => run("undo", (now) => undo(session, options, now)),
    history: (key) => run("history", () => historyOf(session, key)),
    positionOfVersion: (key, version) =>
      run("positionOfVersion", () => positionOfVersion(session, key, version)),
    entityAt: (key, source) => run("entityAt", () => entityAt(session, key, source)),
    recordAt: (key, source) => run("recordAt", () => resolveSource(session, source).record(key)),
    entries: (source, kinds) => run("entries", () => entriesIn(session, source, kinds)),
    rowHashes: (source, keys) =>
      run("rowHashes", () =>
        session.db.snapshot(() => {
          const { record } = resolveSource(session, source)
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
    prune: (options = {}) => runAlone("prune", (now) => prune(session, options, now)),
    rebuild: (options = {}) => run("rebuild", (now) => rebuild(session, options, now)),
    copyTo: (folder, options = {}) =>
      runAlone("copyTo", (now) => {
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
      runAlone("exportBundle", (now) => exportBundle(session, source, target, options, now)),
    sourceFromBundles: (place, backup, options = {}) =>
      run("sourceFromBundles", (now) => sourceFromBundles(session, place, backup, now, options)),
    status: run("status", () => statusOf(session)),
    usage: run("usage", () => usageOf(session)),
    migrations: run("migrations", () => migrationStatus(session)),
    migrateUp: (to) => runAlone("migrateUp", (now) => migrateUp(session, now, to)),
    migrateDown: (to) => runAlone("migrateDown", (now) => migrateDown(session, now, to)),
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

/** What a library is for others: the services of core. */
export type LibraryServices =
  | EventLog
  | ObjectStore
  | BackupManager
  | BackupRepository
  | ExportManager
  | SongDataRepository
  | PerformanceDataRepository
  | UserPreferencesRepository

/** An open library as the services of core. */
export const servicesOf = (library: Library): Context.Context<LibraryServices> =>
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

/** A library as the services of core. */
export const layer = (
  path: string,
  options: OpenOptions = {}
): Layer.Layer<LibraryServices, WhiteRoomError> =>
  Layer.scopedContext(Effect.map(openLibrary(path, options), servicesOf))
