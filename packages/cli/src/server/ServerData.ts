/** Where the server of this machine keeps everything, and what is done on it. */
import * as path from "node:path"
import type { Elsewhere, Operations, StartOptions } from "@white-room/server"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Cli } from "../command/Cli.js"
import { loadServer } from "../command/Load.js"
import { file, one } from "../command/Options.js"
import { attempt, type CliFailure, refusal } from "../error/CliError.js"
import { dataFolder } from "../settings/Environment.js"
import { printable } from "../terminal/Harmless.js"

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

/** The bucket that the environment names for the files of libraries, as a place. */
const bucketIn = ({ env }: Cli): string | undefined => {
  const { S3_BUCKET: bucket, S3_PREFIX: prefix, S3_ENDPOINT: endpoint, S3_REGION: region } = env
  if (bucket === undefined) return undefined
  const asked = new URLSearchParams({
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region })
  })
  const place = prefix === undefined ? `s3://${bucket}` : `s3://${bucket}/${prefix.replace(/^\/+|\/+$/g, "")}`
  return asked.size === 0 ? place : `${place}?${asked}`
}

/** What of a server is not in its data folder, as the environment says. */
export const elsewhereOf = (cli: Cli): Effect.Effect<Elsewhere, CliFailure> =>
  attempt(() => {
    const [url, owner] = [addressIn(cli, "DATABASE_URL"), addressIn(cli, "DATABASE_OWNER_URL")]
    return { database: url === undefined ? undefined : { url, owner }, blobs: bucketIn(cli) }
  })

/** Where the other nodes of a cluster reach this server, when the environment says that it is one. */
export const clusterOf = ({ env }: Cli): Effect.Effect<StartOptions["cluster"], CliFailure> => {
  const { CLUSTER } = env
  if (CLUSTER === undefined) return Effect.succeed(undefined)
  const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s]+)):(\d{1,5})$/.exec(CLUSTER) ?? []
  const host = bracketed ?? plain
  return host === undefined || port === undefined || Number(port) > 65535
    ? refusal(
        `The environment variable CLUSTER takes HOST:PORT, not ${printable(CLUSTER)}.`,
        "For example CLUSTER=10.0.0.5:8422: where the other nodes reach this one. Correct it or unset it."
      )
    : Effect.succeed({ host, port: Number(port) })
}

/** The collector that the environment names for OpenTelemetry, by the names that every program of its kind knows. */
export const tracesOf = ({ env }: Cli): Effect.Effect<StartOptions["traces"], CliFailure> =>
  attempt(() => {
    const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: listed = "" } = env
    if (endpoint === undefined || env.OTEL_SDK_DISABLED === "true") return undefined
    if (!/^https?:\/\/./.test(endpoint) || !URL.canParse(endpoint))
      throw refusal(
        "The environment variable OTEL_EXPORTER_OTLP_ENDPOINT is not an address.",
        "It takes one such as http://127.0.0.1:4318. Correct it or unset it."
      )
    // Pairs with commas between them, encoded as in an address.
    const pairs = new URLSearchParams(listed.replaceAll("+", "%2B").replaceAll(",", "&"))
    const headers = [...pairs].map(([name, value]) => [name.trim(), value.trim()])
    return { endpoint, headers: Redacted.make(Object.fromEntries(headers)), name: env.OTEL_SERVICE_NAME }
  })

export const operations = (cli: Cli, named: string | undefined): Effect.Effect<Operations, CliFailure> =>
  Effect.gen(function* () {
    const { operate } = yield* loadServer
    return operate(yield* dataOf(cli, named), yield* elsewhereOf(cli))
  })
