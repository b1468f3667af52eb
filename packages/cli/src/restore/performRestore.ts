/** A restore from the words of a person to its end: choose, plan, show, ask, apply. */
import { liveTables, type PlannedRestore, type RestoreOptions } from "@white-room/core"
import { fieldOf } from "@white-room/core/output"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Cli } from "../command/Cli.js"
import { defined } from "../command/defined.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import { askConflicts } from "../plan/askConflicts.js"
import { byName } from "../plan/PlanText.js"
import { count, nameList } from "../terminal/Text.js"
import type { RestoreWish } from "./checkWish.js"
import { chooseParts } from "./chooseParts.js"
import { type Chosen, chooseSource } from "./chooseSource.js"
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
      onConflict: onConflict === "ask" ? undefined : onConflict,
      decisions: yield* chooseParts(library, wish, chosen)
    })
    const first = yield* library.backups.plan(source.reference, wanted)
    if (cli.dryRun) {
      const keep = savePlan === undefined ? undefined : { file: savePlan, saved: first.saved }
      return yield* previewPlan(cli, library, source, first, keep)
    }
    yield* showPlan(cli, library, source, first)
    offer(cli, chosen)
    const asks =
      cli.interactive && wanted.decisions === undefined && (onConflict === undefined || onConflict === "ask")
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
    const chosen = yield* chooseSource(cli, library, wish)
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
