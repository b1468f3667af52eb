import { object } from "@optique/core/constructs"
import { message } from "@optique/core/message"
import { optional, withDefault } from "@optique/core/modifiers"
import { argument, option } from "@optique/core/primitives"
import { choice, integer } from "@optique/core/valueparser"
import { ExitCode, type RestorePlan, type RestoreResult } from "@white-room/core"
import type { Library, Operation, UndoOptions } from "@white-room/store"
import * as Effect from "effect/Effect"
import { type Cli, define } from "../command/Command.js"
import { badUsage } from "../error/CliError.js"
import { table } from "../output/Table.js"
import { count, printable } from "../output/Text.js"
import { ago } from "../output/Time.js"
import { type Changes, changesOf } from "../plan/Changes.js"
import { itemsShown, planLines } from "../plan/PlanText.js"
import type { Outputs } from "../schema/outputs.js"
import { changesIn, warnOfOpenApps } from "./Perform.js"
import { itemJson } from "./Report.js"

const operationJson = (operation: Operation): Outputs["undo-list"][number] => ({
  command: operation.command,
  what: operation.what,
  description: operation.description,
  actor: operation.actor,
  timestamp: operation.timestamp.toISOString(),
  before: operation.before,
  after: operation.after
})

const operationTable = (cli: Cli, operations: ReadonlyArray<Operation>): string =>
  table({
    columns: [
      { header: "N", align: "right" },
      { header: "When" },
      { header: "What", shrink: true },
      { header: "By", shrink: true, optional: true }
    ],
    rows: operations.map(({ command, timestamp, description, actor }) => [
      String(command),
      ago(timestamp, cli.now()),
      description,
      actor
    ]),
    paint: cli.out.paint,
    width: cli.out.width
  })

const listOperations = (cli: Cli) =>
  Effect.gen(function* () {
    const library = yield* cli.open
    const operations = yield* library.operations()
    return cli.out.list(
      operations.map(operationJson),
      () => operationTable(cli, operations),
      "There is nothing to take back."
    )
  })

const planText = (cli: Cli, operation: Operation, plan: RestorePlan, changes: Changes): string =>
  [
    `Take back ${printable(operation.description)} (${ago(operation.timestamp, cli.now())}):`,
    ...planLines(cli, plan, changes, { changed: "edited since", missing: "edited since" })
  ].join("\n")

const summaryOf = (
  operation: Operation,
  result: Pick<
    RestoreResult,
    "songsRestored" | "performancesRestored" | "preferencesRestored" | "errors" | "plan"
  >,
  conflicts: number,
  durationMs: number
): Outputs["undo"] => ({
  message_type: "summary",
  operation: operationJson(operation),
  songsRestored: result.songsRestored,
  performancesRestored: result.performancesRestored,
  preferencesRestored: result.preferencesRestored,
  errors: result.errors,
  isSuccess: result.errors.length === 0,
  plan: result.plan,
  conflicts,
  durationMs
})

const preview = (cli: Cli, operation: Operation, plan: RestorePlan, changes: Changes) => {
  const none = {
    songsRestored: 0,
    performancesRestored: 0,
    preferencesRestored: 0,
    errors: [],
    plan: plan.counts
  }
  if (!cli.out.json) cli.out.print(planText(cli, operation, plan, changes))
  const items = plan.items.map((item) => itemJson(item, changes))
  return cli.out.done(
    { ...summaryOf(operation, none, plan.counts.keep, 0), dryRun: true, items },
    () => "Nothing was changed."
  )
}

const describe = (result: RestoreResult, operation: Operation, redo: Operation | undefined): string => {
  const { create, update, delete: deleted, keep } = result.plan
  const again = redo?.what === "undo" ? `whiteroom undo ${redo.command} takes that back in turn.` : ""
  return [
    `Took back ${operation.description}: ${create} brought back, ${update} replaced, ${deleted} deleted.`,
    again,
    keep > 0
      ? `${count(keep, "item")} ${keep === 1 ? "was" : "were"} edited since and kept; --on-conflict replace or combine settles that otherwise.`
      : "",
    ...result.errors
  ]
    .filter((line) => line !== "")
    .join("\n")
}

const takeBack = (cli: Cli, library: Library, options: UndoOptions) =>
  Effect.gen(function* () {
    const { operation, plan } = yield* library.planUndo(options)
    const limit = cli.dryRun && cli.out.json ? plan.items.length : itemsShown(cli)
    const changes = yield* changesOf(library, plan, limit)
    if (cli.dryRun) return preview(cli, operation, plan, changes)
    cli.out.message(planText(cli, operation, plan, changes))
    if (changesIn(plan) > 0) yield* warnOfOpenApps(cli, library)
    yield* cli.confirm(`Take back ${printable(operation.description)}?`, `Undoing ${operation.description}`)
    const began = performance.now()
    // By its number: what was shown is taken back, whatever came in between.
    const result = yield* cli.work(() => library.undo({ ...options, command: operation.command }))
    const durationMs = Math.round(performance.now() - began)
    const [newest] = yield* library.operations(1)
    cli.out.done(summaryOf(operation, result, result.plan.keep, durationMs), () =>
      describe(result, operation, newest)
    )
    return result.plan.keep === 0 && result.errors.length === 0 ? ExitCode.done : ExitCode.partial
  })

export const undo = define(
  "undo",
  {
    brief: message`Take back the last restore, import, delete or forget.`,
    description: message`Shows the plan and asks first. Edits made since stay (exit code 3 then), unless --on-conflict says otherwise. An undo can itself be taken back, by its number.`,
    examples: [
      ["whiteroom undo", "takes back the last one; said again, the one before it"],
      ["whiteroom undo --list", "what can be taken back"],
      ["whiteroom undo 17", "number 17 of that list, also an undo"]
    ]
  },
  object({
    command: optional(
      argument(integer({ min: 1, metavar: "N" }), { description: message`The number that --list shows.` })
    ),
    list: option("--list", { description: message`Only show what can be taken back, newest first.` }),
    onConflict: withDefault(
      option("--on-conflict", choice(["keep", "replace", "combine"]), {
        description: message`What happens to songs that were edited since: keep today's, replace it with the version before, or combine: take back the one change and keep the later ones.`
      }),
      "keep"
    )
  }),
  ({ command, list, onConflict }, cli) =>
    Effect.gen(function* () {
      if (list && command !== undefined)
        return yield* Effect.fail(badUsage("--list shows all. Nothing was changed.", "Leave the number out."))
      if (list) return yield* listOperations(cli)
      const library = yield* cli.open
      return yield* takeBack(cli, library, { onConflict, ...(command !== undefined && { command }) })
    })
)
