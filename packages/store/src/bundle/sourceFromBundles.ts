/** A backup of a bundle as what a restore restores from. */
import { type BackupInfo, BackupNotFound, lookup, type OnProgress, resolveBackup } from "@white-room/core"
import { backupById } from "../backup/Catalog.js"
import type { Damage } from "../check/Findings.js"
import { objectsBelow } from "../object/objectsBelow.js"
import { finished } from "../session/finished.js"
import { readInfo, type Session } from "../session/Session.js"
import { commonBase } from "../state/commonBase.js"
import { type AssessedBackup, type BundleContents, readContents, unreadable } from "./BundleContents.js"
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
}

/** Which bundles of a place are meant. */
export interface BundleSourceOptions {
  /** The library whose bundles are meant. Default: the one that is open. */
  readonly libraryId?: string | undefined
  readonly onProgress?: OnProgress | undefined
}

/** The named backup with its tree whole; its documents may be damaged one by one. */
const chooseBackup = (contents: BundleContents, reference: string): AssessedBackup => {
  const { backupId } = resolveBackup(
    contents.backups.map(({ backup }) => backup),
    reference
  )
  const chosen = contents.backups.find(({ backup }) => backup.backupId === backupId)
  if (chosen === undefined) throw new BackupNotFound({ backup: reference })
  if (chosen.listed && (chosen.damaged.length === 0 || contents.set.missing.length === 0)) return chosen
  throw unreadable(contents, chosen.damaged[0]?.reason ?? "")
}

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
  const { taken, backup, file, damaged } = chooseBackup(contents, reference)
  const { nodes } = contents
  const wanted = objectsBelow([taken.root], nodes, { documentsOnly: true })
  const staging = { session, target: session, now, onProgress }
  finished(stageObjects(staging, contents, wanted))
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
    record: (key) => lookup(taken.root, key, nodes),
    root: () => taken.root,
    nodes,
    base: commonBase(session, nodes, earlier.map((each) => each.taken.root).toReversed())
  })
  return { reference: name, backup, file: file.path, libraryId: contents.set.libraryId, damaged }
}
