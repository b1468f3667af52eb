/** The server on this machine: starting it, and who may use it. */
import { readFileSync } from "node:fs"
import * as path from "node:path"
import { object } from "@optique/core/constructs"
import { choice } from "@optique/core/valueparser"
import { ExitCode, errorCode } from "@white-room/core"
import type { LogLine, Operations, Role, RunningServer } from "@white-room/server"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define, family } from "../command/Define.js"
import { loadServer } from "../command/Load.js"
import { argument, file, flag, many, number, one, text } from "../command/Options.js"
import { attempt, type CliFailure, refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { dataFolder } from "../settings/Environment.js"
import { printable } from "../terminal/Harmless.js"
import { ago, exactTime } from "../terminal/Time.js"

const dataOption = () =>
  one(
    "--data",
    file("DIR"),
    "Where the server keeps everything. Default: White Room/server in your data folder; /var/lib/white-room for root."
  )

const dataOf = (cli: Cli, named: string | undefined): Effect.Effect<string, CliFailure> =>
  attempt(() => {
    if (named !== undefined) return path.resolve(named)
    return process.getuid?.() === 0 && cli.env.XDG_DATA_HOME === undefined
      ? "/var/lib/white-room"
      : path.join(dataFolder(cli.env), "White Room", "server")
  })

const operations = (cli: Cli, named: string | undefined): Effect.Effect<Operations, CliFailure> =>
  Effect.gen(function* () {
    const { operate } = yield* loadServer
    return operate(yield* dataOf(cli, named))
  })

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

const logLine =
  (cli: Cli) =>
  (line: LogLine): void => {
    if (cli.out.json) cli.out.line({ message_type: "event", ...line })
    else if (line.level === "error") cli.out.print(`${line.time} fault ${printable(String(line.fault))}`)
    else if (cli.out.options.verbose)
      cli.out.print(`${line.time} ${line.method} ${line.route} ${line.status} ${line.ms} ms`)
  }

const startedText = (data: string, { address, url, signIn, pin }: RunningServer): string =>
  [
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

const startCommand = define(
  "start",
  {
    brief: "Run a server that keeps libraries of other computers.",
    description:
      "Makes an empty data folder ready, and runs until Ctrl-C or SIGTERM. On 127.0.0.1 alone it speaks HTTP, for a proxy on this machine; elsewhere it needs --cert and --key, or makes a certificate of its own that every link names.",
    examples: [
      ["whiteroom server start", "on this machine alone, port 8421"],
      ["whiteroom server start --trust-proxy --url https://backup.example", "behind a proxy that does TLS"],
      ["whiteroom server start --listen 0.0.0.0:8421", "for a home network, with a certificate of its own"]
    ]
  },
  object({
    data: dataOption(),
    listen: one("--listen", text("HOST:PORT"), "Where to listen. Default: 127.0.0.1:8421."),
    url: one("--url", text("URL"), "Where it is reached from outside, for links: https://backup.example."),
    cert: one("--cert", file("FILE"), "Its certificate, as PEM."),
    key: one("--key", file("FILE"), "The key of the certificate, as PEM."),
    trustProxy: flag("--trust-proxy", "A proxy on this machine says who asks.")
  }),
  ({ listen = "127.0.0.1:8421", url, cert, key, trustProxy, ...options }, cli) =>
    Effect.gen(function* () {
      const data = yield* dataOf(cli, options.data)
      const { host, port } = yield* addressOf(listen)
      const certificate = yield* certificateOf(cert, key)
      if (cli.dryRun) return yield* refusal("A server cannot be started on trial.", "Leave --dry-run out.")
      const { startServer } = yield* loadServer
      const running = yield* startServer({
        ...{ data, host, port, url, certificate, trustProxy, graceMs: 3000 },
        onLog: logLine(cli)
      })
      const { address, signIn } = running
      if (cli.out.json) {
        const begun: Outputs["server-line"] = {
          ...{ message_type: "event", time: cli.now().toISOString(), event: "listening" },
          ...{ address, url: running.url },
          ...(signIn !== undefined && { signIn })
        }
        cli.out.line(begun)
      } else cli.out.print(startedText(data, running))
      const signal = yield* cli.untilStopped(Effect.never)
      const ended: Outputs["server-line"] = {
        ...{ message_type: "event", time: cli.now().toISOString(), event: "stopped" },
        signal
      }
      if (cli.out.json) cli.out.line(ended)
      return ExitCode.done
    })
)

const libraryOption = () =>
  many("--library-id", text("ID"), "A library that is there already; whiteroom server access list shows ids.")

const roleOf = (teacher: boolean, admin: boolean): Effect.Effect<Role, CliFailure> =>
  teacher && admin
    ? refusal("--teacher and --admin are roles: one is enough.", "Say one of them.")
    : Effect.succeed(admin ? "admin" : teacher ? "teacher" : "device")

const inviteCommand = define(
  "invite",
  {
    brief: "Invite somebody: prints a link to pass on.",
    description:
      "The link gets one device in, within two weeks and five tries. A new device gets a library of its own, unless --library-id names one that is there: a second computer, or a new one in the place of one that was lost. --sealed takes only vaults that are sealed on the device: nobody here reads them.",
    examples: [
      ["whiteroom server invite Anna", "a library of her own"],
      ["whiteroom server invite Anna --library-id anna-1a2b3c4d", "a new computer for it"],
      ["whiteroom server invite Mara --teacher --library-id anna-1a2b3c4d", "who may read it"]
    ]
  },
  object({
    name: argument(text("NAME"), "Who it is for."),
    libraries: libraryOption(),
    sealed: flag("--sealed", "Take only a sealed vault."),
    readable: flag("--readable", "Take a vault that the server can read too. The default."),
    teacher: flag("--teacher", "May read the libraries that are named, and change nothing."),
    admin: flag("--admin", "May do everything: in the libraries that are named, or on the whole server."),
    days: one("--days", number("DAYS", 1, 3650), "The access ends after so many days. Default: never."),
    data: dataOption()
  }),
  ({ name, libraries, sealed, readable, days, data, teacher, admin }, cli) =>
    Effect.gen(function* () {
      if (sealed && readable) return yield* refusal("--sealed and --readable are opposites.", "Say one.")
      const role = yield* roleOf(teacher, admin)
      if (cli.dryRun)
        return cli.done<Outputs["server-invite"]>(
          { name, role, libraries },
          () => `Would invite ${printable(name)}. Nothing was changed.`
        )
      const { invite } = yield* operations(cli, data)
      const invited = yield* invite({ name, role, libraries, sealed, accessDays: days })
      return cli.done<Outputs["server-invite"]>({ name, role, ...invited }, () =>
        [
          `Give ${printable(name)} this link, which ends on ${exactTime(new Date(invited.expiresAt))}:`,
          `  ${invited.link}`,
          `On the computer with the songs: whiteroom connect 'LINK'`
        ].join("\n")
      )
    })
)

const linkCommand = define(
  "link",
  {
    brief: "Print a link that lets somebody in, within an hour: as admin, or to read.",
    description:
      "A browser exchanges it for a session of 30 days, whiteroom connect for a token. It gets one of them in. Without --library-id it makes an admin of the whole server.",
    examples: [
      ["whiteroom server link mara", "when the first one ran out"],
      ["whiteroom server link anna --library-id anna-1a2b3c4d", "to look at what is kept of her library"]
    ]
  },
  object({
    name: argument(text("NAME"), "Who it is for."),
    libraries: many("--library-id", text("ID"), "May read this library, and change nothing."),
    data: dataOption()
  }),
  ({ name, libraries, data }, cli) =>
    Effect.gen(function* () {
      const role = libraries.length === 0 ? "admin" : "teacher"
      if (cli.dryRun)
        return cli.done<Outputs["server-invite"]>(
          { name, role, libraries },
          () => "Would make a link. Nothing was changed."
        )
      const { invite } = yield* operations(cli, data)
      const hourMs = 60 * 60 * 1000
      const invited = yield* invite({ name, role, libraries, sealed: false, codeMs: hourMs })
      return cli.done<Outputs["server-invite"]>(
        { name, role, ...invited },
        () => `Within an hour: whiteroom connect '${invited.link}'`
      )
    })
)

const accessListCommand = define(
  "list",
  { brief: "Who has access, to what, and when it was used last." },
  object({
    all: flag("--all", "Also what was revoked or has expired."),
    role: one("--role", choice(["device", "push-only", "teacher", "admin"]), "Only those of this role."),
    data: dataOption()
  }),
  ({ all, role, data }, cli) =>
    Effect.gen(function* () {
      const { access } = yield* operations(cli, data)
      const now = cli.now()
      const shown = (yield* access).filter(
        (each) =>
          (role === undefined || each.role === role) &&
          (all || (each.revokedAt === null && (each.expiresAt === null || new Date(each.expiresAt) > now)))
      )
      const columns = [
        { header: "id" },
        { header: "name", shrink: true },
        { header: "role" },
        { header: "libraries", shrink: true },
        { header: "last used" }
      ]
      const rows = shown.map((each) => [
        each.id.slice(0, 8),
        printable(each.name),
        each.role,
        each.libraries.length === 0 ? "all" : each.libraries.join(" "),
        each.lastUsedAt === null ? "never" : ago(new Date(each.lastUsedAt), now)
      ])
      const json: Outputs["server-access-list"] = shown
      return cli.out.list(
        json,
        () => cli.out.table(columns, rows),
        "Nobody has access yet: whiteroom server invite NAME"
      )
    })
)

const revokeCommand = define(
  "revoke",
  {
    brief: "Take an access away. What it pushed stays.",
    description: "From then on nothing that comes with its token is answered."
  },
  object({
    access: argument(text("ACCESS"), "A name or id of whiteroom server access list, or how the id begins."),
    data: dataOption()
  }),
  ({ access: wanted, data }, cli) =>
    Effect.gen(function* () {
      if (cli.dryRun)
        return cli.done<Outputs["server-access-revoke"]>(
          { id: wanted, name: wanted },
          () => `Would revoke ${printable(wanted)}. Nothing was changed.`
        )
      yield* cli.confirm(`Revoke the access ${printable(wanted)}?`, "Revoking an access")
      const { revoke } = yield* operations(cli, data)
      const { id, name } = yield* revoke(wanted)
      return cli.done<Outputs["server-access-revoke"]>(
        { id, name },
        () => `Revoked the access ${id.slice(0, 8)} of ${printable(name)}.`
      )
    })
)

const accessCommand = family(
  "access",
  { brief: "Who may use the server.", question: "Say what to do with accesses" },
  [accessListCommand, revokeCommand]
)

export const serverCommand = family(
  "server",
  {
    brief: "Keep libraries of other computers here: start, invite, access.",
    question: "Say what to do with the server"
  },
  [startCommand, inviteCommand, linkCommand, accessCommand]
)
