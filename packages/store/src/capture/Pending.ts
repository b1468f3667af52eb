/** What the capture triggers noted. */
import { type EntityKey, idOfCell, kinds } from "@white-room/core"
import type { Session } from "../session/Session.js"
import { exactly } from "../sqlite/CellSql.js"

export interface PendingChange extends EntityKey {
  readonly seq: number
}

const noted = exactly(["id"])

/** What the capture triggers noted and nobody took over yet, oldest first. */
export const pendingChanges = (session: Session, limit = -1): ReadonlyArray<PendingChange> =>
  session.db
    .rows<[string, unknown, number, number]>(
      `SELECT ${noted.list}, seq, kind FROM external_changes ORDER BY seq LIMIT ?`,
      limit
    )
    .flatMap((row) => {
      const [, , seq, code] = row
      const kind = kinds[code - 1]
      const [id = null] = noted.cells(row)
      return kind === undefined ? [] : [{ seq, kind, id: idOfCell(id) }]
    })

export const hasPending = (session: Session): boolean =>
  session.db.row("SELECT 1 FROM external_changes LIMIT 1") !== undefined
