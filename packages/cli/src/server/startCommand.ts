import { readFileSync } from "node:fs"
import { object } from "@optique/core/constructs"
import { ExitCode, errorCode } from "@white-room/core"
import type { LogLine, Rebuilt, RunningServer } from "@white-room/server"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { loadServer } from "../command/Load.js"
import { file, flag, many, one, text } from "../command/Options.js"
import { requireFolder } from "../command/requireFolder.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { jsonText, printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { clusterOf, dataOf, dataOption, elsewhereOf, tracesOf } from "./ServerData.js"

const addressOf = (listen: string): Effect.Effect<{ host: string; port: number }, CliFailure> => {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s]+)):(\d{1,5})$/.exec(listen) ?? []
  const host = bracketed ?? plain
  return host === undefined || Number(port) > 65535
    ? refusal(`--listen takes HOST:PORT, not ${printable(listen)}.`, "For example --listen 127.0.0.1:8421.")
    : Effect.succeed({ host, port: Number(port) })
}

const readPem = (name: string): Effect.Effect<string, CliFailure> =>
  Effect.try({ try: () => readFileSync(name, "utf8"), catch: (error) => error }).pipe(
    Effect.catchAll((error) =>
      refusal(`${printable(name)} cannot be read (${errorCode(error)}).`, "Name a file of PEM.")
    )
  )

const certificateOf = (cert: string | undefined, key: string | undefined) =>
  Effect.gen(function* () {
    if (cert === undefined && key === undefined) return undefined
    if (cert === undefined || key === undefined)
      return yield* refusal("--cert and --key belong together.", "Say both, or neither.")
    return { cert: yield* readPem(cert), key: yield* readPem(key) }
  })

/** A line of the log as it is written; `undefined` where people are not told. */
const logText = ({ out }: Cli, line: LogLine): string | undefined => {
  if (out.json) return jsonText({ message_type: "event", ...line })
  if (line.event === "proof" && line.level === "error")
    return `${line.time} ${line.library} cannot be brought back whole: ${printable(String(line.detail))}`
  if (line.event === "proofs")
    return `${line.time} ${line.failed === 0 ? "All" : `${Number(line.libraries) - Number(line.failed)} of`} ${line.libraries} libraries were brought back here in ${Math.round(Number(line.ms) / 1000)} s.`
  if (line.event === "alert")
    return `${line.time} danger (${line.kind})${line.library === undefined ? "" : ` in ${line.library}`}: ${printable(String(line.detail))}`
  if (line.fault !== undefined) return `${line.time} ${line.event} ${printable(String(line.fault))}`
  return out.options.verbose && line.event === "request"
    ? `${line.time} ${line.method} ${line.route} ${line.status} ${line.ms} ms`
    : undefined
}

/**
 * The log. What is answered in one turn of the event loop is written at its end, at once: to write a line for each request takes
 * longer than many an answer. What went wrong is written at once, and before what comes after.
 */
const makeLog = (cli: Cli) => {
  let waiting: Array<string> = []
  const write = (): void => {
    if (waiting.length === 0) return
    const text = waiting.join("\n")
    waiting = []
    if (cli.out.json) cli.out.printLines(text)
    else cli.out.print(text)
  }
  return {
    write,
    add: (line: LogLine): void => {
      const text = logText(cli, line)
      if (text === undefined) return
      if (waiting.push(text) === 1) setImmediate(write)
      if (line.level === "error") write()
    }
  }
}

const rebuiltText = ({
  libraries,
  files,
  asOf,
  passedOver,
  damaged,
  damagedCount
}: Rebuilt): ReadonlyArray<string> => [
  `Brought back from the mirror: ${count(libraries, "library", "libraries")}, ${count(files, "file")}; who has access as of ${asOf}.`,
  ...(passedOver === 0
    ? []
    : [
        `${count(passedOver, "newer copy", "newer copies")} of who has access could not be read: look at whiteroom server access list.`
      ]),
  ...(damagedCount === 0
    ? []
    : [
        `${count(damagedCount, "file is", "files are")} damaged in the mirror; what cannot be used of it was not brought. Its device sends it again with whiteroom repair VAULT:`,
        ...damaged.map((name) => `  ${printable(name)}`),
        ...(damagedCount > damaged.length ? [`  and ${damagedCount - damaged.length} more`] : [])
      ])
]

const startedText = (
  data: string,
  mirror: string | undefined,
  { address, url, signIn, pin, rebuilt }: RunningServer
): string =>
  [
    ...(mirror === undefined
      ? ["Without a mirror all of this is lost with its disk: server start --mirror PLACE keeps one."]
      : []),
    ...(rebuilt === undefined ? [] : rebuiltText(rebuilt)),
    `The server listens on ${address} and keeps everything in ${printable(data)}.`,
    ...(url === address ? [] : [`Links lead to ${printable(url)}.`]),
    ...(pin === undefined
      ? []
      : ["Its certificate is its own; links tell devices which one to trust: pass them on whole."]),
    ...(signIn === undefined
      ? []
      : [`Sign in as its admin, within an hour, with whiteroom connect '${signIn}'`]),
    "Invite somebody, in another terminal: whiteroom server invite NAME"
  ].join("\n")

export const startCommand = define(
  "start",
  {
    brief: "Run a server that keeps libraries of other computers.",
    description:
      "Makes an empty data folder ready, and runs until Ctrl-C or SIGTERM. On 127.0.0.1 alone it speaks HTTP, for a proxy on this machine; elsewhere it needs --cert and --key, or makes a certificate of its own that every link names. With DATABASE_URL the list of who has access is in that PostgreSQL, with S3_BUCKET the files of libraries are in that bucket. With CLUSTER as well, the address at which others reach it, it shares its libraries with them.",
    examples: [
      ["whiteroom server start", "on this machine alone, port 8421"],
      ["whiteroom server start --trust-proxy --url https://backup.example", "behind a proxy that does TLS"],
      ["whiteroom server start --listen 0.0.0.0:8421", "for a home network, with a certificate of its own"],
      ["whiteroom server start --mirror /mnt/nas/mirror", "so that it can be made again"],
      ["whiteroom server start --data new --from /mnt/nas/mirror --mirror /mnt/nas/mirror", "made again"]
    ]
  },
  () =>
    object({
      data: dataOption(),
      listen: one("--listen", text("HOST:PORT"), "Where to listen. Default: 127.0.0.1:8421."),
      url: one("--url", text("URL"), "Where it is reached from outside, for links: https://backup.example."),
      cert: one("--cert", file("FILE"), "Its certificate, as PEM."),
      key: one("--key", file("FILE"), "The key of the certificate, as PEM."),
      trustProxy: flag("--trust-proxy", "A proxy on this machine says who asks."),
      allowOrigin: many(
        "--allow-origin",
        text("ORIGIN"),
        "Pages from there may use the API, with a token: https://app.example, exactly. May be given several times."
      ),
      mirror: one("--mirror", text("PLACE"), "Keep everything there too: a folder, or s3://bucket/prefix."),
      from: one("--from", text("PLACE"), "First bring everything back from this mirror into a new --data.")
    }),
  ({ listen = "127.0.0.1:8421", url, cert, key, trustProxy, allowOrigin, mirror, from, ...options }, cli) =>
    Effect.gen(function* () {
      const data = yield* dataOf(cli, options.data)
      if (options.data !== undefined) yield* requireFolder(cli, data)
      const { host, port } = yield* addressOf(listen)
      const certificate = yield* certificateOf(cert, key)
      if (cli.dryRun) return yield* refusal("A server cannot be started on trial.", "Leave --dry-run out.")
      const { startServer } = yield* loadServer
      const log = makeLog(cli)
      const running = yield* startServer({
        ...{ data, host, port, url, certificate, trustProxy, mirror, from, graceMs: 3000 },
        allowOrigins: allowOrigin,
        ...(yield* elsewhereOf(cli)),
        cluster: yield* clusterOf(cli),
        traces: yield* tracesOf(cli),
        onLog: log.add
      })
      const { address, signIn, rebuilt } = running
      log.write()
      if (cli.out.json) {
        const begun: Outputs["server-line"] = {
          ...{ message_type: "event", time: cli.now().toISOString(), event: "listening" },
          ...{ address, url: running.url },
          ...(signIn !== undefined && { signIn }),
          ...(rebuilt !== undefined && { rebuilt }),
          mirror: mirror !== undefined
        }
        cli.out.line(begun)
      } else cli.out.print(startedText(data, mirror, running))
      const signal = yield* cli.untilStopped(Effect.never)
      const ended: Outputs["server-line"] = {
        ...{ message_type: "event", time: cli.now().toISOString(), event: "stopped" },
        signal
      }
      log.write()
      if (cli.out.json) cli.out.line(ended)
      return ExitCode.done
    })
)
