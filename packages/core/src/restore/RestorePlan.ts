/**
 * A restore plan: the list of differences a restore would make. It is made by a pure function of today's records and
 * those of the source, is shown before anything is written, and can be saved and applied later (`SavedPlan`).
 */
import { equalBytes } from "../codec/Bytes.js"
import { type Cell, type EntityKey, type Kind, keyString, liveTables, text } from "../model/Entity.js"
import {
  changedInRecord,
  decodeRecord,
  encodeCells,
  fitRecord,
  type NewObject,
  nameOfCells,
  nameOfFitting,
  nameOfRecord
} from "../model/Record.js"
import type { ObjectRef, RecordCells } from "../model/RecordCells.js"
import type { TreeDifference } from "../tree/Tree.js"
import { type LanguageTag, phrasesOf } from "../words/Language.js"
import {
  type Decision,
  type OnConflict,
  PlanCounter,
  type PlanFacts,
  type PlanItem,
  type RestoreMode,
  type RestorePlan
} from "./Plan.js"

/** What `combine` makes of one entity; `record: undefined` when it cannot be combined. */
export interface Combined {
  readonly record: Uint8Array | undefined
  readonly notes: ReadonlyArray<string>
  readonly objects: ReadonlyArray<NewObject>
}

export interface PlanOptions {
  readonly mode: RestoreMode
  /** For every conflict, unless `decisions` has one of its own for the entity (by `keyString`). */
  readonly onConflict: OnConflict
  readonly decisions?: ReadonlyMap<string, Decision> | undefined
  /** True when the person named what to restore: then a change after the source is the reason, not a conflict. */
  readonly named: boolean
  /** Restored entities get new ids and a name suffix; nothing of today's is touched. */
  readonly asCopy?: boolean | undefined
  /** Columns of today's tables, each with its default. */
  readonly columns: Readonly<Record<Kind, ReadonlyMap<string, Cell>>>
  /**
   * True when what is missing today was deleted after the source, and that counts as an edit: an undo keeps it. A restore
   * brings back what is missing.
   */
  readonly keepsDeletions?: boolean | undefined
  /** Entities in scope, changed or not. */
  readonly scope: number
  /** A new id for a copy. */
  readonly newId?: ((key: EntityKey) => string) | undefined
  /** What a copy's name ends with, such as ` (b31)`. */
  readonly suffix?: string | undefined
  /** How two records that both changed are combined. */
  readonly combine?: ((difference: TreeDifference) => Combined) | undefined
  /** Why today's must stay, where it is to go or to change in these columns: rows of other tables of the app refer to it. */
  readonly heldBy?: ((key: EntityKey, changed?: ReadonlyArray<string>) => string | undefined) | undefined
  /** What a record would refer to in other tables of the app that is not there. */
  readonly lackedBy?: ((kind: Kind, record: Uint8Array) => ReadonlyArray<string>) | undefined
  /** What the notes are told in. Default: English. */
  readonly language?: LanguageTag | undefined
  /** What a choice by part makes of an entity that is there. */
  readonly takeParts?: ((difference: TreeDifference, decision: Decision) => Combined) | undefined
}

const noNotes: ReadonlyArray<string> = []

const fitToTable = (
  kind: Kind,
  record: Uint8Array,
  current: Uint8Array | undefined,
  options: PlanOptions
) => {
  const fitting = nameOfFitting(kind, record, options.columns[kind])
  if (fitting !== undefined) return { record, name: fitting, notes: noNotes }
  const source = decodeRecord(kind, record)
  const { cells, dropped } = fitRecord(source, options.columns[kind], current && decodeRecord(kind, current))
  const notes = dropped.length === 0 ? noNotes : [phrasesOf(options.language).noColumns(dropped.join(", "))]
  return { record: encodeCells(kind, cells), name: nameOfCells(kind, cells), notes }
}

/** The record of a copy: another id, a name that says where it comes from, and the song's new id where that is copied too. */
const copyRecord = (
  { kind, id, after }: TreeDifference & { readonly after: Uint8Array },
  newIds: ReadonlyMap<string, string>,
  options: PlanOptions
) => {
  const fitted = fitToTable(kind, after, undefined, options)
  const cells = new Map<string, Cell | ObjectRef>(decodeRecord(kind, fitted.record))
  const { idColumn, nameColumn } = liveTables[kind]
  const newId = newIds.get(keyString(kind, id)) ?? id
  cells.set(idColumn, text(newId))
  cells.set(nameColumn, text(`${nameOfRecord(kind, after)}${options.suffix ?? " (copy)"}`))
  const song = songOf(cells)
  const copiedSong = song === undefined ? undefined : newIds.get(keyString("song", song))
  if (copiedSong !== undefined) cells.set("song_id", text(copiedSong))
  return { newId, record: encodeCells(kind, cells), notes: fitted.notes }
}

const songOf = (cells: RecordCells): string | undefined => {
  const cell = cells.get("song_id")
  return cell === undefined || cell === null ? undefined : String(cell)
}

const nameIn = (kind: Kind, ...records: ReadonlyArray<Uint8Array | undefined>): string => {
  const record = records.find((candidate) => candidate !== undefined)
  return record === undefined ? "" : nameOfRecord(kind, record)
}

const copyItem = (
  difference: TreeDifference,
  newIds: ReadonlyMap<string, string>,
  options: PlanOptions
): PlanItem => {
  const { kind, id, after } = difference
  if (after === undefined) throw new TypeError("only what the source holds is copied")
  const { newId, record, notes } = copyRecord({ ...difference, after }, newIds, options)
  const name = nameOfRecord(kind, record)
  return {
    kind,
    id: newId,
    name,
    action: "create",
    conflict: false,
    before: undefined,
    after: record,
    notes,
    copyOf: id
  }
}

/** Today's, kept as it is: also that there is none. */
const keptItem = (
  { kind, id, before, after }: TreeDifference,
  conflict: boolean,
  notes: ReadonlyArray<string> = []
): PlanItem => ({
  kind,
  id,
  name: nameIn(kind, before, after),
  action: "keep",
  conflict,
  before,
  after: before,
  notes
})

const notCombined = ({ language }: PlanOptions): Combined => ({
  record: undefined,
  notes: [phrasesOf(language).cannotCombine],
  objects: []
})

const combinedItem = (
  difference: TreeDifference,
  combined: Combined,
  objects: Array<NewObject>
): PlanItem => {
  const { kind, id, before } = difference
  if (combined.record === undefined) return keptItem(difference, true, combined.notes)
  objects.push(...combined.objects)
  const same = before !== undefined && equalBytes(before, combined.record)
  return {
    kind,
    id,
    name: nameIn(kind, combined.record),
    action: same ? "keep" : "update",
    conflict: combined.notes.length > 0,
    before,
    after: combined.record,
    notes: combined.notes
  }
}

const planDifference = (
  difference: TreeDifference,
  newIds: ReadonlyMap<string, string>,
  options: PlanOptions,
  objects: Array<NewObject>
): ReadonlyArray<PlanItem> => {
  const { kind, id, before, after } = difference
  if (after === undefined) {
    if (options.mode === "exact" && options.asCopy !== true)
      return [{ ...keptItem(difference, false), action: "delete", after: undefined }]
    return [keptItem(difference, false)]
  }
  if (options.asCopy === true) return [copyItem(difference, newIds, options)]
  const fitted = fitToTable(kind, after, before, options)
  if (before !== undefined && equalBytes(before, fitted.record)) return []
  const decided = options.decisions?.get(keyString(kind, id))
  const byChoice = options.named || options.mode === "exact" ? "replace" : options.onConflict
  // A named entity is combined or copied only when the person asked for that.
  const choice =
    decided?.choice ?? (options.named && options.onConflict !== "keep" ? options.onConflict : byChoice)
  if (before === undefined && options.keepsDeletions === true && (choice === "keep" || choice === "combine"))
    return [keptItem(difference, true, [phrasesOf(options.language).deletedSince])]
  if (before !== undefined && decided?.parts !== undefined && decided.parts.length > 0) {
    const taken =
      options.takeParts?.({ ...difference, after: fitted.record }, decided) ?? notCombined(options)
    return [combinedItem(difference, taken, objects)]
  }
  if (before !== undefined && choice === "keep") return [keptItem(difference, true)]
  if (before !== undefined && choice === "both")
    return [keptItem(difference, false), copyItem(difference, newIds, options)]
  if (before !== undefined && choice === "combine")
    return [combinedItem(difference, options.combine?.(difference) ?? notCombined(options), objects)]
  const action = before === undefined ? "create" : "update"
  return [
    {
      kind,
      id,
      action,
      conflict: false,
      before,
      name: fitted.name,
      after: fitted.record,
      notes: fitted.notes
    }
  ]
}

/** The item as other tables of the app let it be: what they refer to stays, and what it refers to there and lacks is told. */
const besideOthers = (item: PlanItem, { heldBy, lackedBy }: PlanOptions): PlanItem => {
  const { kind, action, before, after } = item
  if (action === "keep") return item
  const changed = before && after && heldBy ? changedInRecord(kind, before, after) : undefined
  const held = before === undefined ? undefined : heldBy?.(item, changed)
  if (held !== undefined)
    return { ...item, name: nameIn(kind, before), action: "keep", after: before, notes: [held] }
  const lacking = after === undefined ? [] : (lackedBy?.(kind, after) ?? [])
  return lacking.length === 0 ? item : { ...item, notes: [...item.notes, ...lacking] }
}

/** New ids for whatever the plan may copy, so that copied performances can point at copied songs. */
const copiedIds = (
  differences: ReadonlyArray<TreeDifference>,
  options: PlanOptions
): ReadonlyMap<string, string> => {
  const ids = new Map<string, string>()
  const mayCopy = (difference: TreeDifference): boolean =>
    difference.after !== undefined &&
    (options.asCopy === true ||
      (difference.before !== undefined &&
        (options.decisions?.get(keyString(difference.kind, difference.id))?.choice ?? options.onConflict) ===
          "both"))
  for (const difference of differences)
    if (options.newId !== undefined && mayCopy(difference))
      ids.set(keyString(difference.kind, difference.id), options.newId(difference))
  return ids
}

/** Whether some entity may be copied: then all must be known before the first is planned. */
const copiesSome = ({ asCopy, onConflict, decisions }: PlanOptions): boolean =>
  asCopy === true ||
  onConflict === "both" ||
  [...(decisions?.values() ?? [])].some(({ choice }) => choice === "both")

/** `planRestore` for more items than one wants to hold: each is given to `add`, in the order of the differences. */
export const planEach = (
  differences: Iterable<TreeDifference>,
  options: PlanOptions,
  add: (item: PlanItem) => void
): PlanFacts => {
  const list = copiesSome(options) ? [...differences] : undefined
  const newIds = copiedIds(list ?? [], options)
  const objects: Array<NewObject> = []
  const counter = new PlanCounter()
  let touched = 0
  for (const difference of list ?? differences) {
    const items = planDifference(difference, newIds, options, objects)
    if (difference.after !== undefined && items.length > 0) touched++
    for (const planned of items) {
      const item = besideOthers(planned, options)
      counter.add(item)
      add(item)
    }
  }
  return counter.facts(options.mode, Math.max(0, options.scope - touched), objects)
}

/**
 * The plan that takes today's library (`before` of each difference) to the source (`after`). A bad edit is not a
 * conflict, it is the reason for the restore: named entities and `exact` replace; a whole-library `merge` keeps
 * what changed after the source, unless told otherwise, and counts it.
 */
export const planRestore = (differences: Iterable<TreeDifference>, options: PlanOptions): RestorePlan => {
  const items: Array<PlanItem> = []
  return { ...planEach(differences, options, (item) => items.push(item)), items }
}
