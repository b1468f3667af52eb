/** The bundles that lie at a place, and what they build on. Names of files decide nothing. */
import * as fs from "node:fs"
import * as path from "node:path"
import {
  type BackupInfo,
  type BackupTaken,
  BundleNotFound,
  backupOfTaken,
  bundleExtension,
  InvalidInput,
  isWhiteRoomError,
  toHex
} from "@white-room/core"
import { reasonOf } from "../check/Findings.js"
import { type BundleFile, fileName, readBundleFile } from "./BundleFile.js"
import { wholesOf } from "./WholePart.js"

/** A file of a folder that looks like a bundle and cannot be used. */
export interface UnusableFile {
  readonly path: string
  readonly reason: string
}

/** The bundles of one library at one place, oldest first. */
export interface BundleSet {
  /** The folder or file that was named. */
  readonly path: string
  readonly libraryId: string
  readonly files: ReadonlyArray<BundleFile>
  /** File names of bundles that others build on and that are not there, or cannot be used. */
  readonly missing: ReadonlyArray<string>
  /** Those of the missing files of which something is left. */
  readonly remains: ReadonlyArray<{ readonly path: string; readonly bytes: number }>
  /** Other files of the folder that look like bundles and cannot be used. */
  readonly unusable: ReadonlyArray<UnusableFile>
}

/** A backup and the newest file that has its description. */
export interface BundledBackup {
  readonly taken: BackupTaken
  readonly backup: BackupInfo
  readonly file: BundleFile
}

const nameOf = (file: BundleFile): string => toHex(file.end.hash)

const byTime = (a: BundleFile, b: BundleFile): number =>
  a.manifest.time - b.manifest.time || nameOf(a).localeCompare(nameOf(b))

/** By the time they were written, but whatever the clock said, each after those that it builds on. */
const oldestFirst = (files: Iterable<BundleFile>): ReadonlyArray<BundleFile> => {
  const sorted = [...files].sort(byTime)
  const byName = new Map(sorted.map((file) => [nameOf(file), file]))
  const ordered = new Set<BundleFile>()
  const started = new Set<BundleFile>()
  const waiting = sorted.toReversed()
  for (let file = waiting.at(-1); file !== undefined; file = waiting.at(-1)) {
    const needs = started.has(file)
      ? []
      : file.manifest.needs.flatMap(({ hash }) => byName.get(toHex(hash)) ?? [])
    started.add(file)
    const before = needs.filter((need) => !started.has(need))
    if (before.length > 0) waiting.push(...before)
    else ordered.add(waiting.pop() ?? file)
  }
  return [...ordered]
}

/** Everything in a folder that is, or seems to be, a bundle; copies of one bundle count once. */
export const bundlesInFolder = (
  folder: string
): { readonly files: ReadonlyArray<BundleFile>; readonly unusable: ReadonlyArray<UnusableFile> } => {
  const files = new Map<string, BundleFile>()
  const unusable: Array<UnusableFile> = []
  for (const name of fs.readdirSync(folder).sort()) {
    if (!name.endsWith(bundleExtension)) continue
    const file = path.join(folder, name)
    try {
      const bundle = readBundleFile(file)
      if (!files.has(nameOf(bundle))) files.set(nameOf(bundle), bundle)
    } catch (error) {
      if (!isWhiteRoomError(error)) throw error
      unusable.push({ path: file, reason: reasonOf(error) })
    }
  }
  return { files: oldestFirst(files.values()), unusable }
}

/** These bundles and all that they build on, oldest first, and the names of those that are not among `known`. */
export const withNeeds = (
  tips: ReadonlyArray<BundleFile>,
  known: ReadonlyArray<BundleFile>
): { readonly files: ReadonlyArray<BundleFile>; readonly missing: ReadonlyArray<string> } => {
  const byName = new Map([...known, ...tips].map((file) => [nameOf(file), file]))
  const found = new Set<BundleFile>()
  const missing = new Set<string>()
  const waiting = [...tips]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue
    found.add(file)
    for (const need of file.manifest.needs) {
      const base = byName.get(toHex(need.hash))
      if (base === undefined) missing.add(need.file)
      else waiting.push(base)
    }
  }
  return { files: oldestFirst(found), missing: [...missing].sort() }
}

/** A set of these bundles and all that they build on, with what is left of files that cannot be used. */
export const setOf = (
  place: string,
  libraryId: string,
  tips: ReadonlyArray<BundleFile>,
  known: ReadonlyArray<BundleFile>,
  unusable: ReadonlyArray<UnusableFile>
): BundleSet => {
  const chain = withNeeds(tips, known)
  const missing = new Set(chain.missing)
  const isMissed = ({ path: file }: UnusableFile) => missing.has(fileName(file))
  const remains = unusable
    .filter(isMissed)
    .map(({ path: file }) => ({ path: file, bytes: fs.statSync(file).size }))
  return { path: place, libraryId, ...chain, remains, unusable: unusable.filter((file) => !isMissed(file)) }
}

/**
 * The bundles at a place, by library: a file with those it builds on, or all of a folder.
 * @throws BundleNotFound | BundleDamaged | BundleTooNew
 */
export const librariesAt = (
  place: string
): { readonly sets: ReadonlyArray<BundleSet>; readonly unusable: ReadonlyArray<UnusableFile> } => {
  if (!fs.existsSync(place)) throw new BundleNotFound({ path: place, reason: "nothing is there" })
  const isFolder = fs.statSync(place).isDirectory()
  const tip = isFolder ? undefined : readBundleFile(place)
  const { files, unusable } = bundlesInFolder(isFolder ? place : path.dirname(fs.realpathSync(place)))
  const tips = tip === undefined ? files : [tip]
  const sets = [...new Set(tips.map(({ manifest }) => manifest.libraryId))].map((libraryId) => {
    const theirs = tips.filter(({ manifest }) => manifest.libraryId === libraryId)
    const set = setOf(place, libraryId, theirs, files, unusable)
    // Beside one file that was named, others are nobody's business.
    return isFolder ? set : { ...set, unusable: [] }
  })
  return { sets, unusable: isFolder ? unusable : [] }
}

/**
 * The bundles of one library at a place: of `own` when there are any, otherwise of the only one.
 * @throws BundleNotFound | BundleDamaged | BundleTooNew, InvalidInput when there are several
 */
export const findBundles = (place: string, own?: string): BundleSet => {
  const { sets, unusable } = librariesAt(place)
  const chosen = sets.find(({ libraryId }) => libraryId === own) ?? (sets.length === 1 ? sets[0] : undefined)
  if (chosen !== undefined) return chosen
  const [first] = unusable
  if (sets.length === 0)
    throw new BundleNotFound({
      path: place,
      reason: first ? `${fileName(first.path)} cannot be used (${first.reason})` : "the folder has none"
    })
  const newest = sets.map(({ files }) => fileName(files.at(-1)?.path ?? ""))
  throw new InvalidInput({
    field: place,
    reason: `it has bundles of ${sets.length} libraries; name a file of one of them, such as ${newest.join(" or ")}`
  })
}

/** Every backup of a set once, as its newest file describes it; oldest first. No part of one that is there as a whole. */
export const backupsOf = ({ files }: Pick<BundleSet, "files">): ReadonlyArray<BundledBackup> => {
  const backups = new Map<string, BundledBackup>()
  for (const file of files)
    for (const taken of file.manifest.backups)
      backups.set(taken.backupId, { taken, backup: backupOfTaken(taken), file })
  const all = [...backups.values()].sort((a, b) => a.taken.number - b.taken.number)
  return all.filter(({ backup }) => !wholesOf(backup.backupId).some((whole) => backups.has(whole)))
}
