import type { RunHere } from "@white-room/server"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { loadScheduler } from "../command/Load.js"
import { refusal } from "../error/CliError.js"
import { openingOf } from "../secret/Unlock.js"

/** Runs a profile for the pages of the library, as `schedule run` does. */
export const runHere =
  (library: Library, cli: Cli): RunHere =>
  (name) =>
    Effect.gen(function* () {
      const { findState, layerOutside, runDue } = yield* loadScheduler
      yield* findState(library, name)
      const asked = { profile: name, force: true, opening: openingOf(cli) }
      const result = yield* Effect.provide(runDue(library, asked), layerOutside)
      if ("heldBy" in result)
        return yield* refusal(
          `${result.heldBy} runs backups of this library at the moment.`,
          "Try again when it is done."
        )
      return result.map(({ run }) => run)
    })
