/** What the two threads of a check say to each other. */

import type { MessagePort } from "node:worker_threads"
import type { SentObjects } from "./StoredObjects.js"

/** Where in the memory that both see. */
export const at = { state: 0, begun: 1, beats: 2 } as const

/**
 * The second thread waits until it may look, opens the library, and closes it. The first ends it at any time: it does not open
 * the library then, or closes it soon.
 */
export const states = { waiting: 0, asked: 1, open: 2, ended: 3, closed: 4 } as const

/** What the second thread is given. */
export interface ThreadData {
  /** The library. */
  readonly path: string
  readonly numbers: Int32Array
  readonly port: MessagePort
}

/** What the second thread says, in this order; `Doubt` is the last, wherever anything is not as it must be. */
export type Told =
  | { readonly _tag: "Stored"; readonly objects: number; readonly bytes: number; readonly sent: SentObjects }
  /** SQLite found nothing wrong with its file. */
  | { readonly _tag: "Sound" }
  | { readonly _tag: "Doubt" }
