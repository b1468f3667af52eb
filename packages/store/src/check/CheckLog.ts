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
  type NewObject,
  type NodeStore,
  nameOfRecord,
  objectsOfRecord,
  type TreeChange,
  toHex,
  upcast,
  updateTree
} from "@white-room/core"
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

/** The log page by page. A position that JavaScript cannot count to is damage, and ends it. */
function* pagesOf(session: Session, findings: Findings): Generator<ReadonlyArray<LoggedEvent>> {
  let positions = positionsAfter(session.db, 0, eventsPerPage)
  while (positions.length > 0) {
    const last = positions.at(-1) ?? 0
    if (!Number.isSafeInteger(last)) {
      findings.add(`event @${last}`, "there cannot be so many events")
      return
    }
    yield readPage(session, positions, findings)
    positions = positionsAfter(session.db, last, eventsPerPage)
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
  const differing = new Set<string>()
  for (const { kind, id, after } of diffTrees(before, root, store)) {
    const name = keyString(kind, id)
    const change = changes.get(name)
    if (change === undefined || !isRecord(after, change)) return false
    differing.add(name)
  }
  for (const [name, change] of changes)
    if (!differing.has(name) && !isRecord(lookup(root, change, store), change)) return false
  return true
}

const isRecord = (found: Uint8Array | undefined, { record }: TreeChange): boolean =>
  found === undefined ? record === null : record !== null && equalBytes(found, record)

/** Told of a record that is current, so that its objects must be there. */
export type NeedRecord = (kind: Kind, record: Uint8Array) => void

interface Folded extends TreeChange {
  readonly position: number
}

/** Folds events into trees and compares them with what was stored. */
class Replay {
  private root: Uint8Array
  private readonly changes = new Map<string, Folded>()
  private readonly nodes = new Map<string, NewObject>()

  constructor(
    private readonly session: Session,
    private readonly findings: Findings
  ) {
    this.root = emptyTree(session.nodeStore(this.nodes))
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
    } catch (error) {
      this.findings.add(describe(event), reasonOf(error))
    }
  }

  private fits(root: Uint8Array, store: NodeStore): boolean {
    try {
      return isAfter(root, this.root, this.changes, store)
    } catch (error) {
      // A node that cannot be read is found, and named, by `checkTrees`.
      reasonOf(error)
      return false
    }
  }

  /** Has `need` take every record that is in no tree yet. */
  eachUnsaved(after: number, need: NeedRecord): void {
    for (const { kind, position, record } of this.changes.values())
      if (record !== null && position > after) need(kind, record)
  }

  /** The tree of everything folded so far must have this root. */
  compare(root: Uint8Array, what: string, backups: ReadonlyArray<string>): void {
    const store = this.session.nodeStore(this.nodes)
    try {
      // Where the stored tree is wrong or damaged, the one the log says is computed: the next are measured by it.
      const fits = this.fits(root, store)
      this.root = fits ? root : updateTree(this.root, [...this.changes.values()], store)
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
 * after the current tree.
 */
export function* checkLog(
  session: Session,
  findings: Findings,
  need: NeedRecord,
  onEvents: (count: number) => void
): Generator<void> {
  const { treeRoot, treePosition } = readInfo(session.db)
  const { last } = extentOf(session.db)
  const chain = new Chain(genesis, 0, findings)
  const replay = new Replay(session, findings)
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
  if (treePosition <= 0 && toHex(treeRoot) !== toHex(emptyTree(session.nodeStore(new Map()))))
    findings.add("the current tree", "it is not empty although no event was folded into it")
}
