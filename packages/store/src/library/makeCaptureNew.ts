/** Taking over what other programs wrote, for whoever asks every few seconds for as long as the library is open. */

import { captureAll } from "../capture/Capture.js"
import { whenOthersWrote } from "../capture/whenOthersWrote.js"
import type { Session } from "../session/Session.js"
import { takeOverBackups } from "../staging/OldBackups.js"

/**
 * A capture that costs two small reads while no other connection wrote. It fails as a write would also when nothing is
 * to be taken over, so a file that was replaced is noticed.
 */
export const makeCaptureNew = (session: Session): ((now: number) => number | undefined) => {
  const captureNew = whenOthersWrote(session)
  return (now) => {
    session.requireWritable()
    return captureNew(() => captureAll(session, now) + takeOverBackups(session, now).backups)
  }
}
