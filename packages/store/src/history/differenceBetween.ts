/** What differs between two states of the library, in words of music and as RFC 6902. */
import {
  decodeRecord,
  diffRecords,
  diffTrees,
  equalBytes,
  type LibraryDifference,
  type NamedEntity,
  nameOfRecord,
  type RestoreSource,
  type TreeDifference
} from "@white-room/core"
import { captureAll } from "../capture/Capture.js"
import { changedEntities, stateOf } from "../log/EventTable.js"
import { backwards, inStorageOrder } from "../object/StorageOrder.js"
import type { Session } from "../session/Session.js"
import type { State } from "../session/State.js"
import { resolveState } from "../state/States.js"
import { documentOf } from "./EntityHistory.js"

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

const named = (difference: TreeDifference): NamedEntity => ({
  kind: difference.kind,
  id: difference.id,
  name: nameOf(difference)
})

const { compare } = new Intl.Collator()

const byName = (x: NamedEntity, y: NamedEntity): number => compare(x.name, y.name)

const describeAll = (session: Session, all: ReadonlyArray<TreeDifference>): ReadonlyArray<Changed> =>
  backwards(inStorageOrder(session.db, all, ({ before }) => before))
    .flatMap(({ item }) => describe(session, item) ?? [])
    .sort(byName)

/** The first by name in words, as many as are wanted, and the others by name. Of those no document is read. */
const describeFirst = (
  session: Session,
  all: ReadonlyArray<TreeDifference>,
  wanted: number
): ReadonlyArray<Changed> => {
  const sorted = all.map((difference) => ({ difference, ...named(difference) })).sort(byName)
  const described: Array<Changed> = []
  let next = 0
  while (described.length < wanted && next < sorted.length) {
    // More than once only where some turn out to be differences of spelling.
    const batch = sorted.slice(next, next + wanted - described.length)
    described.push(
      ...describeAll(
        session,
        batch.map(({ difference }) => difference)
      )
    )
    next += batch.length
  }
  const others = sorted.slice(next).map(({ kind, id, name }): Changed => {
    return { kind, id, name, changes: [], patch: undefined }
  })
  return [...described, ...others]
}

const wordsWanted = ({ words = true }: DiffOptions): number =>
  typeof words === "number" ? words : words ? Number.POSITIVE_INFINITY : 0

/** From one state to another. Documents are read only of what is told in words. */
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
    const namesOf = (is: (difference: TreeDifference) => boolean) => all.filter(is).map(named).sort(byName)
    const both = all.filter(({ before, after }) => before !== undefined && after !== undefined)
    return {
      from: a.label,
      to: b.label,
      created: namesOf(({ before }) => before === undefined),
      deleted: namesOf(({ after }) => after === undefined),
      changed: describeFirst(session, both, wordsWanted(options))
    }
  })
}

export interface DiffOptions {
  /**
   * Of how many changed entities to tell what changed, the first by name: a number, all (`true`, the default) or none.
   * The others are only named: no document of theirs is read, and differences of spelling are not told apart.
   */
  readonly words?: boolean | number
}
