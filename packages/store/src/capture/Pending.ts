/** What the capture triggers noted. */
import { type EntityKey, idOfCell, kinds } from "@white-room/core"
import type { Session } from "../session/Session.js"
import { readCell } from "../sqlite/CellSql.js"

export interface PendingChange extends EntityKey {
  readonly seq: number
}

/** What the capture triggers noted and nobody took over yet, oldest first. */
export const pendingChanges = (session: Session, limit = -1): ReadonlyArray<PendingChange> =>
  session.db
    .rows<[number, number, string, unknown]>(
      `SELECT seq, kind, substr(typeof(id), 1, 1), CASE typeof(id) WHEN 'real' THEN id ELSE CAST(id AS BLOB) END
       FROM external_changes ORDER BY seq LIMIT ?`,
      limit
    )
    .flatMap(([seq, code, tag, value]) => {
      const kind = kinds[code - 1]
      return kind === undefined ? [] : [{ seq, kind, id: idOfCell(readCell(tag, value)) }]
    })

export const hasPending = (session: Session): boolean =>
  session.db.row("SELECT 1 FROM external_changes LIMIT 1") !== undefined
