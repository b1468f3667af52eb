/** Where an import takes its songs from: one file, or single files together. */
import type { OnProgress } from "@white-room/core"
import type { Session } from "../library/Session.js"
import type { FileProblem } from "./collectFiles.js"
import type { StatesToImport } from "./importStates.js"
import type { StagedState } from "./Stager.js"

/** Where things are staged. */
export interface Staging {
  /** The library that they are for. */
  readonly session: Session
  /** The library that the objects go to: the same, or for a dry run one that is thrown away. */
  readonly target: Session
  readonly now: number
  readonly onProgress?: OnProgress
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
export type Source = (staging: Staging) => Generator<void, Staged>
