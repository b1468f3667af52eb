/** Looking at bundles without a library: what they hold, which files belong together, and whether they are whole. */
import {
  andMore,
  type BackupInfo,
  BoundedList,
  BundleNotFound,
  type OnProgress,
  type WhiteRoomError
} from "@white-room/core"
import type * as Effect from "effect/Effect"
import type { Damage } from "../check/Findings.js"
import { attempt, attemptSteps } from "../session/Attempt.js"
import { firstOf, missingFiles, readContents, together } from "./BundleContents.js"
import type { BundleFile } from "./BundleFile.js"
import { type BundleSet, backupsOf, librariesAt, type UnusableFile, withNeeds } from "./BundleFolder.js"

/** Bundles that stand or fall together: one that stands on its own, and all that build on it. */
export interface BundleChain {
  readonly libraryId: string
  /** Oldest first. */
  readonly files: ReadonlyArray<{ readonly path: string; readonly bytes: number; readonly writtenAt: Date }>
  /** Its backups, oldest first, and the newest file that names each. */
  readonly backups: ReadonlyArray<BackupInfo & { readonly file: string }>
  /** Names of files that it needs and that are not there. */
  readonly missing: ReadonlyArray<string>
}

export interface BundleListing {
  readonly path: string
  readonly chains: ReadonlyArray<BundleChain>
  /** Files that are named like bundles and cannot be used. */
  readonly unusable: ReadonlyArray<UnusableFile>
}

/** Files that are joined by what they need, in groups. */
const groupsOf = (files: ReadonlyArray<BundleFile>): ReadonlyArray<ReadonlyArray<BundleFile>> => {
  const groups = new Map<BundleFile, Set<BundleFile>>()
  for (const file of files) {
    const joined = new Set(withNeeds([file], files).files)
    for (const group of new Set([...joined].flatMap((each) => groups.get(each) ?? [])))
      for (const member of group) joined.add(member)
    for (const member of joined) groups.set(member, joined)
  }
  return [...new Set(groups.values())].map((group) => files.filter((file) => group.has(file)))
}

const chainOf = ({ libraryId }: BundleSet, files: ReadonlyArray<BundleFile>): BundleChain => ({
  libraryId,
  files: files.map(({ path, bytes, manifest }) => ({ path, bytes, writtenAt: new Date(manifest.time) })),
  backups: backupsOf({ files }).map(({ backup, file }) => ({ ...backup, file: file.path })),
  missing: firstOf(withNeeds(files, files).missing)
})

/**
 * What the bundles at a place say they hold: a file with those it builds on, or a whole folder, of all libraries. Reads
 * no blocks. Fails with `BundleNotFound`, `BundleDamaged` or `BundleTooNew`.
 */
export const readBundles = (place: string): Effect.Effect<BundleListing, WhiteRoomError> =>
  attempt(place, "readBundles", () => {
    const { sets, unusable } = librariesAt(place)
    if (sets.length === 0) {
      const [first] = unusable
      throw new BundleNotFound({ path: place, reason: first?.reason ?? "the folder has none" })
    }
    return {
      path: place,
      chains: sets.flatMap((set) => groupsOf(set.files).map((files) => chainOf(set, files))),
      unusable
    }
  })

export interface BundleCheck {
  readonly ok: boolean
  readonly files: number
  readonly objects: number
  readonly bytes: number
  /** Files and songs, and the backups that are hit. */
  readonly damaged: ReadonlyArray<Damage>
}

/** Reads every byte of the bundles at a place and looks at every backup in them. */
export const checkBundles = (
  place: string,
  options: { readonly onProgress?: OnProgress } = {}
): Effect.Effect<BundleCheck, WhiteRoomError> =>
  attemptSteps(place, "checkBundles", function* () {
    const { sets, unusable } = librariesAt(place)
    if (sets.length + unusable.length === 0)
      throw new BundleNotFound({ path: place, reason: "the folder has none" })
    const damage = (what: string, reason: string): Damage => ({ what, reason, backups: [], entities: [] })
    const damaged = new BoundedList<Damage>((count) => damage(place, andMore(count)))
    for (const { path, reason } of unusable) damaged.add(damage(path, reason))
    const totals = { files: 0, objects: 0, bytes: 0 }
    for (const set of sets) {
      const contents = yield* readContents(set, undefined, options.onProgress)
      damaged.addAll(missingFiles(set), set.missing.length)
      damaged.addAll(contents.damaged)
      damaged.addAll(together([...contents.backups, ...contents.states].flatMap((each) => each.damaged)))
      totals.files += set.files.length
      totals.objects += contents.found.objects
      totals.bytes += contents.found.bytes
    }
    return { ok: damaged.isEmpty, ...totals, damaged: damaged.items }
  })
