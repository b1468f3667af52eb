import {
  identityKey,
  identityLevels,
  isNameless,
  isSameMelody,
  noteFields,
  strictLevels
} from "./Identity.js"
import { fieldOf, isFields, isScalar, type Json, type JsonFields, type JsonList } from "./Json.js"
import { alignValues, type Budget } from "./ValueAlignment.js"
import type { ValueIds } from "./ValueIds.js"

/** What one comparison shares: the numbers of values, and the work it may still spend. */
export interface Scope {
  readonly ids: ValueIds
  readonly budget: Budget
}

/**
 * Finds the elements of a list again in another version of it: for each element of `after` the index in `before`,
 * or -1 for a new one. Equal elements first, then those of one identity, then what stands in the same gap and is
 * alike. Elements without an identity keep their order; others may have moved. Linear, but for the budget.
 */
export const alignLists = (before: JsonList, after: JsonList, scope: Scope): Int32Array => {
  const matching = new Matching(before, after, scope)
  matching.pairEnds()
  if (!before.some(isFields) || !after.some(isFields)) matching.pairInOrder(scope.budget)
  else {
    matching.pairMelody()
    matching.pairEqual()
    matching.pairIdentities(identityLevels)
  }
  matching.pairGaps()
  return matching.source
}

/** Pairs only what is equal, or bears the same id, or the same name or place: for additions of two sides. */
export const alignStrictly = (before: JsonList, after: JsonList, scope: Scope): Int32Array => {
  const matching = new Matching(before, after, scope)
  matching.pairEqual()
  matching.pairIdentities(strictLevels)
  return matching.source
}

class Matching {
  readonly source: Int32Array
  private readonly taken: Uint8Array
  private readonly beforeIds: Int32Array
  private readonly afterIds: Int32Array
  private start = 0
  private beforeEnd: number
  private afterEnd: number

  constructor(
    private readonly before: JsonList,
    private readonly after: JsonList,
    private readonly scope: Scope
  ) {
    this.source = new Int32Array(after.length).fill(-1)
    this.taken = new Uint8Array(before.length)
    this.beforeIds = scope.ids.ofElements(before)
    this.afterIds = scope.ids.ofElements(after)
    this.beforeEnd = before.length
    this.afterEnd = after.length
  }

  private pair(from: number, to: number): void {
    this.source[to] = from
    this.taken[from] = 1
  }

  /** Most edits leave a long beginning and end as they were. */
  pairEnds(): void {
    const { beforeIds, afterIds } = this
    const shorter = Math.min(this.beforeEnd, this.afterEnd)
    while (this.start < shorter && beforeIds[this.start] === afterIds[this.start])
      this.pair(this.start, this.start++)
    while (
      this.beforeEnd > this.start &&
      this.afterEnd > this.start &&
      beforeIds[this.beforeEnd - 1] === afterIds[this.afterEnd - 1]
    )
      this.pair(--this.beforeEnd, --this.afterEnd)
  }

  /** A stretch of notes that was transposed, shifted or stretched as a whole. */
  pairMelody(): void {
    const { start, beforeEnd, afterEnd } = this
    const size = beforeEnd - start
    if (size !== afterEnd - start || !isSameMelody(this.before, this.after, start, beforeEnd)) return
    const known = new Set(this.beforeIds.subarray(start, beforeEnd))
    const equal = this.afterIds.subarray(start, afterEnd).filter((id) => known.has(id)).length
    // Where most notes are found again as they were, a few came and went in a pattern that repeats itself.
    if (equal * 2 < size) for (let index = start; index < beforeEnd; index++) this.pair(index, index)
  }

  pairInOrder(budget: Budget): void {
    const { start } = this
    const found = alignValues(
      this.beforeIds.subarray(start, this.beforeEnd),
      this.afterIds.subarray(start, this.afterEnd),
      budget
    )
    found.forEach((from, to) => {
      if (from >= 0) this.pair(start + from, start + to)
    })
  }

  pairEqual(): void {
    this.pairBy(
      (index) => this.beforeIds[index],
      (index) => this.afterIds[index]
    )
  }

  pairIdentities(levels: number): void {
    for (let level = 0; level < levels; level++)
      this.pairBy(
        (index) => identityKey(this.before[index] ?? null, level),
        (index) => identityKey(this.after[index] ?? null, level)
      )
  }

  /** Pairs the k-th free elements of each key. */
  private pairBy(
    keyBefore: (index: number) => string | number | undefined,
    keyAfter: (index: number) => string | number | undefined
  ): void {
    const free = new Map<string | number, { readonly indices: Array<number>; next: number }>()
    for (let index = this.start; index < this.beforeEnd; index++) {
      const key = this.taken[index] === 1 ? undefined : keyBefore(index)
      if (key === undefined) continue
      const queue = free.get(key)
      if (queue) queue.indices.push(index)
      else free.set(key, { indices: [index], next: 0 })
    }
    if (free.size === 0) return
    for (let index = this.start; index < this.afterEnd; index++) {
      const key = (this.source[index] ?? -1) >= 0 ? undefined : keyAfter(index)
      const queue = key === undefined ? undefined : free.get(key)
      const from = queue?.indices[queue.next]
      if (queue === undefined || from === undefined) continue
      queue.next++
      this.pair(from, index)
    }
  }

  /** What is left, and stands between the same neighbours: changed beyond its identity, or without one. */
  pairGaps(): void {
    let next = this.start
    for (let index = this.start; index < this.afterEnd; index++) {
      const from = this.source[index] ?? -1
      if (from >= 0) {
        next = from + 1
        continue
      }
      const before = this.before[next]
      if (next >= this.beforeEnd || this.taken[next] === 1 || before === undefined) continue
      if (this.alike(before, this.after[index] ?? null)) this.pair(next++, index)
    }
  }

  /** Scalars and lists in one place are one; objects when half of their fields agree, or none can be named. */
  private alike(before: Json, after: Json): boolean {
    if (isScalar(before) || isScalar(after)) return isScalar(before) && isScalar(after)
    if (!isFields(before) || !isFields(after)) return !isFields(before) && !isFields(after)
    if (noteFields(before) || noteFields(after)) return false
    const names = Object.keys(before)
    const common = names.filter((name) => Object.hasOwn(after, name))
    const all = names.length + Object.keys(after).length - common.length
    if (isNameless(before) && isNameless(after)) return common.length * 2 >= all
    return common.filter((name) => this.equalField(before, after, name)).length * 2 >= all
  }

  private equalField(before: JsonFields, after: JsonFields, name: string): boolean {
    return this.scope.ids.equal(fieldOf(before, name), fieldOf(after, name))
  }
}
