/** What checks found, remembered with its time. */
import { commit } from "../capture/Commit.js"
import { readHead } from "../log/EventTable.js"
import type { Session } from "../session/Session.js"
import { isTime } from "../sqlite/StoredValue.js"
import { storageError } from "../sqlite/storageError.js"
import type { Findings } from "./Findings.js"

export interface CheckRecord {
  readonly level: "quick" | "full"
  readonly checkedAt: Date
  readonly position: number
  readonly ok: boolean
}

/** Results are remembered, so that `status` can say what was last proven; a subset proves no whole. */
export const remember = (
  session: Session,
  level: "quick" | "full",
  findings: Pick<Findings, "damaged" | "objects" | "bytes">,
  now: number
): void => {
  try {
    writeResult(session, level, findings, now)
  } catch (error) {
    // A report that cannot be written down is still a report.
    const tag = storageError(error, session.path)?._tag
    if (tag !== "DiskFull" && tag !== "LibraryLocked") throw error
  }
}

const writeResult = (
  session: Session,
  level: "quick" | "full",
  findings: Pick<Findings, "damaged" | "objects" | "bytes">,
  now: number
): void => {
  commit(session, { now }, () =>
    session.db.run(
      `INSERT INTO check_result(level, checked_at, position, ok, objects, bytes) VALUES(?, ?, ?, ?, ?, ?)
       ON CONFLICT(level) DO UPDATE SET checked_at = excluded.checked_at, position = excluded.position,
         ok = excluded.ok, objects = excluded.objects, bytes = excluded.bytes`,
      level,
      now,
      readHead(session.db).position,
      findings.damaged.length === 0 ? 1 : 0,
      findings.objects,
      findings.bytes
    )
  )
}

/** What the last check came to. One whose record is damaged tells nothing: the next writes it again. */
export const lastCheck = (session: Session, level: "quick" | "full"): CheckRecord | undefined => {
  const row = session.db.row<[unknown, unknown, unknown]>(
    "SELECT checked_at, position, ok FROM check_result WHERE level = ?",
    level
  )
  const [at, position, ok] = row ?? []
  if (!isTime(at) || !Number.isSafeInteger(position)) return undefined
  return { level, checkedAt: new Date(at), position: Number(position), ok: ok === 1 }
}
