/** The log as an async iterable. */

import { setTimeout } from "node:timers/promises"
import type { EventType, LoggedEvent, Subject } from "@white-room/core"

/** Something that happened to the library, as its log has it. */
export interface LibraryChange {
  /** Its place in the log: 1, 2, 3 … */
  readonly position: number
  readonly type: EventType
  /** What it is about, and the id of that. */
  readonly subject: Subject
  readonly id: string
  /** Of that song, performance …: 1, 2, 3 … */
  readonly version: number
  /** `external`: another program, by plain SQL. */
  readonly actor: string
  readonly recordedAt: Date
  /** The same for all changes that were written as one. */
  readonly commandId: string
}

export interface ChangesOptions {
  /** Begin after this position. Default: only what happens from now on. */
  readonly since?: number
  /** Ends the iteration, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds between two looks at the file while nothing happens. Default 250. */
  readonly interval?: number
}

/** What the iteration needs of a library. */
interface Source {
  readonly newEvents: (options: { readonly after: number }) => Promise<ReadonlyArray<LoggedEvent>>
  readonly log: { readonly head: () => Promise<{ readonly position: number }> }
}

const changeOf = (event: LoggedEvent): LibraryChange => {
  const { position, type, subject, id, version, actor, recordedAt, commandId } = event
  return { position, type, subject, id, version, actor, recordedAt: new Date(recordedAt), commandId }
}

/** Changes after a position, as they come; ends when the library is closed. */
export async function* changesOf(
  library: Source,
  { since, signal, interval = 250 }: ChangesOptions,
  isClosed: () => boolean
): AsyncGenerator<LibraryChange, void, undefined> {
  signal?.throwIfAborted()
  let position = since ?? (await library.log.head()).position
  while (!isClosed()) {
    const page = await library.newEvents({ after: position })
    for (const event of page) {
      signal?.throwIfAborted()
      position = event.position
      yield changeOf(event)
    }
    if (page.length === 0) await pause(interval, signal)
  }
}

const pause = async (milliseconds: number, signal: AbortSignal | undefined): Promise<void> => {
  try {
    await setTimeout(milliseconds, undefined, signal ? { signal } : {})
  } catch {
    signal?.throwIfAborted()
  }
}
