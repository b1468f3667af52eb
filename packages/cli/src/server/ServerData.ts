/** Where the server of this machine keeps everything, and what is done on it. */
import * as path from "node:path"
import type { DatabaseOptions, Operations } from "@white-room/server"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Cli } from "../command/Cli.js"
import { loadServer } from "../command/Load.js"
import { file, one } from "../command/Options.js"
import { attempt, type CliFailure, refusal } from "../error/CliError.js"
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

const addressIn = (cli: Cli, name: string): Redacted.Redacted | undefined => {
  const value = cli.env[name]
  if (value === undefined) return undefined
  // A password may be in it: it is not shown.
  if (!/^postgres(?:ql)?:\/\/./.test(value) || !URL.canParse(value))
    throw refusal(
      `The environment variable ${name} is not an address of PostgreSQL.`,
      "It takes one such as postgres://user@host:5432/database. Correct it or unset it."
    )
  return Redacted.make(value)
}

/** The PostgreSQL that the environment names for the control database. */
export const databaseOf = (cli: Cli): Effect.Effect<DatabaseOptions | undefined, CliFailure> =>
  attempt(() => {
    const [url, owner] = [addressIn(cli, "DATABASE_URL"), addressIn(cli, "DATABASE_OWNER_URL")]
    return url === undefined ? undefined : { url, owner }
  })

export const operations = (cli: Cli, named: string | undefined): Effect.Effect<Operations, CliFailure> =>
  Effect.gen(function* () {
    const { operate } = yield* loadServer
    return operate(yield* dataOf(cli, named), yield* databaseOf(cli))
  })
