import { object } from "@optique/core/constructs"
import type { KnownVault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { loadVault } from "../command/Load.js"
import { argument, text } from "../command/Options.js"
import { refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { settingsFolder, shortPath } from "../settings/Environment.js"
import { printable } from "../terminal/Harmless.js"
import { putAside, setAsideOption } from "./OtherLibrary.js"

/** What the library, which is closed again, knows of a place; `undefined` where it knows none of that name. */
const knownPlace = (cli: Cli, name: string) =>
  Effect.gen(function* () {
    const { vaultRecords } = yield* loadVault
    return (yield* vaultRecords(yield* cli.open).all).find((each) => each.name === name)
  })

const required = (cli: Cli, name: string) =>
  Effect.gen(function* () {
    const { knownVault } = yield* loadVault
    yield* knownVault(yield* cli.open, name)
  })

/** Tells the server, and forgets it here. False when it could not be told. */
const leave = (cli: Cli, { name, place, vaultId }: KnownVault) =>
  Effect.gen(function* () {
    const { forgetFacts, leaveServer, readServerKey, removeServerKey, vaultRecords } = yield* loadVault
    const settings = settingsFolder(cli.env)
    const key = yield* readServerKey(settings, place)
    const told =
      key === undefined
        ? false
        : yield* Effect.match(leaveServer(key), { onFailure: () => false, onSuccess: () => true })
    yield* vaultRecords(yield* cli.open).forget(name)
    yield* forgetFacts(settings, vaultId)
    yield* removeServerKey(settings, place)
    return told
  })

export const disconnectCommand = define(
  "disconnect",
  {
    brief: "Stop keeping the library on a server. What is there stays there.",
    description:
      "The server takes nothing more from this device, and this device forgets its token. To come back, ask for a new link. With --set-aside the library gets another name afterwards, so that the computer is free for somebody else's.",
    examples: [
      ["whiteroom disconnect server", "the library stays where it is"],
      ["whiteroom disconnect school --set-aside", "and makes room for another one"]
    ]
  },
  () =>
    object({
      name: argument(text("NAME"), "A server of whiteroom vault list."),
      setAside: setAsideOption("Give the file of the library another name beside it: it stays whole.")
    }),
  ({ name, setAside }, cli) =>
    Effect.gen(function* () {
      const { isServerPlace } = yield* loadVault
      const known = yield* Effect.scoped(knownPlace(cli, name))
      if (known !== undefined && !isServerPlace(known.place))
        return yield* refusal(
          `${printable(name)} is not a server.`,
          "whiteroom vault remove forgets any other place."
        )
      // It was left before, and this was cut off.
      if (known === undefined && !setAside) yield* Effect.scoped(required(cli, name))
      const from = known === undefined ? undefined : printable(known.place)
      const what = [
        ...(from === undefined ? [] : [`disconnect from ${from}`]),
        ...(setAside ? [`set ${printable(shortPath(cli.path))} aside`] : [])
      ].join(" and ")
      const place = known?.place ?? ""
      if (cli.dryRun)
        return cli.done<Outputs["disconnect"]>(
          { vault: name, place },
          () => `Would ${what}. Nothing was changed.`
        )
      yield* cli.confirm(`${what.replace(/^./, (letter) => letter.toUpperCase())}?`, "Disconnecting")
      const told = known === undefined ? undefined : yield* Effect.scoped(leave(cli, known))
      const aside = setAside ? yield* putAside(cli) : undefined
      return cli.done<Outputs["disconnect"]>({ vault: name, place, told, setAside: aside }, () =>
        [
          from === undefined
            ? `This library knows no ${printable(name)} any more.`
            : `Disconnected from ${from}. What is there stays there.`,
          ...(told === false
            ? ["The server could not be told: the person who runs it can revoke this device's access."]
            : [])
        ].join("\n")
      )
    })
)
