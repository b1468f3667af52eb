/** `import`, `song import` and `performance import`: whatever is given, as one import. */
import { basename } from "node:path"
import {
  type BackupEntry,
  changesOf,
  type EntityKey,
  ExitCode,
  formatCount,
  type Kind,
  type OnConflict,
  type RestorePlan
} from "@white-room/core"
import { planItemsJson } from "@white-room/core/output"
import type { FileProblem, ImportChoice, Library, OpenedImport } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { defined } from "../command/defined.js"
import { attempt, type CliFailure, refusal } from "../error/CliError.js"
import { openOrMake } from "../library/openOrMake.js"
import { askConflicts } from "../plan/askConflicts.js"
import { byName, planLines } from "../plan/PlanText.js"
import type { Outputs } from "../schema/outputs.js"
import { type PassphraseOptions, passphraseFor } from "../secret/Passphrase.js"
import { readIdentityFiles } from "../secret/readIdentityFiles.js"
import { selectAllByText } from "../select/Patterns.js"
import type { SummaryFields } from "../terminal/Output.js"
import { count } from "../terminal/Text.js"
import { vaultsAmong } from "./vaultsAmong.js"

export interface ImportWish extends PassphraseOptions {
  readonly paths: ReadonlyArray<string>
  /** Only songs, or only performances. */
  readonly kind?: "song" | "performance" | undefined
  /** Without a choice a person is asked, and elsewhere what is here is kept. */
  readonly onConflict?: OnConflict | "ask" | undefined
  readonly songs?: ReadonlyArray<string> | undefined
  readonly performances?: ReadonlyArray<string> | undefined
  readonly onlyBackups?: boolean | undefined
  readonly noBackups?: boolean | undefined
  readonly identities?: ReadonlyArray<string> | undefined
}

/** What the messages call the source. */
const labelOf = ({ paths }: ImportWish): string => {
  const [path] = paths
  return path !== undefined && paths.length === 1 ? basename(path) || path : "the import"
}

const checkWish = (cli: Cli, wish: ImportWish): Effect.Effect<void, CliFailure> => {
  const named = [...(wish.songs ?? []), ...(wish.performances ?? [])].length > 0
  if (wish.onlyBackups === true && wish.noBackups === true)
    return refusal("--only-backups and --no-backups leave nothing to import.", "Say one of them.")
  if (wish.onlyBackups === true && named)
    return refusal("Songs that are named are merged; --only-backups merges nothing.", "Say one or the other.")
  if (wish.onConflict === "ask" && !cli.interactive)
    return refusal("There is nobody to ask.", "Say --on-conflict keep, replace, both or combine.")
  return Effect.void
}

/** Opens the files; passphrases are asked for when they are needed, one for all. */
const open = (cli: Cli, library: Library, wish: ImportWish) =>
  Effect.gen(function* () {
    const { files, problems } = yield* vaultsAmong(cli, wish.paths, {
      ...wish,
      identity: wish.identities ?? []
    })
    const identities = yield* readIdentityFiles(wish.identities ?? [])
    let failure: CliFailure | undefined
    let known: string | undefined
    const passphrase = (file: string) =>
      Effect.runPromise(
        passphraseFor(cli, wish, file).pipe(
          Effect.catchAll((error) => {
            failure = error
            return Effect.succeed(undefined)
          })
        )
      )
    const opened = yield* cli.out
      .progress((onProgress) =>
        library.imports.open(
          files,
          defined({
            dryRun: cli.dryRun,
            kind: wish.kind,
            onProgress,
            keys: async (file: string, needs: "passphrase" | "identity") => {
              if (needs === "identity") return { identities }
              known ??= failure === undefined ? await passphrase(file) : undefined
              return defined({ passphrase: known })
            }
          })
        )
      )
      .pipe(Effect.mapError((error) => failure ?? error))
    if (failure !== undefined) return yield* Effect.fail(failure)
    return {
      ...opened,
      problems: [...problems, ...opened.problems],
      problemCount: problems.length + opened.problemCount
    }
  })

const tell = (cli: Cli, { problems, warnings }: OpenedImport): void => {
  for (const { file, reason } of problems) cli.out.problem(`${file}: ${reason}`, { file, reason })
  for (const { file, reason } of warnings) cli.out.detail(`  ${file}: ${reason}`)
}

/** What was named, as keys; `undefined`: everything. */
const selected = (entries: ReadonlyArray<BackupEntry>, wish: ImportWish) =>
  attempt((): ReadonlyArray<EntityKey> | undefined => {
    const where = labelOf(wish)
    const pick = (kind: Kind, names: ReadonlyArray<string> = []) =>
      selectAllByText(
        entries.filter((entry) => entry.kind === kind),
        names,
        { kind, where }
      ).map(({ id }): EntityKey => ({ kind, id }))
    const chosen = [...pick("song", wish.songs), ...pick("performance", wish.performances)]
    return chosen.length === 0 ? undefined : chosen
  })

const choiceOf = (wish: ImportWish, only: ReadonlyArray<EntityKey> | undefined): ImportChoice =>
  defined({
    only,
    onConflict: wish.onConflict === "ask" ? undefined : wish.onConflict,
    backups: wish.noBackups === true ? false : undefined,
    merge: wish.onlyBackups === true ? false : undefined
  })

/** At a terminal every conflict is asked about, unless --on-conflict settles them. */
const settle = (
  cli: Cli,
  library: Library,
  opened: OpenedImport,
  plan: RestorePlan,
  choice: ImportChoice,
  wish: ImportWish
) =>
  Effect.gen(function* () {
    const asks =
      cli.interactive && !cli.dryRun && (wish.onConflict === undefined || wish.onConflict === "ask")
    if (!asks || plan.conflicts === 0) return choice
    const conflicts = byName(plan.items.filter(({ conflict }) => conflict))
    const label = labelOf(wish)
    const replacing = yield* opened.plan({ ...choice, onConflict: "replace" })
    const why = `is another one in ${label}`
    return { ...choice, decisions: yield* askConflicts(cli, library, label, conflicts, replacing, why) }
  })

/** What an import did, or would do. */
type Done = Omit<SummaryFields<Outputs["import"]>, "durationMs" | "items">

const planned = (plan: RestorePlan, kind: Kind): number =>
  plan.items.filter((item) => item.kind === kind && (item.action === "create" || item.action === "update"))
    .length

const bare = ({ file, reason }: FileProblem): FileProblem => ({ file, reason })

/** What a dry run would do. */
const wouldDo = (opened: OpenedImport, plan: RestorePlan, choice: ImportChoice, wish: ImportWish): Done => {
  const takesBackups = choice.backups ?? (choice.only === undefined && wish.kind === undefined)
  return {
    songs: planned(plan, "song"),
    performances: planned(plan, "performance"),
    preferences: planned(plan, "preferences"),
    backups: takesBackups ? opened.backups.filter(({ isNew }) => isNew).length : 0,
    skipped: plan.counts.unchanged + opened.doubled,
    conflicts: plan.conflicts,
    plan: plan.counts,
    errors: opened.problems.map(bare),
    warnings: [
      ...opened.warnings.map(bare),
      ...plan.items.flatMap(({ notes, name }) =>
        notes.map((note) => ({ file: labelOf(wish), reason: `${name}: ${note}` }))
      )
    ]
  }
}

const apply = (cli: Cli, opened: OpenedImport, choice: ImportChoice, wish: ImportWish) =>
  Effect.map(
    cli.work((onProgress) => opened.apply({ ...choice, onProgress })),
    (result): Done => {
      const label = labelOf(wish)
      for (const reason of result.errors) cli.out.problem(reason, { file: label, reason })
      for (const note of result.notes) cli.out.detail(`  ${note}`)
      return {
        songs: result.songsRestored,
        performances: result.performancesRestored,
        preferences: result.preferencesRestored,
        backups: result.backups.length,
        skipped: result.plan.unchanged + opened.doubled,
        conflicts: result.conflicts,
        plan: result.plan,
        errors: [...opened.problems.map(bare), ...result.errors.map((reason) => ({ file: label, reason }))],
        warnings: [...opened.warnings.map(bare), ...result.notes.map((reason) => ({ file: label, reason }))]
      }
    }
  )

/** `3 songs, 1 performance and 2 backups`. */
const amounts = (wish: ImportWish, { songs, performances, preferences, backups }: Done): string => {
  const parts = [
    ...(songs > 0 ? [count(songs, "song")] : []),
    ...(performances > 0 ? [count(performances, "performance")] : []),
    ...(preferences > 0 ? ["preferences"] : []),
    ...(backups > 0 ? [count(backups, "backup")] : [])
  ]
  return parts.length === 0 ? count(0, wish.kind ?? "song") : parts.join(", ")
}

const describe = (cli: Cli, wish: ImportWish, opened: OpenedImport, done: Done): string => {
  const { skipped, conflicts, errors, warnings } = done
  const problems = errors.length + opened.problemCount - opened.problems.length
  if (opened.files + problems === 0)
    return "Nothing was found there that can be imported. Nothing was changed."
  const parts = [
    `${cli.dryRun ? "Would import" : "Imported"} ${amounts(wish, done)}`,
    ...(skipped > 0 ? [`${formatCount(skipped)} unchanged`] : []),
    ...(problems > 0 ? [`${count(problems, "problem")}, named above`] : [])
  ]
  const lines = [
    `${parts.join(", ")}.${cli.dryRun ? " Nothing was changed." : errors.length > 0 ? " Everything else is safe." : ""}`,
    ...(conflicts > 0
      ? [
          `${count(conflicts, "item")} ${conflicts === 1 ? "is" : "are"} another one here and ${conflicts === 1 ? "was" : "were"} kept; --on-conflict replace, both or combine settles that otherwise.`
        ]
      : []),
    ...(warnings.length > 0 && !cli.out.options.verbose
      ? [`${count(warnings.length, "field")} had no place; --verbose names them.`]
      : [])
  ]
  return lines.join("\n")
}

/** Done, done in part, or failed: when there was nothing but bad files. One kind of fault has its own code. */
const exitCode = (opened: OpenedImport, done: Done): number => {
  if (done.errors.length === 0) return done.conflicts > 0 ? ExitCode.partial : ExitCode.done
  const taken = opened.entries.length + opened.backups.length + opened.doubled
  if (taken > 0) return ExitCode.partial
  const codes = new Set(opened.problems.map(({ error }) => error?.code ?? ExitCode.failed))
  const [code = ExitCode.failed] = codes
  return codes.size === 1 ? code : ExitCode.failed
}

/** A plan without what is here and not in the import: nothing happens to that. */
const concerned = (plan: RestorePlan): RestorePlan => {
  const copied = new Set(
    plan.items.flatMap(({ kind, copyOf }) => (copyOf === undefined ? [] : [`${kind} ${copyOf}`]))
  )
  const items = plan.items.filter(
    ({ kind, id, action, conflict }) => action !== "keep" || conflict || copied.has(`${kind} ${id}`)
  )
  return { ...plan, items }
}

const preview = (cli: Cli, library: Library, whole: RestorePlan, wish: ImportWish) =>
  Effect.gen(function* () {
    const plan = concerned(whole)
    // Documents of what is only planned are nowhere: the words of changes would be guesses.
    const changes = yield* changesOf(library, plan, 0)
    if (!cli.out.json) {
      const label = labelOf(wish)
      const reasons = { changed: `another one in ${label}`, missing: `not in ${label}` }
      cli.out.print([`Import ${label}:`, ...planLines(cli, plan, changes, reasons)].join("\n"))
    }
    return planItemsJson(plan, changes)
  })

/** The choice that is carried out, or for a dry run what it would do. The plan, which may be large, is let go of. */
const decide = (cli: Cli, library: Library, opened: OpenedImport, wish: ImportWish) =>
  Effect.gen(function* () {
    const first = choiceOf(wish, yield* selected(opened.entries, wish))
    const plan = yield* opened.plan(first)
    const choice = yield* settle(cli, library, opened, plan, first, wish)
    if (!cli.dryRun) return { choice, preview: undefined }
    const items = wish.kind === undefined ? yield* preview(cli, library, plan, wish) : undefined
    return { choice, preview: { items, done: wouldDo(opened, plan, choice, wish) } }
  })

export const importFiles = (cli: Cli, wish: ImportWish) =>
  Effect.gen(function* () {
    const began = performance.now()
    yield* checkWish(cli, wish)
    // Opened before any file is read: a wrong --library shows at once.
    const library = yield* openOrMake(cli)
    const opened = yield* open(cli, library, wish)
    tell(cli, opened)
    const { choice, preview: previewed } = yield* decide(cli, library, opened, wish)
    const { items, done } = previewed ?? { items: undefined, done: yield* apply(cli, opened, choice, wish) }
    cli.done<Outputs["import"]>({ ...done, items, durationMs: Math.round(performance.now() - began) }, () =>
      describe(cli, wish, opened, done)
    )
    return exitCode(opened, done)
  })
