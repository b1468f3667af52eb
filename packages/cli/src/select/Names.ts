/** Finds what a person named, by id or by name. Pure. */
import { AmbiguousName, EntityNotFound, type Kind } from "@white-room/core"
import { exactTime } from "../terminal/Time.js"

export interface Named {
  readonly id: string
  readonly name: string
  /** When it last changed, for telling two of one name apart; absent where that is not known. */
  readonly updatedAt?: Date
}

/** Texts with the same key are one name to a person: case and composition of letters do not matter. */
export const keyOf = (text: string): string => text.normalize("NFKC").toLocaleLowerCase()

/** Edits between two texts: one character inserted, deleted or replaced, or two neighbours swapped. */
export const editDistance = (a: string, b: string): number => {
  let before: ReadonlyArray<number> = []
  let previous: ReadonlyArray<number> = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 0; i < a.length; i++) {
    const row = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const replaced = (previous[j] ?? 0) + (a[i] === b[j] ? 0 : 1)
      const isSwapped = i > 0 && j > 0 && a[i] === b[j - 1] && a[i - 1] === b[j]
      const swapped = isSwapped ? (before[j - 1] ?? 0) + 1 : replaced
      row.push(Math.min(replaced, swapped, (previous[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1))
    }
    before = previous
    previous = row
  }
  return previous[b.length] ?? 0
}

const maxNear = 5
/** Longer texts are compared by their beginning, so that a strange name costs little. */
export const compared = 64

/** Edits to a name, or to as much of it as was written: people write the beginning of a long name, with a slip in it. */
export const editsTo = (name: string, wanted: string, lengths: ReadonlyArray<number>): number =>
  Math.min(
    ...[compared, ...lengths].map((length) => editDistance(wanted.slice(0, compared), name.slice(0, length)))
  )

/** How far a name is from what was asked for; `undefined`: not near. Smaller is nearer. */
const distance = (wanted: string, name: string): number | undefined => {
  if (name.includes(wanted) || (name.length > 2 && wanted.includes(name))) return 0
  const edits = editsTo(name, wanted, [wanted.length])
  return edits <= Math.max(1, Math.floor(Math.min(wanted.length, compared) / 3)) ? edits : undefined
}

/** Names that may have been meant, nearest first. */
export const nearMatches = <A extends Named>(all: ReadonlyArray<A>, wanted: string): ReadonlyArray<A> => {
  const key = keyOf(wanted)
  if (key === "") return []
  return all
    .flatMap((item) => {
      const found = distance(key, keyOf(item.name))
      return found === undefined ? [] : [{ item, found }]
    })
    .sort((a, b) => a.found - b.found)
    .slice(0, maxNear)
    .map(({ item }) => item)
}

/** For a person: local. */
const timeOf = ({ updatedAt }: Named): string =>
  updatedAt === undefined || Number.isNaN(updatedAt.getTime()) ? "" : exactTime(updatedAt)

export const describe = (items: ReadonlyArray<Named>) =>
  items.map((item) => ({ id: item.id, name: item.name, updatedAt: timeOf(item) }))

const idPrefix = "id:"

/** The id that a word names and nothing else: `id:x7`; `undefined` for any other word. */
export const idOnly = (wanted: string): string | undefined =>
  wanted.startsWith(idPrefix) ? wanted.slice(idPrefix.length) : undefined

/** The word for an id, whatever names there are. */
export const byIdOnly = (id: string): string => `${idPrefix}${id}`

/**
 * The one that `wanted` names: the one that has it as its id or as exactly its name, else the one whose name differs in
 * case only. What is the id of one and the name of another fits both. @throws AmbiguousName, EntityNotFound with near matches
 */
export const selectOne = <A extends Named>(
  all: ReadonlyArray<A>,
  wanted: string,
  { kind, where }: { readonly kind: Kind; readonly where: string }
): A => {
  const id = idOnly(wanted)
  const exact = all.filter((item) => item.id === wanted || item.id === id || item.name === wanted)
  const matches = exact.length > 0 ? exact : all.filter(({ name }) => keyOf(name) === keyOf(wanted))
  const [first, ...others] = matches
  if (first !== undefined && others.length === 0) return first
  if (first !== undefined) throw new AmbiguousName({ kind, name: wanted, candidates: describe(matches) })
  throw new EntityNotFound({ kind, name: wanted, where, near: describe(nearMatches(all, wanted)) })
}

/** Those named, each once, in the order named. @throws AmbiguousName, EntityNotFound */
export const selectAll = <A extends Named>(
  all: ReadonlyArray<A>,
  wanted: ReadonlyArray<string>,
  what: { readonly kind: Kind; readonly where: string }
): ReadonlyArray<A> => [...new Set(wanted.map((name) => selectOne(all, name, what)))]
