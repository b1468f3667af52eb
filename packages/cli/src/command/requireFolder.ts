import { existsSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { ExitCode } from "@white-room/core"
import * as Effect from "effect/Effect"
import { CliError } from "../error/CliError.js"
import { defaultLibrary, pastedPath } from "../settings/Environment.js"
import type { Cli } from "./Cli.js"

/**
 * Refuses to make something new in a folder that is missing: it may be a disk that is not plugged in, and what lies at its mount
 * point is hidden as soon as it is. The usual folder of libraries is made.
 */
export const requireFolder = ({ env }: Pick<Cli, "env">, target: string): Effect.Effect<void, CliError> =>
  Effect.suspend(() => {
    const folder = dirname(resolve(target))
    if (existsSync(folder) || folder === dirname(defaultLibrary(env))) return Effect.void
    return new CliError({
      _tag: "PlaceNotFound",
      code: ExitCode.notFound,
      message: `There is no folder ${folder}, and none was made: its disk may be away. Nothing was changed.`,
      recovery: `Plug in its disk and try again, or make the folder: \`mkdir -p ${pastedPath(folder)}\`.`
    })
  })
