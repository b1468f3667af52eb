import { object } from "@optique/core/constructs"
import { multiple } from "@optique/core/modifiers"
import { ExitCode, formatBackupSize } from "@white-room/core"
import type { Library } from "@white-room/store"
import type { KnownVault, PushReport } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { loadVault } from "../command/Load.js"
import { argument, text } from "../command/Options.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { keepKeyHere, unlocked } from "../secret/Unlock.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"

type Pushed = Outputs["push"]["vaults"][number]

const pushedJson = (name: string, report: PushReport): Pushed => ({
  name,
  line: report.line,
  segments: report.segments,
  events: report.events,
  bytes: report.bytes,
  position: report.position,
  ...(report.began !== undefined && { began: report.began }),
  ...(report.loss !== undefined && { [report.loss]: true }),
  ...(report.damaged.length > 0 && { damaged: report.damaged.map(({ kind, id }) => `${kind} ${id}`) })
})

const began = {
  first: "",
  copy: " This file is a copy, so it has a line of its own there.",
  diverged: " What is there went on without this file, so it began a line of its own there."
}

const words = (name: string, report: PushReport): ReadonlyArray<string> => [
  report.events === 0
    ? `${printable(name)} has everything, to @${report.position}.`
    : `${printable(name)}: ${count(report.events, "event")} sent, ${formatBackupSize(report.bytes)}.${report.began === undefined ? "" : began[report.began]}`,
  ...(report.loss === "missing"
    ? [
        `${printable(name)} lacks what was sent there before. It was sent again; a push in ten minutes or later looks for it once more.`
      ]
    : []),
  ...(report.damaged.length > 0
    ? [
        `Damaged here, and so not there: ${report.damaged.map(({ kind, id }) => printable(`${kind} ${id}`)).join(", ")}.`
      ]
    : [])
]

const pushOne = (cli: Cli, library: Library, known: KnownVault): Effect.Effect<Pushed> =>
  Effect.gen(function* () {
    const { openKnown, push, rolledBack } = yield* loadVault
    const opened = yield* unlocked(cli, {}, (opening) => openKnown(known, opening))
    const vault = yield* keepKeyHere(cli, opened)
    const report = yield* cli.work((onProgress) => push(library, vault, known, { onProgress }))
    for (const line of words(known.name, report)) cli.out.message(line)
    if (report.loss === "rolledBack") {
      const { message, recovery } = rolledBack(vault, known)
      cli.out.problem(`${printable(known.name)}: ${message} ${recovery}`, {
        file: known.place,
        reason: message
      })
    }
    return pushedJson(known.name, report)
  }).pipe(
    Effect.catchAll((error: CliFailure) =>
      Effect.sync(() => {
        cli.out.problem(`${printable(known.name)}: ${error.message} ${error.recovery}`, {
          file: known.place,
          reason: error.message
        })
        const { name, pushed } = known
        return { name, segments: 0, events: 0, bytes: 0, position: pushed.position, error: error._tag }
      })
    )
  )

export const pushCommand = define(
  "push",
  {
    brief: "Send what vaults lack.",
    description:
      "Everything since the last push: every change, every backup, as one new file at each place. Without names to all vaults of the library. One that cannot be reached does not stop the others (exit code 3); the next push makes up for it.",
    examples: [
      ["whiteroom push", "to all vaults"],
      ["whiteroom push studio", "to one"]
    ]
  },
  object({ names: multiple(argument(text("NAME"), "Names of whiteroom vault list. Default: all.")) }),
  ({ names }, cli) =>
    Effect.gen(function* () {
      const { knownVault, vaultRecords } = yield* loadVault
      const library = yield* cli.open
      const wanted =
        names.length === 0
          ? yield* vaultRecords(library).all
          : yield* Effect.forEach([...new Set(names)], (name) => knownVault(library, name))
      if (wanted.length === 0)
        return yield* refusal("This library has no vault yet.", "Add one: whiteroom vault add NAME PLACE")
      if (cli.dryRun) {
        const { position } = yield* library.log.head
        const vaults = wanted.map(
          ({ name, pushed }): Pushed => ({
            name,
            segments: 0,
            events: Math.max(0, position - pushed.position),
            bytes: 0,
            position: pushed.position
          })
        )
        return cli.done<Outputs["push"]>({ vaults }, () =>
          [
            ...vaults.map(
              ({ name, events }) => `Would send ${count(events, "event")} to ${printable(name)}.`
            ),
            "Nothing was changed."
          ].join("\n")
        )
      }
      const vaults = yield* Effect.forEach(wanted, (known) => pushOne(cli, library, known))
      if (cli.out.json) cli.done<Outputs["push"]>({ vaults }, () => "")
      const failed = vaults.filter(({ error }) => error !== undefined).length
      if (vaults.some(({ rolledBack }) => rolledBack === true)) return ExitCode.damaged
      return failed > 0 || vaults.some(({ damaged }) => damaged !== undefined)
        ? ExitCode.partial
        : ExitCode.done
    })
)
