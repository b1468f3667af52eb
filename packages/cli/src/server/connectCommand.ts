import { existsSync } from "node:fs"
import { merge, object } from "@optique/core/constructs"
import { ExitCode, shellWord } from "@white-room/core"
import type { Enrolment, RemoteRestores } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { loadStore, loadVault } from "../command/Load.js"
import { argument, choice, flag, one, text } from "../command/Options.js"
import { refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { deviceLabel, keepKeyHere, openingOf, unlocked, unlockOptions } from "../secret/Unlock.js"
import { pastedPath, settingsFolder, shortPath } from "../settings/Environment.js"
import { findAppDatabase } from "../settings/findAppDatabase.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { ago } from "../terminal/Time.js"
import { bringBack } from "../vault/bringBack.js"
import {
  checkWhose,
  joinServer,
  lastArrival,
  type ServerPlace,
  type ServerWish
} from "../vault/JoinServer.js"
import { readBack } from "../vault/readBack.js"

const connectDevice = (cli: Cli, name: string, place: ServerPlace, wish: ServerWish) =>
  Effect.gen(function* () {
    const { checkVault, isSealed, push, vaultAt, vaultFileAt } = yield* loadVault
    const file = yield* vaultFileAt(place.place, openingOf(cli))
    const there =
      file === undefined ? undefined : yield* unlocked(cli, wish, (opening) => vaultAt(place.place, opening))
    if (!existsSync(cli.path)) {
      const arrivedAt = there === undefined ? undefined : yield* lastArrival(there)
      if (there !== undefined && arrivedAt !== undefined) {
        yield* cli.confirm(
          `Bring back what is kept there, last saved ${ago(new Date(arrivedAt), cli.now())}?`,
          "Bringing a library back"
        )
        const { songs, position, damaged, problems } = yield* bringBack(cli, name, there)
        const whole = damaged.length + problems.length === 0
        return {
          ...{ restored: true, songs, position, sealed: isSealed(there), whole },
          words: `Brought back ${count(songs, "song")}, to @${position}, into ${printable(cli.path)}.`
        }
      }
      const app = yield* Effect.promise(() => findAppDatabase(cli.env))
      if (app !== undefined)
        return yield* refusal(
          `White Room's own database is not protected yet: ${shortPath(app.path)}.`,
          `First: whiteroom adopt ${pastedPath(app.path)}. Then the same link again.`
        )
      const { createLibrary } = yield* loadStore
      yield* createLibrary(cli.path)
      cli.out.message(`Created ${printable(cli.path)}.`)
    }
    if (there !== undefined) yield* checkWhose(cli, there)
    const { vault, known, library } = yield* joinServer(cli, name, place, wish, there)
    const kept = yield* keepKeyHere(cli, vault)
    const report = yield* cli.work((onProgress) => push(library, kept, known, { onProgress }))
    const { ok } = yield* checkVault(kept, { level: "quick" })
    const proven = yield* readBack(library, kept)
    return {
      ...{ restored: false, position: report.position, sealed: isSealed(kept), whole: ok },
      words: `Everything to @${report.position} is there${proven === undefined ? "" : `; ${printable(proven)} was read back from it`}.`
    }
  })

/** What this machine does with restores that are sent from there. */
const takeRestores = (cli: Cli, place: string, remoteRestores: RemoteRestores) =>
  Effect.gen(function* () {
    const { keepServerKey, readServerKey } = yield* loadVault
    const settings = settingsFolder(cli.env)
    const key = yield* readServerKey(settings, place)
    if (key !== undefined) yield* keepServerKey(settings, { ...key, remoteRestores })
  })

const connectedText = (name: string, place: string, words: string, sealed: boolean): string =>
  [
    `Connected to ${printable(place)}, as ${printable(name)}. ${words}`,
    ...(sealed
      ? [`Without its passphrase nobody can help you: whiteroom key export ${shellWord(name)} kit.html`]
      : []),
    "whiteroom push sends what is new; whiteroom daemon install has your system do it."
  ].join("\n")

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
      "LINK is what the person who runs the server gave you; put it in quotes. Says who can read what leaves this computer, asks, sends everything, and looks at what came. Where there is no library yet, it offers to bring back what is kept there. The same link can be given again when something came between.",
    examples: [
      ["whiteroom connect 'https://backup.example/join#ABCD-EFGH-JKMN'", "asks before anything leaves"],
      ["whiteroom connect 'https://…' --seal", "so that nobody there can read it"]
    ]
  },
  merge(
    object({
      link: argument(text("LINK"), "The whole link, with what stands behind #."),
      name: one("--name", text("NAME"), "What the server is called here. Default: server."),
      seal: flag("--seal", "Seal what goes there with a passphrase."),
      remoteRestores: one(
        "--remote-restores",
        choice(["copies", "replace", "refuse"], "WHAT"),
        "What is done with restores that are sent from there: copies (the default) takes copies and asks about the rest, replace takes all, refuse takes none. whiteroom inbox set changes it."
      )
    }),
    unlockOptions
  ),
  ({ link: written, name = "server", remoteRestores, ...wish }, cli) =>
    Effect.gen(function* () {
      const { enrol, parseLink, settleLink } = yield* loadVault
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
      if (role === "push-only")
        return yield* refusal(
          "This link is for a program of somebody's own, which pushes and may not read.",
          "Ask for one for a device."
        )
      if (place === undefined || role !== "device") {
        yield* settleLink(settings, link)
        return cli.done<Outputs["connect"]>(
          { role, places: places.map((each) => each.place), ...(tokenFile !== undefined && { tokenFile }) },
          () => noDeviceText(enrolment, name)
        )
      }
      if (remoteRestores !== undefined) yield* takeRestores(cli, place.place, remoteRestores)
      const { words, whole, ...done } = yield* connectDevice(cli, name, place, wish)
      yield* settleLink(settings, link)
      cli.done<Outputs["connect"]>({ places: [place.place], role, vault: name, ...done }, () =>
        connectedText(name, place.place, words, done.sealed)
      )
      return whole ? ExitCode.done : ExitCode.partial
    })
)
