/** Making a restore plan: which entities differ between today and a source, and what to do about each. */
import { randomUUID } from "node:crypto"
import {
  type Cell,
  type Combined,
  combineRecords,
  type Decision,
  decodeRecord,
  diffTrees,
  type EntityKey,
  encodeCells,
  fromUtf8,
  InvalidInput,
  idOfCell,
  type Kind,
  keyString,
  kinds,
  type LanguageTag,
  ObjectRef,
  type PlanFacts,
  type PlanningOptions,
  type PlanOptions,
  phrasesOf,
  planEach,
  planRestore,
  type RestoreOptions,
  type RestorePlan,
  type TreeDifference,
  takeParts,
  withEachItem
} from "@white-room/core"
import { versionAfter } from "../log/EntityEvents.js"
import { stateOf } from "../log/EventTable.js"
import { sha256 } from "../object/Compression.js"
import { entriesKept } from "../object/FirstNodes.js"
import type { Session } from "../session/Session.js"
import type { State } from "../session/State.js"
import { countOfState, requireContent, requireRecord, resolveState } from "../state/States.js"
import { PackedItems } from "./PackedItems.js"

const differenceTo = (session: Session, source: State, { kind, id }: EntityKey): TreeDifference => ({
  kind,
  id,
  before: stateOf(session.db, { kind, id }).record,
  after: source.record({ kind, id })
})

/** The song of a performance that is to come back, when the library lacks it and the source has it. */
const missingSong = (
  session: Session,
  source: State,
  difference: TreeDifference
): ReadonlyArray<TreeDifference> => {
  if (difference.kind !== "performance" || difference.after === undefined) return []
  const songId = decodeRecord("performance", difference.after).get("song_id")
  if (songId === undefined || songId instanceof ObjectRef) return []
  const song = differenceTo(session, source, { kind: "song", id: idOfCell(songId) })
  return song.before === undefined && song.after !== undefined ? [song] : []
}

/** Of those of one entity, the last in the place of the first. */
const eachOnce = <A extends EntityKey>(all: ReadonlyArray<A>): ReadonlyArray<A> => [
  ...new Map(all.map((each) => [keyString(each.kind, each.id), each])).values()
]

/** These differences, and the songs that their performances need. */
const withSongs = (session: Session, source: State, differences: ReadonlyArray<TreeDifference>) => {
  const songs = differences.map((each) => missingSong(session, source, each))
  if (songs.every(({ length }) => length === 0)) return differences
  return eachOnce(differences.flatMap((each, index) => [...(songs[index] ?? []), each]))
}

/** Named entities. @throws EntityNotFound for one the source does not have */
const namedDifferences = (session: Session, source: State, only: ReadonlyArray<EntityKey>) =>
  eachOnce(only).map((key) => ({ ...differenceTo(session, source, key), after: requireRecord(source, key) }))

function* allDifferences(
  session: Session,
  source: State,
  wanted: ReadonlyArray<Kind>
): Generator<TreeDifference> {
  const now = resolveState(session, "now")
  const nodes = session.bothStores(now.nodes, source.nodes)
  for (const difference of diffTrees(now.root(), source.root(), nodes))
    if (wanted.includes(difference.kind)) yield difference
}

/** Of preferences only some columns are wanted: today's record with those of the source. */
const narrowed = (difference: TreeDifference, columns: ReadonlyArray<string>): TreeDifference => {
  if (difference.kind !== "preferences" || difference.before === undefined || difference.after === undefined)
    return difference
  const source = decodeRecord("preferences", difference.after)
  const cells = new Map<string, Cell | ObjectRef>(decodeRecord("preferences", difference.before))
  for (const column of columns) {
    const cell = source.get(column)
    if (cell !== undefined) cells.set(column, cell)
  }
  return { ...difference, after: encodeCells("preferences", cells) }
}

type Base = (key: EntityKey) => Uint8Array | undefined
type Content = (hash: Uint8Array) => Uint8Array

/** What a choice by part makes of an entity. */
const takePartsWith =
  (content: Content, base: Base, suffix: string, language: LanguageTag | undefined) =>
  (difference: TreeDifference, decision: Decision): Combined => {
    const { kind, before, after } = difference
    if (before === undefined || after === undefined) return { record: undefined, notes: [], objects: [] }
    const records = { base: base(difference), theirs: after, ours: before }
    const read = (ref: ObjectRef) => fromUtf8(content(ref.hash))
    return takeParts(kind, records, decision, read, sha256, suffix, language)
  }

const combineWith =
  (content: Content, base: Base, language: LanguageTag | undefined) =>
  (difference: TreeDifference): Combined => {
    const { kind, before, after } = difference
    const common = base(difference)
    if (common === undefined || before === undefined || after === undefined)
      return { record: undefined, notes: [phrasesOf(language).noBase], objects: [] }
    return combineRecords(
      kind,
      { base: common, theirs: after, ours: before },
      (ref) => content(ref.hash),
      sha256,
      language
    )
  }

const columnsOf = (session: Session): Readonly<Record<Kind, ReadonlyMap<string, Cell>>> => ({
  song: session.tables.song?.defaults ?? new Map(),
  performance: session.tables.performance?.defaults ?? new Map(),
  preferences: session.tables.preferences?.defaults ?? new Map()
})

/** What foreign keys of the app's other tables say to a plan. */
const othersSay = (
  { tables }: Session,
  language: LanguageTag | undefined
): Pick<PlanOptions, "heldBy" | "lackedBy"> =>
  kinds.every((kind) => tables[kind]?.references.isEmpty !== false)
    ? {}
    : {
        heldBy: ({ kind, id }, changed) => tables[kind]?.references.heldBy(id, changed, phrasesOf(language)),
        lackedBy: (kind, record) =>
          tables[kind]?.references.lackedBy(decodeRecord(kind, record), phrasesOf(language)) ?? []
      }

const decisionsOf = (options: RestoreOptions): ReadonlyMap<string, Decision> =>
  new Map((options.decisions ?? []).map((each) => [keyString(each.kind, each.id), each]))

/** What a plan of differences goes by; `base` is what `combine` takes as the version both sides come from. */
interface PlanContext {
  readonly named: boolean
  readonly scope: number
  readonly keepsDeletions?: boolean
  readonly label: string
  readonly suffix?: string | undefined
  readonly base: Base
  readonly content?: Content | undefined
  /** The id of a copy. Default: one of its own. */
  readonly newId?: ((key: EntityKey) => string) | undefined
}

const planOptions = (session: Session, options: PlanningOptions, context: PlanContext): PlanOptions => {
  const content = context.content ?? ((hash: Uint8Array) => session.reader.get(hash))
  const suffix = context.suffix ?? ` (${context.label.split(" ")[0]})`
  return {
    mode: options.mode ?? "merge",
    onConflict: options.onConflict ?? "keep",
    decisions: decisionsOf(options),
    named: context.named,
    asCopy: options.asCopy ?? false,
    columns: columnsOf(session),
    ...othersSay(session, options.language),
    keepsDeletions: context.keepsDeletions,
    scope: context.scope,
    newId: context.newId ?? (() => randomUUID()),
    suffix,
    language: options.language,
    combine: combineWith(content, context.base, options.language),
    takeParts: takePartsWith(content, context.base, suffix, options.language)
  }
}

export const planDifferences = (
  session: Session,
  differences: ReadonlyArray<TreeDifference>,
  options: RestoreOptions,
  context: PlanContext
): RestorePlan => planRestore(differences, planOptions(session, options, context))

interface Differences {
  readonly differences: Iterable<TreeDifference>
  /** Entities in scope, changed or not. */
  readonly scope: number
}

/**
 * What is wanted of a source, and the songs that performances among it need. Where songs are wanted, every song that is
 * missing differs and is there already: then nothing is held.
 */
const wantedDifferences = (session: Session, source: State, options: RestoreOptions): Differences => {
  const wanted = options.kinds ?? kinds
  const closed = (chosen: ReadonlyArray<TreeDifference>) =>
    options.withoutSongs === true ? chosen : withSongs(session, source, chosen)
  if (options.only !== undefined) {
    const differences = closed(namedDifferences(session, source, options.only))
    return { differences, scope: differences.length }
  }
  const all = allDifferences(session, source, wanted)
  const scope = countOfState(source, wanted)
  if (wanted.includes("song") || !wanted.includes("performance")) return { differences: all, scope }
  const chosen = [...all]
  const differences = closed(chosen)
  return { differences, scope: scope + differences.length - chosen.length }
}

/** What a plan can be made of. @throws MomentNotFound for a version whose document was released */
function* requireEach(
  session: Session,
  source: State,
  { preferenceColumns: columns }: RestoreOptions,
  differences: Iterable<TreeDifference>
): Generator<TreeDifference> {
  const mayBeReleased =
    source.backup === undefined && source.content === undefined && source.origin === undefined
  for (const each of differences) {
    const difference = columns === undefined ? each : narrowed(each, columns)
    if (mayBeReleased && difference.after !== undefined)
      requireContent(session, difference, difference.after, source)
    yield difference
  }
}

/** A plan whose items take little memory. */
export interface PackedPlan extends PlanFacts {
  readonly items: PackedItems
}

/** The same for callers. Its items are made when they are asked for: of a large library they take more memory than all else. */
export const unpackedPlan = ({ items: packed, ...facts }: PackedPlan): RestorePlan => {
  let items: RestorePlan["items"] | undefined
  const plan = {
    ...facts,
    get items() {
      items ??= [...packed]
      return items
    }
  }
  return withEachItem(plan, packed)
}

/** The plan that restores a source onto what is there now; the caller has captured and holds a snapshot. */
export const planFrom = (session: Session, source: State, options: PlanningOptions): PackedPlan => {
  if (source.isPart === true && options.mode === "exact" && options.only === undefined)
    throw new InvalidInput({
      field: "mode",
      reason: `the list of ${source.label} cannot be read in full, so an exact restore would delete what it may have; merge instead`
    })
  const { differences, scope } = wantedDifferences(session, source, options)
  const context: PlanContext = {
    named: options.only !== undefined,
    scope,
    label: source.label,
    // What came right after the version that the source has is what `combine` takes back.
    base: source.base ?? ((key) => versionAfter(session.db, key, source.position)?.record),
    suffix: options.suffix ?? source.suffix,
    content: source.content
  }
  const items = new PackedItems()
  const plan = () =>
    planEach(
      requireEach(session, source, options, differences),
      planOptions(session, options, context),
      (item) => items.add(item)
    )
  // The tree of today is made from nodes that the source mostly has too; of a large one they take too much memory.
  const facts = scope <= entriesKept ? session.rememberingNodes(plan) : plan()
  return { ...facts, items }
}
