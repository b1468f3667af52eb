import { object } from "@optique/core/constructs"
import { multiple } from "@optique/core/modifiers"
import { ExitCode } from "@white-room/core"
import type { Library } from "@white-room/store"
import type { KnownVault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { type Pushed, pushedJson, pushedText } from "../backup/PushText.js"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { loadVault } from "../command/Load.js"
import { argument, text } from "../command/Options.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { keepKeyHere, unlocked } from "../secret/Unlock.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"

const pushOne = (cli: Cli, library: Library, known: KnownVault): Effect.Effect<Pushed> =>
  Effect.gen(function* () {
    const { noticeDevices, openKnown, push } = yield* loadVault
    const opened = yield* unlocked(cli, {}, (opening) => openKnown(known, opening))
    const vault = yield* keepKeyHere(cli, opened)
    const report = yield* cli.work((onProgress) => push(library, vault, known, { onProgress }))
    for (const line of pushedText(known.name, report)) cli.out.message(line)
    // What was sent is there, whatever the others have.
    yield* Effect.ignore(noticeDevices(library, vault, known))
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
  () =>
    object({
      names: multiple(argument(text("NAME", "vaults"), "Names of whiteroom vault list. Default: all."))
    }),
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
