/** Two versions of a document as parts, and a document made of some parts of one and some of the other. */
import { compare, type Delta, type FieldsDelta, freshScope, type ListDelta } from "../document/Delta.js"
import { type Document, isMusic, parseDocument, writeLike } from "../document/Document.js"
import { isNotes, nameOfItem } from "../document/Identity.js"
import { fieldOf, isFields, isList, isWordSet, type Json, type JsonFields } from "../document/Json.js"
import { describe } from "../words/DeltaWords.js"
import { type LanguageTag, phrasesOf } from "../words/Language.js"
import {
  elementPlace,
  fieldPlace,
  type InLanguage,
  labelsOf,
  nounOf,
  type Place,
  placeName,
  rootPlace
} from "../words/Place.js"
import { compareDocuments } from "./DocumentDiff.js"
import { merge3 } from "./Merge.js"
import { mergeOrder, sorterOf } from "./MergeOrder.js"
import type { PartChoice, PartList } from "./Parts.js"
import { tied } from "./tied.js"

/** What one side, or both, make of a value; `undefined` is one that is not there. */
type Make = (choose: (part: string) => PartChoice) => Json | undefined

/** How the copy of a thing is told from what stands beside it, such as ` (b31)`. */
export interface DocumentParts {
  /**
   * `ours` with the parts of `theirs` that are chosen: those to `replace`, and beside ours those to have `both`. Byte for byte
   * one of them when all parts are its; else written in the manner of `ours`.
   */
  readonly take: (choose: (part: string) => PartChoice) => string
}

/**
 * Adds the parts in which two documents differ to a list. What is not JSON, or holds numbers that JavaScript would round, is one
 * part. Never fails; bounded as `diffDocuments` is.
 */
export const documentParts = (
  ours: string,
  theirs: string,
  suffix: string,
  parts: PartList
): DocumentParts => {
  if (ours === theirs) return { take: () => ours }
  const [here, there] = [parseDocument(ours), parseDocument(theirs)]
  const delta = here && there && isExact(here) && isExact(there) ? deltaOf(here, there) : undefined
  if (here === undefined || there === undefined || delta === undefined) {
    const name = parts.add(
      (say) => say.name("document"),
      false,
      (words) => words.addAll(compareDocuments(ours, theirs, words.say).words)
    )
    return { take: (choose) => (choose(name) === "replace" ? theirs : ours) }
  }
  const names = new Set<string>()
  const maker = new Maker(suffix, (called, mayBeBoth, tell) => {
    const key = parts.add(called, mayBeBoth, tell)
    names.add(key)
    return key
  })
  const make = maker.value(delta, rootPlace(isMusic(here.value) || isMusic(there.value)), "")
  return {
    take: (choose) => {
      const chosen = new Set(Array.from(names, choose))
      if (chosen.size === 1 && chosen.has("keep")) return ours
      if (chosen.size === 1 && chosen.has("replace")) return theirs
      return writeLike(ours, make(choose) ?? null)
    }
  }
}

/**
 * What a choice for each part makes of a document: parts to combine are combined in what both then have in common with `base`,
 * without which they stay as ours has them.
 */
export const settleParts = (
  document: DocumentParts,
  base: string | undefined,
  choose: (part: string) => PartChoice,
  language?: LanguageTag
): { readonly text: string; readonly conflicts: ReadonlyArray<string> } => {
  const as = (combined: PartChoice) => (part: string) => {
    const choice = choose(part)
    return choice === "combine" ? combined : choice
  }
  const [ours, theirs] = [document.take(as("keep")), document.take(as("replace"))]
  if (ours === theirs || base === undefined) return { text: ours, conflicts: [] }
  const { merged, conflicts } = merge3(base, theirs, ours, language)
  const isRefused = merged === undefined && conflicts.length === 0
  return { text: merged ?? ours, conflicts: isRefused ? [phrasesOf(language).documentsApart] : conflicts }
}

const isExact = ({ inexact }: Document): boolean => inexact.length === 0

const deltaOf = (here: Document, there: Document): Delta | undefined =>
  compare(here.value, there.value, freshScope())

const nameOf =
  (place: Place): InLanguage =>
  (say) =>
    placeName(place, say)

/** Lists of more elements than this that differ are one part. */
const mostElements = 50

class Maker {
  constructor(
    private readonly suffix: string,
    private readonly add: PartList["add"]
  ) {}

  value(delta: Delta, place: Place, name: string): Make {
    if (delta._tag === "Fields") return this.fields(delta, place)
    if (delta._tag === "List" && isOfThings(delta)) return this.things(delta, place, name)
    const { before, after } = delta
    const both = bothOf(delta)
    const part = this.add(nameOf(place), both !== undefined, (words) => describe(delta, place, name, words))
    return (choose) => one(choose(part), before, after, both)
  }

  private fields(delta: FieldsDelta, place: Place): Make {
    const { before, after, changes } = delta
    const made = new Map<string, Make>()
    const whole = (names: ReadonlyArray<string>, at: Place, mayBeBoth: boolean) => {
      const only = { ...delta, changes: changes.filter((change) => names.includes(change.name)) }
      return this.add(nameOf(at), mayBeBoth, (words) => describe(only, place, "", words))
    }
    for (const group of tied) {
      const found = changes.flatMap(({ name }) => (group.includes(name) ? [name] : []))
      if (found.length < 2) continue
      const part = whole(found, fieldPlace(place, found.join(" and "), false), false)
      for (const name of found)
        made.set(name, (choose) => one(choose(part), fieldOf(before, name), fieldOf(after, name)))
    }
    for (const change of changes) {
      const { name } = change
      if (made.has(name)) continue
      const delta = change._tag === "Changed" ? change.delta : undefined
      const at = fieldPlace(place, name, delta?._tag === "Fields")
      if (delta?._tag === "Fields" || (delta?._tag === "List" && isOfThings(delta))) {
        made.set(name, this.value(delta, at, name))
        continue
      }
      const both = delta && bothOf(delta)
      const part = whole([name], at, both !== undefined)
      made.set(name, (choose) => one(choose(part), fieldOf(before, name), fieldOf(after, name), both))
    }
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return (choose) =>
      Object.fromEntries(
        names.flatMap((name): ReadonlyArray<[string, Json]> => {
          const make = made.get(name)
          const value = make === undefined ? fieldOf(before, name) : make(choose)
          return value === undefined ? [] : [[name, value]]
        })
      )
  }

  /** Tracks, sections, layers: each is a part, and so is their order. */
  private things(delta: ListDelta, place: Place, name: string): Make {
    const { before, after, source, changed } = delta
    const noun = nounOf(name)
    const labels = { before: labelsOf(before, noun), after: labelsOf(after, noun) }
    const part = (index: number, label: InLanguage, only: Partial<ListDelta>, mayBeBoth: boolean) => {
      const told = { ...delta, removed: [], added: [], moved: [], changed: new Map<number, Delta>(), ...only }
      const at = elementPlace(place, index, label)
      return this.add(nameOf(at), mayBeBoth, (words) => describe(told, place, name, words))
    }
    const removed = new Map<number, string>()
    for (const index of delta.removed)
      removed.set(
        index,
        part(index, (say) => labels.before(index, say), { removed: [index] }, false)
      )
    const arrived = new Map<number, string>()
    for (const index of delta.added)
      arrived.set(
        index,
        part(index, (say) => labels.after(index, say), { added: [index] }, false)
      )
    for (const [index, inner] of changed) {
      const label: InLanguage = (say) => labels.before(source[index] ?? 0, say)
      arrived.set(index, part(index, label, { changed: new Map([[index, inner]]) }, true))
    }
    const order =
      delta.moved.length === 0
        ? undefined
        : this.add(
            (say) => say.orderOf(placeName(place, say)),
            false,
            (words) => describe({ ...delta, removed: [], added: [], changed: new Map() }, place, name, words)
          )
    const aligned = {
      align: (_: unknown, list: unknown) => (list === after ? source : Int32Array.from(before.keys())),
      alignAdded: () => new Int32Array(0)
    }
    const sort = sorterOf([before, after])
    return (choose) => {
      const takesOrder = order !== undefined && choose(order) === "replace"
      const { elements } = mergeOrder(before, after, before, aligned, takesOrder)
      const list = elements.flatMap(({ theirs, ours }): ReadonlyArray<Json> => {
        const is = ours === undefined ? undefined : before[ours]
        const was = theirs === undefined ? undefined : after[theirs]
        const known = theirs === undefined ? removed.get(ours ?? -1) : arrived.get(theirs)
        const choice = known === undefined ? "keep" : choose(known)
        if (choice === "both" && is !== undefined && was !== undefined) return [is, copyOf(was, this.suffix)]
        const value = choice === "replace" ? was : is
        return value === undefined ? [] : [value]
      })
      return sort(list)
    }
  }
}

const one = (
  choice: PartChoice,
  ours: Json | undefined,
  theirs: Json | undefined,
  both?: Json
): Json | undefined => (choice === "replace" ? theirs : choice === "both" ? (both ?? ours) : ours)

/** Things that a person tells from each other: they have names, or sound. Notes are too many for that. */
const isOfThings = ({ before, after, removed, added, changed }: ListDelta): boolean =>
  removed.length + added.length + changed.size <= mostElements &&
  [before, after].every((list) => list.every(isThing))

const isThing = (item: Json): boolean =>
  nameOfItem(item) !== undefined ||
  (isFields(item) && (typeof fieldOf(item, "instrument") === "string" || isList(fieldOf(item, "notes"))))

/** All that either has, where that makes sense: the notes of both, the words of both. */
const bothOf = (delta: Delta): Json | undefined => {
  if (delta._tag !== "List") return undefined
  const { before, after, added, changed } = delta
  const isJoinable = [before, after].every(isWordSet) || [before, after].every(isNotes)
  if (!isJoinable) return undefined
  const theirs = [...added, ...changed.keys()].sort((a, b) => a - b)
  return sorterOf([before, after])([...before, ...theirs.map((index) => after[index] ?? null)])
}

/** A thing beside another of its name: it is told from it, and has no id of its own. */
const copyOf = (item: Json, suffix: string): Json => {
  if (!isFields(item)) return item
  const copied = Object.entries(item).map(([field, value]): [string, Json] => {
    const isName = ["name", "title", "label", "id", "uuid"].includes(field)
    return [field, isName && typeof value === "string" && value !== "" ? value + suffix : value]
  })
  return Object.fromEntries(copied) as JsonFields
}
