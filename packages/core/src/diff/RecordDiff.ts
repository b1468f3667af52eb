/** What changed between two records of one song, performance or preferences: metadata, document, and other columns. */
import { toHex } from "../codec/Bytes.js"
import { compare, freshScope } from "../document/Delta.js"
import { parseDocument } from "../document/Document.js"
import type { Json } from "../document/Json.js"
import { type JsonPatch, type JsonPatchOperation, patchOf, pathTo } from "../document/JsonPatch.js"
import { type Cell, fieldOfColumn, type Kind, liveTables, text, textOfCell } from "../model/Entity.js"
import { performanceOfRow } from "../model/Performance.js"
import { changedColumns } from "../model/Record.js"
import { ObjectRef, type RecordCells } from "../model/RecordCells.js"
import { songOfRow } from "../model/Song.js"
import { parseTime } from "../model/Time.js"
import { preferencesOfRow } from "../model/UserPreferences.js"
import { english } from "../words/english.js"
import { fieldWords } from "../words/fieldWords.js"
import { type LanguageTag, phrasesOf } from "../words/Language.js"
import type { Phrases } from "../words/Phrases.js"
import type { InLanguage } from "../words/Place.js"
import { Words } from "../words/Words.js"
import { compareDocuments, type Sameness } from "./DocumentDiff.js"
import { tellField } from "./FieldDiff.js"

export interface EntityDiff {
  readonly change: "created" | "changed" | "deleted" | "none"
  /** `meaning` when nothing a person would call a change was made: other spelling, or only the time of saving. */
  readonly same: Sameness
  /** One phrase per change, ready to print; empty exactly when `same` is not `no`. */
  readonly words: ReadonlyArray<string>
  /**
   * RFC 6902 over the model's JSON (`/name`, `/tags/0`), with the parsed document under `/songDataJSON` or
   * `/performanceDataJSON` and columns that the model does not know under their own names. `undefined` for what was
   * created or deleted, and where a document has no patch that is sure.
   */
  readonly patch: JsonPatch | undefined
}

/**
 * Compares two records of one entity; `undefined` is one that does not exist. `content` fetches what a record keeps
 * as an object, and is asked only for what differs; it answers `undefined` for what is no longer kept. The words are English unless
 * `language` says otherwise.
 */
export const diffRecords = (
  kind: Kind,
  before: RecordCells | undefined,
  after: RecordCells | undefined,
  content: (ref: ObjectRef) => string | undefined,
  language?: LanguageTag
): EntityDiff => {
  const say = phrasesOf(language)
  if (before === undefined && after === undefined)
    return { change: "none", same: "bytes", words: [], patch: [] }
  if (before === undefined) return { change: "created", same: "no", words: [say.created], patch: undefined }
  if (after === undefined) return { change: "deleted", same: "no", words: [say.deleted], patch: undefined }
  const columns = changedColumns(before, after)
  if (columns.length === 0) return { change: "none", same: "bytes", words: [], patch: [] }
  const diff = new ColumnsDiff(say)
  const [was, is] = [readSide(kind, before, columns, content), readSide(kind, after, columns, content)]
  for (const column of columns) {
    if (column === liveTables[kind].contentColumn)
      diff.document(column, was.cells.get(column), is.cells.get(column))
    else if (liveTables[kind].columns.includes(column)) diff.field(column, was, is)
    else diff.unknown(column, was.cells.get(column), is.cells.get(column))
  }
  return diff.result()
}

/** A cell whose object is no longer kept. */
class Gone {}

interface Side {
  readonly cells: ReadonlyMap<string, Cell | Gone>
  /** A field of the model's JSON, right for the changed columns only. */
  readonly field: (name: string) => Json | undefined
}

const modelOf = { song: songOfRow, performance: performanceOfRow, preferences: preferencesOfRow }

const readSide = (
  kind: Kind,
  record: RecordCells,
  columns: ReadonlyArray<string>,
  content: (ref: ObjectRef) => string | undefined
): Side => {
  const cells = new Map<string, Cell | Gone>()
  const row = new Map<string, Cell>()
  for (const column of columns) {
    const cell = record.get(column)
    if (cell === undefined) continue
    const value = cell instanceof ObjectRef ? content(cell)?.toWellFormed() : cell
    cells.set(column, value === undefined ? new Gone() : typeof value === "string" ? text(value) : value)
    if (value !== undefined && column !== liveTables[kind].contentColumn && isReadable(column, value))
      row.set(column, typeof value === "string" ? text(value) : value)
  }
  const model: Readonly<Record<string, unknown>> = { ...modelOf[kind]("any", row) }
  return { cells, field: (name) => (Object.hasOwn(model, name) ? jsonOf(model[name]) : undefined) }
}

/** What a field of a model is in JSON: the models are plain objects of JSON values and dates. */
const jsonOf = (value: unknown): Json | undefined =>
  value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as Json)

/** The only field that may be nested deeper than a reader that recurses can follow. */
const isReadable = (column: string, value: Cell | string): boolean =>
  column !== "custom_preferences" ||
  value === null ||
  parseDocument(typeof value === "string" ? value : textOf(value)) !== undefined

const labelOf =
  (field: string): InLanguage =>
  (say) =>
    say.name(fieldWords(field).label)

class ColumnsDiff {
  private readonly words: Words
  private readonly operations: Array<JsonPatchOperation> = []
  private sure = true

  constructor(say: Phrases) {
    this.words = new Words(say)
  }

  result(): EntityDiff {
    const words = this.words.list
    const patch = this.sure ? this.operations : undefined
    return { change: "changed", same: words.length === 0 ? "meaning" : "no", words, patch }
  }

  /** A field of the model; a stored value that it cannot read is compared as it stands. */
  field(column: string, before: Side, after: Side): void {
    const field = fieldOfColumn(column)
    const [was, is] = [before.field(field), after.field(field)]
    const [stored, now] = [before.cells.get(column), after.cells.get(column)]
    if (stored instanceof Gone || now instanceof Gone) this.gone(labelOf(field), stored instanceof Gone)
    else if (!this.step(field, was, is) && !isSpelling(stored ?? null, now ?? null))
      tellField(field, jsonOfCell(stored ?? null), jsonOfCell(now ?? null), this.words)
  }

  unknown(column: string, before: Cell | Gone | undefined, after: Cell | Gone | undefined): void {
    if (before instanceof Gone || after instanceof Gone) {
      this.gone(labelOf(column), before instanceof Gone)
      return
    }
    const [was, is] = [before, after].map((cell) => (cell === undefined ? undefined : jsonOfCell(cell)))
    if (!this.step(column, was, is)) this.words.add((say) => say.otherForm(labelOf(column)(say)))
  }

  /** Adds the patch and the words of a field; false when there is no difference. */
  private step(field: string, before: Json | undefined, after: Json | undefined): boolean {
    const path = pathTo("", field)
    if (before === undefined || after === undefined) {
      if (before === undefined && after === undefined) return false
      this.operations.push(after === undefined ? { op: "remove", path } : { op: "add", path, value: after })
    } else {
      const delta = compare(before, after, freshScope())
      if (delta === undefined) return false
      this.operations.push(...patchOf(delta, path))
    }
    if (field !== "updatedAt") tellField(field, before, after, this.words)
    return true
  }

  private gone(label: InLanguage, isEarlier: boolean): void {
    this.sure = false
    this.words.add((say) => say.gone(label(say), isEarlier))
  }

  document(column: string, before: Cell | Gone | undefined, after: Cell | Gone | undefined): void {
    if (before instanceof Gone || after instanceof Gone) {
      this.gone((say) => say.name("content"), before instanceof Gone)
      return
    }
    const [was, is] = [before, after].map((cell) => textOf(cell ?? null))
    const diff = compareDocuments(was ?? "", is ?? "", this.words.say)
    this.words.addAll(diff.words)
    const path = pathTo("", fieldOfColumn(column))
    if (diff.patch)
      this.operations.push(...diff.patch.map((operation) => ({ ...operation, path: path + operation.path })))
    else this.replaceDocument(path, is ?? "")
  }

  private replaceDocument(path: string, after: string): void {
    const document = parseDocument(after)
    if (document && document.inexact.length > 0) this.sure = false
    else this.operations.push({ op: "replace", path, value: document ? document.value : after })
  }
}

const textOf = (cell: Cell): string => (cell === null ? "" : textOfCell(cell))

const jsonOfCell = (cell: Cell): Json => {
  if (cell instanceof Uint8Array) return `x'${toHex(cell)}'`
  if (typeof cell === "bigint") return Number.isSafeInteger(Number(cell)) ? Number(cell) : String(cell)
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : String(cell)
  return cell === null ? null : cell.toString()
}

/** Two stored values of one meaning: `180` and `180.0`, a time in another notation, JSON with other spaces, a default. */
const isSpelling = (before: Cell, after: Cell): boolean => {
  if (before === null || after === null) return true
  const [was, is] = [textOf(before), textOf(after)]
  if (was === is || (was !== "" && is !== "" && Number(was) === Number(is))) return true
  const time = parseTime(was)?.getTime()
  return (
    (time !== undefined && time === parseTime(is)?.getTime()) ||
    compareDocuments(was, is, english).same === "meaning"
  )
}
