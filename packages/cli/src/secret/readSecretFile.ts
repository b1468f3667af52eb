import { bounds } from "@white-room/core"
import * as Effect from "effect/Effect"
import { loadStore } from "../command/Load.js"
import { type CliFailure, refusal } from "../error/CliError.js"

/** A file with a secret in it. No message has anything of it. `what`: how a sentence about it begins. */
export const readSecretFile = (file: string, what: string): Effect.Effect<string, CliFailure> =>
  Effect.flatMap(loadStore, ({ readWhole }) => {
    try {
      // Also from a pipe: `<(command)` of a shell is one.
      return Effect.succeed(readWhole(file, bounds.smallFileBytes, true).toString("utf8"))
    } catch (error) {
      const reason = error instanceof Error && "code" in error ? String(error.code) : String(error)
      return refusal(`${what} cannot be read (${reason}).`, "Check its path and its rights.")
    }
  })
