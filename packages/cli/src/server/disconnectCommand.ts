import { object } from "@optique/core/constructs"
import * as Effect from "effect/Effect"
import { define } from "../command/Define.js"
import { loadVault } from "../command/Load.js"
import { argument, text } from "../command/Options.js"
import { refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { settingsFolder } from "../settings/Environment.js"
import { printable } from "../terminal/Harmless.js"

export const disconnectCommand = define(
  "disconnect",
  {
    brief: "Stop keeping the library on a server. What is there stays there.",
    description:
      "The server takes nothing more from this device, and this device forgets its token. To come back, ask for a new link."
  },
  object({ name: argument(text("NAME"), "A server of whiteroom vault list.") }),
  ({ name }, cli) =>
    Effect.gen(function* () {
      const {
        forgetFacts,
        isServerPlace,
        knownVault,
        leaveServer,
        readServerKey,
        removeServerKey,
        vaultRecords
      } = yield* loadVault
      const library = yield* cli.open
      const { place, vaultId } = yield* knownVault(library, name)
      if (!isServerPlace(place))
        return yield* refusal(
          `${printable(name)} is not a server.`,
          "whiteroom vault remove forgets any other place."
        )
      if (cli.dryRun)
        return cli.done<Outputs["disconnect"]>(
          { vault: name, place },
          () => `Would disconnect from ${printable(place)}. Nothing was changed.`
        )
      yield* cli.confirm(`Disconnect from ${printable(place)}?`, "Disconnecting")
      const settings = settingsFolder(cli.env)
      const key = yield* readServerKey(settings, place)
      const told =
        key === undefined
          ? false
          : yield* Effect.match(leaveServer(key), { onFailure: () => false, onSuccess: () => true })
      yield* vaultRecords(library).forget(name)
      yield* forgetFacts(settings, vaultId)
      yield* removeServerKey(settings, place)
      return cli.done<Outputs["disconnect"]>({ vault: name, place, told }, () =>
        [
          `Disconnected from ${printable(place)}. What is there stays there.`,
          ...(told
            ? []
            : ["The server could not be told: the person who runs it can revoke this device's access."])
        ].join("\n")
      )
    })
)
