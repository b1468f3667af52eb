/**
 * Two versions of a song, a performance or preferences as parts, and a record made of some parts of one and some of the other:
 * what a choice by part comes to. Pure. The parts of the document are those of `documentParts`, the others are fields.
 */
import { utf8 } from "../codec/Bytes.js"
import { type DocumentParts, documentParts, settleParts } from "../diff/DocumentParts.js"
import { type Part, type PartChoice, PartList } from "../diff/Parts.js"
import { diffRecords } from "../diff/RecordDiff.js"
import { fieldOfColumn, type Kind, liveTables } from "../model/Entity.js"
import { changedColumns, decodeRecord, encodeCells, equalCells } from "../model/Record.js"
import { ObjectRef, type RecordCells } from "../model/RecordCells.js"
import type { Sha256 } from "../object/Sha256.js"
import { fieldWords } from "../words/fieldWords.js"
import { type LanguageTag, phrasesOf } from "../words/Language.js"
import type { Phrases } from "../words/Phrases.js"
import type { Decision } from "./Plan.js"
import type { Combined } from "./RestorePlan.js"

/** Today's record, and the one to take parts of. */
export interface TwoRecords {
  readonly ours: Uint8Array
  readonly theirs: Uint8Array
}

/** Reads a document, or another large value; `undefined` is what is no longer kept, and what is not text. */
type Content = (ref: ObjectRef) => string | undefined

/** Times of the record itself are nobody's choice. */
const bookkeeping = new Set(["updated_at", "created_at"])

/** Both versions, taken apart. */
interface Apart {
  readonly kind: Kind
  readonly ours: RecordCells
  readonly theirs: RecordCells
  readonly parts: ReadonlyArray<Part>
  /** The part that a column belongs to. */
  readonly fields: ReadonlyMap<string, string>
  readonly document: (DocumentParts & { readonly ours: string; readonly theirs: string }) | undefined
}

const documentOf = (kind: Kind, cells: RecordCells, content: Content): string | undefined => {
  const { contentColumn } = liveTables[kind]
  const cell = contentColumn === undefined ? undefined : cells.get(contentColumn)
  return cell instanceof ObjectRef && cell.text ? content(cell) : undefined
}

/** These cells with one of another record. */
const withCell = (cells: RecordCells, other: RecordCells, column: string): RecordCells => {
  const changed = new Map(cells)
  const cell = other.get(column)
  if (cell === undefined) changed.delete(column)
  else changed.set(column, cell)
  return changed
}

const takeApart = (
  kind: Kind,
  records: TwoRecords,
  content: Content,
  suffix: string,
  language: LanguageTag | undefined
): Apart => {
  const [ours, theirs] = [decodeRecord(kind, records.ours), decodeRecord(kind, records.theirs)]
  const list = new PartList(language)
  const fields = new Map<string, string>()
  let document: Apart["document"]
  for (const column of changedColumns(ours, theirs)) {
    if (bookkeeping.has(column)) continue
    const isContent = column === liveTables[kind].contentColumn
    const here = isContent ? documentOf(kind, ours, content) : undefined
    const there = isContent ? documentOf(kind, theirs, content) : undefined
    if (here !== undefined && there !== undefined) {
      document = { ours: here, theirs: there, ...documentParts(here, there, suffix, list) }
      continue
    }
    const then = withCell(ours, theirs, column)
    const { label } = fieldWords(fieldOfColumn(column))
    const name = list.add(
      (say) => say.name(label),
      false,
      (words) => {
        const told = diffRecords(kind, ours, then, content, language).words
        for (const phrase of told) words.add(() => phrase)
      }
    )
    fields.set(column, name)
  }
  return { kind, ours, theirs, parts: list.list, fields, document }
}

/** The parts in which two records differ, told in English unless `language` says otherwise; their names are the same in each. */
export const partsOfRecords = (
  kind: Kind,
  records: TwoRecords,
  content: Content,
  language?: LanguageTag
): ReadonlyArray<Part> => takeApart(kind, records, content, "", language).parts

/** The choice for each part: its own, or that for all that are not named. */
const chooser = (parts: ReadonlyArray<Part>, { choice, parts: named = [] }: Decision) => {
  const own = new Map(named.map((each) => [each.name, each.choice]))
  const both = new Set(parts.flatMap(({ name, mayBeBoth }) => (mayBeBoth ? [name] : [])))
  return (name: string): PartChoice => {
    const wanted = own.get(name) ?? choice
    return wanted === "both" && !both.has(name) ? "keep" : wanted
  }
}

/** What was chosen and cannot be, in words. */
const refusals = (
  parts: ReadonlyArray<Part>,
  { parts: named = [] }: Decision,
  say: Phrases
): ReadonlyArray<string> =>
  named.flatMap(({ name, choice }) => {
    const part = parts.find((each) => each.name === name)
    if (part === undefined) return choice === "keep" ? [] : [say.noPart(name)]
    return choice === "both" && !part.mayBeBoth ? [say.notBeside(part.label ?? name)] : []
  })

/** Fields of today's record, with those that were chosen. */
const takeFields = (
  { ours, theirs, fields, parts }: Apart,
  base: RecordCells | undefined,
  choose: (part: string) => PartChoice,
  notes: Array<string>,
  say: Phrases
): RecordCells => {
  let cells = ours
  for (const [column, name] of fields) {
    const choice = choose(name)
    const combines = choice === "combine" && base !== undefined
    const isTheirs = equalCells(base?.get(column), ours.get(column))
    if (choice === "replace" || (combines && isTheirs)) cells = withCell(cells, theirs, column)
    else if (combines && !equalCells(base?.get(column), theirs.get(column)))
      notes.push(say.bothChanged(parts.find((part) => part.name === name)?.label ?? name))
  }
  return cells
}

/** Today's document, with the parts that were chosen: what is to be combined is combined in what both then have in common. */
const takeDocument = (
  { kind, document }: Apart,
  base: RecordCells | undefined,
  choose: (part: string) => PartChoice,
  content: Content,
  notes: Array<string>,
  language: LanguageTag | undefined
): string | undefined => {
  if (document === undefined) return undefined
  const { text, conflicts } = settleParts(document, base && documentOf(kind, base, content), choose, language)
  notes.push(...conflicts)
  return text
}

/**
 * Today's record with the parts of another that were chosen. Parts to combine need `base`, the version both come from; where both
 * changed the same thing, today's stays and a note says what, in English unless `language` says otherwise.
 */
export const takeParts = (
  kind: Kind,
  records: TwoRecords & { readonly base: Uint8Array | undefined },
  decision: Decision,
  content: Content,
  sha256: Sha256,
  suffix: string,
  language?: LanguageTag
): Combined => {
  const say = phrasesOf(language)
  const apart = takeApart(kind, records, content, suffix, language)
  const { parts, document } = apart
  const choose = chooser(parts, decision)
  const notes = [...refusals(parts, decision, say)]
  if (parts.length > 0 && parts.every(({ name }) => choose(name) === "replace"))
    return { record: records.theirs, notes, objects: [] }
  const base = records.base && decodeRecord(kind, records.base)
  if (base === undefined && parts.some(({ name }) => choose(name) === "combine")) notes.push(say.noBase)
  const cells = new Map(takeFields(apart, base, choose, notes, say))
  const text = takeDocument(apart, base, choose, content, notes, language)
  const { contentColumn } = liveTables[kind]
  if (text === undefined || contentColumn === undefined || text === document?.ours)
    return { record: encodeCells(kind, cells), notes, objects: [] }
  const bytes = utf8(text)
  const object = { hash: sha256(bytes), bytes }
  cells.set(contentColumn, new ObjectRef(object.hash, bytes.length, true))
  return { record: encodeCells(kind, cells), notes, objects: text === document?.theirs ? [] : [object] }
}
