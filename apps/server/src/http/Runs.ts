/** Work on libraries that is under way here, and what is told of it. */
import * as Context from "effect/Context"
import type * as Deferred from "effect/Deferred"
import type * as Effect from "effect/Effect"
import type { Problem } from "../api/Problem.js"
import type { Imported, Restore, Undone } from "../api/Results.js"
import type { KeptRun } from "../control/Runs.js"
import type { Progress } from "../replica/Messages.js"
import type { KeptExport } from "./Exports.js"

/** What some work came to. */
export type RunResult =
  | { readonly _tag: "Imported"; readonly imported: Imported }
  /** `status`: of the answer where somebody still waits for it. */
  | { readonly _tag: "Restored"; readonly restore: Restore; readonly status: number }
  | { readonly _tag: "TakenBack"; readonly undone: Undone }
  | { readonly _tag: "Exported"; readonly kept: KeptExport }

/** Work that is under way. */
export interface Running {
  readonly about: Omit<KeptRun, "ended_at" | "answer">
  /** What was asked for: the same key cannot ask for another thing. */
  readonly request: string
  readonly done: Deferred.Deferred<RunResult, Problem>
  /** One at a time says that it runs, and that it has ended. */
  readonly turn: Effect.Semaphore
  progress: Progress | undefined
  /** Somebody was told of it, who asks what becomes of it. */
  isTold: boolean
}

/** Who is told how far some work is; by default nobody. */
export class RunProgress extends Context.Reference<RunProgress>()("@white-room/server/RunProgress", {
  defaultValue: (): ((progress: Progress) => void) => () => {}
}) {}

export const runAt = (library: string, id: string): string => `${library} ${id}`
