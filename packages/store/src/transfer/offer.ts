import type { RestoreSource } from "@white-room/core"
import { allBackups } from "../backup/Catalog.js"
import { objectsBelow } from "../object/objectsBelow.js"
import type { Session } from "../session/Session.js"
import { Stager } from "../staging/Stager.js"
import { commonBase } from "../state/commonBase.js"
import { resolveState } from "../state/States.js"
import { addSource, type OfferedState } from "./addSource.js"

/**
 * Keeps the documents of a state of another library and makes it a source for restores of this session.
 * @throws BackupNotFound | MomentNotFound
 */
export const offer = (
  session: Session,
  other: Session,
  reference: RestoreSource,
  from: string,
  now: number
): OfferedState => {
  session.requireWritable()
  const state = resolveState(other, reference)
  const { nodes } = state
  const root = state.root()
  const stager = new Stager(session, now)
  for (const hash of objectsBelow([root], nodes, { documentsOnly: true }).values())
    stager.addLazily(hash, () => other.reader.get(hash).slice())
  stager.finish()
  const label = `${state.label} of ${from}`
  const name = `${from}:${state.backup?.backupId ?? state.label}`
  const earlier = allBackups(other.db)
    .filter(({ position, trigger }) => position <= state.position && trigger !== "imported")
    .map(({ root: hex }) => Buffer.from(hex, "hex"))
  const base = commonBase(session, nodes, earlier.toReversed())
  return addSource(session, name, { label, root, nodes, backup: state.backup, base })
}
