/** A backup of a bundle as what a restore restores from. */
import { type BackupInfo, BackupNotFound, lookup, type OnProgress, resolveBackup } from "@white-room/core"
import { backupById } from "../backup/Catalog.js"
import type { Damage } from "../check/Findings.js"
import { objectsBelow } from "../object/objectsBelow.js"
import { finished } from "../session/finished.js"
import { readInfo, type Session } from "../session/Session.js"
import { commonBase } from "../state/commonBase.js"
import {
  type AssessedBackup,
  type BundleContents,
  missingFiles,
  readContents,
  unreadable
} from "./BundleContents.js"
import { fileName } from "./BundleFile.js"
import { findBundles } from "./BundleFolder.js"
import { fallbackTo, stageObjects } from "./StageObjects.js"

/** A backup of a bundle, as a source that a restore of this session can name. */
export interface BundledSource {
  /** What the calls of this session take for it. */
  readonly reference: string
  readonly backup: BackupInfo
  /** The file that has it. */
  readonly file: string
  readonly libraryId: string
  /** What of it cannot be read; the rest can be restored. */
  readonly damaged: ReadonlyArray<Damage>
  /** Files of the place that are missing or damaged, whether the backup needs them or not. */
  readonly files: ReadonlyArray<Damage>
  /** False when even its list of songs cannot be read in full: then only what is listed can be restored. */
  readonly listed: boolean
}

/** Which bundles of a place are meant. */
export interface BundleSourceOptions {
  /** The library whose bundles are meant. Default: the one that is open. */
  readonly libraryId?: string | undefined
  readonly onProgress?: OnProgress | undefined
}

/** The named backup; its documents and the parts of its list may be damaged one by one. */
const chooseBackup = (contents: BundleContents, reference: string): AssessedBackup => {
  const { backupId } = resolveBackup(
    contents.backups.map(({ backup }) => backup),
    reference
  )
  const chosen = contents.backups.find(({ backup }) => backup.backupId === backupId)
  if (chosen === undefined) throw new BackupNotFound({ backup: reference })
  return chosen
}

/** Its tree, or of a list that cannot be read in full what can be. @throws BundleDamaged | BundleIncomplete when that is nothing */
const treeOf = (contents: BundleContents, { taken, listed, damaged }: AssessedBackup) => {
  const [first] = damaged
  const part = first && contents.partOf(taken.root)
  if (part?.entities === 0) throw unreadable(contents, first?.reason ?? "")
  return listed || part === undefined ? { root: taken.root, nodes: contents.nodes } : part
}

const damagedFiles = ({ set, damaged }: BundleContents): ReadonlyArray<Damage> => [
  ...missingFiles(set),
  ...damaged,
  ...set.unusable.map(({ path, reason }) => ({ what: fileName(path), reason, backups: [], entities: [] }))
]

/**
 * Puts the documents of a backup at a place into the store and makes it a source for restores of this session. Its name
 * is that in its own library (`b31`), its id, `latest` or `latest~2`.
 * @throws BackupNotFound | BundleNotFound | BundleDamaged | BundleIncomplete | BundleTooNew
 */
export const sourceFromBundles = (
  session: Session,
  place: string,
  reference: string,
  now: number,
  { libraryId, onProgress }: BundleSourceOptions = {}
): BundledSource => {
  session.requireWritable()
  const set = findBundles(place, libraryId ?? readInfo(session.db).libraryId)
  const contents = finished(readContents(set, fallbackTo(session), onProgress))
  const chosen = chooseBackup(contents, reference)
  const { taken, backup, file, damaged, listed } = chosen
  const { root, nodes } = treeOf(contents, chosen)
  const wanted = objectsBelow([root], nodes, { documentsOnly: true })
  const staging = { session, target: session, now, onProgress }
  finished(stageObjects(staging, contents.set, wanted))
  const earlier = contents.backups.filter(
    (each) => each.listed && each.taken.position <= taken.position && each.taken.number <= taken.number
  )
  const name = `${fileName(file.path)}:${backup.backupId}`
  const label = `b${taken.number} of ${fileName(file.path)}`
  session.offered.set(name, {
    label,
    position: 0,
    backup: undefined,
    // Where the backup is this library's own, it is known by its id, otherwise by where it came from.
    origin: backupById(session.db, backup.backupId) === undefined ? label : backup.backupId,
    record: (key) => lookup(root, key, nodes),
    root: () => root,
    nodes,
    isPart: !listed,
    base: commonBase(session, contents.nodes, earlier.map((each) => each.taken.root).toReversed())
  })
  const { libraryId: found } = contents.set
  return {
    reference: name,
    backup,
    file: file.path,
    libraryId: found,
    damaged,
    files: damagedFiles(contents),
    listed
  }
}
