/** `-l PLACE/LIBRARY`: a library on a server, which is read there and written at its home. */
import { existsSync } from "node:fs"
import { ExitCode, foldText, isRemote, shellWord } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Cli, OnServer } from "../command/Cli.js"
import { loadVault } from "../command/Load.js"
import { CliError, type CliFailure, refusal } from "../error/CliError.js"
import { openingOf, unlocked } from "../secret/Unlock.js"
import { settingsFolder } from "../settings/Environment.js"
import { printable } from "../terminal/Harmless.js"
import { libraryInVault } from "./PlaceFrom.js"

const idOf = (place: string): string => place.split("/").at(-1) ?? ""

/** Whether this machine calls the server of a place so: by the name of `connect`, or its host. */
const isCalled = (wanted: string, place: string, name: string | undefined): boolean => {
  const { host, hostname } = new URL(place)
  return [name, host, hostname].includes(wanted)
}

/**
 * The library on a server that a text names; `undefined` where it is the path of a file. A file that is there is meant before
 * anything else. Looks into the settings, and asks no server.
 */
export const onServer = (
  text: string | undefined,
  env: Cli["env"]
): Effect.Effect<OnServer | undefined, CliFailure> =>
  Effect.gen(function* () {
    if (text === undefined || existsSync(text)) return undefined
    if (isRemote(text))
      return yield* refusal(
        `A library on a server is named PLACE/LIBRARY, such as school/anna, not ${printable(text)}.`,
        "`whiteroom connect LINK` gives the server its name; `--from` takes the address of a vault."
      )
    const [, server, library] = /^([^/\\]+)\/([^/\\]+)$/.exec(text) ?? []
    if (server === undefined || library === undefined) return undefined
    const { listServerKeys } = yield* loadVault
    const there = (yield* listServerKeys(settingsFolder(env))).filter(({ place, name }) =>
      isCalled(server, place, name)
    )
    if (there.length === 0) return undefined
    const exact = there.filter(
      ({ place, title = "" }) => idOf(place) === library || foldText(title) === foldText(library)
    )
    const meant = exact.length > 0 ? exact : there.filter(({ place }) => idOf(place).startsWith(library))
    const [found, ...others] = meant
    if (found !== undefined && others.length === 0) return { name: text, place: found.place }
    const names = (found === undefined ? there : meant).map(({ place }) => `${server}/${idOf(place)}`)
    return yield* new CliError({
      _tag: found === undefined ? "LibraryNotFound" : "AmbiguousName",
      code: found === undefined ? ExitCode.notFound : ExitCode.usage,
      message: `${found === undefined ? "You have no library" : "Several libraries are called"} ${printable(text)}. Nothing was changed.`,
      recovery: `Name one of these: ${names.map((name) => printable(shellWord(name))).join(", ")}.`
    })
  })

const vaultOf = (cli: Cli, { place }: OnServer) =>
  Effect.gen(function* () {
    const { vaultAt } = yield* loadVault
    return yield* unlocked(cli, {}, (opening) => vaultAt(place, opening))
  })

/** The library, to be read for as long as the scope lasts: made of its files there, each of which is held against its hash. */
export const openOnServer = (cli: Cli, server: OnServer) =>
  Effect.flatMap(vaultOf(cli, server), (vault) => libraryInVault(cli, vault))

/** When something came there last. */
export const arrivalOnServer = (cli: Cli, { place }: OnServer) =>
  Effect.gen(function* () {
    const { lineEnds, vaultAt } = yield* loadVault
    return yield* Effect.map(
      Effect.flatMap(vaultAt(place, openingOf(cli)), lineEnds),
      ([newest]) => newest && new Date(newest.arrivedAt)
    )
  })

/** What would write is refused, with the name of the device that writes. */
export const refuseOnServer = (cli: Cli, server: OnServer): Effect.Effect<never, CliFailure> =>
  Effect.gen(function* () {
    const { lineEnds } = yield* loadVault
    const [home] = yield* Effect.orElseSucceed(Effect.flatMap(vaultOf(cli, server), lineEnds), () => [])
    const device = home === undefined || home.device === "" ? "the device that pushes it" : home.device
    return yield* new CliError({
      _tag: "HomeElsewhere",
      code: ExitCode.refused,
      message: `${printable(server.name)} can only be read from here. Its home is ${printable(device)}. Nothing was changed.`,
      recovery: "Change it there. What it has comes into a library here with whiteroom restore --from."
    })
  })
