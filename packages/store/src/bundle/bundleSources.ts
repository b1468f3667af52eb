/** Bundles as what an import takes its songs from. */
import { dirname } from "node:path"
import {
  BundleDamaged,
  fileErrorReason,
  incompleteTag,
  isWhiteRoomError,
  type NodeStore
} from "@white-room/core"
import type { Damage } from "../check/Findings.js"
import { objectsBelow } from "../object/objectsBelow.js"
import {
  type FileProblem,
  type ForeignBackup,
  foreignBackup,
  type ImportSource,
  type Staged
} from "../staging/ImportSource.js"
import {
  type AssessedBackup,
  type AssessedState,
  type BundleContents,
  missingFiles,
  readContents,
  together,
  unreadable
} from "./BundleContents.js"
import { type BundleFile, fileName, readBundleFile } from "./BundleFile.js"
import { type BundleSet, bundlesInFolder, setOf } from "./BundleFolder.js"
import { fallbackTo, stageObjects } from "./StageObjects.js"
import { incompleteId, type WholePart } from "./WholePart.js"

/** A bundle where it is, and as the user named it. */
export interface NamedBundle {
  readonly path: string
  readonly file: string
}

const reasonOfDamage = ({ what, reason, backups }: Damage): string =>
  backups.length === 0 ? `${what}: ${reason}` : `${backups.join(", ")}: ${what}: ${reason}`

/** What of a set could not be taken: files first, then what is damaged in backups, each once. */
const problemsOf = (contents: BundleContents, file: string): ReadonlyArray<FileProblem> => {
  const { set, damaged } = contents
  const hit = [...contents.backups, ...contents.states].flatMap((each) => each.damaged)
  const missing = hit.length === 0 ? [] : missingFiles(set)
  const bad = [...missing, ...damaged].map((each): FileProblem => {
    const error = missing.includes(each)
      ? unreadable(contents, each.reason)
      : new BundleDamaged({ path: set.path, detail: each.reason })
    return { file, reason: reasonOfDamage(each), error }
  })
  return [...bad, ...together(hit).map((each) => ({ file, reason: reasonOfDamage(each) }))]
}

/** A state that is taken: its tree, and its nodes, those that no bundle has included. */
interface Taken {
  readonly root: Uint8Array
  readonly nodes: NodeStore
  readonly made: WholePart["made"]
}

const takenOf = (contents: BundleContents, root: Uint8Array, isWhole: boolean): Taken | undefined => {
  if (isWhole) return { root, nodes: contents.nodes, made: [] }
  const part = contents.partOf(root)
  return part.entities === 0 ? undefined : part
}

const isWhole = ({ damaged }: AssessedBackup | AssessedState): boolean => damaged.length === 0

/** The state that is merged: the newest that is not a backup, or the newest backup. */
const newestOf = (contents: BundleContents): Taken | undefined => {
  const state = contents.states.at(-1)
  if (state !== undefined) return takenOf(contents, state.root, isWhole(state))
  const newest = contents.backups.findLast(({ counted }) => counted)
  return newest && takenOf(contents, newest.taken.root, isWhole(newest))
}

/** None of a backup that says what is not so. Of one that is not whole, the part that is comes under an id of its own: the whole one may come later. */
const backupsOf = (
  contents: BundleContents,
  libraryId: string
): ReadonlyArray<{ readonly taken: Taken; readonly backup: ForeignBackup }> =>
  contents.backups.flatMap((each) => {
    const { backup, counted } = each
    const taken = counted ? takenOf(contents, each.taken.root, isWhole(each)) : undefined
    if (taken === undefined) return []
    const foreign = foreignBackup(backup, libraryId)
    if (isWhole(each)) return [{ taken, backup: foreign }]
    const tags = [...new Set([...backup.tags, incompleteTag])]
    return [{ taken, backup: { ...foreign, backupId: incompleteId(backup.backupId, taken.root), tags } }]
  })

const sourceOfSet = (set: BundleSet, file: string): ImportSource =>
  function* (staging): Generator<void, Staged> {
    const contents = yield* readContents(set, fallbackTo(staging.session), staging.onProgress)
    const backups = backupsOf(contents, set.libraryId)
    const newest = newestOf(contents)
    const all = [...backups.map(({ taken }) => taken), ...(newest === undefined ? [] : [newest])]
    const objects = new Map(all.flatMap(({ root, nodes }) => [...objectsBelow([root], nodes)]))
    yield* stageObjects(
      staging,
      set,
      objects,
      all.flatMap(({ made }) => made)
    )
    return {
      backups: backups.map(({ taken, backup }, index) => ({
        root: taken.root,
        // What all of them need together is asked for once.
        needs: index === 0 ? [...objects.values()] : [],
        backup
      })),
      merge: newest && { root: newest.root, needs: [...objectsBelow([newest.root], newest.nodes).values()] },
      time: contents.backups.at(-1)?.taken.time ?? set.files.at(-1)?.manifest.time ?? 0,
      problems: problemsOf(contents, file),
      warnings: [],
      doubled: 0
    }
  }

/**
 * One source for the bundles of each library among these files: those that were named, and what they build on that lies
 * beside them. Backups and songs are judged one by one: what is not whole is left, and told.
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
  const folders = [...new Set(tips.map(({ path }) => dirname(path)))].map(bundlesInFolder)
  const beside = folders.flatMap(({ files }) => files)
  const unusable = folders.flatMap((folder) => folder.unusable)
  const sources = [...new Set(tips.map(({ manifest }) => manifest.libraryId))].map((libraryId) => {
    const theirs = tips.filter(({ manifest }) => manifest.libraryId === libraryId)
    const label = theirs[0]?.file ?? ""
    const set = setOf(label, libraryId, theirs, [...beside, ...tips], unusable)
    return sourceOfSet(set, fileName(label))
  })
  return { sources, problems }
}
