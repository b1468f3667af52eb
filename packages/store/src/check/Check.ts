/**
 * Verifying a library: `quick` looks at its structure, `full` at every byte. Damage is named in words, and what is whole
 * elsewhere in the library is put in the place of what is not.
 */

import { randomInt } from "node:crypto"
import { type BackupInfo, decodeRoot, fromHex, InvalidInput, type OnProgress, toHex } from "@white-room/core"
import { catalogueOfLog, differingFields, readableBackups } from "../backup/Catalog.js"
import { closeGap } from "../capture/Capture.js"
import { patience } from "../capture/Commit.js"
import { hasGap } from "../capture/Watch.js"
import { readHead } from "../log/EventTable.js"
import { allDamaged, hasDamaged } from "../object/Damaged.js"
import { finished } from "../session/finished.js"
import { readInfo, type Session } from "../session/Session.js"
import { integrity } from "../sqlite/integrity.js"
import { storageError } from "../sqlite/storageError.js"
import { checkBlocks } from "./CheckBlocks.js"
import { checkLog, checkLogTail } from "./CheckLog.js"
import { checkTrees, documentsIn, explainObjects } from "./CheckObjects.js"
import { remember } from "./CheckRecords.js"
import { CheckThread } from "./CheckThread.js"
import { checkLiveRows } from "./checkLiveRows.js"
import { checkSchema } from "./checkSchema.js"
import { checkTogether } from "./checkTogether.js"
import { type Damage, Findings, reasonOf } from "./Findings.js"
import { mend } from "./mend.js"
import { Replay } from "./Replay.js"

export interface CheckOptions {
  /** `quick`: structure, catalogue, chain head, roots. `full`: every byte. Default quick. */
  readonly level?: "quick" | "full"
  /** Read only part n of t of the stored objects (1 ≤ n ≤ t), or a share of them (0 < share ≤ 1). Full checks only. */
  readonly subset?: { readonly part: number; readonly of: number } | { readonly share: number }
  /** False: put nothing right. Default true. */
  readonly mend?: boolean
  readonly onProgress?: OnProgress
}

export interface CheckReport {
  /** True when no damage was found. */
  readonly ok: boolean
  readonly level: "quick" | "full"
  readonly objects: number
  readonly bytes: number
  /** All that was found, what was mended included. */
  readonly damaged: ReadonlyArray<Damage>
  /** Entities written while the app had removed or changed the capture triggers: a gap in what was watched, not damage. */
  readonly gapEvents: number
  /** Tables of the app whose pages and indexes SQLite cannot check, because something in them only the app can evaluate. */
  readonly unchecked: ReadonlyArray<string>
  readonly durationMs: number
}

/**
 * What SQLite says of its file. Not `sound` when pages of it hang together in circles: then a walk through them may
 * not come back, and only this is said.
 */
const checkSqlite = (session: Session, full: boolean, findings: Findings) => {
  const { lines, unchecked } = integrity(session.db, full ? "full" : "quick", 1000)
  // The pages it read are not read again on this connection.
  session.db.exec("PRAGMA shrink_memory")
  for (const line of lines.slice(0, 20)) findings.add("the database file", line)
  return { readable: !lines.some((line) => line.includes("2nd reference to page")), unchecked }
}

const readCatalogue = (session: Session, findings: Findings): ReadonlyArray<BackupInfo> =>
  readableBackups(session.db, (number, error) => {
    const name = `b${String(number)}`
    findings.add(`backup ${name}`, `its catalogue row cannot be read: ${reasonOf(error)}`, [name])
  })

/** The catalogue must be exactly what the log says. Returns the backups of the log. */
const checkCatalogue = (session: Session, findings: Findings): ReadonlyArray<BackupInfo> => {
  // An event that cannot be read is found, and named, by `checkLog`.
  const logged = catalogueOfLog(session.db, (error) => void reasonOf(error))
  const found = new Map(readCatalogue(session, findings).map((backup) => [backup.backupId, backup]))
  for (const backup of logged.values()) {
    const row = found.get(backup.backupId)
    const name = `b${backup.number}`
    const wrong = row === undefined ? [] : differingFields(row, backup)
    if (row === undefined || wrong.length > 0) findings.wrongRows.add(backup.backupId)
    if (row === undefined) findings.add(`backup ${name}`, "it is missing from the catalogue", [name])
    else if (wrong.length > 0)
      findings.add(`backup ${name}`, `its catalogue row differs from the log in: ${wrong.join(", ")}`, [name])
    found.delete(backup.backupId)
  }
  for (const backup of found.values())
    findings.add(`backup b${backup.number}`, "the catalogue has it, the log does not", [`b${backup.number}`])
  return [...logged.values()].sort((a, b) => a.number - b.number)
}

/** Quick: the root object of every backup is there and readable. */
const checkRoots = (session: Session, backups: ReadonlyArray<BackupInfo>, findings: Findings): void => {
  const check = (root: Uint8Array, what: string, names: ReadonlyArray<string>) => {
    try {
      decodeRoot(session.reader.get(root))
    } catch (error) {
      findings.add(what, reasonOf(error), names)
      findings.unreadable.set(toHex(root), reasonOf(error))
    }
  }
  check(readInfo(session.db).treeRoot, "the current tree", [])
  for (const backup of backups) check(fromHex(backup.root), `backup b${backup.number}`, [`b${backup.number}`])
}

/** Which blocks a subset reads: part n of t, or a random share. */
const subsetOf = (subset: CheckOptions["subset"]): ((block: number) => boolean) => {
  if (subset === undefined) return () => true
  if ("share" in subset) {
    if (!(subset.share > 0 && subset.share <= 1))
      throw new InvalidInput({ field: "subset", reason: "a share lies between 0 and 100 %" })
    const of = Math.max(1, Math.round(1 / subset.share))
    return subsetOf({ part: randomInt(of) + 1, of })
  }
  const { part, of } = subset
  if (!Number.isInteger(part) || !Number.isInteger(of) || part < 1 || part > of)
    throw new InvalidInput({ field: "subset", reason: "n/t needs whole numbers with 1 ≤ n ≤ t" })
  return (block) => Math.abs(block) % of === part - 1
}

function* checkFull(session: Session, options: CheckOptions, findings: Findings): Generator<void> {
  const chosen = subsetOf(options.subset)
  const backups = checkCatalogue(session, findings)
  const stored = yield* checkBlocks(session.db, findings, chosen, (done, total) =>
    options.onProgress?.({ done, total, step: "read objects" })
  )
  const documents = documentsIn(stored, findings)
  const store = stored.nodeStore(session)
  checkTrees(session, backups, store, documents, findings)
  const events = readHead(session.db).position
  let done = 0
  const before = findings.damaged.length
  const replay = new Replay(session.db, store)
  const records = yield* checkLog(session, findings, store, replay, documents, (count) => {
    done += count
    options.onProgress?.({ done, total: events, step: "replay the log" })
  })
  findings.logIsWhole = findings.damaged.length === before
  checkLiveRows(session, records, findings)
  explainObjects(session, backups, findings)
}

const checkQuick = (session: Session, findings: Findings): void => {
  checkLogTail(session, findings)
  const backups = checkCatalogue(session, findings)
  checkRoots(session, backups, findings)
  for (const { hash, reason } of allDamaged(session.db)) findings.badObject(hash, reason)
  explainObjects(session, backups, findings)
}

/**
 * A reader on one snapshot. What an app wrote unwatched is taken over first: in the snapshot it would look like
 * damage, so when an app comes in between, it is done again.
 */
const openSnapshot = (
  session: Session,
  sound: boolean,
  now: number
): { readonly reader: Session; readonly gapEvents: number } => {
  let gapEvents = 0
  for (let tries = 0; ; tries++) {
    if (sound) gapEvents += closeGap(session, now)
    const reader = session.openReader()
    try {
      reader.db.exec("BEGIN")
      if (!sound || tries === patience || !hasGap(reader)) return { reader, gapEvents }
    } catch (error) {
      reader.close()
      throw error
    }
    reader.close()
  }
}

interface Looked {
  readonly findings: Findings
  readonly gapEvents: number
  /** The file itself is sound, and can be written. */
  readonly sound: boolean
  readonly unchecked: CheckReport["unchecked"]
}

/**
 * Looks with a second thread; `undefined` where not all is well, or that cannot be told. What an app wrote unwatched must be taken over
 * first, and a file that is not sound must be looked at in one order: both are for `lookAlone`.
 */
function* lookTogether(
  session: Session,
  thread: CheckThread,
  onProgress: OnProgress | undefined
): Generator<void, Looked | undefined> {
  const findings = new Findings()
  const { readable, unchecked } = checkSqlite(session, false, findings)
  if (!readable || !findings.isEmpty || unchecked.length > 0 || hasGap(session)) return undefined
  thread.beforeSnapshot()
  const reader = session.openReader()
  try {
    reader.db.exec("BEGIN")
    if (hasGap(reader)) return undefined
    thread.begin()
    checkSchema(reader, findings)
    const backups = checkCatalogue(reader, findings)
    if (!findings.isEmpty || !(yield* checkTogether(reader, backups, thread, findings, onProgress)))
      return undefined
    return { findings, gapEvents: 0, sound: !session.readonly, unchecked }
  } catch (error) {
    // `lookAlone` comes by it again, and knows what it is part of.
    if (storageError(error, session.path) === undefined) throw error
    return undefined
  } finally {
    reader.close()
  }
}

/**
 * Looks once. It reads one snapshot on a connection of its own, so that between two steps anybody may write; what it
 * writes is what an app wrote unwatched.
 */
function* lookAlone(session: Session, options: CheckOptions, now: number): Generator<void, Looked> {
  const level = options.level ?? "quick"
  const findings = new Findings()
  const { readable, unchecked } = checkSqlite(session, level === "full", findings)
  const sound = findings.damaged.length === 0 && !session.readonly
  const { reader, gapEvents } = openSnapshot(session, sound, now)
  try {
    if (!readable) findings.add("the rest", "it was not looked at, because the database file is damaged")
    else {
      checkSchema(reader, findings)
      if (level === "full") yield* checkFull(reader, options, findings)
      else checkQuick(reader, findings)
    }
  } catch (error) {
    // SQLite has said where the file is damaged; that the rest cannot be read then is part of it.
    if (findings.damaged.length === 0 || storageError(error, session.path)?._tag !== "LibraryDamaged")
      throw error
    findings.add("the rest", "it cannot be read, because the database file is damaged")
  } finally {
    reader.close()
  }
  return { findings, gapEvents, sound, unchecked }
}

function* look(
  session: Session,
  options: CheckOptions,
  now: number,
  leastBytes: number | undefined
): Generator<void, Looked> {
  const thread =
    options.level === "full" && options.subset === undefined
      ? CheckThread.for(session, leastBytes)
      : undefined
  if (thread !== undefined)
    try {
      const looked = yield* lookTogether(session, thread, options.onProgress)
      if (looked !== undefined) return looked
    } finally {
      thread.end()
    }
  return yield* lookAlone(session, options, now)
}

/** The catalogue, the trees and the documents may each hide damage of the next; what is left then is not mended. */
const mostLooks = 4

/** What was found first, and what of it is still so. */
const together = (first: ReadonlyArray<Damage>, still: ReadonlyArray<Damage>): Array<Damage> => {
  const left = new Set(still.map(({ what }) => what))
  const found = new Set(first.map(({ what }) => what))
  return [
    ...first.map((damage) => (left.has(damage.what) ? damage : { ...damage, mended: true })),
    ...still.filter(({ what }) => !found.has(what))
  ]
}

/**
 * Checks the library in steps. What is damaged and whole elsewhere in it is mended, and looked at again: only what a
 * second look finds whole counts as mended. `leastBytes`: of a smaller library everything is looked at on one thread.
 */
export function* checkSteps(
  session: Session,
  options: CheckOptions,
  now: number,
  leastBytes?: number
): Generator<void, Omit<CheckReport, "durationMs">> {
  session.requireNoTransaction()
  const level = options.level ?? "quick"
  const first = yield* look(session, options, now, leastBytes)
  const { damaged } = first.findings
  let [last, found, gapEvents] = [first, damaged, first.gapEvents]
  const wantsMending = () =>
    options.mend !== false && last.sound && (last.findings.damaged.length > 0 || hasDamaged(session.db))
  // What is whole again may show what is damaged behind it.
  for (let looks = 1; looks < mostLooks && wantsMending() && mend(session, last.findings, now); looks++) {
    last = yield* look(session, options, now, leastBytes)
    found = together(found, last.findings.damaged)
    gapEvents += last.gapEvents
  }
  if (last.sound && options.subset === undefined) remember(session, level, last.findings, now)
  const { objects, bytes } = last.findings
  return {
    ok: damaged.length === 0,
    level,
    objects,
    bytes,
    damaged: found,
    gapEvents,
    unchecked: first.unchecked
  }
}

/** All steps at once. */
export const checkLibrary = (
  session: Session,
  options: CheckOptions,
  now: number,
  leastBytes?: number
): Omit<CheckReport, "durationMs"> => finished(checkSteps(session, options, now, leastBytes))
