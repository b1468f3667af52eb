import { fromUtf8, utf8 } from "../codec/Bytes.js"
import { merge3 } from "../diff/Merge.js"
import { type Cell, fieldOfColumn, type Kind, liveTables } from "../model/Entity.js"
import { decodeRecord, encodeCells, equalCells, type NewObject } from "../model/Record.js"
import { ObjectRef, type RecordCells } from "../model/RecordCells.js"
import type { Sha256 } from "../object/Sha256.js"
import { fieldWords } from "../words/fieldWords.js"
import { type LanguageTag, phrasesOf } from "../words/Language.js"
import type { Combined } from "./RestorePlan.js"

/** The version both sides come from, the one to take over, and today's. */
export interface ThreeRecords {
  readonly base: Uint8Array
  readonly theirs: Uint8Array
  readonly ours: Uint8Array
}

type StoredCell = Cell | ObjectRef | undefined

interface Side {
  readonly base: StoredCell
  readonly theirs: StoredCell
  readonly ours: StoredCell
}

/** The one that changed; `undefined` when both did, to different values. */
const changedSide = ({ base, theirs, ours }: Side): { readonly cell: StoredCell } | undefined => {
  if (equalCells(theirs, ours) || equalCells(base, theirs)) return { cell: ours }
  return equalCells(base, ours) ? { cell: theirs } : undefined
}

const textOf = (cell: StoredCell, content: (ref: ObjectRef) => Uint8Array): string | undefined =>
  cell instanceof ObjectRef && cell.text ? fromUtf8(content(cell)) : undefined

/** Times of the record itself: they follow the combination and are not a conflict. */
const bookkeeping = new Set(["updated_at", "created_at"])

/**
 * Combines two records that both changed since `base`: column by column, documents part by part. Where both changed
 * the same thing, today's stays and a note says what. `record` is absent when a document cannot be combined at all.
 */
export const combineRecords = (
  kind: Kind,
  records: ThreeRecords,
  content: (ref: ObjectRef) => Uint8Array,
  sha256: Sha256,
  language?: LanguageTag
): Combined => {
  const say = phrasesOf(language)
  const [base, theirs, ours] = [records.base, records.theirs, records.ours].map((record) =>
    decodeRecord(kind, record)
  )
  if (base === undefined || theirs === undefined || ours === undefined)
    return { record: undefined, notes: [], objects: [] }
  const cells = new Map<string, Cell | ObjectRef>()
  const notes: Array<string> = []
  const objects: Array<NewObject> = []
  for (const column of columnsOf(base, theirs, ours)) {
    const side = { base: base.get(column), theirs: theirs.get(column), ours: ours.get(column) }
    const changed = changedSide(side)
    const cell = changed ? changed.cell : side.ours
    if (changed === undefined && column === liveTables[kind].contentColumn) {
      const merged = mergeDocuments(side, content, sha256, language)
      if (merged.object === undefined) return { record: undefined, notes: merged.conflicts, objects: [] }
      objects.push(merged.object)
      notes.push(...merged.conflicts)
      cells.set(column, new ObjectRef(merged.object.hash, merged.object.bytes.length, true))
      continue
    }
    if (changed === undefined && !bookkeeping.has(column))
      notes.push(say.bothChanged(columnName(column, language)))
    if (cell !== undefined) cells.set(column, cell)
  }
  return { record: encodeCells(kind, cells), notes, objects }
}

/** English calls a column here as the table does. */
const columnName = (column: string, language: LanguageTag = "en"): string =>
  language === "en" ? column : phrasesOf(language).name(fieldWords(fieldOfColumn(column)).label)

const columnsOf = (...records: ReadonlyArray<RecordCells>): ReadonlySet<string> =>
  new Set(records.flatMap((record) => [...record.keys()]))

const mergeDocuments = (
  side: Side,
  content: (ref: ObjectRef) => Uint8Array,
  sha256: Sha256,
  language: LanguageTag | undefined
) => {
  const say = phrasesOf(language)
  const [base, theirs, ours] = [
    textOf(side.base, content),
    textOf(side.theirs, content),
    textOf(side.ours, content)
  ]
  if (base === undefined || theirs === undefined || ours === undefined)
    return { object: undefined, conflicts: [say.notTexts] }
  const { merged, conflicts } = merge3(base, theirs, ours, language)
  if (merged === undefined)
    return {
      object: undefined,
      conflicts: conflicts.length > 0 ? conflicts : [say.documentsApart]
    }
  const bytes = utf8(merged)
  return { object: { hash: sha256(bytes), bytes }, conflicts }
}
