/** `inbox`: restores that were sent to this device, and its owner's answer. */
import { object } from "@optique/core/constructs"
import { optional } from "@optique/core/modifiers"
import { changesOf, ExitCode } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define, family } from "../command/Define.js"
import { loadVault } from "../command/Load.js"
import { argument, choice, one, text } from "../command/Options.js"
import { refusal } from "../error/CliError.js"
import { itemsShown } from "../plan/PlanText.js"
import type { Outputs } from "../schema/outputs.js"
import { openingOf } from "../secret/Unlock.js"
import { settingsFolder } from "../settings/Environment.js"
import { printable } from "../terminal/Harmless.js"
import type { Column } from "../terminal/Table.js"
import { count, nameList } from "../terminal/Text.js"
import {
  chooseReceived,
  namesIn,
  type Received,
  receivedBy,
  receivedRow,
  serversOf,
  sourceOfSent
} from "./Inbox.js"
import { openApps } from "./openApps.js"
import { previewJson } from "./previewJson.js"
import { showPlan } from "./Steps.js"

const columns: ReadonlyArray<Column> = [
  { header: "N", align: "right" },
  { header: "from", shrink: true },
  { header: "sent" },
  { header: "what", shrink: true },
  { header: "as in" },
  { header: "how" },
  { header: "server", optional: true }
]

const list = (cli: Cli) =>
  Effect.gen(function* () {
    const received = yield* receivedBy(cli, yield* cli.open)
    const json: Outputs["inbox-list"] = received.map(({ known, restore }) => ({
      ...restore,
      vault: known.name
    }))
    return cli.out.list(
      json,
      () =>
        [
          cli.out.table(
            columns,
            received.map((each, index) => receivedRow(each, index, cli.now()))
          ),
          "whiteroom inbox accept N shows what it would do and asks; whiteroom inbox refuse N says no."
        ].join("\n"),
      "Nothing was sent to this device that waits."
    )
  })

const shown = (cli: Cli, library: Library, { restore }: Received) =>
  Effect.gen(function* () {
    const { isOfHistory, planSent } = yield* loadVault
    if (!(yield* isOfHistory(library, restore)))
      return yield* refusal(
        "It is not of the history of this library: another library, or another device, is meant.",
        "whiteroom inbox refuse takes it out of the way."
      )
    const plan = yield* planSent(library, restore)
    yield* showPlan(cli, library, yield* sourceOfSent(library, restore), plan)
    return plan
  })

const agreedText = (
  names: string,
  programs: ReadonlyArray<{ readonly name: string; readonly pid: number }>
) =>
  `Agreed. ${names} comes as soon as White Room is closed, while whiteroom daemon runs; the library is open in ${nameList(
    programs.map(({ name, pid }) => `${name === "" ? "a program" : name} (${pid})`),
    4
  )}.`

const accept = define(
  "accept",
  {
    brief: "Let a restore that was sent to you happen.",
    description:
      "Shows what it would do to your library and asks. A safety backup comes first; whiteroom undo takes it back. What replaces something waits until White Room is closed."
  },
  () => object({ wanted: optional(argument(text("N"), "Its number in whiteroom inbox, or its id.")) }),
  ({ wanted }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const received = yield* chooseReceived(yield* receivedBy(cli, library), wanted)
      const { known, restores, restore } = received
      const vault = known.name
      const plan = yield* shown(cli, library, received)
      if (cli.dryRun) {
        const limit = cli.out.json ? plan.items.length : itemsShown(cli)
        const preview = previewJson(plan, yield* changesOf(library, plan, limit))
        return cli.done<Outputs["inbox-accept"]>({ vault, restore, preview }, () => "Nothing was changed.")
      }
      // What is asked has the names that this library knows, and nothing that a server made up.
      const names = nameList(
        plan.items.map(({ name, id }) => name || id),
        4
      )
      yield* cli.confirm(`Bring back ${names}?`, "Bringing it back")
      const { agreeTo, finishSent } = yield* loadVault
      const settings = settingsFolder(cli.env)
      yield* agreeTo(settings, restore)
      const apps = yield* openApps(library)
      if (restore.mode === "replace" && apps.length > 0) {
        cli.done<Outputs["inbox-accept"]>({ vault, restore, agreed: true }, () => agreedText(names, apps))
        return ExitCode.partial
      }
      const begun =
        restore.begun === true ? restore : yield* restores.tell(restore, { state: "heard", begins: true })
      if (begun === undefined)
        return yield* refusal(
          "It was cancelled meanwhile, or another device took it.",
          "whiteroom inbox shows what waits now."
        )
      const { done } = yield* cli.work(() =>
        finishSent(library, known, restores, begun, { ...openingOf(cli), settings })
      )
      const now = { ...begun, state: "applied" as const }
      return cli.done<Outputs["inbox-accept"]>({ vault, restore: now }, () =>
        [
          `Done: ${done.create - done.copies} brought back, ${count(done.copies, "copy", "copies")} added, ${done.update} replaced; ${printable(vault)} has it too.`,
          "whiteroom undo takes it back."
        ].join("\n")
      )
    })
)

const refuse = define(
  "refuse",
  { brief: "Say no to a restore that was sent to you. Nothing of yours changes." },
  () => object({ wanted: optional(argument(text("N"), "Its number in whiteroom inbox, or its id.")) }),
  ({ wanted }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const { known, restores, restore } = yield* chooseReceived(yield* receivedBy(cli, library), wanted)
      const vault = known.name
      if (cli.dryRun)
        return cli.done<Outputs["inbox-refuse"]>(
          { vault, restore },
          () => `Would refuse ${namesIn(restore)}.`
        )
      const { settleAgreement } = yield* loadVault
      const heard = restore.state === "heard" ? restore : yield* restores.tell(restore, { state: "heard" })
      const now = heard && (yield* restores.tell(heard, { state: "refused", reason: "NotWanted" }))
      yield* settleAgreement(settingsFolder(cli.env), restore)
      if (now === undefined)
        return yield* refusal(
          "It was cancelled meanwhile, or another device took it.",
          "whiteroom inbox shows what waits now."
        )
      return cli.done<Outputs["inbox-refuse"]>(
        { vault, restore: now },
        () => `Refused ${namesIn(restore)}; ${printable(restore.from)} can see that.`
      )
    })
)

const settingText = {
  copies: "Copies are taken without asking, 20 songs a day at most; what replaces something asks.",
  replace:
    "What is sent is taken without asking, also where it replaces something, when White Room is closed.",
  refuse: "Nothing that is sent is taken."
}

const set = define(
  "set",
  {
    brief: "Say what this computer does with restores that are sent to it.",
    description:
      "copies: takes copies without asking, and asks about what replaces something; that is how it begins. replace: takes that too. refuse: takes nothing."
  },
  () =>
    object({
      remoteRestores: argument(choice(["copies", "replace", "refuse"], "what")),
      server: one("--server", text("NAME"), "Of this server only. Default: of all the library is kept on.")
    }),
  ({ remoteRestores, server }, cli) =>
    Effect.gen(function* () {
      const { keepServerKey, readServerKey } = yield* loadVault
      const settings = settingsFolder(cli.env)
      const servers = yield* serversOf(yield* cli.open, server)
      if (servers.length === 0)
        return yield* refusal("The library is on no server.", "whiteroom connect LINK puts it on one.")
      if (!cli.dryRun)
        for (const { place } of servers) {
          const key = yield* readServerKey(settings, place)
          if (key !== undefined) yield* keepServerKey(settings, { ...key, remoteRestores })
        }
      const vaults = servers.map(({ name }) => ({ vault: name, remoteRestores }))
      return cli.done<Outputs["inbox-set"]>({ vaults }, () => settingText[remoteRestores])
    })
)

export const inboxCommand = family(
  "inbox",
  {
    brief: "What others sent back to this computer, and your answer.",
    description:
      "A teacher or an admin of the server can send songs back to you, out of your own history. Copies come by themselves while whiteroom daemon runs; what would replace something waits for your answer.",
    alone: list
  },
  [accept, refuse, set]
)
