/** What differs between two states of the library, in words of music and as RFC 6902. */
import { decodeRecord, diffRecords, diffTrees, nameOfRecord } from "@white-room/core"
import type { Session } from "../library/Session.js"
import type { LibraryDifference } from "../Library.js"
import { captureAll } from "../live/reconcile.js"
import { resolveSource, type SourceReference } from "../restore/source.js"
import { documentOf } from "./history.js"

/** From one state to another. Differences of spelling only (key order, spaces) are left out. */
export const differenceBetween = (
  session: Session,
  from: SourceReference,
  to: SourceReference,
  now: number
): LibraryDifference => {
  if (!session.readonly) captureAll(session, now)
  return session.db.snapshot(() => {
    const a = resolveSource(session, from)
    const b = resolveSource(session, to)
    const found: { created: Array<LibraryDifference["created"][number]>; deleted: Array<LibraryDifference["deleted"][number]>; changed: Array<LibraryDifference["changed"][number]> } = {
      created: [],
      deleted: [],
      changed: []
    }
    for (const { kind, id, before, after } of diffTrees(a.root(), b.root(), session.bothStores(a.nodes, b.nodes))) {
      const name = nameOfRecord(kind, after ?? before ?? new Uint8Array([0]))
      if (before === undefined) found.created.push({ kind, id, name })
      else if (after === undefined) found.deleted.push({ kind, id, name })
      else {
        const { words, patch } = diffRecords(kind, decodeRecord(kind, before), decodeRecord(kind, after), documentOf(session))
        if (words.length > 0) found.changed.push({ kind, id, name, changes: words, patch })
      }
    }
    return { from: a.label, to: b.label, ...found }
  })
}
