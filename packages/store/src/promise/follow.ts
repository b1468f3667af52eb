import { setTimeout } from "node:timers/promises"
import { checkOptions, type LoggedEvent } from "@white-room/core"
import { checkControl } from "./CallChecks.js"

export interface FollowOptions {
  /** Ends the iteration, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds between two looks at the file while nothing happens. Default 250. */
  readonly interval?: number
}

const followOptions: { readonly [K in keyof Required<FollowOptions>]: true } = {
  signal: true,
  interval: true
}

const pause = async (milliseconds: number, signal: AbortSignal | undefined): Promise<void> => {
  try {
    await setTimeout(milliseconds, undefined, signal ? { signal } : {})
  } catch {
    signal?.throwIfAborted()
  }
}

/** Events after a position, as they come; ends when the library is closed. */
export async function* follow(
  next: (options: { readonly after: number }) => Promise<ReadonlyArray<LoggedEvent>>,
  after: number,
  options: FollowOptions,
  isClosed: () => boolean
): AsyncGenerator<LoggedEvent, void, undefined> {
  checkOptions("log.follow", followOptions, options)
  checkControl("log.follow", { signal: options.signal })
  const { signal, interval = 250 } = options
  signal?.throwIfAborted()
  let position = after
  while (!isClosed()) {
    const page = await next({ after: position })
    for (const event of page) {
      signal?.throwIfAborted()
      position = event.position
      yield event
    }
    if (page.length === 0) await pause(interval, signal)
  }
}
