/**
 * A database: another White Room library, or that of an app. Its rows are merged and its backups taken over. What is
 * read is a copy that belongs to us; nothing in it is trusted.
 */
import {
  fromHex,
  type Kind,
  kinds,
  liveTables,
  malformed,
  nameOfRecord,
  type ObjectRef,
  objectsOfRecord,
  parseTime,
  type Row,
  spellTime,
  Text,
  type TimeSpelling,
  text,
  treeInspector
} from "@white-room/core"
import { readableBackups } from "../backup/Catalog.js"
import { entriesThatCanBeRead, incompleteId, incompleteTag } from "../bundle/WholePart.js"
import { reasonOf } from "../check/Findings.js"
import { isNullId, LiveTable } from "../live/LiveTable.js"
import { openSession } from "../session/openSession.js"
import type { Session } from "../session/Session.js"
import { Database } from "../sqlite/Database.js"
import { hasTable } from "../sqlite/Schema.js"
import { storageError } from "../sqlite/storageError.js"
import type { FileProblem, ImportSource, Staged, Staging } from "../staging/ImportSource.js"
import { isSetAside, readOldBackups } from "../staging/OldBackups.js"
import { type ForeignRow, type StagedState, Stager, StateStager } from "../staging/Stager.js"
import { timeSpellingOf } from "../staging/timeSpellingOf.js"

/** Rows that are in memory at once: each may be large. */
const rowsAtOnce = 4

/** Between two turns of other fibers. */
const entitiesAtOnce = 50

/** Takes down what cannot be read, and goes on. Anything but damage of the source is thrown. */
class Problems {
  readonly all: Array<FileProblem> = []

  constructor(private readonly file: string) {}

  tell(what: string, reason: string): void {
    this.all.push({ file: this.file, reason: `${what}: ${reason}` })
  }

  add(what: string, error: unknown): void {
    const known = storageError(error, this.file)
    if (known === undefined) throw error
    this.tell(what, reasonOf(known))
  }
}

/** Whose times the rows get: those of the library that they are for, unless that is empty. */
const spellingFor = ({ session }: Staging, db: Database): TimeSpelling => {
  if (kinds.some((kind) => (session.tables[kind]?.count() ?? 0) > 0)) return timeSpellingOf(session)
  try {
    return timeSpellingOf({ db })
  } catch (error) {
    // What is damaged is told when the rows are read.
    if (storageError(error, "") === undefined) throw error
    return "iso"
  }
}

/** A row with its times as the library's app spells them; other texts stay. */
const respelled = (row: Row, times: TimeSpelling): Row => {
  const cells = new Map(row)
  for (const column of ["created_at", "updated_at"]) {
    const cell = row.get(column)
    const stored = cell instanceof Text ? cell.toString() : ""
    const other = times === "iso" ? iosTime : isoTime
    const time = other.test(stored) ? parseTime(stored) : undefined
    if (time !== undefined) cells.set(column, text(spellTime(time, times)))
  }
  return cells
}

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/
const iosTime = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,3})?$/

/** The rows of one table, a few at a time; nameless ones are told. */
function* rowsOf(db: Database, kind: Kind, problems: Problems): Generator<ForeignRow> {
  const { table: name } = liveTables[kind]
  let nameless = 0
  try {
    for (const { id, row } of LiveTable.of(db, kind, "unknown")?.rows(rowsAtOnce) ?? []) {
      if (isNullId(id)) nameless++
      else yield { kind, id, row }
    }
  } catch (error) {
    problems.add(`table ${name}`, error)
  }
  if (nameless > 0) problems.tell(`table ${name}`, `${nameless} of its rows have no id and cannot be named`)
}

/** The columns of a live table that an app insists on, and gives no value of its own. */
const required = ({ db }: Session, kind: Kind): ReadonlyArray<string> =>
  db
    .rows<[string]>(
      'SELECT name FROM pragma_table_info(?) WHERE "notnull" = 1 AND dflt_value IS NULL',
      liveTables[kind].table
    )
    .map(([name]) => name)

const nameOf = (kind: Kind, { id, row }: ForeignRow): string => {
  const name = row.get(liveTables[kind].nameColumn)
  return `${kind} ${name instanceof Text ? `${name.toString()} (${id})` : id}`
}

function* stageLive(
  db: Database,
  staging: Staging,
  times: TimeSpelling,
  problems: Problems
): Generator<void, StagedState> {
  const { session, now, target, onProgress } = staging
  const state = new StateStager(session, now, target)
  for (const kind of kinds) {
    const columns = required(session, kind)
    for (const found of rowsOf(db, kind, problems)) {
      const missing = columns.filter((column) => (found.row.get(column) ?? null) === null)
      if (missing.length > 0) {
        problems.tell(nameOf(kind, found), `it has no ${missing.join(", ")} and was left out`)
        continue
      }
      state.add({ ...found, row: respelled(found.row, times) })
      if (state.count % entitiesAtOnce !== 0) continue
      onProgress?.({ done: state.count, total: state.count, step: "read" })
      yield
    }
  }
  return state.finish()
}

type Backups = Staged["backups"]

/** The app's own backups, as Phase 5 keeps them. */
function* stageOldBackups(
  db: Database,
  { session, now, target }: Staging,
  times: TimeSpelling,
  problems: Problems
): Generator<void, Backups> {
  const backups: Array<Backups[number]> = []
  try {
    for (const old of readOldBackups(db, times)) {
      if (isSetAside(old)) {
        problems.tell(old.what, old.reason)
        continue
      }
      for (const { what, reason } of old.problems) problems.tell(what, reason)
      const state = new StateStager(session, now, target)
      for (const row of old.rows) state.add(row)
      backups.push({ ...state.finish(), backup: old.backup })
      yield
    }
  } catch (error) {
    problems.add("table backups", error)
  }
  return backups
}

/** A document of a library of unknown origin must have the length that its record says. */
const checkLength = (library: Session, { hash, length }: ObjectRef): void => {
  const found = library.db.row<[unknown]>("SELECT length FROM object WHERE hash = ?", hash)?.[0]
  if (found === undefined) throw malformed("document", "its document is missing")
  if (found !== length) throw malformed("document", "its document has another length than it says")
}

/**
 * The backups of another library. Of one that is not whole, what is whole comes under an id of its own, so that the whole
 * one may come later; what is missing is told.
 */
function* stageOwnBackups(
  library: Session,
  { session, now, target, onProgress }: Staging,
  problems: Problems
): Generator<void, Backups> {
  const backups: Array<Backups[number]> = []
  const documents = new Stager(session, now, target)
  const nodes = library.nodeStore(new Map())
  const problemsOf = treeInspector(nodes, (ref) => checkLength(library, ref))
  const kept = readableBackups(library.db, (number, error) => problems.add(`backup ${String(number)}`, error))
  for (const { forgottenAt, ...backup } of kept) {
    if (forgottenAt !== undefined) continue
    const state = new StateStager(session, now, target, documents)
    const name = `backup b${backup.number}`
    const root = fromHex(backup.root)
    const faults = problemsOf(root)
    let isWhole = faults.length === 0
    for (const { entity, error } of faults) if (entity === undefined) problems.add(name, error)
    for (const { kind, entry } of entriesThatCanBeRead(root, nodes)) {
      const { id, record } = entry
      try {
        for (const ref of objectsOfRecord(kind, record)) {
          checkLength(library, ref)
          documents.addLazily(ref.hash, () => library.reader.get(ref.hash).slice())
        }
        state.addRecord({ kind, id, record })
      } catch (error) {
        isWhole = false
        problems.add(`${name}: ${kind} ${nameOfRecord(kind, record) || id}`, error)
      }
      if (state.count % entitiesAtOnce === 0) yield
    }
    if (isWhole) backups.push({ ...state.finish(), backup })
    else if (state.count > 0) {
      const staged = state.finish()
      const tags = [...new Set([...backup.tags, incompleteTag])]
      const backupId = incompleteId(backup.backupId, staged.root)
      backups.push({ ...staged, backup: { ...backup, backupId, tags } })
    }
    onProgress?.({ done: backups.length, total: kept.length, step: "read backups" })
    yield
  }
  // What all of them need together is asked for once.
  return backups.map((each, index) =>
    index === 0 ? { ...each, needs: [...each.needs, ...documents.needs] } : each
  )
}

/** Both kinds of backups that a file may have, oldest first. */
const inOrder = (backups: Backups): Backups =>
  backups.toSorted((a, b) => a.backup.timestamp.getTime() - b.backup.timestamp.getTime())

/**
 * @param path the copy, which belongs to us
 * @param time when the original last changed
 */
export const databaseSource = (path: string, file: string, time: number): ImportSource =>
  function* (staging) {
    const problems = new Problems(file)
    const nothing: Staged = {
      backups: [],
      merge: undefined,
      time,
      problems: problems.all,
      warnings: [],
      doubled: 0
    }
    let db: Database | undefined
    let library: Session | undefined
    try {
      try {
        db = openCopy(path)
        if (hasTable(db, "library_info")) library = openSession(path, staging.session.options)
      } catch (error) {
        problems.add("the file", error)
      }
      if (db === undefined) return nothing
      if (library === undefined && !hasTable(db, "song_data") && !hasTable(db, "backups")) {
        problems.tell("the file", "it is a SQLite database of something else")
        return nothing
      }
      if (db.pragma("encoding") !== "UTF-8") {
        problems.tell("the file", "its texts are UTF-16, which White Room never wrote")
        return nothing
      }
      const times = spellingFor(staging, db)
      const merge = yield* stageLive(db, staging, times, problems)
      const old = yield* stageOldBackups(db, staging, times, problems)
      const own = library === undefined ? [] : yield* stageOwnBackups(library, staging, problems)
      return { ...nothing, backups: inOrder([...own, ...old]), merge }
    } finally {
      library?.close()
      db?.close()
    }
  }

/** Nothing that the file itself defines is run. */
const openCopy = (path: string): Database => {
  const db = Database.open(path, { readonly: false })
  try {
    db.exec("PRAGMA trusted_schema = 0")
    void db.schemaVersion
    return db
  } catch (error) {
    db.close()
    throw error
  }
}
