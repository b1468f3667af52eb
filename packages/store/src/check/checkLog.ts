/** Verifying the log: the chain as stored, every payload, and that replaying it gives the tree of every backup. */
import {
  chainHash,
  decodeBackupTaken,
  decodeRecord,
  emptyTree,
  equalBytes,
  genesis,
  isDeletion,
  keyString,
  type LoggedEvent,
  type NewObject,
  nameOfRecord,
  type TreeChange,
  toHex,
  upcast,
  updateTree
} from "@white-room/core"
import { readInfo, type Session } from "../library/Session.js"
import { readEvents } from "../log/events.js"
import { sha256 } from "../object/compression.js"
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

/** The next page; when something in it cannot be read, its readable events one by one, the others reported. */
const readPage = (
  session: Session,
  after: number,
  last: number,
  findings: Findings
): ReadonlyArray<LoggedEvent> => {
  try {
    return readEvents(session.db, after, eventsPerPage)
  } catch (error) {
    reasonOf(error)
  }
  const events: Array<LoggedEvent> = []
  for (let position = after + 1; position <= Math.min(last, after + eventsPerPage); position++) {
    try {
      events.push(...readEvents(session.db, position - 1, 1).filter((event) => event.position === position))
    } catch (error) {
      findings.add(`event @${position}`, reasonOf(error))
    }
  }
  return events
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

/** Folds events into trees and compares them with what was stored. */
class Replay {
  private root: Uint8Array
  private readonly changes = new Map<string, TreeChange>()
  private readonly nodes = new Map<string, NewObject>()

  constructor(
    private readonly session: Session,
    private readonly findings: Findings
  ) {
    this.root = emptyTree(session.nodeStore(this.nodes))
  }

  fold(event: LoggedEvent): void {
    try {
      const payload = upcast(event.type, event.schema, event.payload)
      if (event.type === "BackupTaken") {
        const taken = decodeBackupTaken(payload)
        if (taken.position !== event.position - 1)
          this.findings.add(describe(event), "its checkpoint is not the event before it", [
            `b${taken.number}`
          ])
        this.compare(taken.root, `backup b${taken.number}`, [`b${taken.number}`])
      }
      if (event.subject === "library" || event.subject === "backup") return
      const record = isDeletion(event.type) ? null : payload
      if (record !== null) decodeRecord(event.subject, record)
      this.changes.set(keyString(event.subject, event.id), { kind: event.subject, id: event.id, record })
    } catch (error) {
      this.findings.add(describe(event), reasonOf(error))
    }
  }

  /** The tree of everything folded so far must have this root. */
  compare(root: Uint8Array, what: string, backups: ReadonlyArray<string>): void {
    try {
      this.root = updateTree(this.root, [...this.changes.values()], this.session.nodeStore(this.nodes))
      this.changes.clear()
      if (!equalBytes(this.root, root)) this.findings.add(what, "its tree is not what the log says", backups)
    } catch (error) {
      this.findings.add(what, `the log cannot be replayed up to it: ${reasonOf(error)}`, backups)
    }
  }
}

/** Quick: positions without gaps, and the last page of the chain. */
export const checkLogTail = (session: Session, findings: Findings): void => {
  const counted = session.db.row<[number, number]>(
    "SELECT count(*), coalesce(max(position), 0) FROM event_log"
  )
  const [count, last] = counted ?? [0, 0]
  if (count !== last) findings.add("the log", `${last - count} of ${last} events are missing`)
  const after = Math.max(0, last - eventsPerPage)
  const before = after === 0 ? undefined : readPage(session, after - 1, after, findings)[0]
  const chain = new Chain(before?.chainHash ?? genesis, after, findings)
  for (const event of readPage(session, after, last, findings)) chain.link(event)
}

/** Commands answer a repeated request by the positions they keep, which no hash covers. An import's marker is not among them. */
const checkCommands = (session: Session, findings: Findings): void => {
  const wrong = session.db.iterate<[number]>(
    `SELECT c.number FROM command c LEFT JOIN
       (SELECT command, min(position) AS first, max(position) AS last FROM event_log
        WHERE type <> 'LibraryImported' GROUP BY command) e ON e.command = c.number
     WHERE c.first_position IS NOT coalesce(e.first, 0) OR c.last_position IS NOT coalesce(e.last, 0)`
  )
  for (const [number] of wrong) findings.add(`command ${number}`, "it names other events than those it wrote")
}

/** Full: the whole chain, every payload, and the tree of every backup; one page a step. */
export function* checkLog(
  session: Session,
  findings: Findings,
  onEvents: (count: number) => void
): Generator<void> {
  const { treeRoot, treePosition } = readInfo(session.db)
  const last = session.db.row<[number]>("SELECT coalesce(max(position), 0) FROM event_log")?.[0] ?? 0
  const chain = new Chain(genesis, 0, findings)
  const replay = new Replay(session, findings)
  for (let after = 0; after < last; after += eventsPerPage) {
    const page = readPage(session, after, Math.min(last, after + eventsPerPage), findings)
    for (const event of page.filter(({ position }) => position <= after + eventsPerPage)) {
      chain.link(event)
      replay.fold(event)
      if (event.position === treePosition) replay.compare(treeRoot, "the current tree", [])
    }
    onEvents(page.length)
    yield
  }
  checkCommands(session, findings)
  if (treePosition > last)
    findings.add("the current tree", `it stands at @${treePosition}, past the end of the log`)
  if (treePosition === 0 && toHex(treeRoot) !== toHex(emptyTree(session.nodeStore(new Map()))))
    findings.add("the current tree", "it is not empty although no event was folded into it")
}
