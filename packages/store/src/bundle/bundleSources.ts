/** Bundles as what an import takes its songs from. */
import { dirname } from "node:path"
import { fileErrorReason, isWhiteRoomError } from "@white-room/core"
import type { Damage } from "../check/Findings.js"
import { objectsBelow } from "../object/objectsBelow.js"
import type { FileProblem, ImportSource, Staged } from "../staging/ImportSource.js"
import { type BundleContents, readContents, unreadable } from "./BundleContents.js"
import { type BundleFile, fileName, readBundleFile } from "./BundleFile.js"
import { type BundleSet, bundlesInFolder, withNeeds } from "./BundleFolder.js"
import { fallbackTo, stageObjects } from "./StageObjects.js"

/** A bundle where it is, and as the user named it. */
export interface NamedBundle {
  readonly path: string
  readonly file: string
}

const reasonOfDamage = ({ what, reason, backups }: Damage): string =>
  backups.length === 0 ? `${what}: ${reason}` : `${backups.join(", ")}: ${what}: ${reason}`

/** What of a set could not be taken. */
const problemsOf = (contents: BundleContents, file: string): ReadonlyArray<FileProblem> => {
  const damaged = [...contents.backups, ...contents.states].flatMap((each) => each.damaged)
  if (damaged.length > 0 && contents.set.missing.length > 0) {
    const error = unreadable(contents, "")
    return [{ file, reason: error.message.replace(/ Nothing was changed\.$/, ""), error }]
  }
  return [...contents.damaged, ...damaged].map((each) => ({ file, reason: reasonOfDamage(each) }))
}

const sourceOfSet = (set: BundleSet, file: string): ImportSource =>
  function* (staging): Generator<void, Staged> {
    const contents = yield* readContents(set, fallbackTo(staging.session), staging.onProgress)
    const whole = contents.backups.filter(({ damaged }) => damaged.length === 0)
    const states = contents.states.filter(({ damaged }) => damaged.length === 0)
    const root = states.at(-1)?.root ?? whole.at(-1)?.taken.root
    const objects = objectsBelow(
      [...whole.map(({ taken }) => taken.root), ...(root === undefined ? [] : [root])],
      contents.nodes
    )
    yield* stageObjects(staging, contents, objects)
    const merge = root && { root, needs: [...objectsBelow([root], contents.nodes).values()] }
    return {
      backups: whole.map(({ taken, backup }, index) => ({
        root: taken.root,
        // What all of them need together is asked for once.
        needs: index === 0 ? [...objects.values()] : [],
        backup
      })),
      merge,
      time: whole.at(-1)?.taken.time ?? set.files.at(-1)?.manifest.time ?? 0,
      problems: problemsOf(contents, file),
      warnings: [],
      doubled: 0
    }
  }

/**
 * One source for the bundles of each library among these files: those that were named, and what they build on that lies
 * beside them. A backup that is not whole is left, and told.
 */
export const bundleSources = (
  named: ReadonlyArray<NamedBundle>
): { readonly sources: ReadonlyArray<ImportSource>; readonly problems: ReadonlyArray<FileProblem> } => {
  const problems: Array<FileProblem> = []
  const tips: Array<BundleFile & { readonly file: string }> = []
  for (const { path, file } of named) {
    try {
      tips.push({ ...readBundleFile(path), file })
    } catch (error) {
      if (!isWhiteRoomError(error)) problems.push({ file, reason: fileErrorReason(error) })
      else problems.push({ file, reason: error.message.replace(/ Nothing was changed\.$/, ""), error })
    }
  }
  const beside = [...new Set(tips.map(({ path }) => dirname(path)))].flatMap(
    (folder) => bundlesInFolder(folder).files
  )
  const sources = [...new Set(tips.map(({ manifest }) => manifest.libraryId))].map((libraryId) => {
    const theirs = tips.filter(({ manifest }) => manifest.libraryId === libraryId)
    const [first] = theirs
    const label = first?.file ?? ""
    return sourceOfSet(
      { path: label, libraryId, ...withNeeds(theirs, [...beside, ...tips]) },
      fileName(label)
    )
  })
  return { sources, problems }
}
