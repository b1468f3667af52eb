/** What the caller's thread and the worker say to each other. */
import type { OnProgress } from "@white-room/core"
import type { CallPath } from "./Calls.js"
import type { SentError } from "./SentErrors.js"

export type ToWorker =
  | {
      readonly _tag: "Call"
      readonly id: number
      readonly path: CallPath
      readonly args: ReadonlyArray<unknown>
      readonly progress: boolean
      /** Not 0 once the call is aborted: a worker in the middle of a step sees it before any message. */
      readonly aborted: Int32Array | undefined
    }
  | { readonly _tag: "Abort"; readonly id: number }
  | { readonly _tag: "Close" }

export type FromWorker =
  | { readonly _tag: "Open"; readonly path: string }
  | { readonly _tag: "NotOpen"; readonly error: SentError }
  | { readonly _tag: "Progress"; readonly id: number; readonly progress: Parameters<OnProgress>[0] }
  | { readonly _tag: "Done"; readonly id: number; readonly value: unknown }
  | { readonly _tag: "Failed"; readonly id: number; readonly error: SentError }
  | { readonly _tag: "Aborted"; readonly id: number }
