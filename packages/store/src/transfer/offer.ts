import { isWhiteRoomError, type NodeStore, type RestoreSource } from "@white-room/core"
import { allBackups } from "../backup/Catalog.js"
import { wholePart } from "../bundle/WholePart.js"
import { hasObject } from "../object/Objects.js"
import { objectsBelow } from "../object/objectsBelow.js"
import type { Session } from "../session/Session.js"
import { Stager } from "../staging/Stager.js"
import { commonBase } from "../state/commonBase.js"
import { resolveState } from "../state/States.js"
import { addSource, type OfferedState } from "./addSource.js"

/** Something of the other library cannot be read. */
class Unreadable extends Error {}

const orUnreadable = <A>(read: () => A): A => {
  try {
    return read()
  } catch (error) {
    throw isWhiteRoomError(error) ? new Unreadable(error.message) : error
  }
}

/** Keeps the documents of a state. @throws Unreadable when one of them, or a page of its tree, cannot be read there */
const keepDocuments = (session: Session, other: Session, root: Uint8Array, nodes: NodeStore, now: number) => {
  const stager = new Stager(session, now)
  const documents = orUnreadable(() => objectsBelow([root], nodes, { documentsOnly: true }))
  for (const hash of documents.values())
    stager.addLazily(hash, () => orUnreadable(() => other.reader.get(hash).slice()))
  stager.finish()
}

/** The same of what of it is whole, where not all is; each song is judged for itself. */
const keepWhole = (session: Session, other: Session, root: Uint8Array, nodes: NodeStore, now: number) => {
  try {
    keepDocuments(session, other, root, nodes, now)
    return { root, nodes, isPart: false }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
  }
  const part = wholePart(root, nodes, ({ hash }) => {
    if (!hasObject(session.db, hash)) other.reader.get(hash)
  })
  keepDocuments(session, other, part.root, part.nodes, now)
  return { root: part.root, nodes: part.nodes, isPart: true }
}

/**
 * Keeps the documents of a state of another library and makes it a source for restores of this session: all of it, or what
 * is whole.
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
  const kept = keepWhole(session, other, state.root(), state.nodes, now)
  const label = `${state.label} of ${from}`
  const name = `${from}:${state.backup?.backupId ?? state.label}`
  const earlier = allBackups(other.db)
    .filter(({ position, trigger }) => position <= state.position && trigger !== "imported")
    .map(({ root: hex }) => Buffer.from(hex, "hex"))
  const base = commonBase(session, kept.nodes, earlier.toReversed())
  return addSource(session, name, { label, ...kept, backup: state.backup, base })
}
