/** A copy of a library's backups outside of it: bundles in a folder, each with what the folder lacks. */
import * as fs from "node:fs"
import * as path from "node:path"
import {
  type BackupInfo,
  type BackupTaken,
  BundleDamaged,
  bundleExtension,
  InvalidInput,
  LibraryDamaged,
  type OnProgress,
  safeFileName,
  toHex
} from "@white-room/core"
import { allBackups, differingFields } from "../backup/Catalog.js"
import type { Damage } from "../check/Findings.js"
import { makeFolder } from "../file/Durable.js"
import { removeAbandoned } from "../file/NewFile.js"
import { mendLost } from "../mend/MendObjects.js"
import { objectsBelow } from "../object/objectsBelow.js"
import { finished } from "../session/finished.js"
import { readInfo, type Session } from "../session/Session.js"
import { storageError } from "../sqlite/storageError.js"
import { type BundleContents, readContents } from "./BundleContents.js"
import { type BundleFile, fileName } from "./BundleFile.js"
import { backupsOf, bundlesInFolder, setOf } from "./BundleFolder.js"
import { ObjectUnreadable, writeBundleFile } from "./BundleWriter.js"
import { type LibraryCopy, rememberCopy } from "./KnownCopies.js"
import { nodesOfParts, type PartToCopy, partsToCopy } from "./PartsToCopy.js"
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
  /** What was found in them. */
  readonly contents: BundleContents | undefined
  readonly reason: string | undefined
}

const noBase: Base = { tip: undefined, files: [], contents: undefined, reason: undefined }

const newestNumber = ({ manifest }: BundleFile): number => manifest.backups.at(-1)?.number ?? 0

/** What keeps the next bundle from building on these: a file that is damaged, or a backup of which not all is there. */
const faultOf = ({ damaged, backups }: BundleContents): string | undefined => {
  const [file] = damaged
  if (file !== undefined) return `${file.what} is damaged`
  const hollow = backups.find((each) => each.damaged.length > 0)
  return hollow && `${fileName(hollow.file.path)} does not have all of b${hollow.taken.number}`
}

/**
 * Every bundle of a library names its newest backup; so that with the highest number is the newest. All of its chain is
 * read, and every backup in it walked: what a folder has is what is found in it.
 */
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
  const set = setOf(folder, libraryId, [tip], files, [])
  const [missing] = set.missing
  if (missing !== undefined) return { ...noBase, reason: `${missing} is missing` }
  try {
    const contents = finished(readContents(set, undefined, onProgress))
    const reason = faultOf(contents)
    return reason === undefined ? { tip, files: set.files, contents, reason } : { ...noBase, reason }
  } catch (error) {
    if (!(error instanceof BundleDamaged)) throw error
    return { ...noBase, reason: `${fileName(error.path)} is damaged` }
  }
}

const described = ["root", "description", "pinned", "tags"] as const

/** Backups that the base lacks, or describes otherwise. */
const lacking = (kept: ReadonlyArray<BackupInfo>, base: Base): ReadonlyArray<BackupInfo> => {
  const known = new Map(backupsOf(base).map(({ backup }) => [backup.backupId, backup]))
  const isLacking = (backup: BackupInfo): boolean => {
    const there = known.get(backup.backupId)
    return there === undefined || differingFields(there, backup, described).length > 0
  }
  return kept.filter(isLacking)
}

/** The keys of all objects of the backups in the base, each of which was found there. */
const objectsOfBase = ({ contents }: Base): Set<string> => {
  const known = new Set<string>()
  if (contents !== undefined)
    objectsBelow(
      contents.backups.map(({ taken }) => taken.root),
      contents.nodes,
      { known }
    )
  return known
}

/** `library-1a2b3c4d-b00031-9f8e7d6c.whiteroom`: sorts by backup, and no two bundles have one name. */
const bundleName = (session: Session, newest: BackupTaken, hash: Uint8Array): string => {
  const stem = path.basename(session.path).replace(/\.[^.]*$/, "")
  const number = String(newest.number).padStart(5, "0")
  const { libraryId } = readInfo(session.db)
  const tail = `-${libraryId.slice(0, 8)}-b${number}-${toHex(hash).slice(0, 8)}${bundleExtension}`
  return safeFileName(stem, tail, new Set())
}

interface Written {
  /** None when the folder has everything that can be read. */
  readonly file: BundleFile | undefined
  readonly backups: number
  readonly left: ReadonlyArray<Damage>
  /** The newest backup that is there as a whole. */
  readonly newest: BackupInfo | undefined
}

/** Writes what is lacking. */
const writeLacking = (
  session: Session,
  folder: string,
  base: Base,
  now: number,
  { mayLack, onProgress }: { readonly mayLack: boolean; readonly onProgress: OnProgress | undefined }
): Written => {
  const kept = allBackups(session.db).filter(({ forgottenAt }) => forgottenAt === undefined)
  const wanted = lacking(kept, base)
  const known = objectsOfBase(base)
  const parts = partsToCopy(session, wanted, known, mayLack)
  const named = new Set(backupsOf(base).map(({ backup }) => backup.backupId))
  const lost = new Set(parts.flatMap(({ damage, backup }) => (damage === undefined ? [] : [backup])))
  const outcome = {
    left: parts.flatMap(({ damage }) => damage ?? []),
    newest: kept.findLast((backup) => !lost.has(backup))
  }
  const isNews = ({ taken, entities }: PartToCopy) => entities > 0 && !named.has(taken.backupId)
  const found = parts.filter((part) => part.damage === undefined || isNews(part))
  // Every bundle names the newest backup.
  const last = kept.filter((backup) => backup === kept.at(-1) && !wanted.includes(backup))
  const news = found.length === 0 ? [] : [...found, ...partsToCopy(session, last, known, false)]
  const taken = news.map((each) => each.taken)
  const newest = taken.at(-1)
  if (newest === undefined) return { ...outcome, file: undefined, backups: 0 }
  const { tip } = base
  const { libraryId } = readInfo(session.db)
  const needs = tip === undefined ? [] : [{ hash: tip.end.hash, file: fileName(tip.path) }]
  const content = {
    manifest: { libraryId, time: now, needs, backups: taken, state: undefined },
    nodes: nodesOfParts(session, news),
    hashes: news.flatMap(({ hashes }) => hashes),
    base: base.contents?.found
  }
  const name = (hash: Uint8Array) => bundleName(session, newest, hash)
  // A file of its name, which has its hash in it, would be itself, or damaged.
  const file = writeBundleFile(session, folder, name, content, { replace: true, onProgress })
  return { ...outcome, file, backups: taken.length }
}

/**
 * Writes what is lacking as a whole; where something cannot be read, after mending what is whole elsewhere in the
 * library, and then without what is nowhere.
 */
const writeWhatCanBeRead = (
  session: Session,
  folder: string,
  base: Base,
  now: number,
  onProgress: OnProgress | undefined
): Written => {
  const write = (mayLack: boolean) =>
    session.db.snapshot(() => writeLacking(session, folder, base, now, { mayLack, onProgress }))
  try {
    return write(false)
  } catch (error) {
    if (!(error instanceof ObjectUnreadable)) throw error
    mendLost(session, now)
    return write(true)
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
 * @throws PlaceNotFound | PlaceAway, LibraryDamaged when nothing can be read, DiskFull and others for the folder
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
  const done = writeWhatCanBeRead(session, folder, base, now, onProgress)
  const tip = done.file ?? base.tip
  if (tip === undefined) {
    const [first] = done.left
    if (first === undefined) throw new InvalidInput({ field: "--to", reason: "there is no backup to copy" })
    throw new LibraryDamaged({ path: session.path, detail: `${first.backups.join(", ")}: ${first.reason}` })
  }
  const files = done.file === undefined ? base.files : [...base.files, done.file]
  const copy: LibraryCopy = {
    path: tip.path,
    copiedAt: new Date(now),
    backupNumber: (done.newest ?? newest).number,
    position: (done.newest ?? newest).position,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0)
  }
  rememberCopy(session, copy, now, done.newest !== undefined)
  rememberPlace(session, place, true, now)
  return {
    ...copy,
    backup: newest,
    written: done.file?.bytes ?? 0,
    backups: done.backups,
    files: files.map((file) => file.path),
    left: done.left,
    reason: base.reason
  }
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
  /** Backups that are damaged here, and what of them could not be copied. */
  readonly left: ReadonlyArray<Damage>
}
