/** Taking from elsewhere what is damaged or missing in a library, and whole nowhere else in it. */
import { BundleNotFound, type NewObject, type OnProgress } from "@white-room/core"
import { type CheckReport, checkSteps } from "../check/Check.js"
import type { Damage } from "../check/Findings.js"
import { allDamaged, type Damaged } from "../object/Damaged.js"
import { hashKey } from "../object/HashKeys.js"
import type { Session } from "../session/Session.js"
import { Stager } from "../staging/Stager.js"
import { filesToRead, progressOver } from "./BundleContents.js"
import { librariesAt } from "./BundleFolder.js"
import { type FoundFile, objectsOfFile } from "./Found.js"

export interface RepairOptions {
  /** Only look: change nothing. */
  readonly dryRun?: boolean
  readonly onProgress?: OnProgress
}

export interface RepairReport {
  /** True when no damage is left. */
  readonly ok: boolean
  /** All that was damaged before; `mended` says what is whole now. */
  readonly damaged: ReadonlyArray<Damage>
  /** Objects, events and commands that were taken from there; in a dry run, those that would be. */
  readonly taken: number
}

/** Every file of the place that can be read, also in part: an object is known by its bytes, whatever file it lies in. */
const filesAt = (place: string): ReadonlyArray<FoundFile> => {
  const { sets } = librariesAt(place)
  if (sets.length === 0) throw new BundleNotFound({ path: place, reason: "no file there can be used" })
  return [...new Map(sets.flatMap(filesToRead).map((file) => [file.path, file])).values()]
}

/** Gives objects of elsewhere that may be among those that are sought, by their hash; others run where it gives none. */
export type RepairSource = (
  sought: ReadonlyArray<Uint8Array>
) => Generator<NewObject | undefined, void, unknown>

/**
 * Puts events and commands of elsewhere in the place of those that are damaged or missing; gives how many, in a dry run those that
 * it would. Bundles have no log.
 */
export type RepairLog = (session: Session, now: number, dryRun: boolean) => Generator<void, number>

/** The objects in files of bundles, all of them. */
const fromFiles = (files: ReadonlyArray<FoundFile>, onProgress: OnProgress | undefined): RepairSource =>
  function* () {
    const onRead = progressOver(files, "look for what is damaged", onProgress)
    for (const file of files)
      for (const object of objectsOfFile(file.path, () => undefined, onRead))
        yield object && { hash: object.hash, bytes: object.bytes.slice() }
  }

/** Stores those of the objects that the source has. Returns how many that were. */
function* takeFrom(
  session: Session,
  source: RepairSource,
  wanted: ReadonlyArray<Damaged>,
  now: number,
  { dryRun = false }: RepairOptions
): Generator<void, number> {
  const sought = new Set(wanted.map(({ hash }) => hashKey(hash)))
  const stager = new Stager(session, now)
  for (const object of source(wanted.map(({ hash }) => hash))) {
    if (object === undefined) yield
    else if (sought.delete(hashKey(object.hash)) && !dryRun) stager.add(object)
    if (sought.size === 0) break
  }
  stager.finish()
  return wanted.length - sought.size
}

/** All that the first look found, and whether the last one still does. */
const since = (first: CheckReportPart, last: CheckReportPart): ReadonlyArray<Damage> => {
  const open = last.damaged.filter(({ mended }) => mended !== true)
  const left = new Set(open.map(({ what }) => what))
  const found = new Set(first.damaged.map(({ what }) => what))
  return [
    ...first.damaged.map((damage) => ({ ...damage, mended: !left.has(damage.what) })),
    ...open.filter(({ what }) => !found.has(what))
  ]
}

type CheckReportPart = Pick<CheckReport, "damaged">

/** Repairs from the bundles at a place. @throws BundleNotFound | BundleDamaged | BundleTooNew */
export const repairFromBundles = (
  session: Session,
  place: string,
  options: RepairOptions,
  now: number
): Generator<void, RepairReport> =>
  repairSteps(session, fromFiles(filesAt(place), options.onProgress), options, now)

/**
 * Checks the library in full, mends what is whole elsewhere in it, and takes the rest from a source. What a node hides is
 * found once the node is back, so it goes on as long as something comes.
 */
export function* repairSteps(
  session: Session,
  source: RepairSource,
  options: RepairOptions,
  now: number,
  log?: RepairLog
): Generator<void, RepairReport> {
  const { dryRun = false, onProgress } = options
  if (!dryRun) session.requireWritable()
  const check = { level: "full", mend: !dryRun, ...(onProgress && { onProgress }) } as const
  const first = yield* checkSteps(session, check, now)
  let last = first
  let taken = 0
  for (;;) {
    const isDamaged = last.damaged.some(({ mended }) => mended !== true)
    const events = isDamaged && log !== undefined ? yield* log(session, now, dryRun) : 0
    const came = events + (yield* takeFrom(session, source, allDamaged(session.db), now, options))
    taken += came
    if (came === 0 || dryRun) break
    last = yield* checkSteps(session, check, now)
  }
  const damaged = since(first, last)
  return { ok: damaged.every(({ mended }) => mended), damaged, taken }
}
