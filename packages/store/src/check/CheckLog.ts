/** Verifying the log: the chain as stored, every payload, and that replaying it gives the tree of every backup. */
import {
  chainHash,
  decodeBackupTaken,
  emptyTree,
  equalBytes,
  genesis,
  isDeletion,
  isEntity,
  keyString,
  type LoggedEvent,
  type NodeStore,
  nameOfRecord,
  type ObjectRef,
  objectsOfRecord,
  upcast
} from "@white-room/core"
import { lostActor, misnamedCommands } from "../log/Commands.js"
import { extentOf, positionsAfter, readEvents } from "../log/EventTable.js"
import { packedEvents } from "../log/packedEvents.js"
import { sha256 } from "../object/Compression.js"
import { hashKey, keyOfBytes } from "../object/HashKeys.js"
import { readInfo, type Session } from "../session/Session.js"
import { type Findings, reasonOf } from "./Findings.js"
import type { RecordKeys, TreeReplay } from "./Replay.js"

/** Few enough that V8 lets go of them while they are young: with 1,000 a check takes 90 MB more. */
const eventsPerPage = 200

/** Events at the end that a quick check looks at. */
const tailEvents = 1000

const nameOfEvent = (event: LoggedEvent): string => {
  if (!isEntity(event.subject) || isDeletion(event.type)) return event.id
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
      findings.namesOfCommands = true
      findings.add(`event @${position}`, "the command that wrote it is missing")
      return []
    } catch (error) {
      findings.add(`event @${position}`, reasonOf(error))
      findings.brokenEvents.add(position)
      return []
    }
  })
}

/** A full page of events in which everything can be read; `undefined` where somebody must look closer. */
const soundPage = (session: Session, after: number): ReadonlyArray<LoggedEvent> | undefined => {
  try {
    return packedEvents(session.db, after, eventsPerPage)
  } catch {
    // Whoever looks closer comes by it again.
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
    else if (!equalBytes(chainHash(this.previous, event, event.payloadHash, sha256), event.chainHash)) {
      this.findings.brokenEvents.add(event.position)
      this.findings.add(
        describe(event),
        event.actor === lostActor
          ? "who wrote it and when was lost, and what it says cannot be proven"
          : "it does not fit the hash chain: it or its predecessor was changed"
      )
    }
    this.previous = event.chainHash
    this.position = event.position
  }
}

/** What is known of the documents that records name. */
export interface Documents {
  /** Whether all of these are there. */
  readonly has: (documents: ReadonlyArray<ObjectRef>) => boolean
  /** Told of those of a record that is current, which must be there. */
  readonly need: (documents: ReadonlyArray<ObjectRef>) => void
}

/** The entities that changed after the current tree, and whose documents are not all there: few, where all is well. */
class Lacking {
  private readonly documents = new Map<string, ReadonlyArray<ObjectRef>>()

  constructor(
    private readonly after: number,
    private readonly known: Documents
  ) {}

  /** Takes in what an event made of an entity. */
  note({ position, subject, id }: LoggedEvent, documents: ReadonlyArray<ObjectRef>): void {
    if (position <= this.after || !isEntity(subject)) return
    const isWhole = this.known.has(documents)
    if (!isWhole) this.documents.set(keyString(subject, id), documents)
    else if (this.documents.size > 0) this.documents.delete(keyString(subject, id))
  }

  /** Tells of those that are still current after the last event. */
  tell(): void {
    for (const documents of this.documents.values()) this.known.need(documents)
  }
}

const currentTree = "the current tree"
const notReplayed = "the log cannot be replayed up to it"

/** The tree of everything folded so far must have this root. */
const compare = (
  replay: TreeReplay,
  root: Uint8Array,
  what: string,
  backups: ReadonlyArray<string>,
  findings: Findings
): void => {
  try {
    if (!replay.arrivesAt(root)) findings.add(what, "its tree is not what the log says", backups)
  } catch (error) {
    findings.add(what, `${notReplayed}: ${reasonOf(error)}`, backups)
  }
}

const fold = (
  replay: TreeReplay,
  lacking: Lacking,
  event: LoggedEvent,
  session: Session,
  findings: Findings
): void => {
  try {
    const payload = upcast(event.type, event.schema, event.payload, session.db.upcasters)
    if (event.type === "BackupTaken") {
      const taken = decodeBackupTaken(payload)
      const names = [`b${taken.number}`]
      if (taken.position !== event.position - 1)
        findings.add(describe(event), "its checkpoint is not the event before it", names)
      // The state of an imported backup is that of another place, which this log does not tell.
      if (taken.trigger !== "imported")
        compare(replay, taken.root, `backup b${taken.number}`, names, findings)
    }
    const { subject: kind, id, position } = event
    if (!isEntity(kind)) return
    const record = isDeletion(event.type) ? undefined : payload
    lacking.note(event, record === undefined ? [] : objectsOfRecord(kind, record))
    if (record === undefined) replay.fold({ kind, id }, position, undefined)
    else {
      // Its hash is known, but for a record of an older schema.
      const isStored = record === event.payload
      replay.fold({ kind, id }, position, isStored ? hashKey(event.payloadHash) : keyOfBytes(record))
    }
  } catch (error) {
    findings.add(describe(event), reasonOf(error))
  }
}

/** Quick: positions without gaps, and the last page of the chain. */
export const checkLogTail = (session: Session, findings: Findings): void => {
  const { count, last } = extentOf(session.db)
  if (count !== last) findings.add("the log", `${last - count} of ${last} events are missing`)
  const after = Math.max(0, last - tailEvents)
  const before = after === 0 ? undefined : readPage(session, [after], findings)[0]
  const chain = new Chain(before?.chainHash ?? genesis, after, findings)
  for (const event of readPage(session, positionsAfter(session.db, after, tailEvents), findings))
    chain.link(event)
}

/** Commands answer a repeated request by the positions they keep, which no hash covers. */
const checkCommands = (session: Session, findings: Findings): void => {
  for (const { number, first } of misnamedCommands(session.db)) {
    findings.namesOfCommands = true
    findings.add(`command ${number} (@${first})`, "it names other events than those it wrote")
  }
}

/**
 * Full: the whole chain, every payload, and the tree of every backup; one page a step. What came after the current tree
 * needs its documents. Returns what is there after the last event, unless there was anything to find.
 */
export function* checkLog(
  session: Session,
  findings: Findings,
  store: NodeStore,
  replay: TreeReplay,
  documents: Documents,
  onEvents: (count: number) => void
): Generator<void, RecordKeys | undefined> {
  const before = findings.damaged.length
  const { treeRoot, treePosition } = readInfo(session.db)
  const { last } = extentOf(session.db)
  const chain = new Chain(genesis, 0, findings)
  const lacking = new Lacking(treePosition, documents)
  for (const page of pagesOf(session, findings)) {
    for (const event of page) {
      chain.link(event)
      fold(replay, lacking, event, session, findings)
      if (event.position === treePosition) compare(replay, treeRoot, currentTree, [], findings)
    }
    onEvents(page.length)
    yield
  }
  lacking.tell()
  checkCommands(session, findings)
  if (treePosition > last) findings.add(currentTree, `it stands at @${treePosition}, past the end of the log`)
  if (treePosition <= 0 && !equalBytes(treeRoot, emptyTree(store)))
    findings.add(currentTree, "it is not empty although no event was folded into it")
  const found = findings.damaged.slice(before)
  findings.wrongTree =
    found.length > 0 &&
    found.every(({ what, reason }) => what === currentTree && !reason.startsWith(notReplayed))
  return found.length === 0 ? replay.records : undefined
}
