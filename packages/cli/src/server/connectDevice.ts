import { existsSync } from "node:fs"
import { shellWord } from "@white-room/core"
import type { Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { loadStore, loadVault } from "../command/Load.js"
import { requireFolder } from "../command/requireFolder.js"
import { withLibrary } from "../command/withLibrary.js"
import { refusal } from "../error/CliError.js"
import { whereText } from "../library/AdoptText.js"
import { adoptApp } from "../library/adoptApp.js"
import { keepKeyHere, openingOf, unlocked } from "../secret/Unlock.js"
import { pastedPath, settingsFolder, shortPath } from "../settings/Environment.js"
import { findAppDatabase } from "../settings/findAppDatabase.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { ago } from "../terminal/Time.js"
import { bringBack } from "../vault/bringBack.js"
import { joinServer, lastArrival, type ServerPlace, type ServerWish } from "../vault/JoinServer.js"
import { readBack } from "../vault/readBack.js"
import { type OtherWish, settleOther } from "./OtherLibrary.js"

/** What was asked of `connect`. */
export interface ConnectWish extends ServerWish, OtherWish {
  /** This device is to read nothing there any more, once everything is there. */
  readonly pushOnly: boolean
}

const connectedText = (name: string, place: string, words: string, sealed: boolean): string =>
  [
    `Connected to ${printable(place)}, as ${printable(name)}. ${words}`,
    ...(sealed
      ? [`Without its passphrase nobody can help you: whiteroom key export ${shellWord(name)} kit.html`]
      : []),
    "whiteroom push sends what is new; whiteroom daemon install has your system do it."
  ].join("\n")

/** A library for a computer that has none: the app's database, if its owner agrees, else a new one. */
const libraryFor = (cli: Cli) =>
  Effect.gen(function* () {
    const app = yield* Effect.promise(() => findAppDatabase(cli.env))
    if (app === undefined) {
      yield* requireFolder(cli, cli.path)
      const { createLibrary } = yield* loadStore
      yield* createLibrary(cli.path)
      cli.out.message(`Created ${printable(cli.path)}.`)
      return cli
    }
    if (app.library)
      return yield* refusal(
        `There is a library that nothing names yet: ${shortPath(app.path)}.`,
        `Make it yours first: whiteroom adopt ${pastedPath(app.path)}. Then the same link again.`
      )
    const adopted = yield* adoptApp(
      cli,
      app,
      cli.confirm("Adopt it, and keep it there?", `Adopting ${shortPath(app.path)}`)
    )
    for (const line of whereText(cli, adopted)) cli.out.message(line)
    return withLibrary(cli, adopted.path)
  })

/** A name that the library has for no other place. */
const freeName = (taken: ReadonlyArray<string>, name: string, number = 1): string => {
  const wanted = number === 1 ? name : `${name}-${number}`
  return taken.includes(wanted) ? freeName(taken, name, number + 1) : wanted
}

/** Asks, and brings back what is kept there; `undefined` where nothing is. */
const cameBack = (cli: Cli, name: string, place: ServerPlace, there: Vault) =>
  Effect.gen(function* () {
    const { isSealed, settleLine } = yield* loadVault
    const arrivedAt = yield* lastArrival(there)
    if (arrivedAt === undefined) return undefined
    yield* cli.confirm(
      `Bring back what is kept there, last saved ${ago(new Date(arrivedAt), cli.now())}?`,
      "Bringing a library back"
    )
    const { songs, position, damaged, problems } = yield* bringBack(cli, name, there)
    yield* settleLine(settingsFolder(cli.env), place.place)
    const sealed = isSealed(there)
    const words = `Brought back ${count(songs, "song")}, to @${position}, into ${printable(cli.path)}.`
    return {
      ...{ vault: name, restored: true, songs, position, sealed },
      whole: damaged.length + problems.length === 0,
      text: connectedText(name, place.place, words, sealed)
    }
  })

/** Sends everything, and looks at what came. */
const sendAll = (cli: Cli, asked: string, place: ServerPlace, wish: ConnectWish, there: Vault | undefined) =>
  Effect.gen(function* () {
    const { checkVault, isSealed, push, settleLine, vaultRecords } = yield* loadVault
    const records = yield* vaultRecords(yield* cli.open).all
    const taken = records.filter((each) => each.place !== place.place).map((each) => each.name)
    const wanted = wish.addPlace ? freeName(taken, asked) : asked
    const { vault, known, library } = yield* joinServer(cli, wanted, place, wish, there)
    const kept = yield* keepKeyHere(cli, vault)
    const report = yield* cli.work((onProgress) => push(library, kept, known, { onProgress }))
    yield* settleLine(settingsFolder(cli.env), place.place)
    // Who only pushes cannot look; the server held every byte against its hash.
    const { ok } = place.isPushOnly ? { ok: true } : yield* checkVault(kept, { level: "quick" })
    const proven = place.isPushOnly ? undefined : yield* readBack(library, kept)
    if (ok && wish.pushOnly && !place.isPushOnly) yield* stopReading(cli, place)
    const sealed = isSealed(kept)
    const words = [
      `Everything to @${report.position} is there${proven === undefined ? "" : `; ${printable(proven)} was read back from it`}.`,
      ...(ok && wish.pushOnly ? ["This computer can read nothing there any more: it only sends."] : [])
    ].join(" ")
    return {
      ...{ vault: known.name, restored: false, position: report.position, sealed, whole: ok },
      text: connectedText(known.name, place.place, words, sealed)
    }
  })

/** Gives up what this device may read there. */
const stopReading = (cli: Cli, { place }: ServerPlace) =>
  Effect.gen(function* () {
    const { narrowAccess } = yield* loadVault
    yield* narrowAccess(settingsFolder(cli.env), place)
  })

/** A device that only pushes begins nothing, and brings nothing back. */
const checkPushOnly = (cli: Cli, there: Vault | undefined) => {
  if (there === undefined)
    return refusal(
      "Nothing is kept there yet, and this link is for a computer that only sends.",
      "Connect a computer first that may read it, or ask for a link for one: --push-only makes it one that only sends when everything is there."
    )
  return existsSync(cli.path)
    ? Effect.void
    : refusal(
        `This link is for a computer that has the library: it may send, and read nothing there. ${shortPath(cli.path)} does not exist.`,
        "Ask for a link that may read."
      )
}

/**
 * Keeps the library of this computer at a place, or brings back what is kept there. Each step can be done again when something
 * came between: the same link goes on from where it stopped.
 */
export const connectDevice = (cli: Cli, name: string, place: ServerPlace, wish: ConnectWish) =>
  Effect.gen(function* () {
    const { vaultAt, vaultFileAt } = yield* loadVault
    const file = yield* vaultFileAt(place.place, openingOf(cli))
    const there =
      file === undefined ? undefined : yield* unlocked(cli, wish, (opening) => vaultAt(place.place, opening))
    if (place.isPushOnly) {
      yield* checkPushOnly(cli, there)
      return yield* sendAll(cli, name, place, { ...wish, pushOnly: true }, there)
    }
    const { setAside, isLook, isAdded } = yield* settleOther(cli, place, there, wish)
    if (isLook === true) {
      const library = shellWord(`${name}/${place.place.split("/").at(-1)}`)
      return {
        ...{ vault: undefined, restored: false, whole: true },
        text: `Nothing was sent, and the library here stays as it is. That one can be looked into: whiteroom list -l ${library}`
      }
    }
    const isHere = existsSync(cli.path)
    const back = isHere || there === undefined ? undefined : yield* cameBack(cli, name, place, there)
    if (back !== undefined) return { ...back, setAside }
    const own = isHere ? cli : yield* libraryFor(cli)
    return { ...(yield* sendAll(own, name, place, { ...wish, addPlace: isAdded === true }, there)), setAside }
  })
