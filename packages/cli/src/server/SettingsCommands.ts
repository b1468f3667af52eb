/** How a server is looked after: who is told what, and which groups are quiet on purpose. */
import { readFileSync } from "node:fs"
import { object } from "@optique/core/constructs"
import { errorCode } from "@white-room/core"
import type { Settings, SettingsChange } from "@white-room/server"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { defined } from "../command/defined.js"
import { argument, file, flag, many, number, one, text } from "../command/Options.js"
import { coming } from "../command/Values.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { exactTime } from "../terminal/Time.js"
import { dataOption, operations } from "./ServerData.js"

/** The first line of a file: a secret is no word of a command, where others see it. */
const firstLineOf = (name: string | undefined): Effect.Effect<string | undefined, CliFailure> => {
  if (name === undefined) return Effect.succeed(undefined)
  return Effect.try({
    try: () =>
      readFileSync(name, "utf8")
        .replace(/^\uFEFF/, "")
        .split(/\r?\n/, 1)[0]
        ?.trim() ?? "",
    catch: errorCode
  }).pipe(
    Effect.filterOrFail(
      (line) => line !== "",
      () => "it has no first line"
    ),
    Effect.catchAll((reason) =>
      refusal(`${printable(name)} cannot be read (${reason}).`, "Nothing was changed.")
    )
  )
}

const groupName = (group: string): string => (group === "" ? "in no group" : printable(group))

const settingsText = ({ mail, webhook, digest, zone, absentDays, groups }: Settings): string =>
  [
    mail === null
      ? "Mail: none. whiteroom server settings --mail ADDRESS --mail-server smtps://… names somebody."
      : `Mail: ${mail.to.map(printable).join(", ")}, by ${printable(mail.server)}${mail.user === undefined ? "" : `, as ${printable(mail.user)}${mail.hasPassword ? "" : " (its password is gone: set it again)"}`}`,
    webhook === null
      ? "Webhook: none."
      : `Webhook: ${printable(webhook.host)}, ${webhook.signed ? "signed" : "not signed"}${webhook.ready ? "" : " (its address is gone: set it again)"}`,
    `Digest: ${printable(digest)} (${printable(zone)}); a library is late after ${count(absentDays, "day")}.`,
    ...groups.map(
      ({ group, libraries, to, pausedUntil }) =>
        `  ${groupName(group)}: ${count(libraries, "library", "libraries")}${to === null ? "" : `, mail to ${to.map(printable).join(", ")}`}${pausedUntil !== null && Date.parse(pausedUntil) > Date.now() ? `, paused until ${exactTime(new Date(pausedUntil))}` : ""}`
    )
  ].join("\n")

interface Wish {
  readonly mail: ReadonlyArray<string>
  readonly mailServer?: string | undefined
  readonly mailFrom?: string | undefined
  readonly mailUser?: string | undefined
  readonly group?: string | undefined
  readonly noMail: boolean
}

/** What is to become of mail: of the server's, or of a group's. */
const mailChange = (wish: Wish, before: Settings["mail"], password: string | undefined) =>
  Effect.gen(function* () {
    const { mail: to, mailServer, mailFrom, mailUser, group, noMail } = wish
    const isOfServer = [mailServer, mailFrom, mailUser, password].some((each) => each !== undefined)
    if (group !== undefined) {
      if (isOfServer)
        return yield* refusal(
          "A group has readers of its own, and the mail server of all.",
          "Say --mail alone."
        )
      if (noMail) return { groups: [{ group, to: null }] }
      return to.length === 0 ? {} : { groups: [{ group, to }] }
    }
    if (noMail) return { mail: null }
    if (to.length === 0 && !isOfServer) return {}
    const readers = to.length > 0 ? to : (before?.to ?? [])
    const server = mailServer ?? before?.server
    if (server === undefined || readers.length === 0)
      return yield* refusal(
        "Mail needs readers and a server.",
        "Say --mail ADDRESS and --mail-server smtps://…"
      )
    const from = mailFrom ?? before?.from
    const user = mailUser ?? before?.user
    return { mail: defined({ to: readers, server, from, user, password }) }
  })

const shown = (cli: Cli, settings: Settings) =>
  cli.out.show(settings satisfies Outputs["server-settings"], () => settingsText(settings))

export const settingsCommand = define(
  "settings",
  {
    brief: "Who is told how the server and its libraries are: by mail, by a webhook, when.",
    description:
      "Without options it shows them. Those who are named get a digest of each group every week, and are told at once of what waits for nobody: a disk that fills, damage, a mirror that fails, much that was deleted. With --group and --mail, the readers of one group. Passwords and keys are read from files, and kept beside the data.",
    examples: [
      ["whiteroom server settings --mail ada@example.com --mail-server smtps://mail.example.com", ""],
      ["whiteroom server settings --group 10b --mail mara@example.com", "she gets what is of 10b"],
      ["whiteroom server settings --webhook https://example.com/hook --webhook-key key.txt", "signed"]
    ]
  },
  () =>
    object({
      mail: many("--mail", text("ADDRESS"), "Gets the letters. May be given several times."),
      mailServer: one(
        "--mail-server",
        text("SERVER"),
        "What takes the letters: smtps://mail.example.com, or smtp://mail.example.com:587, which must encrypt too."
      ),
      mailFrom: one("--mail-from", text("ADDRESS"), "Whom they are from. Default: the first who gets them."),
      mailUser: one("--mail-user", text("USER"), "Whose mail it is, where the mail server asks."),
      mailPassword: one("--mail-password-file", file("FILE"), "Its first line is the password."),
      noMail: flag("--no-mail", "Mail nobody; with --group, the readers of the server get it again."),
      webhook: one("--webhook", text("URL"), "Gets JSON by POST. It must be a public address."),
      webhookKey: one("--webhook-key", file("FILE"), "Its first line signs what the webhook gets."),
      noWebhook: flag("--no-webhook", "Call none."),
      digest: one("--digest", text("RULE"), 'When the week is told, or off. Default: "mondays 8:00".'),
      zone: one("--zone", text("ZONE"), "Whose clock that is by: Europe/Berlin."),
      absentDays: one(
        "--absent",
        number("DAYS", 1, 365),
        "After so many days without news it is told. Default: 7."
      ),
      group: one("--group", text("GROUP"), "Whose mail is meant."),
      data: dataOption()
    }),
  ({ webhook, webhookKey, noWebhook, digest, zone, absentDays, mailPassword, data, ...wish }, cli) =>
    Effect.gen(function* () {
      if (webhookKey !== undefined && webhook === undefined)
        return yield* refusal("A key signs what a webhook gets.", "Say --webhook URL too.")
      if ((noWebhook && webhook !== undefined) || (wish.noMail && wish.mail.length > 0))
        return yield* refusal("Those are opposites.", "Say one of them.")
      const operation = yield* operations(cli, data)
      const before = yield* operation.settings
      const mail = yield* mailChange(wish, before.mail, yield* firstLineOf(mailPassword))
      const key = yield* firstLineOf(webhookKey)
      const change: SettingsChange = {
        ...mail,
        ...(webhook !== undefined && { webhook: defined({ url: webhook, key }) }),
        ...(noWebhook && { webhook: null }),
        ...defined({ digest, zone, absentDays })
      }
      if (cli.dryRun && Object.keys(change).length > 0)
        return yield* refusal("Settings cannot be changed on trial.", "Leave --dry-run out.")
      return shown(cli, Object.keys(change).length === 0 ? before : yield* operation.changeSettings(change))
    })
)

export const pauseCommand = define(
  "pause",
  {
    brief: "A group is quiet on purpose until a day: no digest, and its silence counts for nothing.",
    description: "Dangers are told all the same: damage, a mass deletion, a disk that fills.",
    examples: [
      ["whiteroom server pause 10b --until 2026-12-24", "holidays"],
      ["whiteroom server pause 10b --go-on", "they are back"]
    ]
  },
  () =>
    object({
      group: argument(text("GROUP"), "The group."),
      until: one("--until", coming(), '3d, monday, "2026-12-24".'),
      goOn: flag("--go-on", "It is paused no more."),
      data: dataOption()
    }),
  ({ group, until, goOn, data }, cli) =>
    Effect.gen(function* () {
      if ((until === undefined) === !goOn)
        return yield* refusal("Until when?", "Say --until DATE, or --go-on to end a pause.")
      const operation = yield* operations(cli, data)
      const { groups } = yield* operation.settings
      if (!groups.some((each) => each.group === group))
        return yield* refusal(`No library is in a group ${printable(group)}.`, "Nothing was changed.")
      const pausedUntil = until?.toISOString() ?? null
      if (!cli.dryRun) yield* operation.changeSettings({ groups: [{ group, pausedUntil }] })
      return cli.done<Outputs["server-pause"]>({ group, pausedUntil }, () =>
        cli.dryRun
          ? "Nothing was changed."
          : until === undefined
            ? `${printable(group)} is paused no more.`
            : `${printable(group)} is paused until ${exactTime(until)}: no digest, and its silence counts for nothing. Dangers are told all the same.`
      )
    })
)
