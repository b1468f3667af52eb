/** A restore from the words of a person to its end: choose, plan, show, ask, apply. */
import {
  type EntityKey,
  liveTables,
  type OnConflict,
  type PlannedRestore,
  type RestoreOptions,
  type RestoreResult
} from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { findBundled, findSource, type Source } from "../backup/Source.js"
import type { Cli } from "../command/Command.js"
import { type CliFailure, refuse } from "../error/CliError.js"
import { count, nameList } from "../output/Text.js"
import { askConflicts } from "../plan/askConflicts.js"
import { changesOf, changesOfItem } from "../plan/Changes.js"
import { byName, itemsShown, planText } from "../plan/PlanText.js"
import { capturePending } from "../select/capturePending.js"
import { findPast } from "../select/FindPast.js"
import { type Choice, chooseEntities, type Wanted } from "./chooseEntities.js"
import { writePlan } from "./PlanFile.js"
import { describeResult, exitCodeOf, previewJson, summaryOf } from "./Report.js"

export interface RestoreWish extends Wanted {
  readonly source?: string | undefined
  /** A bundle, or a folder of them, that has the source. */
  readonly from?: string | undefined
  readonly at?: Date | undefined
  readonly version?: number | undefined
  readonly kinds: ReadonlyArray<EntityKey["kind"]>
  readonly fields: ReadonlyArray<string>
  readonly mode: "merge" | "exact"
  readonly asCopy: boolean
  readonly withoutSong: boolean
  readonly onConflict?: OnConflict | "ask" | undefined
  readonly savePlan?: string | undefined
}

/** Combinations that cannot be meant. */
export const checkWish = (cli: Cli, wish: RestoreWish): Effect.Effect<void, CliFailure> => {
  const named = wish.songs.length + wish.performances.length + wish.tags.length > 0 || wish.preferences
  const { songs, performances, source, at, version, from } = wish
  if (from !== undefined && (at !== undefined || version !== undefined || source?.startsWith("@")))
    return refuse(
      "In a bundle there are backups only, no times, positions and versions.",
      "Name a backup such as latest or b31; whiteroom list --from shows them."
    )
  if (version === undefined && source === undefined && at === undefined && from === undefined)
    return refuse(
      "No source was named.",
      "Name a backup such as b31 or latest, a position such as @1234, a time with --at, or a --version of one song."
    )
  if (version !== undefined && songs.length + performances.length !== 1)
    return refuse(
      "--version is the version of one song or performance.",
      "Name it with --song or --performance."
    )
  if (version !== undefined && (source !== undefined || at !== undefined))
    return refuse("A version needs no other source.", "Leave the source or --version out.")
  if (wish.kinds.length > 0 && named)
    return refuse("--kind takes everything of a kind; single ones were named too.", "Say one or the other.")
  if (wish.fields.length > 0 && !wish.preferences)
    return refuse("--field is about preferences.", "Add --preferences.")
  if (wish.asCopy && wish.mode === "exact")
    return refuse("--as-copy replaces and deletes nothing, --mode exact does.", "Say one of them.")
  if (wish.asCopy && wish.onConflict !== undefined)
    return refuse("With --as-copy there are no conflicts.", "Leave --on-conflict out.")
  if (wish.withPerformances && wish.songs.length === 0)
    return refuse("--with-performances goes with songs.", "Name them with --song.")
  if (wish.onConflict === "ask" && !cli.interactive)
    return refuse("There is nobody to ask.", "Say --on-conflict keep, replace, both or combine.")
  if (wish.savePlan !== undefined && !cli.dryRun)
    return refuse("--save-plan keeps a plan in place of carrying it out.", "Add --dry-run.")
  return Effect.void
}

/** `autoSaveEnabled` → `auto_save_enabled`. */
const columnsOfFields = (fields: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<string>, CliFailure> => {
  const { columns, idColumn } = liveTables.preferences
  const known = new Map(
    columns
      .filter((column) => column !== idColumn && column !== "updated_at")
      .map((column) => [column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), column])
  )
  const unknown = fields.find((field) => !known.has(field))
  if (unknown !== undefined)
    return refuse(`Preferences have no field ${unknown}.`, `The fields: ${[...known.keys()].join(", ")}.`)
  return Effect.succeed(fields.flatMap((field) => known.get(field) ?? []))
}

interface Chosen extends Choice {
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
    const position = yield* library.positionOfVersion({ kind, id }, version)
    const found = yield* findSource(cli, library, { source: `@${position}` })
    const source = { ...found, title: `version ${version} of ${name}` }
    const names = {
      ...wish,
      songs: song === undefined ? [] : [id],
      performances: song === undefined ? [id] : []
    }
    return { source, ...(yield* chooseEntities(library, source, names)) }
  })

const choose = (cli: Cli, library: Library, wish: RestoreWish): Effect.Effect<Chosen, CliFailure> =>
  Effect.gen(function* () {
    if (wish.version !== undefined) return yield* chooseVersion(cli, library, wish, wish.version)
    const source = yield* wish.from === undefined
      ? findSource(cli, library, wish)
      : findBundled(cli, library, wish.from, wish.source ?? "latest")
    return { source, ...(yield* chooseEntities(library, source, wish)) }
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

/** An app that has the file open may write its old copy back over what is restored. */
export const warnOfOpenApps = (cli: Cli, library: Library) =>
  Effect.gen(function* () {
    const programs = yield* library.otherPrograms
    if (programs.length === 0) return
    const names = nameList(
      programs.map(({ name, pid }) => `${name === "" ? "a program" : name} (${pid})`),
      4
    )
    cli.out.message(`Quit White Room first: it may save over this restore. The library is open in ${names}.`)
  })

const show = (cli: Cli, library: Library, source: Source, plan: PlannedRestore) =>
  Effect.gen(function* () {
    const changes = yield* changesOf(library, plan, cli.out.json ? 0 : itemsShown(cli))
    cli.out.message(planText(cli, source, plan, changes))
  })

const preview = (
  cli: Cli,
  library: Library,
  source: Source,
  plan: PlannedRestore,
  savePlan: string | undefined
) =>
  Effect.gen(function* () {
    const limit = cli.out.json ? Number.POSITIVE_INFINITY : itemsShown(cli)
    const changes = yield* changesOf(library, plan, limit)
    if (!cli.out.json) cli.out.print(planText(cli, source, plan, changes))
    if (savePlan !== undefined) yield* writePlan(savePlan, plan.saved)
    return cli.out.done(previewJson(source, plan, changes), () =>
      savePlan === undefined
        ? "Nothing was changed."
        : `Nothing was changed. To carry this plan out: whiteroom restore --plan ${savePlan}`
    )
  })

/** At a terminal every conflict of a whole merge is asked about, unless --on-conflict settles them. */
const settleConflicts = (
  cli: Cli,
  library: Library,
  { source, only }: Chosen,
  plan: PlannedRestore,
  options: RestoreOptions,
  asked: boolean
) =>
  Effect.gen(function* () {
    const conflicts = byName(
      plan.items.filter(({ conflict, action }) => conflict || (asked && action === "update"))
    )
    if (conflicts.length === 0) return { plan, options }
    const replacing = yield* library.backups.planRestore(source.reference, {
      ...options,
      onConflict: "replace"
    })
    const decisions = yield* askConflicts(cli, source.name, conflicts, ({ kind, id }) => {
      const item = replacing.items.find((each) => each.kind === kind && each.id === id)
      return item === undefined ? Effect.succeed([]) : changesOfItem(library, replacing, item)
    })
    const settled = { ...options, ...(only && { only }), decisions }
    const next = yield* library.backups.planRestore(source.reference, settled)
    if (decisions.some(({ choice }) => choice !== "keep")) yield* show(cli, library, source, next)
    return { plan: next, options: settled }
  })

/** Applies what was shown; ends with the exit code. */
export const finish = (
  cli: Cli,
  library: Library,
  source: Source,
  plan: Pick<PlannedRestore, "mode" | "items">,
  call: (onProgress: NonNullable<RestoreOptions["onProgress"]>) => Effect.Effect<RestoreResult, CliFailure>
) =>
  Effect.gen(function* () {
    const began = performance.now()
    const result = yield* cli.work(call)
    const durationMs = Math.round(performance.now() - began)
    const { safetyBackupId } = result
    const safety =
      safetyBackupId === undefined ? undefined : yield* library.backups.findBackup(safetyBackupId)
    cli.out.done(summaryOf(source, plan, result, durationMs), () =>
      describeResult(result, source, plan, safety)
    )
    return exitCodeOf(result)
  })

/** How many things a plan changes. */
export const changesIn = ({ counts }: Pick<PlannedRestore, "counts">): number =>
  counts.create + counts.update + counts.delete

export const performRestore = (
  cli: Cli,
  library: Library,
  wish: RestoreWish
): Effect.Effect<number, CliFailure> =>
  Effect.gen(function* () {
    const chosen = yield* choose(cli, library, wish)
    const { source, only } = chosen
    const { mode, kinds, asCopy, withoutSong, onConflict } = wish
    const preferenceColumns = yield* columnsOfFields(wish.fields)
    const wanted: RestoreOptions = {
      mode,
      ...(only && { only }),
      ...(kinds.length > 0 && { kinds }),
      ...(asCopy && { asCopy }),
      ...(withoutSong && { withoutSongs: true }),
      ...(preferenceColumns.length > 0 && { preferenceColumns }),
      ...(onConflict !== undefined && onConflict !== "ask" && { onConflict })
    }
    const first = yield* library.backups.planRestore(source.reference, wanted)
    if (cli.dryRun) return yield* preview(cli, library, source, first, wish.savePlan)
    yield* show(cli, library, source, first)
    offer(cli, chosen)
    const asks = cli.interactive && (onConflict === undefined || onConflict === "ask")
    const { plan, options } = asks
      ? yield* settleConflicts(cli, library, chosen, first, wanted, onConflict === "ask")
      : { plan: first, options: wanted }
    const changes = changesIn(plan)
    if (changes > 0) {
      yield* warnOfOpenApps(cli, library)
      yield* cli.confirm(`Restore ${source.name}: ${count(changes, "change")}?`, `Restoring ${source.name}`)
    }
    // Whoever said yes to a plan gets that plan or none; with --yes it is made anew if something came in between.
    return yield* finish(cli, library, source, plan, (onProgress) =>
      cli.yes || changes === 0
        ? library.backups.restoreFromBackup(source.reference, { ...options, onProgress })
        : library.backups.applyPlan(plan.saved, { onProgress })
    )
  })
