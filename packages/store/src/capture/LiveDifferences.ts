/** Live rows that are not what the log says. */
import { type EntityKey, encodeRecord, equalBytes, type Kind, kinds } from "@white-room/core"
import { isNullId } from "../live/LiveTable.js"
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

/**
 * Compares the live rows of a kind with what the log says of each id, in whatever form the caller has that; it is used
 * up. Gives what was said of those that differ.
 */
export function* compareRows<A>(
  session: Session,
  kind: Kind,
  logged: Map<string, A>,
  isRecord: (said: A, record: Uint8Array) => boolean
): Generator<Compared<A>> {
  for (const { id, row } of session.tables[kind]?.rows(rowsAtOnce) ?? []) {
    if (isNullId(id)) continue
    const said = logged.get(id)
    logged.delete(id)
    if (said === undefined) yield { kind, id, reason: "unknown", said }
    else if (!isRecord(said, encodeRecord(kind, row, sha256).record))
      yield { kind, id, reason: "differs", said }
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
    yield* compareRows(session, kind, alive, isRecord)
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
