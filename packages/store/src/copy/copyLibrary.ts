/** A verified copy of the whole library outside of it, so that a lost file is not a lost library. */
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import {
  type BackupInfo,
  DiskFull,
  equalBytes,
  InvalidInput,
  LibraryDamaged,
  type OnProgress
} from "@white-room/core"
import { checkLibrary } from "../check/check.js"
import { Database, storageError } from "../db/Database.js"
import type { CopyReport, LibraryCopy } from "../Library.js"
import { makeFolder, syncFile, syncFolder } from "../library/durable.js"
import { openSession } from "../library/open.js"
import { readInfo, type Session } from "../library/Session.js"
import { writeReconciled } from "../live/reconcile.js"
import { readHead } from "../log/events.js"

/** The copy of a library always has this name, so that a newer copy takes the place of an older one. */
const copyName = (session: Session): string => {
  const stem = path.basename(session.path).replace(/\.[^.]*$/, "")
  return `${stem}-${readInfo(session.db).libraryId.slice(0, 8)}.db`
}

const checkSpace = (session: Session, folder: string): void => {
  const { bavail, bsize } = fs.statfsSync(folder)
  const pages = Number(session.db.pragma("page_count")) * Number(session.db.pragma("page_size"))
  if (bavail * bsize < pages) throw new DiskFull({ path: folder })
}

/** Opens the copy as anybody would and reads every byte of it. */
const verify = (file: string, session: Session, now: number, onProgress: OnProgress | undefined): void => {
  const copy = openSession(file, session.options)
  try {
    const report = checkLibrary(copy, { level: "full", ...(onProgress && { onProgress }) }, now)
    const [first] = report.damaged
    if (first !== undefined)
      throw new LibraryDamaged({ path: session.path, detail: `${first.what}: ${first.reason}` })
    copy.checkpoint()
  } finally {
    copy.close()
  }
}

/** True when the copy at this path holds events that the library does not: somebody went on working in it. */
const hasOwnWork = (session: Session, target: string): boolean => {
  if (!fs.existsSync(target)) return false
  let copy: Database | undefined
  try {
    copy = Database.open(target, { readonly: true })
    const head = readHead(copy)
    if (head.position === 0) return false
    const ours = session.db.row<[Uint8Array]>(
      "SELECT chain_hash FROM event_log WHERE position = ?",
      head.position
    )
    return ours === undefined || !equalBytes(ours[0], head.chainHash)
  } catch (error) {
    // What cannot be read is no copy of anything any more, and is replaced.
    if (storageError(error, target) === undefined) throw error
    return false
  } finally {
    copy?.close()
  }
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

/** Removes unfinished copies of processes that ended in the middle. */
export const removeAbandoned = (target: string): void => {
  const prefix = `${path.basename(target)}.new-`
  for (const name of fs.readdirSync(path.dirname(target))) {
    const owner = /^(\d+)-/.exec(name.slice(prefix.length))?.[1]
    if (name.startsWith(prefix) && owner !== undefined && !isRunning(Number(owner)))
      fs.rmSync(path.join(path.dirname(target), name), { force: true })
  }
}

/** Makes the folder of a copy when it is missing. What is wrong with it is not said of the library. */
const enterFolder = (folder: string): void => {
  try {
    makeFolder(folder)
    if (!fs.statSync(folder).isDirectory())
      throw new InvalidInput({ field: "--to", reason: `${folder} is no folder` })
    fs.accessSync(folder, fs.constants.W_OK)
  } catch (error) {
    throw storageError(error, folder) ?? error
  }
}

/** Copies under a temporary name, verifies, syncs, then renames over the copy before. */
export const copyLibrary = (
  session: Session,
  folder: string,
  backup: BackupInfo,
  now: number,
  onProgress?: OnProgress
): CopyReport => {
  enterFolder(folder)
  const target = path.join(fs.realpathSync(folder), copyName(session))
  if (fs.existsSync(target) && fs.realpathSync(target) === fs.realpathSync(session.path))
    throw new InvalidInput({ field: "--to", reason: "the copy would replace the library itself" })
  if (hasOwnWork(session, target))
    throw new InvalidInput({
      field: "--to",
      reason: `${target} was worked in since it was copied; move it away`
    })
  removeAbandoned(target)
  checkSpace(session, folder)
  const temporary = `${target}.new-${process.pid}-${randomBytes(4).toString("hex")}`
  try {
    session.db.prepare("VACUUM INTO ?").run(temporary)
    verify(temporary, session, now, onProgress)
    syncFile(temporary)
    for (const suffix of ["-wal", "-shm"]) fs.rmSync(target + suffix, { force: true })
    fs.renameSync(temporary, target)
    syncFolder(path.dirname(target))
  } catch (error) {
    // The disk that is full is the one of the copy.
    const known = storageError(error, target)
    throw known?._tag === "DiskFull" ? new DiskFull({ path: folder }) : error
  } finally {
    for (const suffix of ["", "-wal", "-shm", "-journal"]) fs.rmSync(temporary + suffix, { force: true })
  }
  const copy: LibraryCopy = {
    path: target,
    copiedAt: new Date(now),
    backupNumber: backup.number,
    position: backup.position,
    bytes: fs.statSync(target).size
  }
  rememberCopy(session, copy, now)
  return { ...copy, backup }
}

const rememberCopy = (session: Session, copy: LibraryCopy, now: number): void => {
  writeReconciled(session, now, () =>
    session.db.run(
      `INSERT INTO library_copy(path, copied_at, backup_number, position, bytes) VALUES(?, ?, ?, ?, ?)
       ON CONFLICT(path) DO UPDATE SET copied_at = excluded.copied_at, backup_number = excluded.backup_number,
         position = excluded.position, bytes = excluded.bytes`,
      copy.path,
      now,
      copy.backupNumber,
      copy.position,
      copy.bytes
    )
  )
}

/** The copies that were made, newest first, and whether each is still where it was put. */
export const copiesOf = (session: Session): ReadonlyArray<LibraryCopy & { readonly present: boolean }> =>
  session.db
    .rows<[string, number, number, number, number]>(
      "SELECT path, copied_at, backup_number, position, bytes FROM library_copy ORDER BY copied_at DESC"
    )
    .map(([file, copiedAt, backupNumber, position, bytes]) => ({
      path: file,
      copiedAt: new Date(copiedAt),
      backupNumber,
      position,
      bytes,
      present: fs.existsSync(file)
    }))
