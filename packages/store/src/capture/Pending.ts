/** What the capture triggers noted. */
import { type EntityKey, idOfCell, kinds } from "@white-room/core"
import type { Session } from "../session/Session.js"
import { exactly } from "../sqlite/CellSql.js"

export interface PendingChange extends EntityKey {
  /** Not a number: whoever damages one note can make the next ones larger than numbers are exact. */
  readonly seq: bigint
}

const noted = exactly(["id", "seq"])

/** The number of the last note; those to come have larger ones. */
export const lastNote = (session: Session): bigint =>
  BigInt(
    session.db.row<[string]>("SELECT CAST(coalesce(max(seq), 0) AS TEXT) FROM external_changes")?.[0] ?? 0
  )

/** Before the first note. */
const first = -(2n ** 63n)

/** What the capture triggers noted after a number, and nobody took over yet, oldest first. */
export const pendingChanges = (session: Session, limit = -1, after = first): ReadonlyArray<PendingChange> =>
  session.db
    .rows<[string, unknown, unknown, number]>(
      `SELECT ${noted.list}, kind FROM external_changes WHERE seq > ? ORDER BY seq LIMIT ?`,
      after,
      limit
    )
    .flatMap((row) => {
      const [, , , code] = row
      const kind = kinds[code - 1]
      const [id = null, seq] = noted.cells(row)
      return kind === undefined || typeof seq !== "bigint" ? [] : [{ seq, kind, id: idOfCell(id) }]
    })

export const hasPending = (session: Session): boolean =>
  session.db.row("SELECT 1 FROM external_changes LIMIT 1") !== undefined
