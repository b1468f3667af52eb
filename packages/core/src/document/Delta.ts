/**
 * The difference of two JSON values as a tree: which fields came, went and changed, and which element of a list
 * became which. Patches and words are both read from it.
 */

import { fieldOf, isFields, isList, type Json, type JsonFields, type JsonList } from "./Json.js"
import { alignLists, type Scope } from "./ListAlignment.js"
import { freshBudget, risingRun } from "./ValueAlignment.js"
import { ValueIds } from "./ValueIds.js"

export type Delta = Replaced | FieldsDelta | ListDelta

/** A value became another one, with nothing in common worth telling. */
interface Replaced {
  readonly _tag: "Replaced"
  readonly before: Json
  readonly after: Json
}

export interface FieldsDelta {
  readonly _tag: "Fields"
  readonly before: JsonFields
  readonly after: JsonFields
  readonly changes: ReadonlyArray<FieldChange>
}

/** A field that came (no `before`), went (no `after`) or changed (`delta`). */
type FieldChange =
  | { readonly _tag: "Added"; readonly name: string; readonly after: Json }
  | { readonly _tag: "Removed"; readonly name: string; readonly before: Json }
  | { readonly _tag: "Changed"; readonly name: string; readonly delta: Delta }

export interface ListDelta {
  readonly _tag: "List"
  readonly before: JsonList
  readonly after: JsonList
  /** For each element of `after` its index in `before`, or -1. */
  readonly source: Int32Array
  /** Indices of `before` without a successor. */
  readonly removed: ReadonlyArray<number>
  /** Indices of `after` without a predecessor. */
  readonly added: ReadonlyArray<number>
  /** Indices of `after` that were taken past a neighbour. */
  readonly moved: ReadonlyArray<number>
  /** Differences inside elements, by index of `after`. */
  readonly changed: ReadonlyMap<number, Delta>
}

export const freshScope = (): Scope => ({ ids: new ValueIds(), budget: freshBudget() })

/**
 * The difference, or `undefined` when both mean the same. Never fails; bounded as its parts are. Most of a document is as
 * it was: values are given numbers only inside lists that differ, and everything outside them is looked at once.
 */
export const compare = (before: Json, after: Json, scope: Scope): Delta | undefined => {
  if (isFields(before) && isFields(after)) return compareFields(before, after, scope)
  if (isSame(before, after)) return undefined
  if (isList(before) && isList(after)) return compareLists(before, after, scope)
  return { _tag: "Replaced", before, after }
}

/** `compare` for elements of lists, which have their numbers: however deep they are nested, none is looked at again. */
const compareNumbered = (before: Json, after: Json, scope: Scope): Delta | undefined => {
  if (scope.ids.equal(before, after)) return undefined
  if (isFields(before) && isFields(after)) return compareFields(before, after, scope, compareNumbered)
  if (isList(before) && isList(after)) return compareLists(before, after, scope)
  return { _tag: "Replaced", before, after }
}

/** Whether both mean the same; the order of names does not count. */
const isSame = (before: Json, after: Json): boolean => {
  if (before === after) return true
  if (isList(before))
    return (
      isList(after) &&
      before.length === after.length &&
      before.every((value, index) => isSame(value, after[index] ?? null))
    )
  if (!isFields(before) || !isFields(after)) return false
  const names = Object.keys(before)
  return (
    names.length === Object.keys(after).length &&
    names.every((name) => {
      const value = fieldOf(after, name)
      return value !== undefined && isSame(before[name] ?? null, value)
    })
  )
}

const compareFields = (
  before: JsonFields,
  after: JsonFields,
  scope: Scope,
  compareValues = compare
): FieldsDelta | undefined => {
  const changes: Array<FieldChange> = []
  for (const name of Object.keys(before)) {
    const was = before[name] ?? null
    const is = fieldOf(after, name)
    const delta = is === undefined ? undefined : compareValues(was, is, scope)
    if (is === undefined) changes.push({ _tag: "Removed", name, before: was })
    else if (delta) changes.push({ _tag: "Changed", name, delta })
  }
  for (const name of Object.keys(after))
    if (!Object.hasOwn(before, name)) changes.push({ _tag: "Added", name, after: after[name] ?? null })
  return changes.length === 0 ? undefined : { _tag: "Fields", before, after, changes }
}

const compareLists = (before: JsonList, after: JsonList, scope: Scope): ListDelta => {
  const source = alignLists(before, after, scope)
  const stays = risingRun(source)
  const kept = new Uint8Array(before.length)
  const added: Array<number> = []
  const moved: Array<number> = []
  const changed = new Map<number, Delta>()
  source.forEach((from, to) => {
    if (from < 0) {
      added.push(to)
      return
    }
    kept[from] = 1
    if (stays[to] === 0) moved.push(to)
    const delta = compareNumbered(before[from] ?? null, after[to] ?? null, scope)
    if (delta) changed.set(to, delta)
  })
  const removed: Array<number> = []
  kept.forEach((is, index) => {
    if (is === 0) removed.push(index)
  })
  return { _tag: "List", before, after, source, removed, added, moved, changed }
}
