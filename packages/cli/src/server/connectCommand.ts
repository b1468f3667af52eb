import { existsSync } from "node:fs"
import { merge, object } from "@optique/core/constructs"
import { ExitCode, shellWord } from "@white-room/core"
import type { Enrolment, RemoteRestores, Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { loadStore, loadTransfer, loadVault } from "../command/Load.js"
import { argument, choice, flag, one, text } from "../command/Options.js"
import { notConfirmed, refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { newLock } from "../secret/NewLock.js"
import {
  deviceLabel,
  keepKeyHere,
  openingOf,
  type UnlockOptions,
  unlocked,
  unlockOptions
} from "../secret/Unlock.js"
import { pastedPath, settingsFolder, shortPath } from "../settings/Environment.js"
import { findAppDatabase } from "../settings/findAppDatabase.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { ago } from "../terminal/Time.js"
import { bringBack } from "../vault/bringBack.js"
import { readBack } from "../vault/readBack.js"

type Place = Enrolment["places"][number]

interface Wish extends UnlockOptions {
  readonly seal: boolean
}

/** When something came last into a vault; `undefined` when nothing did. */
const lastArrival = (vault: Vault) =>
  Effect.gen(function* () {
    const { listLines } = yield* loadVault
    const segments = (yield* listLines(vault)).flatMap((line) => line.segments)
    return segments.length === 0 ? undefined : Math.max(...segments.map(({ arrivedAt }) => arrivedAt))
  })

/** Who can read what is about to leave this computer. */
const readersText = ({ readers, place }: Place): string => {
  const { host } = new URL(place)
  const all = [...readers.map(printable), `the person who runs ${printable(host)}`]
  const listed = all.length === 1 ? all[0] : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`
  return `${listed?.replace(/^w/, "W")} can read your songs and every version of them.`
}

/** Whether what goes there is sealed: asked before anything leaves. */
const sealWish = (cli: Cli, place: Place, { seal }: Wish) =>
  Effect.gen(function* () {
    if (seal || place.sealed) return true
    if (cli.yes) return false
    if (!cli.interactive)
      return yield* notConfirmed(
        readersText(place),
        "Run it again with --yes if they may, with --seal so that nobody can, or in a terminal."
      )
    const answer = yield* cli.ask(`${readersText(place)} [y/N/seal] `)
    if (/^s(?:eal)?$/i.test(answer)) return true
    if (/^y(?:es)?$/i.test(answer)) return false
    return yield* notConfirmed("Nothing left this computer.", "Run it again and answer y, or seal.")
  })

/** The vault at the place that the library pushes to: the one it knows, the one that is there, or a new one. */
const joinOrMake = (cli: Cli, name: string, place: Place, wish: Wish, there: Vault | undefined) =>
  Effect.gen(function* () {
    const { addVault, vaultRecords } = yield* loadVault
    const library = yield* cli.open
    const known = (yield* vaultRecords(library).all).find((each) => each.place === place.place)
    if (known !== undefined && there !== undefined) {
      // The line of the device that this machine was belongs to that one: a new one begins where it was left.
      if (!place.isSameDevice) yield* vaultRecords(library).rememberOther(known)
      return { vault: there, known: { ...known, isOwnLine: known.isOwnLine && place.isSameDevice }, library }
    }
    const device = deviceLabel()
    if (there !== undefined) {
      const keys = yield* unlocked(cli, wish, (opening) =>
        addVault(library, name, place.place, { ...opening, device })
      )
      return { ...keys, library }
    }
    const sealed = yield* sealWish(cli, place, wish)
    const seal = sealed ? yield* newLock(cli, wish, { isFirst: true }) : undefined
    const added = yield* addVault(library, name, place.place, { ...openingOf(cli), device, seal })
    return { ...added, library }
  })

/** Another library may lie there: of another person, or of this one before a new start. */
const checkWhose = (cli: Cli, vault: Vault) =>
  Effect.gen(function* () {
    const { listLines } = yield* loadVault
    const { lookAt } = yield* loadTransfer
    const library = yield* cli.open
    const own = vault.protection.naming.library(yield* lookAt(library, ({ libraryId }) => libraryId))
    const lines = yield* listLines(vault)
    if (lines.length > 0 && !lines.some((line) => line.library === own))
      yield* refusal(
        `Another library is kept there than ${shortPath(cli.path)}.`,
        "Bring that one back beside it with --library OTHER.db, or ask for an invitation for this one."
      )
  })

const connectDevice = (cli: Cli, name: string, place: Place, wish: Wish) =>
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
    const { vault, known, library } = yield* joinOrMake(cli, name, place, wish, there)
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
