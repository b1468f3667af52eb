/** A copy of a library's backups outside of it: bundles in a folder, each with what the folder lacks. */
import * as fs from "node:fs"
import * as path from "node:path"
import {
  type BackupInfo,
  bundleExtension,
  fromHex,
  InvalidInput,
  LibraryDamaged,
  type OnProgress,
  safeFileName,
  takenOfBackup,
  toHex
} from "@white-room/core"
import { allBackups, differingFields } from "../backup/Catalog.js"
import { commit } from "../capture/Commit.js"
import { type Damage, reasonOf } from "../check/Findings.js"
import { makeFolder } from "../file/Durable.js"
import { removeAbandoned } from "../file/NewFile.js"
import { hasObject } from "../object/Objects.js"
import { objectsBelow } from "../object/objectsBelow.js"
import { readInfo, type Session } from "../session/Session.js"
import { storageError } from "../sqlite/storageError.js"
import { progressOver } from "./BundleContents.js"
import { type BundleFile, fileName, isWhole } from "./BundleFile.js"
import { backupsOf, bundlesInFolder, withNeeds } from "./BundleFolder.js"
import { ObjectUnreadable, writeBundleFile } from "./BundleWriter.js"
import { rememberPlace, requirePlace } from "./Place.js"

export interface CopyOptions {
  /** Write everything, whatever the folder has. */
  readonly full?: boolean
  /** Make the folder when it is missing; take it for the place although it, or its disk, is not what it was. */
  readonly make?: boolean
  /** False: copy what is kept, and take no backup before. */
  readonly takeBackup?: boolean
  readonly onProgress?: OnProgress
}

/** The chain of bundles that the next one can build on, or why it must stand on its own. */
interface Base {
  readonly tip: BundleFile | undefined
  /** The tip and all that it builds on. */
  readonly files: ReadonlyArray<BundleFile>
  readonly reason: string | undefined
}

const noBase: Base = { tip: undefined, files: [], reason: undefined }

const newestNumber = ({ manifest }: BundleFile): number => manifest.backups.at(-1)?.number ?? 0

/** Every bundle of a library names its newest backup; so that with the highest number is the newest. */
const findBase = (libraryId: string, folder: string, onProgress: OnProgress | undefined): Base => {
  const { files, unusable } = bundlesInFolder(folder)
  const ours = files.filter(({ manifest }) => manifest.libraryId === libraryId && manifest.backups.length > 0)
  const tip = ours.reduce<BundleFile | undefined>(
    (best, file) => (best === undefined || newestNumber(file) >= newestNumber(best) ? file : best),
    undefined
  )
  if (tip === undefined) {
    const [first] = unusable
    return { ...noBase, reason: first && `${fileName(first.path)} cannot be used: ${first.reason}` }
  }
  const chain = withNeeds([tip], files)
  const [missing] = chain.missing
  if (missing !== undefined) return { ...noBase, reason: `${missing} is missing` }
  const onRead = progressOver(chain.files, "check base", onProgress)
  const broken = chain.files.find((file) => !isWhole(file.path, onRead))
  if (broken !== undefined) return { ...noBase, reason: `${fileName(broken.path)} is damaged` }
  return { tip, files: chain.files, reason: undefined }
}

const described = ["root", "description", "pinned", "tags"] as const

/** Backups that the base lacks, or describes otherwise; the newest is always named. */
const lacking = (kept: ReadonlyArray<BackupInfo>, base: Base): ReadonlyArray<BackupInfo> => {
  const known = new Map(backupsOf(base).map(({ backup }) => [backup.backupId, backup]))
  const isLacking = (backup: BackupInfo): boolean => {
    const there = known.get(backup.backupId)
    return there === undefined || differingFields(there, backup, described).length > 0
  }
  const missed = kept.filter(isLacking)
  const newest = kept.at(-1)
  return missed.length === 0 || newest === undefined || missed.includes(newest) ? missed : [...missed, newest]
}

/** The objects that the base has, as far as the library still has the trees that tell. */
const objectsOfBase = (session: Session, base: Base): Set<string> => {
  const known = new Set<string>()
  const nodes = session.nodeStore(new Map())
  for (const { taken } of backupsOf(base)) {
    if (!hasObject(session.db, taken.root)) continue
    const before = new Set<string>()
    try {
      objectsBelow([taken.root], nodes, { known: before })
    } catch (error) {
      reasonOf(error)
      continue
    }
    for (const name of before) known.add(name)
  }
  return known
}

const needsObject = (session: Session, { root }: BackupInfo, hash: Uint8Array): boolean => {
  try {
    return objectsBelow([fromHex(root)], session.nodeStore(new Map())).has(toHex(hash))
  } catch (error) {
    reasonOf(error)
    return true
  }
}

/** `library-1a2b3c4d-b00031-9f8e7d6c.whiteroom`: sorts by backup, and no two bundles have one name. */
const bundleName = (session: Session, newest: BackupInfo, hash: Uint8Array): string => {
  const stem = path.basename(session.path).replace(/\.[^.]*$/, "")
  const number = String(newest.number).padStart(5, "0")
  const { libraryId } = readInfo(session.db)
  const tail = `-${libraryId.slice(0, 8)}-b${number}-${toHex(hash).slice(0, 8)}${bundleExtension}`
  return safeFileName(stem, tail, new Set())
}

interface Written {
  readonly file: BundleFile
  readonly backups: number
  readonly left: ReadonlyArray<Damage>
}

/** Writes what is lacking; backups that cannot be read are left out, all but the newest. */
const writeLacking = (
  session: Session,
  folder: string,
  base: Base,
  wanted: ReadonlyArray<BackupInfo>,
  now: number,
  onProgress: OnProgress | undefined
): Written => {
  const { libraryId } = readInfo(session.db)
  const nodes = session.nodeStore(new Map())
  const left: Array<Damage> = []
  let backups = wanted
  for (;;) {
    const newest = backups.at(-1)
    if (newest === undefined) throw new Error("the newest backup is never left out")
    try {
      const known = objectsOfBase(session, base)
      const hashes = backups.flatMap((backup) => newObjects(session, backup, known))
      const { tip } = base
      const needs = tip === undefined ? [] : [{ hash: tip.end.hash, file: fileName(tip.path) }]
      const manifest = { libraryId, time: now, needs, backups: backups.map(takenOfBackup), state: undefined }
      const name = (hash: Uint8Array) => bundleName(session, newest, hash)
      const content = { manifest, nodes, hashes }
      // A file of its name, which has its hash in it, would be itself, or damaged.
      const file = writeBundleFile(session, folder, name, content, { replace: true, onProgress })
      return { file, backups: backups.length, left }
    } catch (error) {
      if (!(error instanceof ObjectUnreadable)) throw error
      const reason = reasonOf(error.cause)
      const hit = backups.filter((backup) => needsObject(session, backup, error.hash))
      if (hit.includes(newest) || hit.length === 0)
        throw new LibraryDamaged({ path: session.path, detail: `b${newest.number}: ${reason}` })
      left.push({ what: "backup", reason, backups: hit.map(({ number }) => `b${number}`), entities: [] })
      backups = backups.filter((backup) => !hit.includes(backup))
    }
  }
}

const newObjects = (session: Session, backup: BackupInfo, known: Set<string>): ReadonlyArray<Uint8Array> => {
  const root = fromHex(backup.root)
  try {
    return [...objectsBelow([root], session.nodeStore(new Map()), { known }).values()]
  } catch (error) {
    throw new ObjectUnreadable(root, error)
  }
}

/** Makes the folder when it is missing and may be made. What is wrong with it is not said of the library. */
const enterFolder = (session: Session, folder: string, make: boolean): string => {
  try {
    requirePlace(session, folder, make)
    makeFolder(folder)
    if (!fs.statSync(folder).isDirectory())
      throw new InvalidInput({ field: "--to", reason: `${folder} is not a folder` })
    fs.accessSync(folder, fs.constants.W_OK)
    return fs.realpathSync(folder)
  } catch (error) {
    throw storageError(error, folder) ?? error
  }
}

/**
 * Writes what a folder lacks of the kept backups as one bundle, after reading the chain it builds on in full: when
 * something of that is missing or damaged, the bundle stands on its own. Writes nothing when nothing is lacking.
 * @throws PlaceNotFound | PlaceAway, LibraryDamaged when the newest backup cannot be read, DiskFull and others for the folder
 */
export const copyToFolder = (
  session: Session,
  place: string,
  newest: BackupInfo,
  now: number,
  { full = false, make = false, onProgress }: CopyOptions = {}
): CopyReport => {
  const folder = enterFolder(session, place, make)
  removeAbandoned(folder)
  const { libraryId } = readInfo(session.db)
  const base: Base = full ? noBase : findBase(libraryId, folder, onProgress)
  const done = session.db.snapshot(() => {
    const kept = allBackups(session.db).filter(({ forgottenAt }) => forgottenAt === undefined)
    const wanted = lacking(kept, base)
    return wanted.length === 0 ? undefined : writeLacking(session, folder, base, wanted, now, onProgress)
  })
  const tip = done?.file ?? base.tip
  if (tip === undefined) throw new InvalidInput({ field: "--to", reason: "there is no backup to copy" })
  const files = done === undefined ? base.files : [...base.files, done.file]
  const copy: LibraryCopy = {
    path: tip.path,
    copiedAt: new Date(now),
    backupNumber: newest.number,
    position: newest.position,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0)
  }
  rememberCopy(session, copy, now)
  rememberPlace(session, place, true, now)
  return {
    ...copy,
    backup: newest,
    written: done?.file.bytes ?? 0,
    backups: done?.backups ?? 0,
    files: files.map((file) => file.path),
    left: done?.left ?? [],
    reason: base.reason
  }
}

/** A folder counts once, with its newest bundle. */
const rememberCopy = (session: Session, copy: LibraryCopy, now: number): void => {
  commit(session, { now }, () => {
    for (const known of copiesOf(session))
      if (path.dirname(known.path) === path.dirname(copy.path))
        session.db.run("DELETE FROM library_copy WHERE path = ?", known.path)
    session.db.run(
      "INSERT INTO library_copy(path, copied_at, backup_number, position, bytes) VALUES(?, ?, ?, ?, ?)",
      copy.path,
      now,
      copy.backupNumber,
      copy.position,
      copy.bytes
    )
  })
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

export interface LibraryCopy {
  readonly path: string
  readonly copiedAt: Date
  readonly backupNumber: number
  readonly position: number
  readonly bytes: number
}

/** What a copy into a folder did. `path` is the newest bundle there, `bytes` that of its whole chain. */
export interface CopyReport extends LibraryCopy {
  /** The newest backup, taken for the copy when something had changed. */
  readonly backup: BackupInfo
  /** Bytes that were written now; 0: the folder had everything. */
  readonly written: number
  /** Backups that the folder lacked, or described otherwise. */
  readonly backups: number
  /** The files that belong together. */
  readonly files: ReadonlyArray<string>
  /** Why everything was written again although the folder had bundles of this library. */
  readonly reason?: string | undefined
  /** Backups that are damaged here and so could not be copied. */
  readonly left: ReadonlyArray<Damage>
}
