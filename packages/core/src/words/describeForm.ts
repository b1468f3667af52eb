import { compare, type FieldsDelta, freshScope } from "../document/Delta.js"
import { fieldOf, isList, type Json, type JsonFields } from "../document/Json.js"
import { inThing, type Place } from "./Place.js"
import { count, cutText } from "./Show.js"
import type { Words } from "./Words.js"

/** White Room's form: the lengths of the sections in bars, and beside them what each section is. */
const lengths = "structure"
const names = "section_types"

interface Section {
  readonly name: string
  readonly bars: number
  readonly start: number
}

const sectionsOf = (form: JsonFields): ReadonlyArray<Section> | undefined => {
  const [bars, types] = [fieldOf(form, lengths), fieldOf(form, names)]
  if (!isList(bars) || !isList(types) || bars.length !== types.length) return undefined
  const sections: Array<Section> = []
  let start = 1
  for (const [index, name] of types.entries()) {
    const length = bars[index]
    if (typeof name !== "string" || typeof length !== "number" || !(length >= 0)) return undefined
    sections.push({ name, bars: length, start })
    start += length
  }
  return sections
}

/**
 * Tells the two lists of a form as one list of sections: `section B at bar 17 length 12 → 8 bars`. That later
 * sections begin elsewhere for it goes without saying. Returns the fields that are told.
 */
export const describeForm = (delta: FieldsDelta, place: Place, words: Words): ReadonlySet<string> => {
  const told = new Set<string>()
  if (!delta.changes.some(({ name }) => name === lengths || name === names)) return told
  const before = sectionsOf(delta.before)
  const after = sectionsOf(delta.after)
  if (!before || !after) return told
  const item = ({ name, bars }: Section): Json => ({ name, bars })
  const sections = compare(before.map(item), after.map(item), freshScope())
  if (sections?._tag !== "List") return told
  const where = inThing(place)
  const label = (section: Section | undefined) => `section ${cutText(section?.name ?? "", 40)}`
  const at = (section: Section | undefined) => `${label(section)} at bar ${section?.start}`
  for (const index of sections.removed)
    words.add(() => `${at(before[index])} removed (${count(before[index]?.bars ?? 0, "bar")})${where}`)
  for (const index of sections.added)
    words.add(() => `${at(after[index])} added (${count(after[index]?.bars ?? 0, "bar")})${where}`)
  for (const index of sections.changed.keys()) {
    const [was, is] = [before[sections.source[index] ?? 0], after[index]]
    if (was?.name !== is?.name) words.add(() => `${at(was)} renamed ${cutText(is?.name ?? "", 40)}${where}`)
    if (was?.bars !== is?.bars) words.add(() => `${at(is)} length ${was?.bars} → ${is?.bars} bars${where}`)
  }
  for (const index of sections.moved) {
    const was = before[sections.source[index] ?? 0]
    words.add(() => `${label(was)} moved from bar ${was?.start} to ${after[index]?.start}${where}`)
  }
  return told.add(lengths).add(names)
}
