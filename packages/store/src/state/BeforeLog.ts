/**
 * What imported backups tell of the time before the log. The backups of one library are a series: what changed from one to
 * the next happened between the two, and what one lacks that the one before it had was deleted between them. Of different
 * series only what they hold is compared, as what one library lacks another need not have lost.
 */
import {
  type BackupInfo,
  ContentReleased,
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
  MalformedData,
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

/**
 * Shows imported backups by when they were taken, each with the one before it in its series, and gives those that could be
 * read: one whose tree is damaged is passed over, `check` names it.
 */
const eachStep = (
  session: Session,
  before: number,
  show: (step: Step) => void
): ReadonlyArray<BackupInfo> => {
  const last = new Map<string, BackupInfo>()
  return importedBackups(session.db).filter((backup) => {
    if (backup.timestamp.getTime() >= before) return false
    const series = seriesOf(backup)
    try {
      show({ backup, previous: last.get(series), series })
    } catch (error) {
      if (error instanceof MalformedData || error instanceof ContentReleased) return false
      throw error
    }
    last.set(series, backup)
    return true
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

/** The last backup that this library's own app took before the log began: what it knows otherwise was made after it. */
const lastOfOwnApp = (backups: ReadonlyArray<BackupInfo>, beginning: number): BackupInfo | undefined =>
  backups.findLast((backup) => seriesOf(backup) === ownApps && backup.timestamp.getTime() < beginning)

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

/** What is known of an entity from before its first event in the log. */
export interface BeforeLog {
  /** Oldest first. */
  readonly versions: ReadonlyArray<OldVersion<Uint8Array>>
  /** Of what was there when the log began: the last backup that this library's own app had taken. */
  readonly last: BackupInfo | undefined
}

/**
 * The versions of an entity before its first event in the log. Of each backup one path of its tree is read, and of what it
 * shares with others nothing again.
 * @param firstEvent when that was, in milliseconds; `undefined`: the log never had it
 */
export const beforeLog = (session: Session, key: EntityKey, firstEvent: number | undefined): BeforeLog => {
  const nodes = rememberingNodes(session)
  const records = new Map<string, Uint8Array | undefined>()
  const recordIn = ({ root }: BackupInfo): Uint8Array | undefined => {
    if (!records.has(root)) records.set(root, lookup(fromHex(root), key, nodes))
    return records.get(root)
  }
  const versions = new Versions<Uint8Array>(equalBytes)
  const backups = eachStep(session, firstEvent ?? Number.POSITIVE_INFINITY, (step) => {
    const [before, after] = [step.previous && recordIn(step.previous), recordIn(step.backup)]
    const isSame = before === after || (before && after && equalBytes(before, after))
    if (!isSame) versions.see(step, after)
  })
  if (backups.length === 0) return { versions: [], last: undefined }
  const beginning = timeOfPosition(session.db, 1) ?? 0
  const last = lastOfOwnApp(backups, beginning)
  if (firstEvent === undefined) versions.end(last, beginning)
  return { versions: versions.all, last: firstEvent === beginning ? last : undefined }
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
  const found = new Map<string, EntityKey & { readonly versions: Versions<A> }>()
  const nodes = session.nodeStore(new Map())
  const empty = emptyTree(nodes)
  const backups = eachStep(session, Number.POSITIVE_INFINITY, (step) => {
    // All of a backup or nothing of it.
    const changes = [...changesOf(step, nodes, empty)].map(({ kind, id, after }) => ({
      ...{ kind, id },
      value: after && look(kind, after)
    }))
    for (const { kind, id, value } of changes) {
      const key = keyString(kind, id)
      const entity = found.get(key) ?? { kind, id, versions: new Versions(areEqual) }
      entity.versions.see(step, value)
      found.set(key, entity)
    }
  })
  const beginning = timeOfPosition(session.db, 1) ?? 0
  const last = lastOfOwnApp(backups, beginning)
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
