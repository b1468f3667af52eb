/** Bundles: writing one, and restoring from those that are there. */
import type { RestoreSource } from "@white-room/core"
import { type BundleExport, type BundleExportOptions, exportBundle } from "../bundle/ExportBundle.js"
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

export const makeCopies = (session: Session): Copies => ({
  bundle: (source, target, options = {}) =>
    attemptAlone(session, "copies.bundle", (now) =>
      mending(session, now, () => exportBundle(session, source, target, options, now), true)
    ),
  source: (place, backup, options = {}) =>
    attempt(session, "copies.source", (now) => sourceFromBundles(session, place, backup, now, options)),
  repair: (place, options = {}) =>
    attemptSteps(session, "copies.repair", (now) => repairFromBundles(session, place, options, now))
})
