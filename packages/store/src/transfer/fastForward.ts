/**
 * Going on with another line: its events come as they are, with their commands and backups, and the live rows follow.
 * In one transaction, so the library is as it was or has all of it.
 */
import {
  type BackupInfo,
  decodeBackupTaken,
  decodeRecord,
  emptyRecord,
  equalBytes,
  fromHex,
  type LogHead,
  malformed,
  type NewObject,
  objectsOfRecord,
  rowOfRecord,
  treeInspector,
  updateTree
} from "@white-room/core"
import { followBackupEvent } from "../backup/Catalog.js"
import type { Transaction } from "../capture/Commit.js"
import { hasPending } from "../capture/Pending.js"
import { reconcileEntity } from "../capture/Reconcile.js"
import { requireTable } from "../live/LiveTable.js"
import { external } from "../log/Commands.js"
import {
  changedEntities,
  commandAt,
  eventType,
  lastEventOf,
  payloadOf,
  readHead,
  stateOf
} from "../log/EventTable.js"
import { isKept } from "../object/Damaged.js"
import { insertBlocks, nodeBlockTarget, packBlock, runsOf } from "../object/Objects.js"
import { inStorageOrder } from "../object/StorageOrder.js"
import { Moved } from "../session/Moved.js"
import { readInfo, type Session } from "../session/Session.js"
import type { Database } from "../sqlite/Database.js"
import { cellsToWrite, writeRow } from "../write/WriteRow.js"
import { insertCommand, type LoggedCommand } from "./LoggedCommand.js"
import { insertEvent } from "./LoggedRows.js"
import type { OtherLine } from "./OtherLine.js"

/** Each command names the events that it wrote, but for the marker of an import. @throws MalformedData */
const checkCommands = (line: OtherLine, from: LogHead, commands: ReadonlyArray<LoggedCommand>): void => {
  const written = new Map<number, { first: number; last: number }>()
  let latest = 0
  for (const { position, event } of line.after(from.position)) {
    if (event.command < latest) throw malformed("event", `@${position} is of a command before it`)
    latest = event.command
    if (event.type === "LibraryImported") continue
    const known = written.get(event.command)
    if (known === undefined) written.set(event.command, { first: position, last: position })
    else known.last = position
  }
  for (const { number, first, last } of commands) {
    const wrote = written.get(number) ?? { first: 0, last: 0 }
    if (first !== wrote.first || last !== wrote.last)
      throw malformed("command", `${number} names other events than it wrote`)
  }
}

/** Commands of ours that wrote nothing, and may be repeated, stand where those of the line come: they go behind. */
const makeRoom = (db: Database, after: number, commands: ReadonlyArray<LoggedCommand>): void => {
  const theirs = new Set(commands.flatMap(({ requestHash, commandId }) => (requestHash ? [commandId] : [])))
  const ours = db.rows<[number, string]>(
    "SELECT number, command_id FROM command WHERE number > ? ORDER BY number DESC",
    after
  )
  const highest = Math.max(after, ...commands.map(({ number }) => number), ...ours.map(([number]) => number))
  for (const [index, [number, id]] of ours.entries())
    if (theirs.has(id)) db.run("DELETE FROM command WHERE number = ?", number)
    else db.run("UPDATE command SET number = ? WHERE number = ?", highest + ours.length - index, number)
}

/** The versions of everything that events are about go on without a gap. @throws MalformedData */
const insertEvents = (db: Database, line: OtherLine, from: LogHead): void => {
  for (const arrived of line.after(from.position)) {
    const { position, event } = arrived
    if (event.version !== lastEventOf(db, { kind: event.subject, id: event.id }).version + 1)
      throw malformed("event", `@${position} has a wrong version`)
    insertEvent(db, arrived)
  }
}

/** Live rows as the log now says them; what the app's triggers and columns made of them is an event of our own. */
const followRows = (session: Session, tx: Transaction, from: LogHead, to: LogHead): Moved | undefined => {
  const writer = tx.command({ actor: external })
  const changed = changedEntities(session.db, from.position, to.position)
  const altered: Array<(typeof changed)[number]> = []
  for (const { item, place } of inStorageOrder(session.db, changed, ({ record }) => record ?? undefined)) {
    const { kind, id, record } = item
    const before = stateOf(session.db, item, from.position)
    const isAsBefore =
      record === null
        ? before.record === undefined
        : before.record !== undefined && equalBytes(before.record, record)
    if (isAsBefore) continue
    if (record !== null)
      for (const { hash } of objectsOfRecord(kind, record))
        if (!isKept(session.db, hash)) throw malformed("document", `that of ${kind} ${id} is missing`)
    const write = {
      kind,
      id,
      record,
      cells: (columns: ReadonlyArray<string> | "all") => {
        const cells = decodeRecord(kind, record ?? emptyRecord)
        const wanted =
          columns === "all" ? cells : new Map([...cells].filter(([name]) => columns.includes(name)))
        return rowOfRecord(wanted, ({ hash }) => session.reader.getAlone(hash, place))
      }
    }
    const cells = cellsToWrite(write, before.record)
    const { references } = requireTable(session.tables, kind)
    const changed = record === null ? undefined : [...cells.keys()]
    if (before.record !== undefined && references.heldBy(id, changed) !== undefined) {
      // The row stays, and the log says so.
      altered.push(item)
      continue
    }
    const moved = writeRow(session, write, before, cells)
    if (moved !== undefined) return moved
    if (writer.runsAppTriggers || requireTable(session.tables, kind).mayAlter(cells)) altered.push(item)
  }
  for (const item of altered) reconcileEntity(session, writer, item)
  return undefined
}

/** @throws MalformedData for the number of another backup */
const checkNumber = (db: Database, id: string, payload: Uint8Array): void => {
  const { number } = decodeBackupTaken(payload)
  if (db.row("SELECT 1 FROM backup_catalog WHERE number = ? OR backup_id = ?", number, id) !== undefined)
    throw malformed("backup", `b${number} is another one`)
}

/** The backups that came, by their ids, as the catalogue has them then. */
const followBackups = (db: Database, line: OtherLine, from: LogHead): ReadonlyArray<BackupInfo> => {
  const kept = new Map<string, BackupInfo>()
  for (const { event } of line.after(from.position)) {
    if (event.subject !== "backup") continue
    const type = eventType(event.type)
    const recordedAt = line.commands.get(event.command)?.recordedAt ?? 0
    const payload = payloadOf(db, type, event.schema, event.payload)
    if (type === "BackupTaken") checkNumber(db, event.id, payload)
    const backup = followBackupEvent(db, { backupId: event.id, type, payload, recordedAt })
    if (backup === undefined) kept.delete(event.id)
    else if (type === "BackupTaken" || type === "BackupUndeleted" || kept.has(event.id))
      kept.set(event.id, backup)
  }
  return [...kept.values()]
}

/** Keeps the trees of backups that came. @throws MalformedData for one whose root the log does not lead to */
const proveBackups = (session: Session, backups: ReadonlyArray<BackupInfo>, from: LogHead): void => {
  const pending = new Map<string, NewObject>()
  const nodes = session.nodeStore(pending)
  let { treeRoot: root, treePosition: position } = readInfo(session.db)
  const own = backups.filter((backup) => backup.trigger !== "imported" && backup.position >= from.position)
  for (const backup of own.toSorted((a, b) => a.position - b.position)) {
    root = updateTree(root, changedEntities(session.db, position, backup.position), nodes)
    position = backup.position
    if (!equalBytes(root, fromHex(backup.root)))
      throw malformed("backup", `the log does not lead to the root of b${backup.number}`)
  }
  for (const run of runsOf(pending.values(), nodeBlockTarget)) insertBlocks(session.db, [packBlock(run)])
  session.db.run("UPDATE library_info SET tree_root = ?, tree_position = ? WHERE id = 1", root, position)
  const problemsOf = treeInspector(session.nodeStore(new Map()), ({ hash }) => {
    if (!isKept(session.db, hash)) throw malformed("document", "it is missing")
  })
  for (const backup of backups)
    if (!own.includes(backup)) for (const { error } of problemsOf(fromHex(backup.root))) throw error
}

/** Inside a write transaction; `Moved` when the library is not where the line goes on, or an app wrote meanwhile. */
export const fastForward = (tx: Transaction, line: OtherLine, from: LogHead): LogHead | Moved => {
  const { session } = tx
  const { db } = session
  const head = readHead(db)
  if (hasPending(session) || head.position !== from.position || !equalBytes(head.chainHash, from.chainHash))
    return Moved.input("other programs kept writing to it")
  const after = commandAt(db, from.position)
  const commands = [...line.commands.values()]
    .filter(({ number }) => number > after)
    .sort((a, b) => a.number - b.number)
  checkCommands(line, from, commands)
  makeRoom(db, after, commands)
  for (const command of commands) insertCommand(db, command)
  insertEvents(db, line, from)
  const to = readHead(db)
  const moved = followRows(session, tx, from, to)
  if (moved !== undefined) return moved
  proveBackups(session, followBackups(db, line, from), from)
  return to
}
