/**
 * What imported backups tell of the time before the log. The backups of one library are a series: what changed from one to
 * the next happened between the two, and what one lacks that the one before it had was deleted between them. Of different
 * series only what they hold is compared, as what one library lacks another need not have lost.
 */
import {
  type BackupInfo,
  type DecodedNodes,
  diffTrees,
  type EntityKey,
  emptyTree,
  equalBytes,
  fromHex,
  incompleteTag,
  type Kind,
  keyString,
  lookup,
  type NodeStore,
  type TreeDifference,
  toHex
} from "@white-room/core"
import { importedBackups } from "../backup/Catalog.js"
import { timeOfPosition } from "../log/Commands.js"
import type { Session } from "../session/Session.js"

/** A version that the log does not have, or not from the beginning. */
export interface OldVersion<A> {
  /** `undefined`: it is its deletion. */
  readonly value: A | undefined
  /** The first backup that knows it; of a deletion `undefined` where it was gone when the log began. */
  readonly firstIn: BackupInfo | undefined
  /** The last backup before that, which knows it otherwise or not at all. */
  readonly notIn: BackupInfo | undefined
  /** `firstIn`, or the beginning of the log, in milliseconds. */
  readonly time: number
}

/** The backups of a version as people name them. */
export const namesIn = ({ firstIn, notIn }: Pick<OldVersion<unknown>, "firstIn" | "notIn">) => ({
  firstIn: firstIn && `b${firstIn.number}`,
  notIn: notIn && `b${notIn.number}`
})

/** A backup, and the one before it in its series. */
interface Step {
  readonly backup: BackupInfo
  readonly previous: BackupInfo | undefined
  readonly series: string
}

/** The series of what this library's own app had kept: it ends where the log begins. */
const ownApps = ""

const seriesOf = ({ origin, backupId, tags }: BackupInfo): string => {
  // What one that is not whole lacks says nothing.
  if (origin === undefined || tags.includes(incompleteTag)) return `backup ${backupId}`
  if (origin.libraryId !== undefined) return `library ${origin.libraryId}`
  return origin.source === "" ? ownApps : `file ${origin.source}`
}

/** Imported backups by when they were taken. */
const stepsOf = (session: Session, before = Number.POSITIVE_INFINITY): ReadonlyArray<Step> => {
  const last = new Map<string, BackupInfo>()
  return importedBackups(session.db)
    .filter(({ timestamp }) => timestamp.getTime() < before)
    .map((backup) => {
      const series = seriesOf(backup)
      const previous = last.get(series)
      last.set(series, backup)
      return { backup, previous, series }
    })
}

/** The versions of one entity, as the steps show them one by one. */
class Versions<A> {
  readonly all: Array<OldVersion<A>> = []
  private series = ownApps

  constructor(private readonly areEqual: (a: A, b: A) => boolean) {}

  see({ backup, previous, series }: Step, value: A | undefined): void {
    const known = this.all.at(-1)
    if (value === undefined) {
      if (known?.value === undefined || this.series !== series) return
    } else {
      this.series = series
      if (known?.value !== undefined && this.areEqual(known.value, value)) return
    }
    this.all.push({
      value,
      firstIn: backup,
      notIn: previous ?? known?.firstIn,
      time: backup.timestamp.getTime()
    })
  }

  /** Of what the log never had: what the app's own last backup has was deleted before the log began. */
  end(last: BackupInfo | undefined, beginning: number): void {
    if (this.all.at(-1)?.value === undefined || this.series !== ownApps || last === undefined) return
    this.all.push({ value: undefined, firstIn: undefined, notIn: last, time: beginning })
  }
}

/** When the log begins, in milliseconds. */
export const beginningOf = (session: Session): number => timeOfPosition(session.db, 1) ?? 0

/** The last backup that this library's own app took before the log began: what it knows otherwise was made after it. */
export const lastOfOwnApp = (session: Session): BackupInfo | undefined =>
  stepsOf(session, beginningOf(session)).findLast(({ series }) => series === ownApps)?.backup

/** Nodes that were read once: backups of one library share most of theirs. */
const rememberingNodes = (session: Session): NodeStore => {
  const nodes = session.nodeStore(new Map())
  const known = new Map<string, NonNullable<ReturnType<DecodedNodes["get"]>>>()
  return {
    ...nodes,
    decoded: {
      get: (kind, hash) => known.get(`${kind} ${toHex(hash)}`),
      set: (kind, hash, node) => known.set(`${kind} ${toHex(hash)}`, node)
    }
  }
}

/**
 * The versions of an entity before its first event in the log, oldest first. Of each backup one path of its tree is read,
 * and of what it shares with others nothing again.
 * @param firstEvent when that was, in milliseconds; `undefined`: the log never had it
 */
export const oldVersionsOf = (
  session: Session,
  key: EntityKey,
  firstEvent: number | undefined
): ReadonlyArray<OldVersion<Uint8Array>> => {
  const steps = stepsOf(session, firstEvent)
  if (steps.length === 0) return []
  const nodes = rememberingNodes(session)
  const records = new Map<string, Uint8Array | undefined>()
  const recordIn = ({ root }: BackupInfo): Uint8Array | undefined => {
    if (!records.has(root)) records.set(root, lookup(fromHex(root), key, nodes))
    return records.get(root)
  }
  const versions = new Versions<Uint8Array>(equalBytes)
  for (const step of steps) {
    const [before, after] = [step.previous && recordIn(step.previous), recordIn(step.backup)]
    if (before === after || (before && after && equalBytes(before, after))) continue
    versions.see(step, after)
  }
  if (firstEvent === undefined) {
    versions.end(lastOfOwnApp(session), beginningOf(session))
  }
  return versions.all
}

const changesOf = (
  { backup, previous }: Step,
  nodes: NodeStore,
  empty: Uint8Array
): Generator<TreeDifference> =>
  diffTrees(previous === undefined ? empty : fromHex(previous.root), fromHex(backup.root), nodes)

/** Of one entity. */
export interface OldVersionsOf<A> extends EntityKey {
  /** Before its first event in the log, at this time in milliseconds. */
  readonly before: (firstEvent: number) => ReadonlyArray<OldVersion<A>>
  /** All there are, where the log never had it. */
  readonly all: () => ReadonlyArray<OldVersion<A>>
}

/**
 * The old versions of all entities by `keyString`, of each what `look` makes of its record. Trees are walked where they
 * differ.
 */
export const allOldVersions = <A>(
  session: Session,
  look: (kind: Kind, record: Uint8Array) => A,
  areEqual: (a: A, b: A) => boolean
): Map<string, OldVersionsOf<A>> => {
  const steps = stepsOf(session)
  const found = new Map<string, EntityKey & { readonly versions: Versions<A> }>()
  const nodes = session.nodeStore(new Map())
  const empty = emptyTree(nodes)
  for (const step of steps)
    for (const { kind, id, after } of changesOf(step, nodes, empty)) {
      const key = keyString(kind, id)
      const entity = found.get(key) ?? { kind, id, versions: new Versions(areEqual) }
      entity.versions.see(step, after && look(kind, after))
      found.set(key, entity)
    }
  const [last, beginning] = [lastOfOwnApp(session), beginningOf(session)]
  return new Map(
    [...found].map(([key, { kind, id, versions }]) => [
      key,
      {
        kind,
        id,
        before: (firstEvent) => versions.all.filter(({ time }) => time < firstEvent),
        all: () => {
          versions.end(last, beginning)
          return versions.all
        }
      }
    ])
  )
}
