/** Live rows that are not what the log says. */
import { type EntityKey, encodeRecord, equalBytes, type Kind, kinds } from "@white-room/core"
import { isNullId } from "../live/LiveTable.js"
import { latestStates } from "../log/EventTable.js"
import { sha256 } from "../object/Compression.js"
import type { Session } from "../session/Session.js"

/** A live row that is not what the log says. */
export interface LiveDifference extends EntityKey {
  readonly reason: "differs" | "missing" | "unknown"
  /** What the log says, unless it never knew the entity. */
  readonly record: Uint8Array | undefined
}

export const isMissing = ({ reason }: LiveDifference): boolean => reason === "missing"

const rowsAtOnce = 50

/**
 * Compares the live rows of a kind with what the log says of each id, in whatever form the caller has that; it is used
 * up. Gives what was said of those that differ.
 */
export function* compareRows<A>(
  session: Session,
  kind: Kind,
  logged: Map<string, A>,
  isRecord: (said: A, record: Uint8Array) => boolean
): Generator<Omit<LiveDifference, "record"> & { readonly said: A | undefined }> {
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

/** Compares every live row of these kinds with the log; what is noted as pending counts as different too. */
export function* liveDifferences(
  session: Session,
  wanted: ReadonlyArray<Kind> = kinds
): Generator<LiveDifference> {
  for (const kind of wanted) {
    const alive = new Map<string, Uint8Array>()
    for (const { id, record } of latestStates(session.db, [kind])) if (record !== null) alive.set(id, record)
    for (const { id, reason, said } of compareRows(session, kind, alive, equalBytes))
      yield { kind, id, reason, record: said }
  }
}
