/** The library of a device on a server: who can read it, whether it is sealed, and whose it is. */
import type { Library } from "@white-room/store"
import type { Enrolment, Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { loadTransfer, loadVault } from "../command/Load.js"
import { notConfirmed, refusal } from "../error/CliError.js"
import { newLock } from "../secret/NewLock.js"
import { deviceLabel, openingOf, type UnlockOptions, unlocked } from "../secret/Unlock.js"
import { settingsFolder, shortPath } from "../settings/Environment.js"
import { printable } from "../terminal/Harmless.js"

/** What a server says of a library that this device may keep there. */
export type ServerPlace = Enrolment["places"][number]

export interface ServerWish extends UnlockOptions {
  readonly seal: boolean
}

/** When something came last into a vault; `undefined` when nothing did. */
export const lastArrival = (vault: Vault) =>
  Effect.gen(function* () {
    const { listLines } = yield* loadVault
    const segments = (yield* listLines(vault)).flatMap((line) => line.segments)
    return segments.length === 0 ? undefined : Math.max(...segments.map(({ arrivedAt }) => arrivedAt))
  })

/** Who can read what is about to leave this computer. */
const readersText = ({ readers, place }: ServerPlace): string => {
  const { host } = new URL(place)
  const all = [...readers.map(printable), `the person who runs ${printable(host)}`]
  const listed = all.length === 1 ? all[0] : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`
  return `${listed?.replace(/^w/, "W")} can read your songs and every version of them.`
}

/** Whether what goes there is sealed: asked before anything leaves. */
const sealWish = (cli: Cli, place: ServerPlace, { seal }: ServerWish) =>
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

/**
 * A server that began again, without what it had, knows nothing of what was kept there under this name: that is forgotten here too,
 * if its owner agrees, so that everything can be sent again.
 */
const forgetLost = (cli: Cli, library: Library, name: string, { place }: ServerPlace) =>
  Effect.gen(function* () {
    const { forgetFacts, isServerPlace, removeServerKey, vaultFileAt, vaultRecords } = yield* loadVault
    const old = (yield* vaultRecords(library).all).find((each) => each.name === name)
    if (old === undefined || !isServerPlace(old.place)) return
    if (new URL(old.place).origin !== new URL(place).origin) return
    const isRefused = yield* vaultFileAt(old.place, openingOf(cli)).pipe(
      Effect.as(false),
      Effect.catchTag("PlaceRefused", () => Effect.succeed(true))
    )
    if (!isRefused) return
    cli.out.message(`${printable(old.place)} is not there any more, or not for this device.`)
    yield* cli.confirm(`Send everything to ${printable(place)} in its place?`, "Sending everything again")
    const settings = settingsFolder(cli.env)
    yield* vaultRecords(library).forget(name)
    yield* forgetFacts(settings, old.vaultId)
    yield* removeServerKey(settings, old.place)
  })

/** The vault at the place that the library pushes to: the one it knows, the one that is there, or a new one. */
export const joinServer = (
  cli: Cli,
  name: string,
  place: ServerPlace,
  wish: ServerWish,
  there: Vault | undefined
) =>
  Effect.gen(function* () {
    const { addVault, beginLineOf, settleLine, vaultRecords } = yield* loadVault
    const settings = settingsFolder(cli.env)
    const library = yield* cli.open
    const known = (yield* vaultRecords(library).all).find((each) => each.place === place.place)
    if (known !== undefined && there !== undefined) {
      if (place.isPushOnly && !place.isSameDevice) {
        const begun = yield* beginLineOf(library, known)
        yield* settleLine(settings, place.place)
        return { vault: there, known: begun, library }
      }
      // The line of the device that this machine was belongs to that one: a new one begins where it was left.
      if (!place.isSameDevice) yield* vaultRecords(library).rememberOther(known)
      return { vault: there, known: { ...known, isOwnLine: known.isOwnLine && place.isSameDevice }, library }
    }
    yield* forgetLost(cli, library, name, place)
    const device = deviceLabel()
    if (there !== undefined) {
      const keys = yield* unlocked(cli, wish, (opening) =>
        addVault(library, name, place.place, { ...opening, device })
      )
      yield* settleLine(settings, place.place)
      return { ...keys, library }
    }
    const sealed = yield* sealWish(cli, place, wish)
    const seal = sealed ? yield* newLock(cli, wish, { isFirst: true }) : undefined
    const added = yield* addVault(library, name, place.place, { ...openingOf(cli), device, seal })
    yield* settleLine(settings, place.place)
    return { ...added, library }
  })

/** Whether a vault is of the library here: nothing lies there yet, or its own does, besides others or not. */
export const isOfLibrary = (library: Library, vault: Vault) =>
  Effect.gen(function* () {
    const { listLines } = yield* loadVault
    const { lookAt } = yield* loadTransfer
    const own = vault.protection.naming.library(yield* lookAt(library, ({ libraryId }) => libraryId))
    const lines = yield* listLines(vault)
    return lines.length === 0 || lines.some((line) => line.library === own)
  })

/** Another library may lie there: of another person, or of this one before a new start. */
export const checkWhose = (cli: Cli, vault: Vault) =>
  Effect.gen(function* () {
    if (!(yield* isOfLibrary(yield* cli.open, vault)))
      yield* refusal(
        `Another library is kept there than ${shortPath(cli.path)}.`,
        "whiteroom connect with the same link says what can be done; or bring that one back beside it with --library OTHER.db."
      )
  })
