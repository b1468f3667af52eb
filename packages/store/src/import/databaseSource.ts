/**
 * A database: another White Room library, or that of an app. Its rows are merged and its backups taken over. What is
 * read is a copy that belongs to us; nothing in it is trusted: see `ForeignDatabase`.
 */
import {
  type BoundedList,
  bounds,
  fromHex,
  incompleteTag,
  type Kind,
  kinds,
  liveTables,
  malformed,
  nameOfRecord,
  type ObjectRef,
  objectsOfRecord,
  parseTime,
  type Row,
  shortened,
  spellTime,
  Text,
  type TimeSpelling,
  text,
  treeInspector
} from "@white-room/core"
import { readableBackups } from "../backup/Catalog.js"
import { entriesThatCanBeRead, incompleteId } from "../bundle/WholePart.js"
import { reasonOf } from "../check/Findings.js"
import { Budget, type ForeignDatabase, openForeign } from "../file/ForeignDatabase.js"
import { isNullId, LiveTable } from "../live/LiveTable.js"
import { openForeignLibrary } from "../session/openForeignLibrary.js"
import { readInfo, type Session } from "../session/Session.js"
import type { Database } from "../sqlite/Database.js"
import { hasTable } from "../sqlite/Schema.js"
import { storageError } from "../sqlite/storageError.js"
import {
  type FileProblem,
  foreignBackup,
  type ImportSource,
  problemList,
  type Staged,
  type Staging
} from "../staging/ImportSource.js"
import { isSetAside } from "../staging/OldBackup.js"
import { readOldBackups } from "../staging/OldBackups.js"
import { type ForeignRow, joined, type StagedState, Stager, StateStager } from "../staging/Stager.js"
import { timeSpellingOf } from "../staging/timeSpellingOf.js"

/** Rows that are in memory at once: each may be large. */
const rowsAtOnce = 4

/** Between two turns of other fibers. */
const entitiesAtOnce = 50

/** Takes down what cannot be read, and goes on. Anything but damage of the source is thrown. */
class Problems {
  readonly all: BoundedList<FileProblem>

  constructor(private readonly file: string) {
    this.all = problemList(file)
  }

  tell(what: string, reason: string): void {
    this.all.add({ file: this.file, reason: `${shortened(what)}: ${shortened(reason, bounds.shownReason)}` })
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

/** What the cells of a row take at least. */
const bytesOf = (row: Row): number => {
  let bytes = 0
  for (const cell of row.values())
    if (cell instanceof Text) bytes += cell.string?.length ?? cell.bytes.length
    else bytes += cell instanceof Uint8Array ? cell.length : 1
  return bytes
}

/** The rows of one table, a few at a time; nameless ones are told. */
function* rowsOf({ db, bytes }: ForeignDatabase, kind: Kind, problems: Problems): Generator<ForeignRow> {
  const { table: name } = liveTables[kind]
  const budget = new Budget(bytes)
  let nameless = 0
  try {
    for (const { id, row } of LiveTable.of(db, kind, "unknown")?.rows(rowsAtOnce) ?? []) {
      budget.spend(bytesOf(row))
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
  foreign: ForeignDatabase,
  staging: Staging,
  times: TimeSpelling,
  problems: Problems
): Generator<void, StagedState> {
  const { session, now, target, onProgress } = staging
  const state = new StateStager(session, now, target)
  for (const kind of kinds) {
    const columns = required(session, kind)
    for (const found of rowsOf(foreign, kind, problems)) {
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
  { db, bytes }: ForeignDatabase,
  { session, now, target }: Staging,
  times: TimeSpelling,
  problems: Problems
): Generator<void, Backups> {
  const backups: Array<Backups[number]> = []
  try {
    const budget = new Budget(bytes)
    for (const old of readOldBackups(db, times, (read) => budget.spend(read))) {
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

/** A list, or none and what is wrong with it. */
const attemptList = <A>(problems: Problems, read: () => ReadonlyArray<A>): ReadonlyArray<A> => {
  try {
    return read()
  } catch (error) {
    problems.add("its backups", error)
    return []
  }
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
  const kept = attemptList(problems, () =>
    readableBackups(library.db, (number, error) => problems.add(`backup ${String(number)}`, error))
  )
  for (const { forgottenAt, ...backup } of kept) {
    if (forgottenAt !== undefined) continue
    const foreign = foreignBackup(backup, readInfo(library.db).libraryId)
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
    if (isWhole) backups.push({ ...state.finish(), backup: foreign })
    else if (state.count > 0) {
      const staged = state.finish()
      const backupId = incompleteId(backup.backupId, staged.root)
      const tags = [...new Set([...backup.tags, incompleteTag])]
      backups.push({ ...staged, backup: { ...foreign, backupId, tags } })
    }
    onProgress?.({ done: backups.length, total: kept.length, step: "read backups" })
    yield
  }
  // What all of them need together is asked for once.
  return backups.map((each, index) =>
    index === 0 ? { ...each, needs: joined(each.needs, documents.needs) } : each
  )
}

/** Both kinds of backups that a file may have, oldest first. */
const inOrder = (backups: Backups): Backups =>
  backups.toSorted((a, b) => a.backup.timestamp.getTime() - b.backup.timestamp.getTime())

const refusal = ({ db, schema }: ForeignDatabase, library: Session | undefined): string | undefined => {
  if (library === undefined && !hasTable(db, "song_data") && !hasTable(db, "backups")) {
    const forged = schema.some(({ name }) => name === "song_data" || name === "backups")
    return forged
      ? "its songs are not in a table that White Room makes"
      : "it is a SQLite database of something else"
  }
  return db.pragma("encoding") === "UTF-8" ? undefined : "its texts are UTF-16, which White Room never wrote"
}

/**
 * @param path the copy, which belongs to us
 * @param time when the original last changed
 */
export const databaseSource = (path: string, file: string, time: number): ImportSource =>
  function* (staging) {
    const problems = new Problems(file)
    const result = (found: Pick<Staged, "backups" | "merge">): Staged => ({
      ...found,
      time,
      problems: problems.all.items,
      warnings: [],
      doubled: 0
    })
    const nothing = { backups: [], merge: undefined }
    let foreign: ForeignDatabase | undefined
    try {
      let library: Session | undefined
      try {
        foreign = openForeign(path, file)
        library = openForeignLibrary(foreign, file, staging.session.options)
      } catch (error) {
        problems.add("the file", error)
      }
      if (foreign === undefined) return result(nothing)
      const refused = refusal(foreign, library)
      if (refused !== undefined) problems.tell("the file", refused)
      if (refused !== undefined) return result(nothing)
      for (const name of foreign.notOurs)
        problems.tell(`table ${name}`, "it is not the one that White Room makes and was not read")
      const times = spellingFor(staging, foreign.db)
      const merge = yield* stageLive(foreign, staging, times, problems)
      const old = yield* stageOldBackups(foreign, staging, times, problems)
      const own = library === undefined ? [] : yield* stageOwnBackups(library, staging, problems)
      return result({ backups: inOrder([...own, ...old]), merge })
    } finally {
      foreign?.db.close()
    }
  }
