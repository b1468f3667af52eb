/** What differs between two states of the library, in words of music and as RFC 6902. */
import {
  diffTrees,
  equalBytes,
  type LibraryDifference,
  type RestoreSource,
  type TreeDifference
} from "@white-room/core"
import { captureAll } from "../capture/Capture.js"
import { changedEntities, stateOf } from "../log/EventTable.js"
import { backwards, inStorageOrder } from "../object/StorageOrder.js"
import type { Session } from "../session/Session.js"
import type { State } from "../session/State.js"
import { resolveState } from "../state/States.js"
import { type DiffOptions, describeDifference, tellDifferences, wordsWanted } from "./Difference.js"
import { documentOf } from "./EntityHistory.js"

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

/** The events between two states, as many as differ at most; `undefined` where their trees say it sooner. */
const eventsBetween = (a: State, b: State): number | undefined => {
  const events = Math.abs(a.position - b.position)
  return a.isLogged === true && b.isLogged === true && events <= fewEvents ? events : undefined
}

const differences = (session: Session, a: State, b: State): ReadonlyArray<TreeDifference> =>
  eventsBetween(a, b) !== undefined
    ? differencesInLog(session, a.position, b.position)
    : [...diffTrees(a.root(), b.root(), session.bothStores(a.nodes, b.nodes))]

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
    const documents = Math.min(wordsWanted(options), eventsBetween(a, b) ?? 0)
    return session.reader.beginningAhead(documents, () =>
      tellDifferences({ from: a.label, to: b.label }, differences(session, a, b), options, (batch) => {
        const placed = backwards(inStorageOrder(session.db, batch, ({ before }) => before))
        return session.reader.openingAhead(
          placed.map(({ place }) => place),
          () =>
            placed.flatMap(
              ({ item, place }) =>
                describeDifference(item, documentOf(session, place), options.language) ?? []
            )
        )
      })
    )
  })
}
