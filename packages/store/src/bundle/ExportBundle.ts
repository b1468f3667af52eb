/** A bundle that stands on its own: one backup, or a part of any state of the library, down to a single song. */
import { lstatSync, realpathSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import {
  emptyTree,
  InvalidInput,
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
import { objectsBelow } from "../object/objectsBelow.js"
import { readInfo, type Session } from "../session/Session.js"
import type { State } from "../session/State.js"
import { storageError } from "../sqlite/storageError.js"
import { requireContent, resolveState, type Selection, selectRecords } from "../state/States.js"
import { type BundleContent, ObjectUnreadable, streamBundle, writeBundleFile } from "./BundleWriter.js"

export interface BundleExportOptions extends Selection {
  /** Replace a file of that name. Default false: it is an error. */
  readonly overwrite?: boolean | undefined
  readonly onProgress?: OnProgress | undefined
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
  const entities = selectRecords(source, options)
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

/** The place of a file that is to be written. @throws InvalidInput when something is there already */
const placeOf = (target: string, overwrite: boolean) => {
  // A link that leads nowhere is something too.
  if (!overwrite && lstatSync(target, { throwIfNoEntry: false }) !== undefined)
    throw new InvalidInput({ field: "target", reason: `${target} exists already and was left as it is` })
  try {
    return { folder: realpathSync(dirname(resolve(target))), name: basename(target) }
  } catch (error) {
    throw storageError(error, dirname(target)) ?? error
  }
}

/** What a bundle is to hold, and what is said of it. Reads from the snapshot that is open. */
const contentOf = (session: Session, reference: RestoreSource, options: BundleExportOptions, now: number) => {
  const { nodes, root, label, backup } = stateOf(session, resolveState(session, reference), options)
  return guarded(session, label, () => {
    const content: BundleContent = {
      manifest: {
        libraryId: readInfo(session.db).libraryId,
        time: now,
        needs: [],
        backups: backup === undefined ? [] : [takenOfBackup(backup)],
        state: backup === undefined ? { label, root } : undefined
      },
      nodes,
      hashes: [...objectsBelow([root], nodes).values()]
    }
    const { song, performance, preferences } = rootOf(root, nodes)
    return {
      content,
      label,
      songs: song.count,
      performances: performance.count,
      preferences: preferences.count
    }
  })
}

const unreadable = (session: Session, label: string, error: unknown): unknown =>
  error instanceof ObjectUnreadable
    ? new LibraryDamaged({ path: session.path, detail: `${label}: ${reasonOf(error.cause)}` })
    : error

const guarded = <A>(session: Session, label: string, body: () => A): A => {
  try {
    return body()
  } catch (error) {
    throw unreadable(session, label, error)
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
    const { content, ...facts } = contentOf(session, reference, options, now)
    const { bytes } = guarded(session, facts.label, () =>
      writeBundleFile(session, folder, name, content, { replace, onProgress })
    )
    return { path: join(folder, name), bytes, ...facts }
  })
}

/**
 * The same as bytes for `write`, on a snapshot of its own, which stays while they are taken: the bundle lies nowhere as it
 * is. Returns what is in it, with what `write` returned for its size.
 */
export const exportBundleInto = async (
  session: Session,
  reference: RestoreSource,
  target: string,
  options: BundleExportOptions,
  now: number,
  write: (bundle: AsyncIterable<Uint8Array>) => Promise<number>
): Promise<BundleExport> => {
  const reader = session.openReader()
  for (const [name, state] of session.offered) reader.offered.set(name, state)
  try {
    reader.db.begin("read")
    const { content, ...facts } = contentOf(reader, reference, options, now)
    try {
      const bytes = await write(streamBundle(reader, target, content, options.onProgress))
      return { path: target, bytes, ...facts }
    } catch (error) {
      throw unreadable(session, facts.label, error)
    }
  } finally {
    reader.close()
  }
}
