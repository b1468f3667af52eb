/** Where the server of this machine keeps everything, and what is done on it. */
import * as path from "node:path"
import type { Operations } from "@white-room/server"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { loadServer } from "../command/Load.js"
import { file, one } from "../command/Options.js"
import { attempt, type CliFailure } from "../error/CliError.js"
import { dataFolder } from "../settings/Environment.js"

export const dataOption = () =>
  one(
    "--data",
    file("DIR"),
    "Where the server keeps everything. Default: White Room/server in your data folder; /var/lib/white-room for root."
  )

/** The data folder that is named, or the usual one. */
export const dataOf = (cli: Cli, named: string | undefined): Effect.Effect<string, CliFailure> =>
  attempt(() => {
    if (named !== undefined) return path.resolve(named)
    return process.getuid?.() === 0 && cli.env.XDG_DATA_HOME === undefined
      ? "/var/lib/white-room"
      : path.join(dataFolder(cli.env), "White Room", "server")
  })

export const operations = (cli: Cli, named: string | undefined): Effect.Effect<Operations, CliFailure> =>
  Effect.gen(function* () {
    const { operate } = yield* loadServer
    return operate(yield* dataOf(cli, named))
  })
