/** A bundle that stands on its own: one backup, or a part of any state of the library, down to a single song. */
import { existsSync, realpathSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import {
  type EntityKey,
  EntityNotFound,
  emptyTree,
  InvalidInput,
  type Kind,
  kinds,
  LibraryDamaged,
  type NewObject,
  type NodeStore,
  nameOfRecord,
  type OnProgress,
  type RestoreSource,
  rootOf,
  type TreeChange,
  takenOfBackup,
  updateTree
} from "@white-room/core"
import { reasonOf } from "../check/Findings.js"
import { readInfo, type Session } from "../session/Session.js"
import type { State } from "../session/State.js"
import { storageError } from "../sqlite/storageError.js"
import { entriesOfState, requireContent, resolveState } from "../state/States.js"
import { newObjectsBelow, ObjectUnreadable, writeBundleFile } from "./BundleWriter.js"

export interface BundleExportOptions {
  /** Only these entities. Default: everything. */
  readonly only?: ReadonlyArray<EntityKey>
  /** Only entities of these kinds. Default: all. */
  readonly kinds?: ReadonlyArray<Kind>
  /** Replace a file of that name. Default false: it is an error. */
  readonly overwrite?: boolean
  readonly onProgress?: OnProgress
}

export interface BundleExport {
  readonly path: string
  readonly bytes: number
  readonly songs: number
  readonly performances: number
  readonly preferences: number
  /** The name of what is in it: `b31`, `@1234 of …`, or that of the one song. */
  readonly label: string
}

/** The entities that were asked for. @throws EntityNotFound | MomentNotFound */
const chosen = (
  session: Session,
  source: State,
  options: BundleExportOptions
): ReadonlyArray<TreeChange & { readonly record: Uint8Array }> => {
  const entities =
    options.only?.map(({ kind, id }) => {
      const record = source.record({ kind, id })
      if (record === undefined) throw new EntityNotFound({ kind, name: id, where: source.label, near: [] })
      return { kind, id, record }
    }) ??
    (options.kinds ?? kinds).flatMap((kind) =>
      entriesOfState(source, kind).map(({ id, record }) => ({ kind, id, record }))
    )
  if (source.backup === undefined && source.origin === undefined)
    for (const each of entities) requireContent(session, each, each.record, source)
  return entities
}

/** The state to write, its name, and where its nodes are found. */
const stateOf = (session: Session, source: State, options: BundleExportOptions) => {
  const pending = new Map<string, NewObject>()
  const nodes: NodeStore = session.bothStores(session.nodeStore(pending), source.nodes)
  if (options.only === undefined && options.kinds === undefined && source.backup !== undefined)
    return { nodes, root: source.root(), label: source.label, backup: source.backup }
  const entities = chosen(session, source, options)
  const [first] = entities
  const name = first && entities.length === 1 ? nameOfRecord(first.kind, first.record) : ""
  const root = updateTree(emptyTree(nodes), entities, nodes)
  return { nodes, root, label: name === "" ? source.label : name, backup: undefined }
}

/** The place of a file that shall be written. @throws InvalidInput when something is there already */
const placeOf = (target: string, overwrite: boolean) => {
  if (!overwrite && existsSync(target))
    throw new InvalidInput({ field: "target", reason: `${target} exists already and was left as it is` })
  try {
    return { folder: realpathSync(dirname(resolve(target))), name: basename(target) }
  } catch (error) {
    throw storageError(error, dirname(target)) ?? error
  }
}

/**
 * Writes a backup, or chosen entities of any state, as one bundle, verified before it gets its name.
 * @throws EntityNotFound | BackupNotFound | MomentNotFound | InvalidInput | LibraryDamaged | DiskFull
 */
export const exportBundle = (
  session: Session,
  reference: RestoreSource,
  target: string,
  options: BundleExportOptions,
  now: number
): BundleExport => {
  const { onProgress, overwrite: replace = false } = options
  const { folder, name } = placeOf(target, replace)
  return session.db.snapshot(() => {
    const source = resolveState(session, reference)
    const { nodes, root, label, backup } = stateOf(session, source, options)
    try {
      const manifest = {
        libraryId: readInfo(session.db).libraryId,
        time: now,
        needs: [],
        backups: backup === undefined ? [] : [takenOfBackup(backup)],
        state: backup === undefined ? { label, root } : undefined
      }
      const content = { manifest, nodes, hashes: newObjectsBelow(root, nodes, new Set()) }
      const { bytes } = writeBundleFile(session, folder, () => name, content, { replace, onProgress })
      const { song, performance, preferences } = rootOf(root, nodes)
      return {
        path: join(folder, name),
        bytes,
        songs: song.count,
        performances: performance.count,
        preferences: preferences.count,
        label
      }
    } catch (error) {
      if (!(error instanceof ObjectUnreadable)) throw error
      throw new LibraryDamaged({ path: session.path, detail: `${label}: ${reasonOf(error.cause)}` })
    }
  })
}
