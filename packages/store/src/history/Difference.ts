/** Differences of entities, told by name and in words of music. */
import {
  decodeRecord,
  diffRecords,
  keyString,
  type LanguageTag,
  type LibraryDifference,
  type NamedEntity,
  nameOfRecord,
  type ObjectRef,
  type TreeDifference
} from "@white-room/core"

export type Changed = LibraryDifference["changed"][number]

const nameOf = ({ kind, before, after }: TreeDifference): string => {
  const record = after ?? before
  return record === undefined ? "" : nameOfRecord(kind, record)
}

/** In words, English unless `language` says otherwise; `undefined` when only the spelling differs (key order, spaces). */
export const describeDifference = (
  difference: TreeDifference,
  documentOf: (ref: ObjectRef) => string | undefined,
  language?: LanguageTag
): Changed | undefined => {
  const { kind, id, before, after } = difference
  if (before === undefined || after === undefined) return undefined
  const { words, patch } = diffRecords(
    kind,
    decodeRecord(kind, before),
    decodeRecord(kind, after),
    documentOf,
    language
  )
  return words.length === 0 ? undefined : { kind, id, name: nameOf(difference), changes: words, patch }
}

const named = (difference: TreeDifference): NamedEntity => ({
  kind: difference.kind,
  id: difference.id,
  name: nameOf(difference)
})

const byName = <Named extends NamedEntity>(all: Array<Named>): Array<Named> => {
  const { compare } = new Intl.Collator()
  return all.sort((x, y) => compare(x.name, y.name))
}

/** The first by name in words, as many as are wanted, and the others by name. Of those no document is read. */
const describeFirst = (
  all: ReadonlyArray<TreeDifference>,
  wanted: number,
  describeAll: (batch: ReadonlyArray<TreeDifference>) => ReadonlyArray<Changed>
): ReadonlyArray<Changed> => {
  const sorted = byName(all.map((difference) => ({ difference, ...named(difference) })))
  const described: Array<Changed> = []
  let next = 0
  while (described.length < wanted && next < sorted.length) {
    // More than once only where some turn out to be differences of spelling.
    const batch = sorted.slice(next, next + wanted - described.length)
    const found = new Map(
      describeAll(batch.map(({ difference }) => difference)).map((each) => [
        keyString(each.kind, each.id),
        each
      ])
    )
    described.push(...batch.flatMap(({ kind, id }) => found.get(keyString(kind, id)) ?? []))
    next += batch.length
  }
  const others = sorted.slice(next).map(({ kind, id, name }): Changed => {
    return { kind, id, name, changes: [], patch: undefined }
  })
  return [...described, ...others]
}

/** Of how many changed entities it is told what changed. */
export const wordsWanted = ({ words = true }: DiffOptions): number =>
  typeof words === "number" ? words : words ? Number.POSITIVE_INFINITY : 0

/** What differs, by name; of those in both as many in words as are wanted, which `describeAll` finds. */
export const tellDifferences = (
  { from, to }: Pick<LibraryDifference, "from" | "to">,
  all: ReadonlyArray<TreeDifference>,
  options: DiffOptions,
  describeAll: (batch: ReadonlyArray<TreeDifference>) => ReadonlyArray<Changed>
): LibraryDifference => {
  const namesOf = (is: (difference: TreeDifference) => boolean) => byName(all.filter(is).map(named))
  const both = all.filter(({ before, after }) => before !== undefined && after !== undefined)
  return {
    from,
    to,
    created: namesOf(({ before }) => before === undefined),
    deleted: namesOf(({ after }) => after === undefined),
    changed: describeFirst(both, wordsWanted(options), describeAll)
  }
}

export interface DiffOptions {
  /**
   * Of how many changed entities to tell what changed, the first by name: a number, all (`true`, the default) or none.
   * The others are only named: no document of theirs is read, and differences of spelling are not told apart.
   */
  readonly words?: boolean | number
  /** What the words are of. Default: English. */
  readonly language?: LanguageTag | undefined
}
