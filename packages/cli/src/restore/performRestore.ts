/** A restore from the words of a person to its end: choose, plan, show, ask, apply. */
import { incompleteTag, liveTables, type PlannedRestore, type RestoreOptions } from "@white-room/core"
import { fieldOf } from "@white-room/core/output"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { findBundled, findSource, type Source } from "../backup/Source.js"
import type { Cli } from "../command/Cli.js"
import { defined } from "../command/defined.js"
import { loadVault } from "../command/Load.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import { askConflicts } from "../plan/askConflicts.js"
import { byName } from "../plan/PlanText.js"
import { capturePending } from "../select/capturePending.js"
import { byIdOnly } from "../select/Names.js"
import { findPast } from "../select/Past.js"
import { findVault, libraryInVault } from "../select/PlaceFrom.js"
import { count, nameList } from "../terminal/Text.js"
import type { RestoreWish } from "./checkWish.js"
import { type Choice, chooseEntities } from "./chooseEntities.js"
import { offerRanged } from "./offerRanged.js"
import { carryOut, changesIn, confirmPlan, previewPlan, shownPlanOf, showPlan } from "./Steps.js"

/** The columns that hold these fields of preferences. */
const columnsOfFields = (fields: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<string>, CliFailure> => {
  const { columns, idColumn } = liveTables.preferences
  const known = new Map(
    columns
      .filter((column) => column !== idColumn && column !== "updated_at")
      .map((column) => [fieldOf(column), column])
  )
  const unknown = fields.find((field) => !known.has(field))
  if (unknown !== undefined)
    return refusal(`Preferences have no field ${unknown}.`, `The fields: ${[...known.keys()].join(", ")}.`)
  return Effect.succeed(fields.flatMap((field) => known.get(field) ?? []))
}

export interface Chosen extends Choice {
  readonly source: Source
}

/** Version N of the one entity that was named. */
const chooseVersion = (
  cli: Cli,
  library: Library,
  wish: RestoreWish,
  version: number
): Effect.Effect<Chosen, CliFailure> =>
  Effect.gen(function* () {
    const [song, performance] = [wish.songs[0], wish.performances[0]]
    const wanted = song ?? performance ?? ""
    const kind = song === undefined ? "performance" : "song"
    yield* capturePending(library)
    const { id, name } = yield* findPast(library, kind, wanted)
    const position = yield* library.history.positionOf({ kind, id }, version)
    const found = yield* findSource(cli, library, { source: `@${position}` })
    const source = { ...found, title: `version ${version} of ${name}` }
    const names = {
      ...wish,
      songs: song === undefined ? [] : [byIdOnly(id)],
      performances: song === undefined ? [byIdOnly(id)] : []
    }
    return { source, ...(yield* chooseEntities(library, source, names)) }
  })

/** A source, and the words for what was named in it. */
interface SourceAndNames {
  readonly source: Source
  readonly names: Pick<RestoreWish, "songs" | "performances">
}

/** A state of a vault, any moment of it; or a backup of a bundle. */
const sourceFrom = (
  cli: Cli,
  library: Library,
  from: string,
  wish: RestoreWish
): Effect.Effect<SourceAndNames, CliFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const vault = yield* findVault(cli, from)
    if (vault === undefined) {
      if (wish.at !== undefined || wish.source?.startsWith("@") === true)
        return yield* refusal(
          "In a bundle there are backups only, no times and positions.",
          "Name a backup such as latest or b31; whiteroom list --from shows them."
        )
      return { source: yield* findBundled(cli, library, from, wish.source ?? "latest"), names: wish }
    }
    const ranged = yield* offerRanged(cli, library, vault, from, wish)
    if (ranged !== undefined) return ranged
    const { offerState } = yield* loadVault
    const other = yield* libraryInVault(cli, vault)
    const wanted = wish.source === undefined && wish.at === undefined ? { source: "latest" } : wish
    const found = yield* findSource(cli, other, wanted)
    const { reference, ...offered } = yield* offerState(library, other, found.reference, from)
    // What is not whole there, or came after events that are missing.
    const isPart = offered.isPart || found.backup?.tags.includes(incompleteTag) === true
    return { source: { ...found, reference, isPart }, names: wish }
  })

/** The state that was named, and what of it. */
export const choose = (
  cli: Cli,
  library: Library,
  wish: RestoreWish
): Effect.Effect<Chosen, CliFailure, Scope.Scope> =>
  Effect.gen(function* () {
    if (wish.version !== undefined) return yield* chooseVersion(cli, library, wish, wish.version)
    const { source, names } = yield* wish.from === undefined
      ? Effect.map(findSource(cli, library, wish), (source): SourceAndNames => ({ source, names: wish }))
      : sourceFrom(cli, library, wish.from, wish)
    const choice = yield* chooseEntities(library, source, { ...wish, ...names })
    // What was named and found is all of what was wished.
    return { ...choice, source: { ...source, isPart: source.isPart === true && choice.only === undefined } }
  })

const offer = (cli: Cli, { offered, source }: Chosen): void => {
  if (offered.length === 0) return
  const names = nameList(
    offered.map(({ name, id }) => name || id),
    8
  )
  cli.out.message(
    offered.length === 1
      ? `Its performance ${names} is another one in ${source.name}; --with-performances restores it too.`
      : `${count(offered.length, "performance")} of it are others in ${source.name}: ${names}; --with-performances restores them too.`
  )
}

/** At a terminal every conflict of a whole merge is asked about, unless --on-conflict settles them. */
const settleConflicts = (
  cli: Cli,
  library: Library,
  { source }: Chosen,
  plan: PlannedRestore,
  options: RestoreOptions,
  asked: boolean
) =>
  Effect.gen(function* () {
    const conflicts = byName(
      plan.items.filter(({ conflict, action }) => conflict || (asked && action === "update"))
    )
    if (conflicts.length === 0) return { plan, options }
    const planned = (choices: RestoreOptions) =>
      library.backups.plan(source.reference, { ...options, ...choices })
    const replacing = yield* planned({ onConflict: "replace" })
    const decisions = yield* askConflicts(cli, library, source.name, conflicts, replacing)
    const next = yield* planned({ decisions })
    if (decisions.some(({ choice }) => choice !== "keep")) yield* showPlan(cli, library, source, next)
    return { plan: next, options: { ...options, decisions } }
  })

/** What was shown and agreed to, or the exit code of a dry run. */
const agree = (cli: Cli, library: Library, wish: RestoreWish, chosen: Chosen) =>
  Effect.gen(function* () {
    const { source, only } = chosen
    const { mode, kinds, asCopy, withoutSong, onConflict, savePlan } = wish
    const preferenceColumns = yield* columnsOfFields(wish.fields)
    const wanted: RestoreOptions = defined({
      mode,
      only,
      kinds: kinds.length > 0 ? kinds : undefined,
      asCopy,
      withoutSongs: withoutSong,
      preferenceColumns: preferenceColumns.length > 0 ? preferenceColumns : undefined,
      onConflict: onConflict === "ask" ? undefined : onConflict
    })
    const first = yield* library.backups.plan(source.reference, wanted)
    if (cli.dryRun) {
      const keep = savePlan === undefined ? undefined : { file: savePlan, saved: first.saved }
      return yield* previewPlan(cli, library, source, first, keep)
    }
    yield* showPlan(cli, library, source, first)
    offer(cli, chosen)
    const asks = cli.interactive && (onConflict === undefined || onConflict === "ask")
    const { plan, options } = asks
      ? yield* settleConflicts(cli, library, chosen, first, wanted, onConflict === "ask")
      : { plan: first, options: wanted }
    yield* confirmPlan(cli, library, source, plan)
    // A plan that was agreed to is carried out or none is; with --yes it is made again if something came in between.
    const saved = cli.yes || changesIn(plan) === 0 ? undefined : plan.saved
    return { shown: shownPlanOf(cli, plan), options, saved }
  })

export const performRestore = (
  cli: Cli,
  library: Library,
  wish: RestoreWish
): Effect.Effect<number, CliFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const chosen = yield* choose(cli, library, wish)
    const { source } = chosen
    const agreed = yield* agree(cli, library, wish, chosen)
    if (typeof agreed === "number") return agreed
    const { shown, options, saved } = agreed
    return yield* carryOut(cli, library, source, shown, (onProgress) =>
      saved === undefined
        ? library.backups.restore(source.reference, { ...options, onProgress })
        : library.backups.apply(saved, { onProgress })
    )
  })
