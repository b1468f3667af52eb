/** An invitation to a server as a place of `setup`: its link becomes the library there that this computer may keep. */
import { existsSync } from "node:fs"
import type { CloneReport, Enrolment } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Cli } from "../command/Cli.js"
import { loadVault } from "../command/Load.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import { deviceLabel, openingOf, type UnlockOptions, unlocked } from "../secret/Unlock.js"
import { settingsFolder } from "../settings/Environment.js"
import { ago } from "../terminal/Time.js"
import { bringBack } from "../vault/bringBack.js"
import { checkWhose, joinServer, lastArrival, type ServerPlace } from "../vault/JoinServer.js"

export interface Invited {
  readonly link: Parameters<Effect.Effect.Success<typeof loadVault>["settleLink"]>[1]
  readonly place: ServerPlace
}

/** What its vault is called here. */
const serverName = "server"

/** A link with a code. Only its host is ever shown: the rest opens the place. */
export const isLink = (place: string): boolean => /^https?:\/\/[^#]*#/i.test(place)

export const hostOfLink = (link: string): string => (URL.canParse(link) ? new URL(link).host : "a server")

/** Uses a link: this computer has access from now on. Used again here, it answers the same. */
export const acceptLink = (cli: Cli, text: string): Effect.Effect<Invited, CliFailure> =>
  Effect.gen(function* () {
    const { enrol, parseLink } = yield* loadVault
    const link = yield* parseLink(text)
    const { role, places }: Enrolment = yield* enrol(settingsFolder(cli.env), link, deviceLabel(), serverName)
    const [place] = places
    if (role === "device" && place !== undefined) return { link, place }
    return yield* refusal(
      "This link is not for a computer with a library.",
      "Ask for one for a device, or use this one with whiteroom connect."
    )
  })

/** The library on the server of a link that this computer keeps there already: its link was used up when it was connected. */
export const keptThere = (
  cli: Cli,
  text: string
): Effect.Effect<string | undefined, CliFailure, Scope.Scope> =>
  Effect.gen(function* () {
    if (!existsSync(cli.path)) return undefined
    const { parseLink, vaultRecords } = yield* loadVault
    const { server } = yield* parseLink(text)
    const known = yield* vaultRecords(yield* cli.open).all
    return known.find(({ place }) => place.startsWith(`${server}/`))?.place
  })

const vaultThere = (cli: Cli, { place }: Invited, options: UnlockOptions) =>
  Effect.gen(function* () {
    const { vaultAt, vaultFileAt } = yield* loadVault
    const file = yield* vaultFileAt(place.place, openingOf(cli))
    return file === undefined
      ? undefined
      : yield* unlocked(cli, options, (opening) => vaultAt(place.place, opening))
  })

/** On a computer without a library: what is kept there already comes back. `undefined`: nothing is. */
export const bringBackFrom = (
  cli: Cli,
  invited: Invited,
  options: UnlockOptions
): Effect.Effect<CloneReport | undefined, CliFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const vault = yield* vaultThere(cli, invited, options)
    const arrivedAt = vault === undefined ? undefined : yield* lastArrival(vault)
    if (vault === undefined || arrivedAt === undefined) return undefined
    yield* cli.confirm(
      `Bring back what is kept there, last saved ${ago(new Date(arrivedAt), cli.now())}?`,
      "Bringing a library back"
    )
    return yield* bringBack(cli, serverName, vault)
  })

/** The vault of the library there; who can read it is said, and asked about, before anything leaves. */
export const joinInvited = (cli: Cli, invited: Invited, options: UnlockOptions) =>
  Effect.gen(function* () {
    const there = yield* vaultThere(cli, invited, options)
    if (there !== undefined) yield* checkWhose(cli, there)
    return yield* joinServer(cli, serverName, invited.place, { seal: false, ...options }, there)
  })
