/** Copies outside the library: writing them, and restoring from them. */
import { InvalidInput, type RestoreSource } from "@white-room/core"
import { latestBackup } from "../backup/Catalog.js"
import { createBackup } from "../backup/createBackup.js"
import { type CopyOptions, type CopyReport, copyToFolder } from "../bundle/CopyToFolder.js"
import { type BundleExport, type BundleExportOptions, exportBundle } from "../bundle/ExportBundle.js"
import { type PlaceState, placeState, rememberPlace } from "../bundle/Place.js"
import { type RepairOptions, type RepairReport, repairFromBundles } from "../bundle/Repair.js"
import {
  type BundledSource,
  type BundleSourceOptions,
  sourceFromBundles
} from "../bundle/sourceFromBundles.js"
import { mending } from "../mend/MendObjects.js"
import { attempt, attemptAlone, attemptSteps, type Result } from "../session/Attempt.js"
import type { Session } from "../session/Session.js"

export interface Copies {
  /**
   * Takes a backup, unless told not to, then writes what a folder lacks of all backups as one verified bundle; with
   * `full` everything, in a bundle that stands on its own. Makes no folder unless told to by `make`, but for one beside
   * the library, and writes nothing where something else lies at the path of the place: `PlaceNotFound`, `PlaceAway`.
   */
  readonly to: (folder: string, options?: CopyOptions) => Result<CopyReport>
  /** How a place of copies is: there, missing, or away with something else at its path. */
  readonly place: (folder: string) => Result<PlaceState>
  /** Takes a folder that is there for a place of copies to come; what is known of it already stays. */
  readonly remember: (folder: string) => Result<void>
  /** Writes a backup, or chosen entities of any state, as one bundle that stands on its own. */
  readonly bundle: (
    source: RestoreSource,
    target: string,
    options?: BundleExportOptions
  ) => Result<BundleExport>
  /**
   * Makes a backup of a bundle, or of a folder of them, a source that restores of this library can name. Where bundles
   * of several libraries lie, those of the library `libraryId` are meant (default: this one).
   */
  readonly source: (place: string, backup: string, options?: BundleSourceOptions) => Result<BundledSource>
  /**
   * Mends what a full check finds damaged in the library: from what is whole elsewhere in it, and from the bundles at a
   * place.
   */
  readonly repair: (place: string, options?: RepairOptions) => Result<RepairReport>
}

const copyTo = (session: Session, folder: string, options: CopyOptions, now: number): CopyReport => {
  const backup =
    options.takeBackup === false
      ? latestBackup(session.db)
      : createBackup(session, { description: "", skipIfUnchanged: true }, now)
  if (backup === undefined) throw new InvalidInput({ field: "--to", reason: "there is no backup to copy" })
  return copyToFolder(session, folder, backup, now, options)
}

export const makeCopies = (session: Session): Copies => {
  const runAlone = <A>(name: string, body: (now: number) => A) =>
    attemptAlone(session, `copies.${name}`, body)
  return {
    to: (folder, options = {}) => runAlone("to", (now) => copyTo(session, folder, options, now)),
    place: (folder) => attempt(session, "copies.place", () => placeState(session, folder)),
    remember: (folder) =>
      attempt(session, "copies.remember", (now) => rememberPlace(session, folder, false, now)),
    bundle: (source, target, options = {}) =>
      runAlone("bundle", (now) =>
        mending(session, now, () => exportBundle(session, source, target, options, now), true)
      ),
    source: (place, backup, options = {}) =>
      attempt(session, "copies.source", (now) => sourceFromBundles(session, place, backup, now, options)),
    repair: (place, options = {}) =>
      attemptSteps(session, "copies.repair", (now) => repairFromBundles(session, place, options, now))
  }
}
