/** A link for one library, on a computer that has another: somebody else's, or of an earlier start. Nothing is guessed. */
import { existsSync } from "node:fs"
import { shellWord } from "@white-room/core"
import type { Library } from "@white-room/store"
import type { Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { loadStore, loadVault } from "../command/Load.js"
import { flag } from "../command/Options.js"
import { notConfirmed, refusal } from "../error/CliError.js"
import { openingOf } from "../secret/Unlock.js"
import { shortPath } from "../settings/Environment.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { isOfLibrary, lastArrival, type ServerPlace } from "../vault/JoinServer.js"

export const setAsideOption = (description: string) => flag("--set-aside", description)

/** What is done where another library lies; asked where neither is said. */
export interface OtherWish {
  readonly setAside: boolean
  readonly addPlace: boolean
}

/** The library here is not that of a link. */
interface Other {
  readonly songs: number
  /** Where it is kept on that server; `undefined`: another one lies at the place of the link. */
  readonly keptAs: string | undefined
}

/** Where this library is kept on the server of a place, if it is there still. */
const keptThere = (cli: Cli, library: Library, { place }: ServerPlace) =>
  Effect.gen(function* () {
    const { isServerPlace, vaultFileAt, vaultRecords } = yield* loadVault
    const { origin } = new URL(place)
    const all = yield* vaultRecords(library).all
    if (all.some((each) => each.place === place)) return undefined
    const there = all.find((each) => isServerPlace(each.place) && new URL(each.place).origin === origin)
    if (there === undefined) return undefined
    return yield* vaultFileAt(there.place, openingOf(cli)).pipe(
      Effect.as<string | undefined>(there.name),
      // It lost everything, or this device its access: `joinServer` asks about that.
      Effect.catchTag("PlaceRefused", () => Effect.succeed(undefined))
    )
  })

/** Looks at the library here, which is closed again. */
const otherHere = (cli: Cli, place: ServerPlace, there: Vault | undefined) =>
  Effect.gen(function* () {
    const library = yield* cli.open
    const songs = (yield* library.songs.list()).length
    const isEmpty = there === undefined || (yield* lastArrival(there)) === undefined
    if (!isEmpty && !(yield* isOfLibrary(library, there))) return { songs, keptAs: undefined }
    const keptAs = isEmpty ? yield* keptThere(cli, library, place) : undefined
    return keptAs === undefined ? undefined : { songs, keptAs }
  }).pipe(Effect.scoped)

const problemText = (cli: Cli, { songs, keptAs }: Other, { name }: ServerPlace): string => {
  const here = `The library of this computer, ${printable(shortPath(cli.path))} (${count(songs, "song")}),`
  return keptAs === undefined
    ? `${here} is another than ${printable(name)}, which is kept there.`
    : `${here} is kept on that server already, as ${printable(keptAs)}; the link is for ${printable(name)}.`
}

const waysOut = (other: Other): string =>
  other.keptAs === undefined
    ? "Say --set-aside to put the one here aside and bring that one back, --add-place to leave it and only look into that one, or --library OTHER.db to have both."
    : "Say --set-aside to put the one here aside and begin another, --add-place to keep it in both places, or --library OTHER.db to have both."

const questionText = ({ keptAs }: Other): string =>
  keptAs === undefined
    ? "  s  set it aside and bring that one back\n  a  add that one as a place to look into, and send nothing there\n  n  stop\nWhich? [s/a/N] "
    : "  s  set it aside and begin another for the link\n  a  add the place to it: it is kept in both\n  n  stop\nWhich? [s/a/N] "

const choose = (cli: Cli, problem: string, other: Other, { setAside, addPlace }: OtherWish) =>
  Effect.gen(function* () {
    if (setAside) return "set aside"
    if (addPlace) return "add place"
    if (cli.yes || !cli.interactive) return yield* refusal(problem, waysOut(other))
    cli.out.message(problem)
    const answer = yield* cli.ask(questionText(other))
    if (/^s(?:et)?/i.test(answer)) return "set aside"
    if (/^a(?:dd)?/i.test(answer)) return "add place"
    return yield* notConfirmed("Connecting was not confirmed.", "Give the same link again when you like.")
  })

/** Makes room for another library; says where the one before lies. */
export const putAside = (cli: Cli) =>
  Effect.gen(function* () {
    const { setAside } = yield* loadStore
    const path = yield* setAside(cli.path, { alone: cli.alone })
    cli.out.message(
      `The library that was here lies in ${printable(shortPath(path))} now. Any command takes it: whiteroom list --library ${shellWord(path)}`
    )
    return path
  })

/**
 * What is done with a library here that is not that of a link: asked, never guessed. It was set aside, and where it lies now; or it
 * stays, and that one is only looked into, or it is kept there too.
 */
export const settleOther = (cli: Cli, place: ServerPlace, there: Vault | undefined, wish: OtherWish) =>
  Effect.gen(function* () {
    const other = existsSync(cli.path) ? yield* otherHere(cli, place, there) : undefined
    if (other === undefined) return {}
    const choice = yield* choose(cli, problemText(cli, other, place), other, wish)
    if (choice === "set aside") return { setAside: yield* putAside(cli) }
    return other.keptAs === undefined ? { isLook: true } : { isAdded: true }
  })
