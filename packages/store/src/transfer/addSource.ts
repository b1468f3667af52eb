import { type BackupInfo, lookup } from "@white-room/core"
import { backupById } from "../backup/Catalog.js"
import type { Session } from "../session/Session.js"
import type { State } from "../session/State.js"

/** A state of another library, as a source that a restore can name. */
export interface OfferedState {
  /** What the calls of this library take for it. */
  readonly reference: string
  /** The backup it is, unless it is another moment. */
  readonly backup: BackupInfo | undefined
  /** True when it has not all of that state: some cannot be read there, or was not asked for. */
  readonly isPart: boolean
}

/** What a source of elsewhere is made of. */
interface OfferedSource extends Pick<State, "label" | "nodes">, Partial<Pick<State, "base" | "isPart">> {
  readonly root: Uint8Array
  readonly backup: BackupInfo | undefined
}

/** Makes a root a source for restores of this session, under a name that says where it is from. */
export const addSource = (
  session: Session,
  name: string,
  { label, root, nodes, backup, ...more }: OfferedSource
): OfferedState => {
  const own = backup && backupById(session.db, backup.backupId)
  session.offered.set(name, {
    label,
    position: 0,
    backup: undefined,
    origin: own?.backupId ?? label,
    record: (key) => lookup(root, key, nodes),
    root: () => root,
    nodes,
    ...more
  })
  return { reference: name, backup, isPart: more.isPart === true }
}
