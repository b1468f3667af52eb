/** Reading events as they come, also those of other processes, at the price of two small statements a time. */
import { LibraryLocked, type LoggedEvent } from "@white-room/core"
import { readEvents } from "../log/EventTable.js"
import type { Session } from "../session/Session.js"
import { captureAll } from "./Capture.js"
import { isWaiting } from "./Watch.js"

/** Takes over what other programs wrote; false when one of them holds the lock, and it must be tried again. */
const capture = (session: Session, now: number): boolean => {
  if (session.readonly) return true
  try {
    captureAll(session, now)
    return true
  } catch (error) {
    if (error instanceof LibraryLocked) return false
    throw error
  }
}

/**
 * Gives the next page of events after a position. What other programs wrote becomes events first; SQLite tells by
 * `data_version` whether any other connection wrote since the page before; what this one wrote by SQL is waiting.
 */
export const makeEventReader = (
  session: Session
): ((after: number, limit: number, now: number) => ReadonlyArray<LoggedEvent>) => {
  let captured: unknown
  return (after, limit, now) => {
    const version = session.db.pragma("data_version")
    if ((version !== captured || isWaiting(session)) && capture(session, now)) captured = version
    return readEvents(session.db, after, limit)
  }
}
