/** Selecting by part of a name: `Night*`, `*drive*`, or the beginning of one name only. Pure. */
import { AmbiguousName, EntityNotFound, type Kind } from "@white-room/core"
import { describe, keyOf, type Named, selectOne } from "./Names.js"

const matches = (wanted: string): ((name: string) => boolean) => {
  const parts = keyOf(wanted)
    .split("*")
    .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"))
  const pattern = new RegExp(`^${parts.join(".*")}$`, "su")
  return (name) => pattern.test(keyOf(name))
}

const ambiguous = (kind: Kind, name: string, found: ReadonlyArray<Named>): AmbiguousName =>
  new AmbiguousName({ kind, name, candidates: describe(found) })

/**
 * Those that one word of a person selects: the one with this id or name, all that fit a pattern with `*`, otherwise
 * the only one whose name begins with it or has it inside. @throws AmbiguousName, EntityNotFound with near matches
 */
const selectByText = <A extends Named>(
  all: ReadonlyArray<A>,
  wanted: string,
  what: { readonly kind: Kind; readonly where: string }
): ReadonlyArray<A> => {
  try {
    return [selectOne(all, wanted, what)]
  } catch (error) {
    if (!(error instanceof EntityNotFound) || wanted.trim() === "") throw error
    const fits = (pattern: string) => {
      const test = matches(pattern)
      return all.filter(({ name }) => test(name))
    }
    const beginning = wanted.includes("*") ? fits(wanted) : fits(`${wanted}*`)
    const found = beginning.length > 0 || wanted.includes("*") ? beginning : fits(`*${wanted}*`)
    if (found.length === 0) throw error
    if (found.length > 1 && !wanted.includes("*")) throw ambiguous(what.kind, wanted, found)
    return found
  }
}

/** All that several words select, each once, in the order named. @throws AmbiguousName, EntityNotFound */
export const selectAllByText = <A extends Named>(
  all: ReadonlyArray<A>,
  wanted: ReadonlyArray<string>,
  what: { readonly kind: Kind; readonly where: string }
): ReadonlyArray<A> => [...new Set(wanted.flatMap((text) => selectByText(all, text, what)))]

/** The only one that a word selects. @throws AmbiguousName, EntityNotFound */
export const selectOneByText = <A extends Named>(
  all: ReadonlyArray<A>,
  wanted: string,
  what: { readonly kind: Kind; readonly where: string }
): A => {
  const found = selectByText(all, wanted, what)
  const [first, ...others] = found
  if (first === undefined || others.length > 0) throw ambiguous(what.kind, wanted, found)
  return first
}
