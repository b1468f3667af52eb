/** Who may use the server on this machine. */
import { object } from "@optique/core/constructs"
import { optional } from "@optique/core/modifiers"
import { hour } from "@white-room/core"
import type { Role } from "@white-room/server"
import * as Effect from "effect/Effect"
import { define, family } from "../command/Define.js"
import { argument, file, flag, many, number, one, some, text } from "../command/Options.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { printable } from "../terminal/Harmless.js"
import { exactTime } from "../terminal/Time.js"
import { accessCommand } from "./AccessCommands.js"
import { checkAuditCommand } from "./checkAuditCommand.js"
import { handOut } from "./handOut.js"
import { inviteAll } from "./inviteAll.js"
import { eraseCommand, leaveCommand } from "./LeaveCommands.js"
import { dataOption, operations } from "./ServerData.js"
import { pauseCommand, settingsCommand } from "./SettingsCommands.js"
import { startCommand } from "./startCommand.js"

const libraryOption = () =>
  many("--library-id", text("ID"), "A library that is there already; whiteroom server access list shows ids.")

interface Roles {
  readonly teacher: boolean
  readonly admin: boolean
  readonly service: boolean
  readonly pushOnly: boolean
}

const roleOf = (wish: Roles): Effect.Effect<Role, CliFailure> => {
  const said: ReadonlyArray<Role> = [
    ...(["teacher", "admin", "service"] as const).filter((role) => wish[role]),
    ...(wish.pushOnly ? (["push-only"] as const) : [])
  ]
  return said.length > 1
    ? refusal("--teacher, --admin, --service and --push-only are roles: one is enough.", "Say one of them.")
    : Effect.succeed(said[0] ?? "device")
}

/** What is done with the link of an invitation. */
const howToUse = (role: string, name: string): string => {
  if (role === "device" || role === "push-only")
    return "On the computer with the songs: whiteroom connect 'LINK'"
  if (role === "service")
    return "Where the web app runs: whiteroom connect 'LINK' says in which file its token is."
  return `${name} opens it in a browser, or: whiteroom connect 'LINK'`
}

const inviteCommand = define(
  "invite",
  {
    brief: "Invite somebody: prints a link to pass on.",
    description:
      "The link is all that goes to standard output. It gets one device in, within two weeks and five tries. A new device gets a library of its own, unless --library-id names one that is there: a second computer, or a new one in the place of one that was lost. With --group, a device's library is in that group, and a teacher, an admin or a web app has the libraries of the group, also those that come. --sealed takes only vaults that are sealed on the device: nobody here reads them.",
    examples: [
      ["whiteroom server invite Anna", "a library of her own"],
      ["whiteroom server invite --file class.txt --group 10b", "a class, a name on each line"],
      ["whiteroom server invite Anna --library-id anna-1a2b3c4d", "a new computer for it"],
      [
        "whiteroom server invite Mara --teacher --library-id anna-1a2b3c4d",
        "who may read it, and send songs back"
      ],
      ["whiteroom server invite Mara --teacher --group 10b", "who may read all libraries of a class"],
      ["whiteroom server invite 'School app' --service", "a web app, which makes libraries and writes them"]
    ]
  },
  () =>
    object({
      name: optional(argument(text("NAME"), "Who it is for.")),
      list: one(
        "--file",
        file("FILE"),
        "Invites everybody whose name is a line of this file, each with a library."
      ),
      libraries: libraryOption(),
      group: one(
        "--group",
        text("GROUP"),
        "The group of the library, such as a class; or whose libraries it is for."
      ),
      sealed: flag("--sealed", "Take only a sealed vault."),
      readable: flag("--readable", "Take a vault that the server can read too. The default."),
      teacher: flag("--teacher", "May read the libraries that are named, and send songs back to them."),
      admin: flag("--admin", "May do everything: in the libraries that are named, or on the whole server."),
      service: flag("--service", "A web app: makes libraries whose home is the server, and writes those."),
      pushOnly: flag("--push-only", "Another computer of a library: it sends, and reads nothing there."),
      days: one("--days", number("DAYS", 1, 3650), "The access ends after so many days. Default: never."),
      data: dataOption()
    }),
  ({ name, list, libraries, group, sealed, readable, days, data, ...roles }, cli) =>
    Effect.gen(function* () {
      if ((name === undefined) === (list === undefined))
        return yield* refusal("Who is invited?", "Say a name, or --file with a name on each line.")
      if (sealed && readable) return yield* refusal("--sealed and --readable are opposites.", "Say one.")
      const role = yield* roleOf(roles)
      if (list !== undefined || name === undefined)
        return yield* inviteAll(cli, list ?? "", { role, libraries, group, sealed, days, data })
      if (cli.dryRun)
        return cli.done<Outputs["server-invite"]>(
          { name, role, libraries },
          () => `Would invite ${printable(name)}. Nothing was changed.`
        )
      const { invite } = yield* operations(cli, data)
      const invited = yield* invite({ name, role, libraries, group, sealed, accessDays: days })
      return handOut<Outputs["server-invite"]>(
        cli,
        { name, role, ...invited },
        {
          before: `Give ${printable(name)} this link, which ends on ${exactTime(new Date(invited.expiresAt))}:`,
          data: invited.link,
          after: howToUse(role, printable(name))
        }
      )
    })
)

const groupCommand = define(
  "group",
  {
    brief: "Put libraries into a group: a class, a band.",
    description:
      "Those who were invited with --group have the libraries of the group from then on, and are told of it together. A library is in one group.",
    examples: [
      ["whiteroom server group 10b Anna Ben", "both are in 10b now"],
      ["whiteroom server group 10b Ben --out", "Ben is in none"]
    ]
  },
  () =>
    object({
      group: argument(text("GROUP"), "How the group is called."),
      names: some(text("NAME"), "Names or ids of libraries.", 1000),
      out: flag("--out", "Take them out of it."),
      data: dataOption()
    }),
  ({ group, names, out, data }, cli) =>
    Effect.gen(function* () {
      const where = out ? `out of ${printable(group)}` : `into ${printable(group)}`
      if (cli.dryRun)
        return cli.done<Outputs["server-group"]>(
          { libraries: names.map((name) => ({ name })) },
          () => `Would take ${names.map(printable).join(", ")} ${where}. Nothing was changed.`
        )
      const operation = yield* operations(cli, data)
      if (out) {
        const there = yield* operation.libraries
        for (const name of names)
          if (there.some((each) => (each.id === name || each.name === name) && each.group !== group))
            return yield* refusal(`${printable(name)} is not in ${printable(group)}.`, "Nothing was changed.")
      }
      const changed = yield* operation.group(out ? "" : group, names)
      return cli.done<Outputs["server-group"]>(
        { ...(!out && { group }), libraries: changed.map(({ id, name }) => ({ id, name })) },
        () => `Taken ${where}: ${changed.map(({ id }) => id).join(", ")}.`
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
  () =>
    object({
      name: argument(text("NAME"), "Who it is for."),
      libraries: many("--library-id", text("ID"), "May read this library, and send songs back to it."),
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
      const invited = yield* invite({ name, role, libraries, sealed: false, codeMs: hour })
      return handOut<Outputs["server-invite"]>(
        cli,
        { name, role, ...invited },
        { before: "Within an hour, in a browser or by whiteroom connect 'LINK':", data: invited.link }
      )
    })
)

export const serverCommand = family(
  "server",
  {
    brief: "Keep libraries of other computers here: start, invite, access.",
    question: "Say what to do with the server"
  },
  [
    startCommand,
    inviteCommand,
    linkCommand,
    groupCommand,
    checkAuditCommand,
    settingsCommand,
    pauseCommand,
    accessCommand,
    leaveCommand,
    eraseCommand
  ]
)
