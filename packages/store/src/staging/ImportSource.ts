/** Where an import takes its songs from: one file, or single files together. */
import {
  andMore,
  type BackupInfo,
  type BackupOrigin,
  BoundedList,
  type EntityKey,
  type OnProgress,
  type WhiteRoomError
} from "@white-room/core"
import type { Session } from "../session/Session.js"
import type { StagedState } from "./Stager.js"

/** Where things are staged. */
export interface Staging {
  /** The library that they are for. */
  readonly session: Session
  /** The library that the objects go to: the same, or for a dry run one that is thrown away. */
  readonly target: Session
  readonly now: number
  readonly onProgress?: OnProgress | undefined
}

/** What staging one source gave. */
export interface Staged {
  /** Oldest first. */
  readonly backups: StatesToImport["backups"]
  /** Its newest state. */
  readonly merge: StagedState | undefined
  /** When that was so, in milliseconds since 1970: of two sources the newer one counts. */
  readonly time: number
  /** What could not be read; the rest was. */
  readonly problems: ReadonlyArray<FileProblem>
  /** What had no place. */
  readonly warnings: ReadonlyArray<FileProblem>
  /** Things that were there twice, exactly so. */
  readonly doubled: number
}

/** Can be staged again, when another process took away what was staged. Other fibers may run at each `yield`. */
export type ImportSource = (staging: Staging) => Generator<void, Staged>

/** A file that was not taken, and why, as the rest of a sentence that begins with its name. */
export interface FileProblem {
  readonly file: string
  readonly reason: string
  /** The error that it is, where it has one of its own. */
  readonly error?: WhiteRoomError
  /** How many further problems this one stands for, where a list would have become too long. */
  readonly count?: number
}

/** Problems of a file, or of several. The last of a long list stands for those that it does not name. */
export const problemList = (file: string): BoundedList<FileProblem> =>
  new BoundedList((count) => ({ file, reason: andMore(count), count }))

/** How many problems a list names or stands for. */
export const countProblems = (problems: ReadonlyArray<FileProblem>): number =>
  problems.reduce((sum, { count = 1 }) => sum + count, 0)

/** Takes lists into one that is no longer than one of them may be. */
export const joinProblems = (
  file: string,
  lists: ReadonlyArray<ReadonlyArray<FileProblem>>
): ReadonlyArray<FileProblem> => {
  const joined = problemList(file)
  for (const problem of lists.flat()) joined.addAll([problem], problem.count ?? 1)
  return joined.items
}

export interface StatesToImport {
  /** Where they come from, for the log. */
  readonly source: string
  /** Oldest first. One whose id the library has is not taken again, only out of the trash. */
  readonly backups: ReadonlyArray<StagedState & { readonly backup: ForeignBackup }>
  /** The state that is merged into the live library, if any. */
  readonly merge?: StagedState | undefined
  /** The version of an entity that both sides come from, for `combine`. */
  readonly base?: (key: EntityKey) => Uint8Array | undefined
  /** For a dry run: another library that has the objects which were staged. */
  readonly beside?: Session | undefined
}

/** What a backup from elsewhere keeps of itself. */
export interface ForeignBackup {
  readonly backupId: string
  readonly timestamp: Date
  readonly description: string
  readonly tags: ReadonlyArray<string>
  readonly pinned: boolean
  readonly version: string
  /** What is known of where it came from; without a `source` it is of the file that is brought in. */
  readonly origin?: Partial<BackupOrigin> | undefined
}

/** Where a backup of another library came from at first: out of that library, or out of what had been brought into it. */
const originOf = ({ trigger, number, origin }: BackupInfo, libraryId: string): ForeignBackup["origin"] => {
  if (trigger !== "imported") return { trigger, number, libraryId }
  if (origin?.libraryId !== undefined)
    return { trigger: origin.trigger, number: origin.number, libraryId: origin.libraryId }
  // Its own app had kept it, or it came out of a file of which no library is known.
  return origin?.source === "" ? { number, libraryId } : origin
}

/** A backup of another library, as what it is for this one. */
export const foreignBackup = (backup: BackupInfo, libraryId: string): ForeignBackup => {
  const { backupId, timestamp, description, tags, pinned, version } = backup
  return {
    ...{ backupId, timestamp, description, tags, pinned, version },
    origin: originOf(backup, libraryId)
  }
}
