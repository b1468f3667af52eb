/** Verifying the log: the chain as stored, every payload, and that replaying it gives the tree of every backup. */
import {
  chainHash,
  decodeBackupTaken,
  diffTrees,
  emptyTree,
  equalBytes,
  genesis,
  isDeletion,
  type Kind,
  keyString,
  type LoggedEvent,
  lookup,
  type NodeStore,
  nameOfRecord,
  type ObjectRef,
  objectsOfRecord,
  type TreeChange,
  upcast,
  updateTree
} from "@white-room/core"
import type { Alive } from "../capture/LiveDifferences.js"
import { misnamedCommands } from "../log/Commands.js"
import { extentOf, positionsAfter, readEvents } from "../log/EventTable.js"
import { sha256 } from "../object/Compression.js"
import { readInfo, type Session } from "../session/Session.js"
import { type Findings, reasonOf } from "./Findings.js"

const eventsPerPage = 1000

const nameOfEvent = (event: LoggedEvent): string => {
  if (event.subject === "library" || event.subject === "backup" || isDeletion(event.type)) return event.id
  try {
    const name = nameOfRecord(event.subject, event.payload)
    return name === "" ? event.id : `${name} (${event.id})`
  } catch {
    return event.id
  }
}

const describe = (event: LoggedEvent): string =>
  `event @${event.position} (${event.type} ${nameOfEvent(event)})`

/** The events at these positions; when something in them cannot be read, it is reported and the others are read. */
const readPage = (
  session: Session,
  positions: ReadonlyArray<number>,
  findings: Findings
): ReadonlyArray<LoggedEvent> => {
  const [first = 0] = positions
  const last = positions.at(-1) ?? 0
  try {
    const events = readEvents(session.db, first - 1, positions.length).filter(
      ({ position }) => position <= last
    )
    if (events.length === positions.length) return events
  } catch (error) {
    reasonOf(error)
  }
  return positions.flatMap((position) => {
    try {
      const event = readEvents(session.db, position - 1, 1).find((each) => each.position === position)
      if (event !== undefined) return [event]
      findings.add(`event @${position}`, "the command that wrote it is missing")
      return []
    } catch (error) {
      findings.add(`event @${position}`, reasonOf(error))
      return []
    }
  })
}

/** A full page of events in which everything can be read; `undefined` where somebody must look closer. */
const soundPage = (session: Session, after: number): ReadonlyArray<LoggedEvent> | undefined => {
  try {
    const events = readEvents(session.db, after, eventsPerPage)
    return events.length === eventsPerPage ? events : undefined
  } catch (error) {
    reasonOf(error)
    return undefined
  }
}

/** The log page by page. A position that JavaScript cannot count to is damage, and ends it. */
function* pagesOf(session: Session, findings: Findings): Generator<ReadonlyArray<LoggedEvent>> {
  for (let after = 0; ; ) {
    const sound = soundPage(session, after)
    const positions =
      sound?.map(({ position }) => position) ?? positionsAfter(session.db, after, eventsPerPage)
    if (positions.length === 0) return
    after = positions.at(-1) ?? 0
    if (!Number.isSafeInteger(after)) {
      findings.add(`event @${after}`, "there cannot be so many events")
      return
    }
    yield sound ?? readPage(session, positions, findings)
  }
}

/** Checks that each event follows the one before it. */
class Chain {
  constructor(
    private previous: Uint8Array,
    private position: number,
    private readonly findings: Findings
  ) {}

  link(event: LoggedEvent): void {
    if (event.position !== this.position + 1)
      this.findings.add(`event @${this.position + 1}`, `it is missing: the log goes on at @${event.position}`)
    else if (!equalBytes(chainHash(this.previous, event, event.payloadHash, sha256), event.chainHash))
      this.findings.add(describe(event), "it does not fit the hash chain: it or its predecessor was changed")
    this.previous = event.chainHash
    this.position = event.position
  }
}

/** True when a stored tree is another one after these changes. Trees are canonical, so none is computed again. */
const isAfter = (
  root: Uint8Array,
  before: Uint8Array,
  changes: ReadonlyMap<string, TreeChange>,
  store: NodeStore
): boolean => {
  const differing = new Set<TreeChange>()
  for (const { kind, id, after } of diffTrees(before, root, store)) {
    const change = changes.get(keyString(kind, id))
    if (change === undefined || !isRecord(after, change)) return false
    differing.add(change)
  }
  if (differing.size === changes.size) return true
  for (const change of changes.values())
    if (!differing.has(change) && !isRecord(lookup(root, change, store), change)) return false
  return true
}

const isRecord = (found: Uint8Array | undefined, { record }: TreeChange): boolean =>
  found === undefined ? record === null : record !== null && equalBytes(found, record)

/** Told of the objects of a record that is current, which must be there. */
export type NeedRecord = (documents: ReadonlyArray<ObjectRef>) => void

interface Folded extends TreeChange {
  readonly position: number
}

/** Folds events into trees and compares them with what was stored. */
class Replay {
  /** The records of what is there after the last event. */
  readonly alive: Readonly<Record<Kind, Alive>> = {
    song: new Map(),
    performance: new Map(),
    preferences: new Map()
  }
  private root: Uint8Array
  private readonly changes = new Map<string, Folded>()

  constructor(
    private readonly session: Session,
    private readonly findings: Findings,
    private readonly store: NodeStore
  ) {
    this.root = emptyTree(store)
  }

  fold(event: LoggedEvent): void {
    try {
      const payload = upcast(event.type, event.schema, event.payload, this.session.db.upcasters)
      if (event.type === "BackupTaken") {
        const taken = decodeBackupTaken(payload)
        if (taken.position !== event.position - 1)
          this.findings.add(describe(event), "its checkpoint is not the event before it", [
            `b${taken.number}`
          ])
        // The state of an imported backup is that of another place, which this log does not tell.
        if (taken.trigger !== "imported")
          this.compare(taken.root, `backup b${taken.number}`, [`b${taken.number}`])
      }
      if (event.subject === "library" || event.subject === "backup") return
      const record = isDeletion(event.type) ? null : payload
      if (record !== null) objectsOfRecord(event.subject, record)
      const { subject: kind, id, position } = event
      this.changes.set(keyString(kind, id), { kind, id, position, record })
      if (record === null) this.alive[kind].delete(id)
      else this.alive[kind].set(id, record)
    } catch (error) {
      this.findings.add(describe(event), reasonOf(error))
    }
  }

  private fits(root: Uint8Array): boolean {
    try {
      return isAfter(root, this.root, this.changes, this.store)
    } catch (error) {
      // A node that cannot be read is found, and named, by `checkTrees`.
      reasonOf(error)
      return false
    }
  }

  /** Has `need` take every record that is in no tree yet. */
  eachUnsaved(after: number, need: NeedRecord): void {
    for (const { kind, position, record } of this.changes.values())
      if (record !== null && position > after) need(objectsOfRecord(kind, record))
  }

  /** The tree of everything folded so far must have this root. */
  compare(root: Uint8Array, what: string, backups: ReadonlyArray<string>): void {
    try {
      // Where the stored tree is wrong or damaged, the one the log says is computed: the next are measured by it.
      const fits = this.fits(root)
      this.root = fits ? root : updateTree(this.root, [...this.changes.values()], this.store)
      this.changes.clear()
      if (!equalBytes(this.root, root)) this.findings.add(what, "its tree is not what the log says", backups)
    } catch (error) {
      this.findings.add(what, `the log cannot be replayed up to it: ${reasonOf(error)}`, backups)
    }
  }
}

/** Quick: positions without gaps, and the last page of the chain. */
export const checkLogTail = (session: Session, findings: Findings): void => {
  const { count, last } = extentOf(session.db)
  if (count !== last) findings.add("the log", `${last - count} of ${last} events are missing`)
  const after = Math.max(0, last - eventsPerPage)
  const before = after === 0 ? undefined : readPage(session, [after], findings)[0]
  const chain = new Chain(before?.chainHash ?? genesis, after, findings)
  for (const event of readPage(session, positionsAfter(session.db, after, eventsPerPage), findings))
    chain.link(event)
}

/** Commands answer a repeated request by the positions they keep, which no hash covers. */
const checkCommands = (session: Session, findings: Findings): void => {
  for (const { number, first } of misnamedCommands(session.db))
    findings.add(`command ${number} (@${first})`, "it names other events than those it wrote")
}

/**
 * Full: the whole chain, every payload, and the tree of every backup; one page a step. `need` is told of what came
 * after the current tree. Returns what is there after the last event, unless there was anything to find.
 */
export function* checkLog(
  session: Session,
  findings: Findings,
  store: NodeStore,
  need: NeedRecord,
  onEvents: (count: number) => void
): Generator<void, Readonly<Record<Kind, Alive>> | undefined> {
  const before = findings.damaged.length
  const { treeRoot, treePosition } = readInfo(session.db)
  const { last } = extentOf(session.db)
  const chain = new Chain(genesis, 0, findings)
  const replay = new Replay(session, findings, store)
  for (const page of pagesOf(session, findings)) {
    for (const event of page) {
      chain.link(event)
      replay.fold(event)
      if (event.position === treePosition) replay.compare(treeRoot, "the current tree", [])
    }
    onEvents(page.length)
    yield
  }
  replay.eachUnsaved(treePosition, need)
  checkCommands(session, findings)
  if (treePosition > last)
    findings.add("the current tree", `it stands at @${treePosition}, past the end of the log`)
  if (treePosition <= 0 && !equalBytes(treeRoot, emptyTree(store)))
    findings.add("the current tree", "it is not empty although no event was folded into it")
  return findings.damaged.length === before ? replay.alive : undefined
}
