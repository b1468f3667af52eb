/** Two devices went on with one library: which of what the other did is taken over, and what both changed. */
import {
  type Decision,
  decodeRecord,
  type EntityKey,
  emptyRecord,
  encodeCells,
  equalBytes,
  fitRecord,
  hasColumnsOf,
  idOfCell,
  type Kind,
  keyString,
  type LineMerged,
  ObjectRef,
  type OnConflict,
  objectsOfRecord,
  type PlanItem,
  planOf,
  type RestorePlan,
  type TreeDifference,
  toHex,
  utf8
} from "@white-room/core"
import { requireTable } from "../live/LiveTable.js"
import { lastVersionOf, versionsOf } from "../log/EntityEvents.js"
import { stateOf } from "../log/EventTable.js"
import { sha256 } from "../object/Compression.js"
import { isKept } from "../object/Damaged.js"
import { planDifferences } from "../restore/PlanFrom.js"
import type { Session } from "../session/Session.js"
import type { ArrivedState } from "./OtherLine.js"

/** How conflicts are settled. */
export interface MergeChoices {
  /** Default: both are kept, theirs as a copy that is named for its device. */
  readonly onConflict?: OnConflict | undefined
  readonly decisions?: ReadonlyArray<EntityKey & Decision> | undefined
}

/** What is known of the other line. */
export interface OtherSide {
  readonly device: string
  /** Every state that entities had there since it was taken in last, in order. */
  readonly states: ReadonlyArray<ArrivedState>
  /** How much of this log the other has taken in: what is older than that it knows. */
  readonly seen: number
  /** What was taken in of it before. */
  readonly merged: ReadonlyArray<LineMerged & { readonly at: number }>
}

type Bytes = Uint8Array | undefined

/** Whether a record from elsewhere comes to one of this library: columns that only one of them has say nothing. */
export const isAsHere = (session: Session, kind: Kind, theirs: Bytes, ours: Bytes): boolean => {
  if (theirs === undefined || ours === undefined) return theirs === ours
  if (equalBytes(theirs, ours)) return true
  const columns = requireTable(session.tables, kind).defaults
  const [source, current] = [decodeRecord(kind, theirs), decodeRecord(kind, ours)]
  if (hasColumnsOf(columns, source)) return false
  return equalBytes(encodeCells(kind, fitRecord(source, columns, current).cells), ours)
}

interface Sides {
  /** Changed there alone. */
  readonly taken: Array<TreeDifference>
  /** Changed here and there, to different things. */
  readonly conflicts: Array<TreeDifference>
}

/** Where an entity was last found to be here as it was there. */
const agreedAt = ({ seen, merged }: OtherSide) => {
  const same = new Map<string, number>()
  for (const { at, same: keys } of merged)
    for (const { kind, id } of keys) {
      const key = keyString(kind, id)
      same.set(key, Math.max(same.get(key) ?? 0, at))
    }
  return ({ kind, id }: EntityKey): number => Math.max(seen, same.get(keyString(kind, id)) ?? 0)
}

const sidesOf = (session: Session, other: OtherSide): Sides => {
  const { db } = session
  const sides: Sides = { taken: [], conflicts: [] }
  const agreed = agreedAt(other)
  const byEntity = new Map<string, Array<ArrivedState>>()
  for (const state of other.states) {
    const key = keyString(state.kind, state.id)
    const earlier = byEntity.get(key)
    if (earlier === undefined) byEntity.set(key, [state])
    else earlier.push(state)
  }
  for (const states of byEntity.values()) {
    const last = states.at(-1)
    if (last === undefined) continue
    const { kind, id, record: after } = last
    const here = lastVersionOf(db, last)
    const before = here?.record
    if (isAsHere(session, kind, after, before)) continue
    const difference = { kind, id, before, after }
    const base = stateOf(db, last, other.seen).record
    const isOurs = (here?.position ?? 0) > agreed(last)
    const isEarlierThere = () =>
      states.some((each) => each.isTakenBack !== true && isAsHere(session, kind, each.record, before))
    const isEarlierHere = () =>
      versionsOf(db, last).some(
        ({ position, record }) => position > other.seen && isAsHere(session, kind, after, record)
      )
    // They went on from what is here, or was here when they last looked.
    if (!isOurs || isEarlierThere()) sides.taken.push(difference)
    else if (!isAsHere(session, kind, after, base) && !isEarlierHere()) sides.conflicts.push(difference)
  }
  return sides
}

/** Songs that were deleted here, and that performances which come need. */
const missingSongs = (session: Session, { seen }: OtherSide, taken: ReadonlyArray<TreeDifference>) => {
  const known = new Set(taken.map(({ kind, id }) => keyString(kind, id)))
  return taken.flatMap(({ kind, after }): ReadonlyArray<TreeDifference> => {
    if (kind !== "performance" || after === undefined) return []
    const cell = decodeRecord(kind, after).get("song_id")
    if (cell === undefined || cell === null || cell instanceof ObjectRef) return []
    const song = { kind: "song" as const, id: idOfCell(cell) }
    const key = keyString(song.kind, song.id)
    if (known.has(key) || stateOf(session.db, song).record !== undefined) return []
    known.add(key)
    const { record } = stateOf(session.db, song, seen)
    const isComplete =
      record !== undefined && objectsOfRecord("song", record).every(({ hash }) => isKept(session.db, hash))
    return isComplete ? [{ ...song, before: undefined, after: record }] : []
  })
}

/**
 * The id of the copy of what another device has: the same wherever it is made, so that devices that merge by themselves
 * make one copy together.
 */
const copyId = ({ kind, id, after }: TreeDifference): string => {
  const hex = toHex(sha256(utf8(`${keyString(kind, id)}\u0000${toHex(after ?? emptyRecord)}`)))
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Deleted there and changed here, it stays. */
const keptItem =
  (device: string, choiceOf: (key: EntityKey) => OnConflict) =>
  (item: PlanItem): PlanItem =>
    item.action !== "keep" || item.conflict || item.after === undefined || choiceOf(item) === "both"
      ? item
      : { ...item, conflict: true, notes: [`it was deleted on ${device}`] }

/** The plan that takes over what the other line did, and settles what both did. */
export const planMerge = (session: Session, other: OtherSide, choices: MergeChoices): RestorePlan => {
  const { onConflict = "both", decisions = [] } = choices
  const decided = new Map(decisions.map(({ kind, id, choice }) => [keyString(kind, id), choice]))
  const choiceOf = ({ kind, id }: EntityKey) => decided.get(keyString(kind, id)) ?? onConflict
  const { taken, conflicts } = sidesOf(session, other)
  // Its copy was made before, and is still here.
  const isCopied = (each: TreeDifference) =>
    choiceOf(each) === "both" &&
    stateOf(session.db, { kind: each.kind, id: copyId(each) }).record !== undefined
  const replaced = conflicts.filter((each) => choiceOf(each) === "replace")
  const copied = conflicts.filter(isCopied)
  const others = conflicts.filter((each) => choiceOf(each) !== "replace" && !isCopied(each))
  const ids = new Map(others.map((each) => [keyString(each.kind, each.id), copyId(each)]))
  const facts = (scope: number) => ({
    named: false,
    scope,
    keepsDeletions: true,
    label: other.device,
    suffix: ` (${other.device})`,
    base: (key: EntityKey) => stateOf(session.db, key, other.seen).record
  })
  const all = [...missingSongs(session, other, taken), ...taken, ...replaced]
  const exact = planDifferences(session, all, { mode: "exact" }, facts(all.length))
  const kept = planDifferences(
    session,
    others,
    { mode: "merge", onConflict, decisions },
    { ...facts(others.length), newId: ({ kind, id }) => ids.get(keyString(kind, id)) ?? id }
  )
  const settled = planDifferences(session, copied, { onConflict: "keep" }, facts(copied.length))
  const items = [
    ...exact.items,
    ...kept.items.map(keptItem(other.device, choiceOf)),
    ...settled.items.map((item) => ({ ...item, conflict: false, notes: ["its copy is here already"] }))
  ]
  const unchanged = exact.counts.unchanged + kept.counts.unchanged + settled.counts.unchanged
  return planOf("merge", items, unchanged, [...exact.objects, ...kept.objects])
}
