/** Reading events as they come, also those of other processes, at the price of two small statements a time. */
import { LibraryLocked, type LoggedEvent } from "@white-room/core"
import { readEvents } from "../log/EventTable.js"
import type { Session } from "../session/Session.js"
import { captureAll } from "./Capture.js"
import { whenOthersWrote } from "./whenOthersWrote.js"

/** Takes over what other programs wrote; `undefined` when one of them holds the lock, and it must be tried again. */
const capture = (session: Session, now: number): number | undefined => {
  if (session.readonly) return 0
  try {
    return captureAll(session, now)
  } catch (error) {
    if (error instanceof LibraryLocked) return undefined
    throw error
  }
}

/** Gives the next page of events after a position. What other programs wrote becomes events first. */
export const makeEventReader = (
  session: Session
): ((after: number, limit: number, now: number) => ReadonlyArray<LoggedEvent>) => {
  const captureNew = whenOthersWrote(session)
  return (after, limit, now) => {
    captureNew(() => capture(session, now))
    return readEvents(session.db, after, limit)
  }
}
