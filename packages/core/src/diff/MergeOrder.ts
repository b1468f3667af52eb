/** The order of a list that is merged of others. */
import { barFieldOf, timeFieldOf } from "../document/Identity.js"
import { fieldOf, isFields, type Json, type JsonList } from "../document/Json.js"
import { risingRun } from "../document/ValueAlignment.js"

/** One element of the merged list, by its index on each side that has it. */
interface MergedElement {
  readonly base: number | undefined
  readonly theirs: number | undefined
  readonly ours: number | undefined
}

export interface MergedList {
  /** In the order of the result; what a side removed is still there, without that side's index. */
  readonly elements: ReadonlyArray<MergedElement>
  /** Both sides brought the elements into a new order, and not the same. */
  readonly reordered: boolean
}

export interface Aligners {
  readonly align: (before: JsonList, after: JsonList) => Int32Array
  readonly alignAdded: (before: JsonList, after: JsonList) => Int32Array
}

/**
 * Which elements of three lists are one, and in which order they follow: in that of the side that changed it
 * (`ours` when both or none did, or `theirs` is not to be followed), each addition of the other side after the element it followed there.
 */
export const mergeOrder = (
  base: JsonList,
  theirs: JsonList,
  ours: JsonList,
  aligners: Aligners,
  followsTheirs = true
): MergedList => {
  const [fromTheirs, fromOurs] = [aligners.align(base, theirs), aligners.align(base, ours)]
  const theirsLead = followsTheirs && isReordered(fromTheirs) && !isReordered(fromOurs)
  const reordered = isReordered(fromTheirs) && isReordered(fromOurs) && !isSameOrder(fromTheirs, fromOurs)
  const lead = theirsLead ? side(theirs, fromTheirs, base.length) : side(ours, fromOurs, base.length)
  const other = theirsLead ? side(ours, fromOurs, base.length) : side(theirs, fromTheirs, base.length)
  const twins = pairAdded(lead, other, aligners)
  const element = (ofBase: number | undefined, ofLead: number | undefined, ofOther: number | undefined) =>
    theirsLead
      ? { base: ofBase, theirs: ofLead, ours: ofOther }
      : { base: ofBase, theirs: ofOther, ours: ofLead }
  const followers = placeFollowers(lead, other, twins, element)
  const elements: Array<MergedElement> = [...(followers.get(-1) ?? [])]
  lead.from.forEach((from, index) => {
    const ofOther = from >= 0 ? known(other.to[from]) : twins.ofLead.get(index)
    elements.push(element(known(from), index, ofOther), ...(followers.get(index) ?? []))
  })
  return { elements, reordered }
}

interface Side {
  readonly list: JsonList
  /** Index in base of each element, and the other way round; -1 is none. */
  readonly from: Int32Array
  readonly to: Int32Array
}

const side = (list: JsonList, from: Int32Array, size: number): Side => {
  const to = new Int32Array(size).fill(-1)
  from.forEach((index, position) => {
    if (index >= 0) to[index] = position
  })
  return { list, from, to }
}

const known = (index: number | undefined): number | undefined =>
  index === undefined || index < 0 ? undefined : index

const isReordered = (from: Int32Array): boolean => {
  const stays = risingRun(from)
  return from.some((index, position) => index >= 0 && stays[position] === 0)
}

const isSameOrder = (a: Int32Array, b: Int32Array): boolean => {
  const [inA, inB] = [new Set(a), new Set(b)]
  const common = (order: Int32Array, others: ReadonlySet<number>) =>
    order.filter((index) => index >= 0 && others.has(index))
  return common(a, inB).join() === common(b, inA).join()
}

interface Twins {
  readonly ofLead: ReadonlyMap<number, number>
  readonly ofOther: ReadonlyMap<number, number>
}

/** The same thing added on both sides. */
const pairAdded = (lead: Side, other: Side, aligners: Aligners): Twins => {
  const addedOf = ({ from }: Side) => [...from.keys()].filter((index) => (from[index] ?? -1) < 0)
  const [ours, theirs] = [addedOf(lead), addedOf(other)]
  const items = (list: JsonList, indices: ReadonlyArray<number>) =>
    indices.map((index) => list[index] ?? null)
  const ofLead = new Map<number, number>()
  const ofOther = new Map<number, number>()
  aligners.alignAdded(items(lead.list, ours), items(other.list, theirs)).forEach((from, to) => {
    const [first, second] = [ours[from], theirs[to]]
    if (first === undefined || second === undefined) return
    ofLead.set(first, second)
    ofOther.set(second, first)
  })
  return { ofLead, ofOther }
}

/** What only the other side has (added there, or removed by the lead), by the lead's element that it follows. */
const placeFollowers = (
  lead: Side,
  other: Side,
  twins: Twins,
  element: (
    ofBase: number | undefined,
    ofLead: number | undefined,
    ofOther: number | undefined
  ) => MergedElement
): ReadonlyMap<number, ReadonlyArray<MergedElement>> => {
  const followers = new Map<number, Array<MergedElement>>()
  let anchor = -1
  other.from.forEach((from, index) => {
    const twin = from >= 0 ? known(lead.to[from]) : twins.ofOther.get(index)
    if (twin !== undefined) {
      anchor = twin
      return
    }
    const group = followers.get(anchor)
    const follower = element(known(from), undefined, index)
    if (group) group.push(follower)
    else followers.set(anchor, [follower])
  })
  return followers
}

const momentOf = (item: Json): number | undefined => {
  if (!isFields(item)) return undefined
  const field = barFieldOf(item) ?? timeFieldOf(item)
  const value = field === undefined ? undefined : fieldOf(item, field)
  return typeof value === "number" ? value : undefined
}

const isInTime = (list: JsonList): boolean => {
  let last = Number.NEGATIVE_INFINITY
  return list.every((item) => {
    const moment = momentOf(item)
    if (moment === undefined || moment < last) return false
    last = moment
    return true
  })
}

/** Brings merged elements back into the order of time, where all these lists keep it. */
export const sorterOf = (lists: ReadonlyArray<JsonList>) => (merged: JsonList) =>
  lists.every(isInTime) ? [...merged].sort((a, b) => (momentOf(a) ?? 0) - (momentOf(b) ?? 0)) : merged
