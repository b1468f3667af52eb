/** Who may use a server: looked at, changed, taken away. */
import { object } from "@optique/core/constructs"
import { day, ExitCode } from "@white-room/core"
import type { AccessChange, AccessInfo, Role } from "@white-room/server"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define, family } from "../command/Define.js"
import { argument, choice, flag, many, number, one, text } from "../command/Options.js"
import { refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { printable } from "../terminal/Harmless.js"
import { ago, exactTime } from "../terminal/Time.js"
import { dataOption, operations } from "./ServerData.js"

interface EditWish {
  readonly name: string | undefined
  readonly role: Role | undefined
  readonly libraries: ReadonlyArray<string>
  readonly group: string | undefined
  readonly noGroup: boolean
  readonly days: number | undefined
  readonly never: boolean
}

/** Which libraries an access is for. */
const accessTo = ({ role, libraries, group }: AccessInfo): string => {
  if (group !== undefined) return `group ${printable(group)}`
  return libraries.length > 0 ? libraries.join(" ") : role === "admin" ? "all" : "none yet"
}

const accessListCommand = define(
  "list",
  { brief: "Who has access, to what, and when it was used last." },
  () =>
    object({
      all: flag("--all", "Also what was revoked or has expired."),
      role: one(
        "--role",
        choice(["device", "push-only", "teacher", "admin", "service"]),
        "Only those of this role."
      ),
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
        accessTo(each),
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
  () =>
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
      const { id, name, mirrored } = yield* revoke(wanted)
      cli.done<Outputs["server-access-revoke"]>({ id, name, mirrored }, () =>
        [
          `Revoked the access ${id.slice(0, 8)} of ${printable(name)}.`,
          ...(mirrored
            ? []
            : [
                "The mirror could not be told: a server rebuilt from it now would let it in again.",
                `The server that runs goes on trying. To be sure: whiteroom server access revoke ${id.slice(0, 8)}`
              ])
        ].join("\n")
      )
      return mirrored ? ExitCode.done : ExitCode.partial
    })
)

/** What is to change, as somebody said it. */
const changeOf = (cli: Cli, said: EditWish): AccessChange => {
  const { name, role, libraries, group, noGroup, days, never } = said
  const until = days === undefined ? undefined : new Date(cli.now().getTime() + days * day).toISOString()
  return {
    ...{ name, role, expiresAt: never ? null : until },
    ...(libraries.length > 0 && { libraries }),
    group: noGroup ? "" : group
  }
}

const editCommand = define(
  "edit",
  {
    brief: "Change an access: its name, its end, what it may do and where.",
    description:
      "It counts from the next request on; the token stays. A computer, a person and a web app stay what they are: device and push-only are computers, teacher and admin persons.",
    examples: [
      ["whiteroom server access edit Mara --days 30", "it ends in 30 days"],
      ["whiteroom server access edit Mara --group 10b", "she has the libraries of 10b"],
      ["whiteroom server access edit 1a2b3c4d --role push-only", "it only sends from now on"]
    ]
  },
  () =>
    object({
      access: argument(text("ACCESS"), "A name or id of whiteroom server access list, or how the id begins."),
      name: one("--name", text("NAME"), "How it is called from now on."),
      role: one("--role", choice(["device", "push-only", "teacher", "admin"]), "What it may do."),
      libraries: many("--library-id", text("ID"), "The libraries that it is for, in place of those it had."),
      group: one("--group", text("GROUP"), "It has the libraries of this group, also those that come."),
      noGroup: flag("--no-group", "Of no group any more."),
      days: one("--days", number("DAYS", 1, 3650), "It ends after so many days from now."),
      never: flag("--never", "It ends only when it is taken away."),
      data: dataOption()
    }),
  ({ access: wanted, data, ...said }, cli) =>
    Effect.gen(function* () {
      const opposites = [
        ["--days and --never", said.days !== undefined && said.never],
        ["--group and --no-group", said.group !== undefined && said.noGroup]
      ] as const
      for (const [words, isSaid] of opposites)
        if (isSaid) return yield* refusal(`${words} are opposites.`, "Say one of them.")
      const change = changeOf(cli, said)
      if (Object.values(change).every((value) => value === undefined))
        return yield* refusal(
          "What is to change?",
          "Say --name, --role, --library-id, --group, --days or --never."
        )
      if (cli.dryRun)
        return cli.done<Outputs["server-access-edit"]>(
          {},
          () => `Would change the access ${printable(wanted)}. Nothing was changed.`
        )
      const { changeAccess } = yield* operations(cli, data)
      const { mirrored, ...access } = yield* changeAccess(wanted, change)
      const { id, name, role, expiresAt } = access
      cli.done<Outputs["server-access-edit"]>({ access, mirrored }, () =>
        [
          `${printable(name)} (${id.slice(0, 8)}): ${role}, ${accessTo(access)}, ${expiresAt === null ? "until it is taken away" : `until ${exactTime(new Date(expiresAt))}`}.`,
          ...(mirrored ? [] : ["The mirror could not be told; the server that runs goes on trying."])
        ].join("\n")
      )
      return mirrored ? ExitCode.done : ExitCode.partial
    })
)

export const accessCommand = family(
  "access",
  { brief: "Who may use the server.", question: "Say what to do with accesses" },
  [accessListCommand, editCommand, revokeCommand]
)
