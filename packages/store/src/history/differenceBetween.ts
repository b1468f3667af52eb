/** What differs between two states of the library, in words of music and as RFC 6902. */
import {
  decodeRecord,
  diffRecords,
  diffTrees,
  equalBytes,
  type JsonPatchOperation,
  nameOfRecord,
  type RestoreSource,
  type TreeDifference
} from "@white-room/core"
import { captureAll } from "../capture/Capture.js"
import { changedEntities, stateOf } from "../log/EventTable.js"
import { inStorageOrder } from "../object/StorageOrder.js"
import type { Session } from "../session/Session.js"
import type { State } from "../session/State.js"
import { resolveState } from "../state/States.js"
import { documentOf, type NamedEntity } from "./EntityHistory.js"

type Changed = LibraryDifference["changed"][number]

const nameOf = ({ kind, before, after }: TreeDifference): string => {
  const record = after ?? before
  return record === undefined ? "" : nameOfRecord(kind, record)
}

/** With no more events than these between two states, the log tells what differs sooner than their trees. */
const fewEvents = 20_000

/** What the events between two positions changed. */
const differencesInLog = (session: Session, from: number, to: number): ReadonlyArray<TreeDifference> => {
  const first = Math.min(from, to)
  return changedEntities(session.db, first, Math.max(from, to)).flatMap(({ kind, id, record }) => {
    const [earlier, later] = [stateOf(session.db, { kind, id }, first).record, record ?? undefined]
    if (earlier === later || (earlier && later && equalBytes(earlier, later))) return []
    const [before, after] = from < to ? [earlier, later] : [later, earlier]
    return [{ kind, id, before, after }]
  })
}

const differences = (session: Session, a: State, b: State): ReadonlyArray<TreeDifference> =>
  a.isLogged === true && b.isLogged === true && Math.abs(a.position - b.position) <= fewEvents
    ? differencesInLog(session, a.position, b.position)
    : [...diffTrees(a.root(), b.root(), session.bothStores(a.nodes, b.nodes))]

/** In words; `undefined` when only the spelling differs (key order, spaces). */
const describe = (session: Session, difference: TreeDifference): Changed | undefined => {
  const { kind, id, before, after } = difference
  if (before === undefined || after === undefined) return undefined
  const { words, patch } = diffRecords(
    kind,
    decodeRecord(kind, before),
    decodeRecord(kind, after),
    documentOf(session)
  )
  return words.length === 0 ? undefined : { kind, id, name: nameOf(difference), changes: words, patch }
}

/** From one state to another. Without words no document is read. */
export const differenceBetween = (
  session: Session,
  from: RestoreSource,
  to: RestoreSource,
  options: DiffOptions,
  now: number
): LibraryDifference => {
  if (!session.readonly) captureAll(session, now)
  return session.db.snapshot(() => {
    const a = resolveState(session, from)
    const b = resolveState(session, to)
    const all = differences(session, a, b)
    const named = (difference: TreeDifference) => ({
      kind: difference.kind,
      id: difference.id,
      name: nameOf(difference)
    })
    const both = all.filter(({ before, after }) => before !== undefined && after !== undefined)
    const changed =
      options.words === false
        ? both.map((difference): Changed => ({ ...named(difference), changes: [], patch: undefined }))
        : inStorageOrder(session.db, both, ({ before }) => before).flatMap(
            (difference) => describe(session, difference) ?? []
          )
    const byName = (x: { readonly name: string }, y: { readonly name: string }) =>
      x.name.localeCompare(y.name)
    return {
      from: a.label,
      to: b.label,
      created: all
        .filter(({ before }) => before === undefined)
        .map(named)
        .sort(byName),
      deleted: all
        .filter(({ after }) => after === undefined)
        .map(named)
        .sort(byName),
      changed: changed.sort(byName)
    }
  })
}

export interface LibraryDifference {
  /** What was compared, in words. */
  readonly from: string
  readonly to: string
  readonly created: ReadonlyArray<NamedEntity>
  readonly deleted: ReadonlyArray<NamedEntity>
  /** `patch` is RFC 6902 on the entity's JSON; absent when a document is no JSON. */
  readonly changed: ReadonlyArray<
    NamedEntity & {
      readonly changes: ReadonlyArray<string>
      readonly patch: ReadonlyArray<JsonPatchOperation> | undefined
    }
  >
}

export interface DiffOptions {
  /** False: only name what changed; no document is read, and differences of spelling are not told apart. */
  readonly words?: boolean
}
