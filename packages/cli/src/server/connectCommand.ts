import { merge, object } from "@optique/core/constructs"
import { ExitCode, shellWord } from "@white-room/core"
import type { Enrolment, RemoteRestores } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { loadVault } from "../command/Load.js"
import { argument, choice, flag, one, text } from "../command/Options.js"
import { refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { deviceLabel, unlockOptions } from "../secret/Unlock.js"
import { settingsFolder, shortPath } from "../settings/Environment.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { connectDevice } from "./connectDevice.js"
import { setAsideOption } from "./OtherLibrary.js"

/** What this machine does with restores that are sent from there. */
const takeRestores = (cli: Cli, place: string, remoteRestores: RemoteRestores) =>
  Effect.gen(function* () {
    const { keepServerKey, readServerKey } = yield* loadVault
    const settings = settingsFolder(cli.env)
    const key = yield* readServerKey(settings, place)
    if (key !== undefined) yield* keepServerKey(settings, { ...key, remoteRestores })
  })

/** For those who do not push: what they have now, and how it is used. */
const noDeviceText = ({ role, places, tokenFile }: Enrolment, server: string): string =>
  (role === "admin" || role === "service") && tokenFile !== undefined
    ? `${role === "admin" ? "You are admin of the server" : "A web app may make libraries there, and write them"}. The token for its API lies in ${shortPath(tokenFile)}, for you alone.`
    : [
        `You may read ${count(places.length, "library", "libraries")}:`,
        ...places.map(
          ({ name, place }) =>
            `  ${printable(name)}: whiteroom list -l ${shellWord(`${server}/${place.split("/").at(-1)}`)}`
        )
      ].join("\n")

export const connectCommand = define(
  "connect",
  {
    brief: "Keep the library on a White Room server, or bring it back from there.",
    description:
      "LINK is what the person who runs the server gave you; put it in quotes. Says who can read what leaves this computer, asks, sends everything, and looks at what came. Where there is no library yet, it offers to bring back what is kept there, or to adopt White Room's own database. Where another library lies here than the link is for, it asks: set it aside, add a place, or stop. The same link can be given again when something came between.",
    examples: [
      ["whiteroom connect 'https://backup.example/join#ABCD-EFGH-JKMN'", "asks before anything leaves"],
      ["whiteroom connect 'https://…' --seal", "so that nobody there can read it"],
      ["whiteroom connect 'https://…' --set-aside", "the next pupil at this computer"]
    ]
  },
  () =>
    merge(
      object({
        link: argument(text("LINK"), "The whole link, with what stands behind #."),
        name: one("--name", text("NAME"), "What the server is called here. Default: server."),
        seal: flag("--seal", "Seal what goes there with a passphrase."),
        setAside: setAsideOption(
          "Where another library lies here: give its file another name, and go on as on a new computer."
        ),
        addPlace: flag(
          "--add-place",
          "Where another library lies here: leave it. It is kept in this place too, or only looks into it where another one is kept there."
        ),
        pushOnly: flag(
          "--push-only",
          "When everything is there, give up what this computer may read there: it only sends from then on."
        ),
        remoteRestores: one(
          "--remote-restores",
          choice(["copies", "replace", "refuse"], "WHAT"),
          "What is done with restores that are sent from there: copies (the default) takes copies and asks about the rest, replace takes all, refuse takes none. whiteroom inbox set changes it."
        )
      }),
      unlockOptions()
    ),
  ({ link: written, name = "server", remoteRestores, ...wish }, cli) =>
    Effect.gen(function* () {
      const { enrol, parseLink, settleLink } = yield* loadVault
      if (wish.setAside && wish.addPlace)
        return yield* refusal("--set-aside and --add-place are opposites.", "Say one of them.")
      const link = yield* parseLink(written)
      if (cli.dryRun)
        return cli.done<Outputs["connect"]>(
          { places: [] },
          () => `Would connect to ${printable(link.server)}. Nothing was changed, and the link was not used.`
        )
      const settings = settingsFolder(cli.env)
      const enrolment = yield* enrol(settings, link, deviceLabel(), name)
      const { role, places, tokenFile } = enrolment
      const [place] = places
      if (place === undefined || (role !== "device" && role !== "push-only")) {
        yield* settleLink(settings, link)
        return cli.done<Outputs["connect"]>(
          { role, places: places.map((each) => each.place), ...(tokenFile !== undefined && { tokenFile }) },
          () => noDeviceText(enrolment, name)
        )
      }
      if (remoteRestores !== undefined) yield* takeRestores(cli, place.place, remoteRestores)
      const { text: said, whole, ...done } = yield* connectDevice(cli, name, place, wish)
      yield* settleLink(settings, link)
      const now = wish.pushOnly && whole && done.vault !== undefined ? "push-only" : role
      cli.done<Outputs["connect"]>({ places: [place.place], role: now, ...done }, () => said)
      return whole ? ExitCode.done : ExitCode.partial
    })
)
