/** Live rows that are not what the log says. */
import { type EntityKey, encodeRecord, equalBytes, type Kind, kinds } from "@white-room/core"
import { isNullId, type LiveTable } from "../live/LiveTable.js"
import { latestStates } from "../log/EventTable.js"
import { sha256 } from "../object/Compression.js"
import { keyOfBytes } from "../object/HashKeys.js"
import type { Session } from "../session/Session.js"

/** A live row that is not what the log says. */
export interface LiveDifference extends EntityKey {
  readonly reason: "differs" | "missing" | "unknown"
}

export const isMissing = ({ reason }: LiveDifference): boolean => reason === "missing"

const rowsAtOnce = 50

/** A difference, and what was said of the entity; `undefined` for one that the log never knew. */
type Compared<A> = LiveDifference & { readonly said: A | undefined }

/** The ids of the rows that a table has now, each with its record. What has no key is nobody's. */
export function* liveRecords(
  table: LiveTable | undefined
): Generator<readonly [id: string, record: Uint8Array]> {
  if (table === undefined) return
  for (const { id, row } of table.rows(rowsAtOnce))
    if (!isNullId(id)) yield [id, encodeRecord(table.kind, row, sha256).record]
}

/**
 * Compares what is live of a kind with what the log says of each id, both in whatever form the caller has them; what the
 * log says is used up. Gives what was said of those that differ.
 */
export function* compareLive<A, B>(
  kind: Kind,
  logged: Map<string, A>,
  live: Iterable<readonly [id: string, is: B]>,
  isSame: (said: A, is: B) => boolean
): Generator<Compared<A>> {
  for (const [id, is] of live) {
    const said = logged.get(id)
    logged.delete(id)
    if (said === undefined) yield { kind, id, reason: "unknown", said }
    else if (!isSame(said, is)) yield { kind, id, reason: "differs", said }
  }
  for (const [id, said] of logged) yield { kind, id, reason: "missing", said }
}

/** Compares every live row of these kinds with the log, of each record of which `form` is held meanwhile. */
function* compareWithLog<A>(
  session: Session,
  wanted: ReadonlyArray<Kind>,
  form: (record: Uint8Array) => A,
  isRecord: (said: A, record: Uint8Array) => boolean
): Generator<Compared<A>> {
  for (const kind of wanted) {
    const alive = new Map<string, A>()
    for (const { id, record } of latestStates(session.db, [kind]))
      if (record !== null) alive.set(id, form(record))
    yield* compareLive(kind, alive, liveRecords(session.tables[kind]), isRecord)
  }
}

/**
 * Every live row of these kinds that is not what the log says; what is noted as pending counts as different too. Holds
 * no more of each entity than its id and the hash of its record.
 */
export const liveDifferences = (
  session: Session,
  wanted: ReadonlyArray<Kind> = kinds
): Iterable<LiveDifference> =>
  compareWithLog(session, wanted, keyOfBytes, (key, record) => key === keyOfBytes(record))

/** The same with what the log says. Holds all records. */
export function* recordDifferences(
  session: Session
): Generator<LiveDifference & { readonly record: Uint8Array | undefined }> {
  for (const { said, ...difference } of compareWithLog(session, kinds, (record) => record, equalBytes))
    yield { ...difference, record: said }
}
