import {
  type Cell,
  decodeRecord,
  type EntityKey,
  type EntityState,
  noEntity,
  ObjectRef,
  type Row,
  Text
} from "@white-room/core"
import { hasPending } from "../capture/Pending.js"
import { hasGap } from "../capture/Watch.js"
import { statesOf } from "../log/LastEvents.js"
import type { Session } from "../session/Session.js"

/** What somebody has of an entity, and the entity as it is: its row, and its state in the log. */
interface Current<A> extends EntityKey {
  readonly item: A
  readonly row: Row | undefined
  readonly state: EntityState
}

/** The row of a record. Large texts are read from the live row, and only when somebody asks for them. */
const rowOf = (session: Session, { kind, id }: EntityKey, record: Uint8Array): Row | undefined => {
  const row = new Map<string, Cell>()
  for (const [column, cell] of decodeRecord(kind, record)) {
    if (!(cell instanceof ObjectRef)) row.set(column, cell)
    else if (!cell.text) return undefined
    else
      row.set(
        column,
        Text.later(() => {
          const stored = session.tables[kind]?.get(id)?.get(column)
          return stored instanceof Text ? stored.bytes : session.reader.get(cell.hash)
        })
      )
  }
  return row
}

/**
 * Looks at entities as they are, on one snapshot. Their rows come from the log, which has to be read anyway, unless an
 * app may have written something that is not in it yet.
 */
export const currently = <A>(
  session: Session,
  items: ReadonlyArray<A>,
  keyOf: (item: A) => EntityKey
): ReadonlyArray<Current<A>> => {
  const nothingNew = !hasGap(session) && !hasPending(session)
  const keyed = items.map((item) => ({ item, ...keyOf(item) }))
  const states = statesOf(session.db, keyed)
  return keyed.map(({ item, kind, id }, index) => {
    const state = states[index] ?? noEntity
    // Where SQLite makes other values of ours, only the live row has them.
    const isLogged = nothingNew && session.tables[kind]?.keepsValues === true
    const { record } = state
    if (isLogged && record === undefined) return { item, kind, id, row: undefined, state }
    const logged = isLogged && record !== undefined ? rowOf(session, { kind, id }, record) : undefined
    return { item, kind, id, row: logged ?? session.tables[kind]?.get(id), state }
  })
}
