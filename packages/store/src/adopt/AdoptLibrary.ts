/**
 * Adopting: an app's database becomes a library where it lies, in one transaction, after a verified copy. Its tables
 * keep their shape and its rows their bytes; the app goes on as if nothing had happened.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import {
  type BackupInfo,
  type EntityKey,
  errorCode,
  kinds,
  LibraryDamaged,
  LibraryReadOnly,
  liveTables,
  type OnProgress,
  StorageFailed
} from "@white-room/core"
import { createBackup } from "../backup/createBackup.js"
import { captureAll, takeOver } from "../capture/Capture.js"
import { liveDifferences } from "../capture/LiveDifferences.js"
import { canWrite, checkPlace, openingError } from "../file/DatabaseFile.js"
import { type InPlaceOptions, openInPlace } from "../file/InPlace.js"
import { type CreateOptions, refuseSyncedFolder } from "../file/NewDatabase.js"
import { beginFile, discard, removeAbandoned } from "../file/NewFile.js"
import { type OpenProgram, otherPrograms } from "../file/otherPrograms.js"
import { isNullId } from "../live/LiveTable.js"
import { describeLibrary } from "../session/describeLibrary.js"
import { openSession } from "../session/openSession.js"
import { fileIdentity, readInfo, Session } from "../session/Session.js"
import type { Database } from "../sqlite/Database.js"
import { hasTable, liveSchemaOf, ownSchema } from "../sqlite/Schema.js"
import { storageError } from "../sqlite/storageError.js"
import type { SetAside } from "../staging/OldBackup.js"
import { retrySetAside, takeOverBackups } from "../staging/OldBackups.js"
import { type ForeignRow, stageRows } from "../staging/Stager.js"
import { type Inventory, inventoryOf, liveInventory, recognise, requireWholeFile } from "./AppDatabase.js"
import { makeSafetyCopy, requireRoom } from "./SafetyCopy.js"

const rowsAtOnce = 50

export interface AdoptOptions extends CreateOptions, InPlaceOptions {
  /** Who adopts, as the log will say: `user@host`. */
  readonly actor: string
  readonly onProgress?: OnProgress
}

export interface AdoptReport extends Inventory {
  /** The library. */
  readonly path: string
  /** True when it was a library before: then only what the app added to its own backups was taken over. */
  readonly already: boolean
  /** Songs, performances, preferences and backups that were protected before. */
  readonly skipped: number
  /** How SQLite kept the file's changes until now; a library uses `wal`. */
  readonly journalMode: string
  /** Other programs that have the file open, as far as the system tells. They should be closed first. */
  readonly openIn: ReadonlyArray<OpenProgram>
  /** The file as it was before; nothing removes it but its owner. */
  readonly safetyCopy: string | undefined
  /** The backup of how everything was when it was adopted. */
  readonly backup: BackupInfo | undefined
  /** True when what the app writes is watched from now on. */
  readonly capturing: boolean
}

function* liveRows(session: Session, onProgress: OnProgress | undefined): Generator<ForeignRow> {
  const total = kinds.reduce((sum, kind) => sum + (session.tables[kind]?.count() ?? 0), 0)
  let done = 0
  for (const kind of kinds) {
    for (const { id, row } of session.tables[kind]?.rows(rowsAtOnce) ?? []) {
      onProgress?.({ done: done++, total, step: "adopt" })
      if (!isNullId(id)) yield { kind, id, row }
    }
  }
}

/** Every live row: its documents into blocks first, then its event. */
const takeLiveRows = (session: Session, now: number, onProgress: OnProgress | undefined): void => {
  const keys: Array<EntityKey> = []
  const noted = function* () {
    for (const row of liveRows(session, onProgress)) {
      keys.push({ kind: row.kind, id: row.id })
      yield row
    }
  }
  stageRows(session, noted(), now)
  takeOver(session, keys, now)
  for (const { kind, id } of liveDifferences(session))
    throw new LibraryDamaged({
      path: session.path,
      detail: `the ${kind} ${id} could not be taken over as it is`
    })
}

interface Made {
  readonly backups: number
  readonly problems: ReadonlyArray<SetAside>
  readonly backup: BackupInfo
}

/**
 * Makes a library of an app's database, in one transaction. Its old backups come first in the log, because their states
 * were before that of today.
 */
const makeLibrary = (db: Database, file: string, options: AdoptOptions, now: number): Made => {
  const tables = new Set(db.rows<[string]>("SELECT lower(name) FROM sqlite_schema").map(([name]) => name))
  for (const kind of kinds) if (!tables.has(liveTables[kind].table)) db.exec(liveSchemaOf[kind])
  db.exec(ownSchema)
  const identity = fileIdentity(db.path)
  describeLibrary(db, identity, now)
  const session = new Session(db, db.path, { actor: options.actor }, identity, readInfo(db).epoch, undefined)
  const old = takeOverBackups(session, now, options.onProgress)
  takeLiveRows(session, now, options.onProgress)
  const backup = createBackup(session, { description: `Adopted ${path.basename(file)}` }, now)
  return { ...old, backup }
}

/** WAL lets the app write while we read. Where another program is just reading, the next opening does it. */
const enterWal = (db: Database): void => {
  try {
    db.pragma("journal_mode = WAL")
  } catch (error) {
    if (storageError(error, db.path)?._tag !== "LibraryLocked") throw error
  }
}

/**
 * Adopts an open database that is not a library yet. `file` is where it came from; `copy` makes a safety copy and returns
 * what gives it its name. All or nothing; nothing, and `undefined`, when another process was faster and it is a library now.
 */
export const adoptDatabase = (
  db: Database,
  file: string,
  options: AdoptOptions,
  now: number,
  copy: () => (() => string) | undefined
): (Made & { readonly safetyCopy: string | undefined }) | undefined => {
  let safetyCopy: string | undefined
  try {
    const made = db.immediate(() => {
      if (hasTable(db, "library_info")) return undefined
      const name = copy()
      const library = makeLibrary(db, file, options, now)
      safetyCopy = name?.()
      return library
    })
    if (made === undefined) return undefined
    enterWal(db)
    return { ...made, safetyCopy }
  } catch (error) {
    if (safetyCopy !== undefined) discard(safetyCopy)
    throw error
  }
}

/** SQLite's plain errors: the app's tables need something that only the app has, such as a function of its own. */
export const adoptError = (error: unknown, file: string): unknown => {
  const known = storageError(error, file)
  if (known !== undefined) return known
  return error instanceof Error && errorCode(error) === "SQLITE_ERROR"
    ? new StorageFailed({ path: file, operation: "adopt", detail: error.message })
    : error
}

/** What a report says of a file that nothing was done to. */
export const nothingNew = (
  db: Database,
  file: string,
  real: string
): Pick<AdoptReport, "path" | "journalMode" | "openIn" | "safetyCopy" | "backup"> => ({
  path: file,
  journalMode: String(db.pragma("journal_mode")),
  openIn: otherPrograms(real),
  safetyCopy: undefined,
  backup: undefined
})

/** A library that is adopted again: what the app added to its own backups since is taken over. */
const adoptAgain = (file: string, options: AdoptOptions, now: number): AdoptReport => {
  const session = openSession(file, { actor: options.actor, alone: options.alone })
  try {
    const { db } = session
    const before = inventoryOf(db)
    const known = db.row<[number]>("SELECT count(*) FROM backup_catalog WHERE trigger = 'imported'")?.[0] ?? 0
    const writes = !session.readonly
    if (writes) {
      captureAll(session, now)
      retrySetAside(session, now)
    }
    const { backups, problems } = writes ? takeOverBackups(session, now, options.onProgress) : before
    return {
      ...nothingNew(db, file, db.path),
      already: true,
      songs: 0,
      performances: 0,
      preferences: 0,
      backups,
      problems,
      skipped: before.songs + before.performances + before.preferences + known,
      unprotectedTables: before.unprotectedTables,
      limits: before.limits,
      capturing: true
    }
  } finally {
    session.close()
  }
}

export const reportOf = (
  about: ReturnType<typeof nothingNew> & ReturnType<typeof liveInventory>,
  made: NonNullable<ReturnType<typeof adoptDatabase>>
): AdoptReport => ({
  ...about,
  ...made,
  problems: [...about.problems, ...made.problems],
  already: false,
  skipped: 0,
  capturing: true
})

const adoptInPlace = (file: string, real: string, options: AdoptOptions, now: number): AdoptReport => {
  const folder = path.dirname(real)
  removeAbandoned(folder)
  let db: Database | undefined
  let temporary: string | undefined
  try {
    db = openInPlace(real, file, { readonly: false, alone: options.alone })
    const database = db
    if (recognise(database, file) === "library") {
      database.close()
      return adoptAgain(file, options, now)
    }
    requireWholeFile(database, file)
    if (!canWrite(real)) throw new LibraryReadOnly({ path: file })
    requireRoom(database, folder, file)
    const about = nothingNew(database, file, real)
    const live = liveInventory(database)
    const made = adoptDatabase(database, file, options, now, () => {
      temporary = beginFile(folder, { of: real })
      return makeSafetyCopy(database, real, temporary)
    })
    if (made === undefined) {
      database.close()
      return adoptAgain(file, options, now)
    }
    return reportOf({ ...about, ...live }, made)
  } catch (error) {
    db?.close()
    throw adoptError(openingError(error, file), file)
  } finally {
    db?.close()
    if (temporary !== undefined) discard(temporary)
  }
}

/**
 * Makes the app's database at `file` a library. A library is left as it is, but for what the app added to its own
 * backups since. Fails with `LibraryNotFound`, `NotALibrary`, `LibraryTooNew`, `LibraryDamaged`, `LibraryReadOnly`,
 * `LibraryLocked`, `DiskFull` or `UnsafePlace`, and has then changed nothing.
 */
export const adoptLibrary = (file: string, options: AdoptOptions, now: number): AdoptReport => {
  checkPlace(file)
  refuseSyncedFolder(file, options)
  return adoptInPlace(file, fs.realpathSync(file), options, now)
}
