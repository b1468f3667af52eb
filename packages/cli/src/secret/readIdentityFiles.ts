/** Identity files of age, for what was encrypted for recipients. */
import { bounds, isWhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { loadStore } from "../command/Load.js"
import { type CliFailure, refusal } from "../error/CliError.js"

/** The identities in these files. They are secrets: no message has one. */
export const readIdentityFiles = (
  files: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<string>, CliFailure> =>
  Effect.gen(function* () {
    if (files.length === 0) return []
    const { readIdentities, readWhole } = yield* loadStore
    const identities: Array<string> = []
    for (const file of files) {
      const found = yield* Effect.try({
        try: () => readIdentities(readWhole(file, bounds.smallFileBytes, true).toString("utf8")),
        catch: (error) =>
          isWhiteRoomError(error)
            ? refusal(
                `${file}: ${"reason" in error ? String(error.reason) : error.message}.`,
                "Name a file made by `age-keygen`."
              )
            : refusal(`The identity file ${file} cannot be read.`, "Check its path and its rights.")
      })
      identities.push(...found)
    }
    return identities
  })
