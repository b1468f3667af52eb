import { object } from "@optique/core/constructs"
import { optional } from "@optique/core/modifiers"
import {
  changesOf,
  ExitCode,
  emptyRestoreResult,
  type OnConflict,
  type PlanChanges,
  shellWord
} from "@white-room/core"
import { planItemsJson, restoredJson } from "@white-room/core/output"
import type { Library } from "@white-room/store"
import type { KnownVault, OpenedPull, PullChoices, PullPlan, PullResult } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { loadVault } from "../command/Load.js"
import { argument, choice, one, text } from "../command/Options.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import { askConflicts } from "../plan/askConflicts.js"
import { byName, itemsShown, planLines } from "../plan/PlanText.js"
import { warnOfOpenApps } from "../restore/Steps.js"
import { offerProfiles } from "../schedule/Proposed.js"
import type { Outputs } from "../schema/outputs.js"
import { keepKeyHere, unlocked } from "../secret/Unlock.js"
import { printable } from "../terminal/Harmless.js"
import type { SummaryFields } from "../terminal/Output.js"
import { count, nameList } from "../terminal/Text.js"
import { ago } from "../terminal/Time.js"

type Fields = SummaryFields<Outputs["pull"]>

/** What one vault has of another device. */
interface Found extends OpenedPull {
  readonly vault: string
  /** Remembers what other devices have now that is not here, and offers their profiles. */
  readonly notice: Effect.Effect<void, CliFailure>
}

const othersOf = ({ others }: Found): ReadonlyArray<string> => others.map(({ device }) => device)

const summaryOf = (
  found: Found,
  { way, events, position, result }: PullResult,
  durationMs: number
): Fields => ({
  way,
  events,
  position,
  vault: found.vault,
  line: found.line,
  device: found.device,
  others: othersOf(found),
  ...restoredJson(result),
  durationMs
})

const nothing = (cli: Cli, position: number, names: ReadonlyArray<string>): number =>
  cli.done<Outputs["pull"]>(
    { way: "nothing", events: 0, position, others: [], ...restoredJson(emptyRestoreResult()), durationMs: 0 },
    () => `Nothing new from other devices in ${nameList(names, 8)}.`
  )

const planText = (cli: Cli, found: Found, { way, plan, events }: PullPlan, changes: PlanChanges): string => {
  const device = printable(found.device)
  const how =
    way === "forward"
      ? `this library goes on where ${device} is`
      : `both went on; what ${device} did is taken over`
  return [
    `Pull from ${device} (${printable(found.vault)}, ${ago(new Date(found.lastArrival), cli.now())}, ${count(events, "event")}): ${how}:`,
    ...planLines(cli, plan, changes, {
      changed: "changed on both",
      missing: `not on ${device}`,
      create: "add"
    })
  ].join("\n")
}

const showPlan = (cli: Cli, library: Library, found: Found, planned: PullPlan) =>
  Effect.gen(function* () {
    const changes = yield* changesOf(library, planned.plan, cli.out.json ? 0 : itemsShown(cli))
    cli.out.message(planText(cli, found, planned, changes))
  })

const preview = (cli: Cli, library: Library, found: Found, planned: PullPlan) =>
  Effect.gen(function* () {
    const { plan, ...rest } = planned
    const limit = cli.out.json ? Number.POSITIVE_INFINITY : itemsShown(cli)
    const changes = yield* changesOf(library, plan, limit)
    if (!cli.out.json) cli.out.print(planText(cli, found, planned, changes))
    const result = { ...emptyRestoreResult(), plan: plan.counts, conflicts: plan.conflicts }
    const items = planItemsJson(plan, changes)
    return cli.done<Outputs["pull"]>(
      { ...summaryOf(found, { ...rest, result }, 0), items },
      () => "Nothing was changed."
    )
  })

/** Whoever is at the terminal is asked about each that both changed. */
const settled = (cli: Cli, library: Library, found: Found, choices: PullChoices) =>
  Effect.gen(function* () {
    const kept = yield* found.plan({ onConflict: "keep" })
    const conflicts = byName(kept.plan.items.filter(({ conflict }) => conflict))
    if (conflicts.length === 0) return choices
    const replacing = yield* found.plan({ onConflict: "replace" })
    const decisions = yield* askConflicts(
      cli,
      library,
      printable(found.device),
      conflicts,
      replacing.plan,
      "changed on both"
    )
    yield* showPlan(cli, library, found, yield* found.plan({ decisions }))
    return { decisions }
  })

const describe = (
  { device, vault, others }: Found,
  { way, position, result: { done, conflicts, errors, triggered } }: PullResult
): string =>
  [
    `Pulled from ${printable(device)}: ${done.create - done.copies} added, ${done.copies > 0 ? `${done.copies} kept beside today's as ${done.copies === 1 ? "a copy" : "copies"}, ` : ""}${done.update} replaced, ${done.delete} deleted.`,
    way === "forward"
      ? `This library is where that device was, at @${position}; its history and backups came along.`
      : `whiteroom undo takes that back. whiteroom push ${shellWord(vault)} lets the other device have it.`,
    conflicts > 0
      ? `${count(conflicts, "item")} changed on both and ${conflicts === 1 ? "was" : "were"} left as here; --on-conflict replace, both or combine settles that otherwise.`
      : "",
    others.length > 0
      ? `Others may have something new too: ${nameList(
          others.map((each) => each.device),
          4
        )}. Run whiteroom pull again.`
      : "",
    ...triggered.map(({ name }) => `Triggers of the app changed ${printable(name)} meanwhile.`),
    ...errors
  ]
    .filter((line) => line !== "")
    .join("\n")

const findNews = (cli: Cli, library: Library, all: ReadonlyArray<KnownVault>, line: string | undefined) =>
  Effect.gen(function* () {
    const { noticeDevices, openKnown, openPull } = yield* loadVault
    for (const known of all) {
      const opened = yield* unlocked(cli, {}, (opening) => openKnown(known, opening))
      const vault = yield* keepKeyHere(cli, opened)
      const found = yield* cli.work((onProgress) => openPull(library, vault, known, { line, onProgress }))
      const notice = Effect.ignore(noticeDevices(library, vault, known, { again: true })).pipe(
        Effect.zipRight(cli.dryRun ? Effect.void : offerProfiles(cli, library, vault, known))
      )
      if (found !== undefined) return { ...found, vault: known.name, notice }
      yield* notice
    }
    return undefined
  })

const takeIn = (
  cli: Cli,
  library: Library,
  found: Found,
  onConflict: OnConflict | "ask" | undefined
): Effect.Effect<number, CliFailure> =>
  Effect.gen(function* () {
    const first = { onConflict: onConflict === "ask" ? undefined : onConflict }
    const planned = yield* found.plan(first)
    if (cli.dryRun) return yield* preview(cli, library, found, planned)
    yield* showPlan(cli, library, found, planned)
    const asks = cli.interactive && (onConflict === undefined || onConflict === "ask")
    const choices = asks ? yield* settled(cli, library, found, first) : first
    yield* warnOfOpenApps(cli, library)
    yield* cli.confirm(`Pull from ${printable(found.device)}?`, `Pulling from ${printable(found.device)}`)
    const began = performance.now()
    // What was agreed to is done or nothing is; with --yes it is planned again if something came in between.
    const { position } = cli.yes ? { position: undefined } : planned
    const done = yield* found.apply({ ...choices, position })
    const { result } = done
    yield* found.notice
    const head = yield* library.log.head
    const now = { ...done, position: head.position }
    cli.done<Outputs["pull"]>(summaryOf(found, now, Math.round(performance.now() - began)), () =>
      describe(found, now)
    )
    return result.conflicts === 0 && result.errors.length === 0 ? ExitCode.done : ExitCode.partial
  })

export const pullCommand = define(
  "pull",
  {
    brief: "Take in what other devices pushed.",
    description:
      "Where only another device went on, this library goes on with its events as they are. Where both went on, each song that one of them changed is taken over; what both changed is asked about at a terminal, and kept twice elsewhere: today's, and the other as a copy named for its device. The plan is shown first. whiteroom undo takes a merge back.",
    examples: [
      ["whiteroom pull", "from the device that pushed last"],
      ["whiteroom pull studio --line macbook --dry-run", "what would come from one device"],
      ["whiteroom pull --yes --on-conflict combine", "in a script"]
    ]
  },
  () =>
    object({
      name: optional(
        argument(text("NAME", "vaults"), "A name of whiteroom vault list. Default: all, in their order.")
      ),
      line: one("--line", text("DEVICE"), "From this device, or the line whose id begins so."),
      onConflict: one(
        "--on-conflict",
        choice(["keep", "replace", "both", "combine", "ask"]),
        "What happens to what both changed: keep today's, replace it, keep both, or combine the two part by part. A terminal asks; without one it is both."
      )
    }),
  ({ name, line, onConflict }, cli) =>
    Effect.gen(function* () {
      const { knownVault, vaultRecords } = yield* loadVault
      const library = yield* cli.open
      const all = name === undefined ? yield* vaultRecords(library).all : [yield* knownVault(library, name)]
      if (all.length === 0)
        return yield* refusal("This library has no vault yet.", "Add one: whiteroom vault add NAME PLACE")
      const found = yield* findNews(cli, library, all, line)
      if (found === undefined) {
        const { position } = yield* library.log.head
        return nothing(
          cli,
          position,
          all.map((known) => printable(known.name))
        )
      }
      return yield* takeIn(cli, library, found, onConflict)
    })
)
