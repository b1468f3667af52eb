import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import { readSecretFile } from "./readSecretFile.js"

/** The environment with the token of a file in it, in the place of one that it had: the option counts before it. */
export const withToken = (
  env: Cli["env"],
  file: string | undefined
): Effect.Effect<Cli["env"], CliFailure> => {
  if (file === undefined) return Effect.succeed(env)
  const what = `The token file ${file}`
  return Effect.flatMap(readSecretFile(file, what), (text) => {
    const [token = ""] = text.split(/\r?\n/)
    return /^[\x21-\x7e]+$/.test(token)
      ? Effect.succeed({ ...env, WHITEROOM_TOKEN: token })
      : refusal(`${what} has no token in its first line.`, "Put the token there, and nothing else.")
  })
}
