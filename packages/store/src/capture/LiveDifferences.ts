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

/** The records of the entities that there are, by id. */
export type Alive = Map<string, Uint8Array>

export const isMissing = ({ reason }: LiveDifference): boolean => reason === "missing"

const rowsAtOnce = 200

function* liveDifferencesOf(session: Session, kind: Kind, alive: Alive): Generator<LiveDifference> {
  for (const { id, row } of session.tables[kind]?.rows(rowsAtOnce) ?? []) {
    if (isNullId(id)) continue
    const logged = alive.get(id)
    alive.delete(id)
    if (logged === undefined) yield { kind, id, reason: "unknown", record: undefined }
    else if (!equalBytes(logged, encodeRecord(kind, row, sha256).record))
      yield { kind, id, reason: "differs", record: logged }
  }
  for (const [id, record] of alive) yield { kind, id, reason: "missing", record }
}

const aliveInLog = (session: Session, kind: Kind): Alive => {
  const alive: Alive = new Map()
  for (const { id, record } of latestStates(session.db, [kind])) if (record !== null) alive.set(id, record)
  return alive
}

/**
 * Compares every live row of these kinds with the log; what is noted as pending counts as different too. `known`: what
 * the log was found to say, for callers who read all of it; it is used up.
 */
export function* liveDifferences(
  session: Session,
  wanted: ReadonlyArray<Kind> = kinds,
  known?: Readonly<Record<Kind, Alive>>
): Generator<LiveDifference> {
  for (const kind of wanted)
    yield* liveDifferencesOf(session, kind, known?.[kind] ?? aliveInLog(session, kind))
}
