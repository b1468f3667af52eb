import { compare, type FieldsDelta, freshScope } from "../document/Delta.js"
import { fieldOf, isList, type Json, type JsonFields } from "../document/Json.js"
import type { Phrases } from "./Phrases.js"
import { inThing, type Place } from "./Place.js"
import { cutText } from "./Show.js"
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
  const label = (section: Section | undefined, say: Phrases) =>
    `${say.noun(1, "section")} ${cutText(section?.name ?? "", 40)}`
  const start = (section: Section | undefined, say: Phrases) => say.decimal(`${section?.start}`)
  const bar = (section: Section | undefined, say: Phrases) => `${say.noun(1, "bar")} ${start(section, say)}`
  const at = (section: Section | undefined, say: Phrases) => label(section, say) + say.at(bar(section, say))
  const coming = (section: Section | undefined, verb: "added" | "removed") =>
    words.add(
      (say) =>
        `${at(section, say)} ${say[verb]} (${say.count(section?.bars ?? 0, "bar")})${inThing(place, say)}`
    )
  for (const index of sections.removed) coming(before[index], "removed")
  for (const index of sections.added) coming(after[index], "added")
  for (const index of sections.changed.keys()) {
    const [was, is] = [before[sections.source[index] ?? 0], after[index]]
    if (was?.name !== is?.name)
      words.add((say) => say.renamed(at(was, say), cutText(is?.name ?? "", 40)) + inThing(place, say))
    if (was?.bars !== is?.bars)
      words.add(
        (say) =>
          say.length(at(is, say), say.decimal(`${was?.bars}`), say.decimal(`${is?.bars}`)) +
          inThing(place, say)
      )
  }
  for (const index of sections.moved) {
    const was = before[sections.source[index] ?? 0]
    words.add(
      (say) => say.moved(label(was, say), bar(was, say), start(after[index], say)) + inThing(place, say)
    )
  }
  return told.add(lengths).add(names)
}
