/** Three-way merge of documents: what `combine` does when two histories of one song diverged. */

import { freshScope } from "../document/Delta.js"
import { type Document, isMusic, parseDocument, writeLike } from "../document/Document.js"
import {
  fieldOf,
  isFields,
  isList,
  isScalar,
  isWordSet,
  type Json,
  type JsonFields,
  type JsonList
} from "../document/Json.js"
import { alignLists, alignStrictly, type Scope } from "../document/ListAlignment.js"
import { type LanguageTag, phrasesOf } from "../words/Language.js"
import type { Phrases } from "../words/Phrases.js"
import {
  elementPlace,
  fieldPlace,
  labelsOf,
  nounOf,
  type Place,
  placeName,
  rootPlace
} from "../words/Place.js"
import { showField } from "../words/showField.js"
import { Words } from "../words/Words.js"
import { type MergedList, mergeOrder, sorterOf } from "./MergeOrder.js"
import { tied } from "./tied.js"

export interface Merge {
  /**
   * The document with the changes of both sides; where they touch the same thing, with those of `ours`. `undefined`
   * when the documents cannot be merged at all: one is not JSON, or holds numbers that JavaScript would round.
   */
  readonly merged: string | undefined
  /** What both sides changed differently, in words, with both values: `tempo: 104 there, 90 here`. */
  readonly conflicts: ReadonlyArray<string>
}

/**
 * Takes over into `ours` what `theirs` changed since `base`. When only one side changed, the result is that side,
 * byte for byte; else it is written in the manner of `ours`. Elements of lists are known by what they are, as in
 * `diffDocuments`: notes added on both sides are all kept, one added twice is kept once. A list of plain values (a
 * meter, an interval seed) is one thing, but a list of distinct words is a set. The conflicts are told in English unless
 * `language` says otherwise.
 */
export const merge3 = (base: string, theirs: string, ours: string, language?: LanguageTag): Merge => {
  const say = phrasesOf(language)
  if (theirs === base || theirs === ours) return { merged: ours, conflicts: [] }
  if (ours === base) return { merged: theirs, conflicts: [] }
  const [old, there, here] = [parseDocument(base), parseDocument(theirs), parseDocument(ours)]
  if (!old || !there || !here) return { merged: undefined, conflicts: [say.notJson] }
  const scope = freshScope()
  const same = (a: Document, b: Document) =>
    scope.ids.equal(a.value, b.value) && a.inexact.join() === b.inexact.join()
  if (same(there, old) || same(there, here)) return { merged: ours, conflicts: [] }
  if (same(here, old)) return { merged: theirs, conflicts: [] }
  if ([old, there, here].some(({ inexact }) => inexact.length > 0))
    return { merged: undefined, conflicts: [say.largeInside] }
  const words = new Words(say)
  const merger = new Merger(scope, words)
  const merged = merger.value(old.value, there.value, here.value, rootPlace(isMusic(here.value)), "")
  return { merged: writeLike(ours, merged ?? null), conflicts: words.list }
}

type Maybe = Json | undefined

class Merger {
  constructor(
    private readonly scope: Scope,
    private readonly words: Words
  ) {}

  private same(a: Maybe, b: Maybe): boolean {
    return this.scope.ids.equal(a, b)
  }

  private conflict(place: Place, name: string, theirs: Maybe, ours: Maybe): Maybe {
    this.words.add((say) => {
      const side = (value: Maybe) => sidePhrase(value, (known) => showField(known, name, place, say), say)
      return say.bothSides(placeName(place, say), side(theirs), side(ours))
    })
    return ours
  }

  /** `undefined` is a value that is not there: added or removed. */
  value(base: Maybe, theirs: Maybe, ours: Maybe, place: Place, name: string): Maybe {
    if (this.same(theirs, ours) || this.same(base, theirs)) return ours
    if (this.same(base, ours)) return theirs
    if (isFields(theirs) && isFields(ours) && (base === undefined || isFields(base)))
      return this.fields(base ?? {}, theirs, ours, place)
    if (isList(theirs) && isList(ours) && (base === undefined || isList(base)))
      return this.list(base ?? [], theirs, ours, place, name)
    return this.conflict(place, name, theirs, ours)
  }

  private fields(base: JsonFields, theirs: JsonFields, ours: JsonFields, place: Place): JsonFields {
    const whole = tied.filter(
      (group) =>
        this.changedIn(group, base, theirs) &&
        this.changedIn(group, base, ours) &&
        this.changedIn(group, theirs, ours)
    )
    for (const group of whole)
      this.words.add((say) =>
        say.bothSides(placeName(fieldPlace(place, group.join(" and "), false), say), say.changed, say.changed)
      )
    const kept = new Set(whole.flat())
    const entries: Array<[string, Json]> = []
    for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
      const [is, there] = [fieldOf(ours, name), fieldOf(theirs, name)]
      const at = fieldPlace(place, name, isFields(is) && isFields(there))
      const merged = kept.has(name) ? is : this.value(fieldOf(base, name), there, is, at, name)
      if (merged !== undefined) entries.push([name, merged])
    }
    return Object.fromEntries(entries)
  }

  private changedIn(group: ReadonlyArray<string>, base: JsonFields, side: JsonFields): boolean {
    return group.some((name) => !this.same(fieldOf(base, name), fieldOf(side, name)))
  }

  private list(base: JsonList, theirs: JsonList, ours: JsonList, place: Place, name: string): Maybe {
    const sides = [base, theirs, ours]
    if (sides.every((list) => list.every(isScalar))) {
      if (!sides.every(isWordSet)) return this.conflict(place, name, theirs, ours)
      return mergeSets(base, theirs, ours)
    }
    const merged = mergeOrder(base, theirs, ours, {
      align: (before, after) => alignLists(before, after, this.scope),
      alignAdded: (before, after) => alignStrictly(before, after, this.scope)
    })
    if (merged.reordered) this.words.add((say) => say.bothOrders(placeName(place, say)))
    const lists = { base, theirs, ours }
    return sorterOf(sides)(this.elements(merged, lists, place, name))
  }

  private elements(merged: MergedList, lists: Lists, place: Place, name: string): JsonList {
    const noun = nounOf(name)
    const result: Array<Json> = []
    const labels = {
      base: labelsOf(lists.base, noun),
      theirs: labelsOf(lists.theirs, noun),
      ours: labelsOf(lists.ours, noun)
    }
    for (const { base, theirs, ours } of merged.elements) {
      const at = elementPlace(place, ours ?? theirs ?? base ?? 0, (say) =>
        ours !== undefined
          ? labels.ours(ours, say)
          : theirs !== undefined
            ? labels.theirs(theirs, say)
            : labels.base(base ?? 0, say)
      )
      const value = this.value(
        pick(lists.base, base),
        pick(lists.theirs, theirs),
        pick(lists.ours, ours),
        at,
        name
      )
      if (value !== undefined) result.push(value)
    }
    return result
  }
}

interface Lists {
  readonly base: JsonList
  readonly theirs: JsonList
  readonly ours: JsonList
}

const pick = (list: JsonList, index: number | undefined): Maybe =>
  index === undefined ? undefined : list[index]

/** `ours`, without what they took away, and with what they added at the end. */
const mergeSets = (base: JsonList, theirs: JsonList, ours: JsonList): JsonList => {
  const [old, there, here] = [new Set(base), new Set(theirs), new Set(ours)]
  const kept = ours.filter((item) => there.has(item) || !old.has(item))
  return [...kept, ...theirs.filter((item) => !old.has(item) && !here.has(item))]
}

const sidePhrase = (value: Maybe, show: (value: Json) => string, say: Phrases): string => {
  if (value === undefined) return say.removed
  return isFields(value) || (isList(value) && !value.every(isScalar)) ? say.changed : show(value)
}
