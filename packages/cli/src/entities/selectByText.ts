/** Selecting by part of a name: `Night*`, `*drive*`, or the beginning of one name only. Pure. */
import { AmbiguousName, EntityNotFound, type Kind } from "@white-room/core"
import { keyOf, type Named, selectOne } from "../select.js"

const matches = (wanted: string): ((name: string) => boolean) => {
  const parts = keyOf(wanted)
    .split("*")
    .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"))
  const pattern = new RegExp(`^${parts.join(".*")}$`, "su")
  return (name) => pattern.test(keyOf(name))
}

/**
 * Those that one word of a person selects: the one with this id or name, all that fit a pattern with `*`, otherwise
 * the only one whose name begins with it or has it inside. @throws AmbiguousName, EntityNotFound with near matches
 */
export const selectByText = <A extends Named>(
  all: ReadonlyArray<A>,
  wanted: string,
  what: { readonly kind: Kind; readonly where: string }
): ReadonlyArray<A> => {
  try {
    return [selectOne(all, wanted, what)]
  } catch (error) {
    if (!(error instanceof EntityNotFound)) throw error
    const fits = (pattern: string) => {
      const test = matches(pattern)
      return all.filter(({ name }) => test(name))
    }
    if (wanted.includes("*")) {
      const found = fits(wanted)
      if (found.length > 0) return found
      throw error
    }
    if (wanted.trim() === "") throw error
    const beginning = fits(`${wanted}*`)
    const found = beginning.length > 0 ? beginning : fits(`*${wanted}*`)
    if (found.length <= 1) {
      if (found.length === 0) throw error
      return found
    }
    const candidates = found.map(({ id, name, updatedAt }) => ({
      id,
      name,
      updatedAt: updatedAt === undefined || Number.isNaN(updatedAt.getTime()) ? "" : updatedAt.toISOString()
    }))
    throw new AmbiguousName({ kind: what.kind, name: wanted, candidates })
  }
}

/** All that several words select, each once, in the order named. @throws AmbiguousName, EntityNotFound */
export const selectAllByText = <A extends Named>(
  all: ReadonlyArray<A>,
  wanted: ReadonlyArray<string>,
  what: { readonly kind: Kind; readonly where: string }
): ReadonlyArray<A> => [...new Set(wanted.flatMap((text) => selectByText(all, text, what)))]
