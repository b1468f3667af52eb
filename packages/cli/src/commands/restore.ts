import { object } from "@optique/core/constructs"
import { message } from "@optique/core/message"
import { multiple, optional, withDefault } from "@optique/core/modifiers"
import { argument, option } from "@optique/core/primitives"
import { choice, string } from "@optique/core/valueparser"
import {
  type BackupEntry,
  type BackupInfo,
  createEmptyRestoreResult,
  type EntityKey,
  EntityNotFound,
  ExitCode,
  type OnConflict,
  type RestoreOptions,
  type RestorePlan,
  type RestoreResult
} from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { attempt, type CliFailure } from "../CliError.js"
import { type Cli, define } from "../Command.js"
import { backupName } from "../output/backups.js"
import { planText } from "../output/restorePlan.js"
import { count, printable } from "../output/text.js"
import type { Outputs } from "../schema/outputs.js"
import { type Named, selectAll } from "../select.js"

interface Wanted {
  readonly songs: ReadonlyArray<string>
  readonly performances: ReadonlyArray<string>
  readonly preferences: boolean
}

/** Entries of one kind; those that are in the library too say when they last changed there. */
const namedEntries = (
  entries: ReadonlyArray<BackupEntry>,
  kind: EntityKey["kind"],
  today: ReadonlyArray<Named>
): ReadonlyArray<Named> => {
  const known = new Map(today.map((item) => [item.id, item]))
  return entries
    .filter((entry) => entry.kind === kind)
    .map(({ id, name }) => ({ ...known.get(id), id, name }))
}

/** What the person named, as keys; `undefined`: everything. */
const selection = (library: Library, backup: BackupInfo, wanted: Wanted) =>
  Effect.gen(function* () {
    const { songs, performances, preferences } = wanted
    if (songs.length + performances.length === 0 && !preferences) return undefined
    const entries = yield* library.backups.getBackupEntries(backup.backupId)
    const where = backupName(backup)
    const [todaysSongs, todaysPerformances] = [
      yield* library.songs.getAll(),
      yield* library.performances.getAll()
    ]
    const keys = yield* attempt((): ReadonlyArray<EntityKey> => {
      const pick = (
        kind: "song" | "performance",
        names: ReadonlyArray<string>,
        today: ReadonlyArray<Named>
      ) =>
        selectAll(namedEntries(entries, kind, today), names, { kind, where }).map(({ id }) => ({ kind, id }))
      return [...pick("song", songs, todaysSongs), ...pick("performance", performances, todaysPerformances)]
    })
    const saved = entries.filter(({ kind }) => kind === "preferences").map(({ kind, id }) => ({ kind, id }))
    if (preferences && saved.length === 0)
      return yield* new EntityNotFound({ kind: "preferences", name: "record", where, near: [] })
    return preferences ? [...keys, ...saved] : keys
  })

/** Asked once, at a terminal only; everywhere else what changed after the backup is kept. */
const askConflicts = (
  cli: Cli,
  backup: BackupInfo,
  plan: RestorePlan
): Effect.Effect<OnConflict, CliFailure> =>
  Effect.gen(function* () {
    const conflicts = plan.items.filter(({ conflict }) => conflict)
    const [first] = conflicts
    const what =
      conflicts.length === 1 && first ? printable(first.name || first.id) : `${conflicts.length} of them`
    const name = backupName(backup)
    const todays = conflicts.length === 1 ? "today's" : "all of today's"
    for (;;) {
      const answer = yield* cli.ask(
        `${what} changed after ${name}: [k]eep ${todays}, [r]eplace with ${name}'s? `
      )
      if (/^r(?:eplace)?$/i.test(answer)) return "replace"
      if (/^(?:k(?:eep)?)?$/i.test(answer)) return "keep"
    }
  })

const summaryOf = (backup: BackupInfo, plan: RestorePlan, result: RestoreResult, durationMs: number) => ({
  message_type: "summary" as const,
  backupId: result.backupId,
  number: backup.number,
  mode: plan.mode,
  songsRestored: result.songsRestored,
  performancesRestored: result.performancesRestored,
  preferencesRestored: result.preferencesRestored,
  errors: result.errors,
  isSuccess: result.isSuccess,
  plan: result.plan,
  conflicts: result.conflicts,
  ...(result.safetyBackupId !== undefined && { safetyBackupId: result.safetyBackupId }),
  durationMs
})

const describe = (result: RestoreResult, backup: BackupInfo, safety: BackupInfo | undefined): string => {
  const { create, update, delete: deleted } = result.plan
  const done = create + update + deleted
  const parts = [
    done === 0
      ? "There was nothing to restore."
      : `Restored ${backupName(backup)}: ${create} brought back, ${update} replaced, ${deleted} deleted.`,
    safety
      ? `What was there before is in ${backupName(safety)}: whiteroom restore ${backupName(safety)} --mode exact`
      : "",
    result.conflicts > 0
      ? `${count(result.conflicts, "item")} changed after ${backupName(backup)} and ${result.conflicts === 1 ? "was" : "were"} kept; --on-conflict replace takes the backup's.`
      : "",
    ...result.errors
  ]
  return parts.filter((part) => part !== "").join("\n")
}

const exitCode = (result: RestoreResult): number =>
  result.isSuccess && result.conflicts === 0 ? ExitCode.done : ExitCode.partial

/** What --dry-run says: the plan, and nothing else happens. */
const preview = (cli: Cli, backup: BackupInfo, plan: RestorePlan): number => {
  const none = { ...createEmptyRestoreResult(backup.backupId), plan: plan.counts, conflicts: plan.conflicts }
  const items = plan.items.map(({ kind, id, name, action, conflict }) => ({
    kind,
    id,
    name,
    action,
    conflict
  }))
  const summary: Outputs["restore"] = { ...summaryOf(backup, plan, none, 0), dryRun: true, items }
  if (!cli.out.json) cli.out.print(planText(cli, backup, plan))
  return cli.out.done(summary, () => "Nothing was changed.")
}

const apply = (cli: Cli, library: Library, backup: BackupInfo, plan: RestorePlan, options: RestoreOptions) =>
  Effect.gen(function* () {
    const began = performance.now()
    const result = yield* cli.work((onProgress) =>
      library.backups.restoreFromBackup(backup.backupId, { ...options, onProgress })
    )
    const summary: Outputs["restore"] = summaryOf(backup, plan, result, Math.round(performance.now() - began))
    const { safetyBackupId } = result
    const safety =
      safetyBackupId === undefined ? undefined : yield* library.backups.findBackup(safetyBackupId)
    cli.out.done(summary, () => describe(result, backup, safety))
    return exitCode(result)
  })

export const restore = define(
  "restore",
  {
    brief: message`Bring back everything, or single songs, from a backup.`,
    description: message`Shows the plan and asks first, takes a safety backup, restores all or nothing and verifies the result. Songs that are named are replaced; a whole restore in mode merge keeps what changed after the backup (exit code 3) and deletes nothing; mode exact makes the library what the backup is.`
  },
  object({
    source: argument(string({ metavar: "SOURCE" }), {
      description: message`b31, a full id, latest or latest~2.`
    }),
    songs: multiple(
      option("--song", string({ metavar: "SONG" }), {
        description: message`Only this song: an id or a name. May be given several times.`
      })
    ),
    performances: multiple(
      option("--performance", string({ metavar: "PERFORMANCE" }), {
        description: message`Only this performance, with its song if that is missing. May be given several times.`
      })
    ),
    preferences: option("--preferences", { description: message`Only the preferences.` }),
    mode: withDefault(
      option("--mode", choice(["merge", "exact"]), {
        description: message`merge deletes nothing; exact makes the library what the backup is.`
      }),
      "merge"
    ),
    onConflict: optional(
      option("--on-conflict", choice(["keep", "replace"]), {
        description: message`What a whole merge does with what changed after the backup.`
      })
    )
  }),
  ({ source, mode, onConflict, ...wanted }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const backup = yield* library.backups.findBackup(source)
      const only = yield* selection(library, backup, wanted)
      const options: RestoreOptions = { mode, ...(only && { only }), ...(onConflict && { onConflict }) }
      const plan = yield* library.backups.planRestore(backup.backupId, options)
      if (cli.dryRun) return preview(cli, backup, plan)
      cli.out.message(planText(cli, backup, plan))
      const asked = plan.conflicts > 0 && onConflict === undefined && cli.interactive
      const settled = asked ? yield* askConflicts(cli, backup, plan) : onConflict
      const { create, update, delete: deleted } = plan.counts
      const replaced = settled === "replace" ? plan.conflicts : 0
      const changes = create + update + deleted + (asked ? replaced : 0)
      if (changes > 0)
        yield* cli.confirm(
          `Restore ${backupName(backup)}: ${count(changes, "change")}?`,
          `Restoring ${backupName(backup)}`
        )
      return yield* apply(cli, library, backup, plan, { ...options, ...(settled && { onConflict: settled }) })
    })
)
