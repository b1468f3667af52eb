/** What differs between two states of the library, in words of music and as RFC 6902. */
import { decodeRecord, diffRecords, diffTrees, nameOfRecord, type TreeDifference } from "@white-room/core"
import type { DiffOptions, LibraryDifference } from "../Library.js"
import type { Session } from "../library/Session.js"
import { captureAll } from "../live/reconcile.js"
import { inStorageOrder } from "../object/inStorageOrder.js"
import { resolveSource, type SourceReference } from "../restore/source.js"
import { documentOf } from "./history.js"

type Changed = LibraryDifference["changed"][number]

const nameOf = ({ kind, before, after }: TreeDifference): string => {
  const record = after ?? before
  return record === undefined ? "" : nameOfRecord(kind, record)
}

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
  from: SourceReference,
  to: SourceReference,
  options: DiffOptions,
  now: number
): LibraryDifference => {
  if (!session.readonly) captureAll(session, now)
  return session.db.snapshot(() => {
    const a = resolveSource(session, from)
    const b = resolveSource(session, to)
    const all = [...diffTrees(a.root(), b.root(), session.bothStores(a.nodes, b.nodes))]
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
