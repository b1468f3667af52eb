/** Taking over what other programs wrote, for whoever asks every few seconds for as long as the library is open. */
import { takeOverBackups } from "../adopt/oldBackups.js"
import type { Session } from "../library/Session.js"
import { captureAll, isWaiting } from "./reconcile.js"

/**
 * A capture that costs some small reads while no other connection wrote: SQLite tells by `data_version`. What this one
 * wrote by SQL has left a note or a gap. It fails as a write would also when nothing is to be taken over, so a file that
 * was replaced is noticed.
 */
export const makeCaptureNew = (session: Session): ((now: number) => number | undefined) => {
  let captured: unknown
  return (now) => {
    session.requireWritable()
    const version = session.db.pragma("data_version")
    if (version === captured && !isWaiting(session)) return undefined
    const taken = captureAll(session, now) + takeOverBackups(session, now).backups
    captured = version
    return taken
  }
}
