/** The log as an async iterable. */
import { setTimeout } from "node:timers/promises"
import type { LoggedEvent } from "@white-room/core"
import type { ChangesOptions, LibraryChange } from "./Library.js"

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
