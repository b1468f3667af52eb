/** Watching again after an app changed the schema, which may have removed the capture triggers. */
import { cellOfId, type EntityKey, kindCode } from "@white-room/core"
import { installTriggers } from "../live/Triggers.js"
import { readInfo, type Session } from "../session/Session.js"
import { boundCell } from "../sqlite/CellSql.js"
import { liveDifferences } from "./LiveDifferences.js"
import { hasPending } from "./Pending.js"

/** True when an app changed the schema, which may have removed the triggers, and nobody looked since. */
export const hasGap = (session: Session): boolean =>
  readInfo(session.db).schemaVersion !== session.db.pragma("schema_version")

/** True when something is noted, or was perhaps written unwatched. */
export const isWaiting = (session: Session): boolean => hasPending(session) || hasGap(session)

/** Notes entities as the triggers do, unless the schema moved on meanwhile. */
const noteMissed = (session: Session, version: unknown, missed: ReadonlyArray<EntityKey>): void =>
  session.writeSchema(() => {
    if (session.db.pragma("schema_version") !== version) return
    for (const { kind, id } of missed) {
      const { place, value } = boundCell(cellOfId(id))
      session.db.run(`INSERT INTO external_changes(kind, id) VALUES (?, ${place})`, kindCode(kind), value)
    }
    session.rememberSchema()
  })

/**
 * After an app changed the schema: reinstalls capture triggers it dropped, and notes what was written while nobody
 * watched. The schema counts as known only together with those notes, so that a crash in between loses nothing; when
 * it changes meanwhile, it stays unknown.
 */
export const watchAgain = (session: Session): void => {
  const version = session.writeSchema(() => {
    installTriggers(session.db)
    return session.db.pragma("schema_version")
  })
  noteMissed(session, version, [...liveDifferences(session)])
}
