/** Libraries that leave the server, and those that are erased at once. */
import { object } from "@optique/core/constructs"
import { multiple } from "@optique/core/modifiers"
import { ExitCode } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { argument, flag, one, text } from "../command/Options.js"
import { type CliFailure, notConfirmed, refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { exactTime } from "../terminal/Time.js"
import { handOut } from "./handOut.js"
import { dataOption, operations } from "./ServerData.js"

/** The libraries that are named, or all of a group. */
const meantBy = (
  cli: Cli,
  data: string | undefined,
  names: ReadonlyArray<string>,
  group: string | undefined
): Effect.Effect<ReadonlyArray<string>, CliFailure> =>
  Effect.gen(function* () {
    if (names.length > 0 === (group !== undefined))
      return yield* refusal("Which libraries?", "Name them, or say --group GROUP.")
    if (group === undefined) return names
    const { libraries } = yield* operations(cli, data)
    const found = (yield* libraries).filter((each) => each.group === group).map(({ id }) => id)
    return found.length > 0
      ? found
      : yield* refusal(`No library is in a group ${printable(group)}.`, "Nothing was changed.")
  })

export const leaveCommand = define(
  "leave",
  {
    brief: "Send libraries away: a link takes each home, and after 30 days it is erased.",
    description:
      "From then on nothing is pushed into it. Who could read it still can, and those who have the link: whiteroom connect LINK, then whiteroom clone. Until it is erased, --stay keeps it.",
    examples: [
      ["whiteroom server leave Anna Ben", "at the end of the year"],
      ["whiteroom server leave --group 10b", "a whole class"],
      ["whiteroom server leave Anna --stay", "a change of mind"]
    ]
  },
  () =>
    object({
      names: multiple(argument(text("NAME"), "Names or ids of libraries."), { max: 1000 }),
      group: one("--group", text("GROUP"), "All libraries of this group."),
      stay: flag("--stay", "Keep them after all."),
      data: dataOption()
    }),
  ({ names: named, group, stay, data }, cli) =>
    Effect.gen(function* () {
      const names = yield* meantBy(cli, data, named, group)
      if (cli.dryRun)
        return cli.done<Outputs["server-leave"]>(
          { leaving: names.map((name) => ({ name })) },
          () =>
            `Would ${stay ? "keep" : "send away"} ${names.map(printable).join(", ")}. Nothing was changed.`
        )
      const operation = yield* operations(cli, data)
      if (stay) {
        const kept = yield* Effect.forEach(names, operation.stay)
        return cli.done<Outputs["server-leave"]>(
          { leaving: kept.map(({ id, name }) => ({ id, name })) },
          () => `${kept.map(({ id }) => id).join(", ")}: kept.`
        )
      }
      yield* cli.confirm(`Send away ${names.map(printable).join(", ")}?`, "Sending libraries away")
      const left = yield* Effect.forEach(names, operation.leave)
      return handOut<Outputs["server-leave"]>(
        cli,
        { leaving: left.map(({ library: { id, name }, link, eraseAt }) => ({ id, name, link, eraseAt })) },
        {
          data: left
            .flatMap(({ library, link, eraseAt }) => [
              `${printable(library.name)} (${library.id}) is erased on ${exactTime(new Date(eraseAt))}. To take it home:`,
              `  whiteroom connect '${link}'`
            ])
            .join("\n")
        }
      )
    })
)

export const eraseCommand = define(
  "erase",
  {
    brief: "Erase a library from the server now, with a receipt of all places.",
    description:
      "Its files, its trash, what was made of it, and its files in the mirror. There is no way back. The audit log keeps that it was there, and its name.",
    examples: [["whiteroom server erase anna-1a2b3c4d --now", "asks for the id once more"]]
  },
  () =>
    object({
      library: argument(text("ID"), "The library, by its id."),
      now: flag("--now", "Without the 30 days of whiteroom server leave."),
      data: dataOption()
    }),
  ({ library: wanted, now, data }, cli) =>
    Effect.gen(function* () {
      if (!now)
        return yield* refusal(
          "Erasing has no way back.",
          `Say --now, or send it away with 30 days to think: whiteroom server leave ${printable(wanted)}.`
        )
      if (cli.dryRun)
        return cli.done<Outputs["server-erase"]>(
          { id: wanted },
          () => `Would erase ${printable(wanted)}. Nothing was changed.`
        )
      const operation = yield* operations(cli, data)
      const found = (yield* operation.libraries).find(({ id }) => id === wanted)
      if (found === undefined)
        return yield* refusal(
          `No library here has the id ${printable(wanted)}.`,
          "whiteroom server access list shows ids."
        )
      if (!cli.yes) {
        const typed = cli.interactive
          ? yield* cli.ask(`Erase ${printable(found.name)} for good? Type ${printable(wanted)}: `)
          : ""
        if (typed !== wanted)
          return yield* notConfirmed("Erasing has no way back.", "Type the id when asked, or say --yes.")
      }
      const { places } = yield* operation.erase(wanted)
      cli.done<Outputs["server-erase"]>({ id: wanted, ...(places !== undefined && { places }) }, () =>
        places === undefined
          ? `${wanted} is there for nobody any more, and not everything of it could be reached yet. The server goes on, and writes the receipt to its audit log.`
          : [
              `Erased ${wanted}. Nothing of it is left in:`,
              ...places.map(({ place, files }) => `  ${printable(place)}: ${count(files, "file")} removed`)
            ].join("\n")
      )
      return places === undefined ? ExitCode.partial : ExitCode.done
    })
)
