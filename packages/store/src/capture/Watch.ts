/** Watching again after an app changed the schema, which may have removed the capture triggers. */
import { cellOfId, type EntityKey, type Kind, keyString, kindCode } from "@white-room/core"
import { installTriggers } from "../live/Triggers.js"
import { readInfo, type Session } from "../session/Session.js"
import { boundCell } from "../sqlite/CellSql.js"
import { isMissing, liveDifferences } from "./LiveDifferences.js"
import { hasPending, pendingChanges } from "./Pending.js"

/** Stands for a version of the schema from when triggers had been missing until what was missed is noted. */
const unwatched = -1

/** True when an app changed the schema, which may have removed the triggers, and nobody looked since. */
export const hasGap = (session: Session): boolean =>
  readInfo(session.db).schemaVersion !== session.db.pragma("schema_version")

/** True when something is noted, or was perhaps written unwatched. */
export const isWaiting = (session: Session): boolean => hasPending(session) || hasGap(session)

/** Notes entities as the triggers do, unless the schema moved on meanwhile. Returns how many. */
const noteMissed = (session: Session, version: unknown, missed: ReadonlyArray<EntityKey>): number =>
  session.writeSchema(() => {
    if (session.db.pragma("schema_version") !== version) return 0
    for (const { kind, id } of missed) {
      const { place, value } = boundCell(cellOfId(id))
      session.db.run(`INSERT INTO external_changes(kind, id) VALUES (?, ${place})`, kindCode(kind), value)
    }
    session.rememberSchema()
    return missed.length
  })

/** Rows that are not what the log says, and that no note explains. */
const findMissed = (session: Session): ReadonlyArray<EntityKey> => {
  const pending = pendingChanges(session)
  const noted = new Set(pending.map(({ kind, id }) => keyString(kind, id)))
  const replacing = new Set(pending.map(({ kind }) => kind))
  return [...liveDifferences(session)].filter(
    (difference) =>
      !noted.has(keyString(difference.kind, difference.id)) &&
      // `captureAll` looks for rows that a noted write removed unseen.
      !(isMissing(difference) && replacing.has(difference.kind) && replacesUnseen(session, difference.kind))
  )
}

const replacesUnseen = (session: Session, kind: Kind): boolean =>
  session.tables[kind]?.replacesUnseen === true

/**
 * After an app changed the schema: reinstalls capture triggers it dropped, and notes what was written while nobody
 * watched. The schema counts as known only together with those notes, so that a crash in between loses nothing; when
 * it changes meanwhile, it stays unknown. Returns how many entities were missed because triggers were missing or others;
 * a change of the schema that left them alone, such as a new index, misses nothing.
 */
export const watchAgain = (session: Session): number => {
  const { version, wasOff } = session.writeSchema(() => {
    const mended = installTriggers(session.db)
    const wasOff = mended > 0 || readInfo(session.db).schemaVersion === unwatched
    if (wasOff) session.db.run("UPDATE library_info SET schema_version = ? WHERE id = 1", unwatched)
    return { version: session.db.pragma("schema_version"), wasOff }
  })
  const missed = noteMissed(
    session,
    version,
    session.reading(() => findMissed(session))
  )
  return wasOff ? missed : 0
}
