import { object } from "@optique/core/constructs"
import { optional } from "@optique/core/modifiers"
import {
  changesOf,
  ExitCode,
  emptyRestoreResult,
  type PlanChanges,
  type RestorePlan,
  type RestoreResult
} from "@white-room/core"
import { planItemsJson, restoredJson } from "@white-room/core/output"
import type { Library, Operation, UndoOptions } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as Struct from "effect/Struct"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { defined } from "../command/defined.js"
import { argument, choice, flag, number, oneOr } from "../command/Options.js"
import { refusal } from "../error/CliError.js"
import { itemsShown, planLines } from "../plan/PlanText.js"
import type { Outputs } from "../schema/outputs.js"
import { printable } from "../terminal/Harmless.js"
import type { SummaryFields } from "../terminal/Output.js"
import { count } from "../terminal/Text.js"
import { ago } from "../terminal/Time.js"
import { changesIn, warnOfOpenApps } from "./Steps.js"
import { triggeredText } from "./triggeredText.js"

const operationJson = (operation: Operation): Outputs["undo-list"][number] => ({
  ...Struct.pick(operation, "command", "what", "description", "actor", "before", "after"),
  timestamp: operation.timestamp.toISOString()
})

const operationTable = (cli: Cli, operations: ReadonlyArray<Operation>): string =>
  cli.out.table(
    [
      { header: "N", align: "right" },
      { header: "When" },
      { header: "What", shrink: true },
      { header: "By", shrink: true, optional: true }
    ],
    operations.map(({ command, timestamp, description, actor }) => [
      String(command),
      ago(timestamp, cli.now()),
      description,
      actor
    ])
  )

const listOperations = (cli: Cli) =>
  Effect.gen(function* () {
    const library = yield* cli.open
    const operations = yield* library.history.operations()
    return cli.out.list(
      operations.map(operationJson),
      () => operationTable(cli, operations),
      "There is nothing to take back."
    )
  })

const planText = (cli: Cli, operation: Operation, plan: RestorePlan, changes: PlanChanges): string =>
  [
    `Take back ${printable(operation.description)} (${ago(operation.timestamp, cli.now())}):`,
    ...planLines(cli, plan, changes, { changed: "changed since", missing: "changed since" })
  ].join("\n")

const summaryOf = (
  operation: Operation,
  result: RestoreResult,
  durationMs: number
): SummaryFields<Outputs["undo"]> => ({
  operation: operationJson(operation),
  ...restoredJson({ ...result, isSuccess: result.errors.length === 0, conflicts: result.plan.keep }),
  durationMs
})

const preview = (cli: Cli, operation: Operation, plan: RestorePlan, changes: PlanChanges) => {
  if (!cli.out.json) cli.out.print(planText(cli, operation, plan, changes))
  const none = { ...emptyRestoreResult(), plan: plan.counts }
  const items = planItemsJson(plan, changes)
  return cli.done<Outputs["undo"]>({ ...summaryOf(operation, none, 0), items }, () => "Nothing was changed.")
}

const describe = (result: RestoreResult, operation: Operation, redo: Operation | undefined): string => {
  const { create, update, delete: deleted } = result.done
  const { keep } = result.plan
  const again = redo?.what === "undo" ? `whiteroom undo ${redo.command} takes that back in turn.` : ""
  return [
    `Took back ${operation.description}: ${create} brought back, ${update} replaced, ${deleted} deleted.`,
    again,
    keep > 0
      ? `${count(keep, "item")} ${keep === 1 ? "was" : "were"} changed since and left alone; --on-conflict replace or combine settles that otherwise.`
      : "",
    ...triggeredText(result),
    ...result.errors
  ]
    .filter((line) => line !== "")
    .join("\n")
}

const takeBack = (cli: Cli, library: Library, options: UndoOptions) =>
  Effect.gen(function* () {
    const { operation, plan } = yield* library.history.planUndo(options)
    const limit = cli.dryRun && cli.out.json ? plan.items.length : itemsShown(cli)
    const changes = yield* changesOf(library, plan, limit)
    if (cli.dryRun) return preview(cli, operation, plan, changes)
    cli.out.message(planText(cli, operation, plan, changes))
    if (changesIn(plan) > 0) yield* warnOfOpenApps(cli, library)
    yield* cli.confirm(`Take back ${printable(operation.description)}?`, `Undoing ${operation.description}`)
    const began = performance.now()
    // By its number: what was shown is taken back, whatever came in between.
    const result = yield* cli.work(() => library.history.undo({ ...options, command: operation.command }))
    const durationMs = Math.round(performance.now() - began)
    const [newest] = yield* library.history.operations(1)
    cli.done<Outputs["undo"]>(summaryOf(operation, result, durationMs), () =>
      describe(result, operation, newest)
    )
    return result.plan.keep === 0 && result.errors.length === 0 ? ExitCode.done : ExitCode.partial
  })

export const undoCommand = define(
  "undo",
  {
    brief: "Take back the last restore, import, delete or forget.",
    description:
      "Shows the plan and asks first. Edits and deletions made since stay (exit code 3 then), unless --on-conflict says otherwise. An undo can itself be taken back, by its number.",
    examples: [
      ["whiteroom undo", "takes back the last one; said again, the one before it"],
      ["whiteroom undo --list", "what can be taken back"],
      ["whiteroom undo 17", "number 17 of that list, also an undo"]
    ]
  },
  () =>
    object({
      command: optional(argument(number("N", 1), "The number that --list shows.")),
      list: flag("--list", "Only show what can be taken back, newest first."),
      onConflict: oneOr(
        "keep",
        "--on-conflict",
        choice(["keep", "replace", "combine"]),
        "What happens to songs that were edited or deleted since: keep today's, replace it with the version before, or combine: take back the one change and keep the later ones."
      )
    }),
  ({ command, list, onConflict }, cli) =>
    Effect.gen(function* () {
      if (list && command !== undefined) return yield* refusal("--list shows all.", "Leave the number out.")
      if (list) return yield* listOperations(cli)
      const library = yield* cli.open
      return yield* takeBack(cli, library, defined({ onConflict, command }))
    })
)
