/** Creating and opening library files: what fits, what is refused, and that refusing changes nothing. */
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import {
  LibraryDamaged,
  LibraryExists,
  LibraryNotFound,
  LibraryTooNew,
  NotALibrary,
  StorageFailed,
  UnsafePlace
} from "@white-room/core"
import { Database } from "../db/Database.js"
import { liveSchema, ownSchema } from "../db/schema.js"
import { makeFolder, syncFile, syncFolder } from "./durable.js"
import { isRunning } from "./isRunning.js"
import {
  describeLibrary,
  fileIdentity,
  formatVersion,
  readInfo,
  Session,
  type SessionOptions
} from "./Session.js"
import { syncedFolder } from "./syncedFolder.js"

export interface CreateOptions {
  /** Allow a folder of a synchronising service, where a live SQLite file can be corrupted. */
  readonly allowSyncedFolder?: boolean
}

/** A name beside a file for what is being made; only this process uses it. */
export const temporaryName = (file: string): string =>
  `${file}.new-${process.pid}-${randomBytes(4).toString("hex")}`

/** Removes what processes that ended in the middle wrote under temporary names of `target`. */
export const removeAbandoned = (target: string): void => {
  const prefix = `${path.basename(target)}.new-`
  for (const name of fs.readdirSync(path.dirname(target))) {
    const owner = /^(\d+)-/.exec(name.slice(prefix.length))?.[1]
    if (name.startsWith(prefix) && owner !== undefined && !isRunning(Number(owner)))
      fs.rmSync(path.join(path.dirname(target), name), { force: true })
  }
}

export const removeDatabase = (file: string): void => {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) fs.rmSync(file + suffix, { force: true })
}

/** Gives a finished file its name, never over another one: a link fails when the name is taken. */
export const publish = (from: string, to: string): void => {
  try {
    fs.linkSync(from, to)
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined
    if (code === "EEXIST") throw new LibraryExists({ path: to })
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS" && code !== "EOPNOTSUPP") throw error
    if (fs.existsSync(to)) throw new LibraryExists({ path: to })
    fs.renameSync(from, to)
    return
  }
  fs.unlinkSync(from)
}

/** A path through the links of those of its folders that exist. */
const throughLinks = (file: string): string => {
  let folder = path.dirname(path.resolve(file))
  while (!fs.existsSync(folder)) folder = path.dirname(folder)
  return path.join(fs.realpathSync(folder), path.relative(folder, path.resolve(file)))
}

/** @throws UnsafePlace in the folder of a synchronising service, links to it included */
export const refuseSyncedFolder = (file: string, { allowSyncedFolder }: CreateOptions): void => {
  const service =
    allowSyncedFolder === true ? undefined : (syncedFolder(file) ?? syncedFolder(throughLinks(file)))
  if (service !== undefined) throw new UnsafePlace({ path: file, service })
}

/** A leftover WAL of a lost file would be played into a new one of its name. @throws LibraryExists */
export const refuseTaken = (file: string): void => {
  for (const taken of [file, `${file}-wal`, `${file}-journal`])
    if (fs.existsSync(taken)) throw new LibraryExists({ path: taken })
}

/** Makes an empty library: built under a temporary name, synced, then named. Its folder is made when missing. */
export const createLibrary = (file: string, now: number, options: CreateOptions = {}): void => {
  refuseSyncedFolder(file, options)
  refuseTaken(file)
  makeFolder(path.dirname(file))
  fs.accessSync(path.dirname(file), fs.constants.W_OK)
  const temporary = temporaryName(file)
  try {
    const db = Database.open(temporary, { readonly: false, create: true })
    try {
      db.pragma("auto_vacuum = INCREMENTAL")
      db.pragma("journal_mode = WAL")
      db.immediate(() => {
        db.exec(liveSchema)
        db.exec(ownSchema)
        describeLibrary(db, fileIdentity(temporary), now)
      })
    } finally {
      db.close()
    }
    syncFile(temporary)
    publish(temporary, file)
    syncFolder(path.dirname(file))
  } finally {
    removeDatabase(temporary)
  }
}

/** Refuses what can be seen from outside. The file is not opened: see `damaged`. */
export const checkPlace = (file: string): void => {
  if (!fs.existsSync(file)) throw new LibraryNotFound({ path: file })
  const stat = fs.statSync(file)
  if (!stat.isFile()) throw new NotALibrary({ path: file, reason: "it is no file" })
  if (stat.size === 0) throw new NotALibrary({ path: file, reason: "it is empty" })
}

const checkTables = (db: Database, file: string): void => {
  const names = new Set(
    db.rows<[string]>("SELECT name FROM sqlite_schema WHERE type = 'table'").map(([name]) => name)
  )
  if (names.has("library_info") && names.has("event_log")) return
  const app = names.has("song_data")
    ? "it is a White Room database that is not protected yet"
    : "it is a SQLite database of something else"
  throw new NotALibrary({ path: file, reason: app })
}

export const canWrite = (file: string): boolean => {
  try {
    fs.accessSync(file, fs.constants.W_OK)
    fs.accessSync(path.dirname(file), fs.constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** A library on a medium that cannot be written is read from a copy, because WAL needs to write beside the file. */
export const copyAside = (file: string): string => {
  const folder = fs.mkdtempSync(path.join(tmpdir(), "white-room-"))
  const copy = path.join(folder, "library.db")
  for (const suffix of ["", "-wal", "-journal"])
    if (fs.existsSync(file + suffix)) {
      fs.copyFileSync(file + suffix, copy + suffix)
      fs.chmodSync(copy + suffix, 0o600)
    }
  return copy
}

/** A file that is not the one last written to is a copy: it gets an epoch of its own. */
const settleIdentity = (db: Database, file: string): string => {
  const identity = fileIdentity(file)
  if (readInfo(db).fileIdentity !== identity)
    db.immediate(() => {
      if (readInfo(db).fileIdentity === identity) return
      db.run("UPDATE library_info SET file_identity = ?, epoch = ? WHERE id = 1", identity, randomBytes(16))
    })
  return identity
}

const magic = "SQLite format 3\u0000"

/** Whether a file that SQLite refused begins like a database all the same: then it was one. */
const beginsWell = (file: string): boolean => {
  const handle = fs.openSync(file, "r")
  try {
    const header = Buffer.alloc(magic.length)
    fs.readSync(handle, header, 0, magic.length, 0)
    return header.toString("latin1") === magic
  } finally {
    fs.closeSync(handle)
  }
}

/**
 * What is wrong with a file that SQLite takes for no database. Only then is the file opened by hand: closing it would
 * drop the locks of other connections of this process to it (POSIX), and another program would remove their WAL.
 */
export const damaged = (error: unknown, file: string): unknown => {
  const refused = error instanceof Error && "code" in error && error.code === "SQLITE_NOTADB"
  return refused && beginsWell(file)
    ? new LibraryDamaged({ path: file, detail: "its first page cannot be read" })
    : error
}

/** Opens a library; changes nothing in it but, for a copied file, its epoch. Never creates a file. */
export const openSession = (file: string, options: SessionOptions): Session => {
  checkPlace(file)
  // SQLite keeps its WAL beside the file itself, not beside a link to it.
  const real = fs.realpathSync(file)
  const readonly = !canWrite(real)
  const place = readonly ? copyAside(real) : real
  let db: Database | undefined
  try {
    db = Database.open(place, { ...options, readonly: false })
    checkTables(db, file)
    const info = readInfo(db)
    if (info.minReader > formatVersion)
      throw new LibraryTooNew({ path: file, needs: info.minReader, supported: formatVersion, access: "read" })
    const mayWrite = !readonly && info.minWriter <= formatVersion
    if (mayWrite) enterWal(db, file)
    const identity = mayWrite ? settleIdentity(db, file) : fileIdentity(file)
    const aside = readonly ? path.dirname(place) : undefined
    return new Session(db, file, options, identity, readInfo(db).epoch, aside)
  } catch (error) {
    db?.close()
    if (readonly) fs.rmSync(path.dirname(place), { recursive: true, force: true })
    throw damaged(error, file)
  }
}

const enterWal = (db: Database, file: string): void => {
  const mode = db.pragma("journal_mode = WAL")
  if (mode !== "wal")
    throw new StorageFailed({
      path: file,
      operation: "open",
      detail: `this disk does not support WAL (${String(mode)})`
    })
}
