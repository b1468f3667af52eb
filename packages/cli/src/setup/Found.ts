/** What there is on this computer: songs, places for copies, and a library that was kept at one of them. */
import { existsSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { loadTransfer, loadVault } from "../command/Load.js"
import { openingOf } from "../secret/Unlock.js"
import { shortPath } from "../settings/Environment.js"
import { lookElsewhere } from "../settings/FindVaults.js"
import { type AppDatabase, findAppDatabase } from "../settings/findAppDatabase.js"
import { hostOfLink, type Invited, isLink } from "./Invitation.js"

/** A folder in which a copy outlives this disk. */
export interface FoundPlace {
  readonly place: string
  /** As people call it: `Studio SSD`, `Dropbox`. */
  readonly label: string
  /** The invitation by which a server is one. */
  readonly invited?: Invited | undefined
}

/** A library in a vault, on a computer that has none. */
export interface LostLibrary {
  readonly folder: string
  /** Both unknown for a sealed vault, before it is opened. */
  readonly songs: number | undefined
  readonly savedAt: Date | undefined
}

export interface Found {
  /** There is a library where the commands look for it. */
  readonly isLibrary: boolean
  /** The app's own database, where there is no library. */
  readonly app: AppDatabase | undefined
  readonly places: ReadonlyArray<FoundPlace>
  /** All vaults in those places, by their folders; none where there is a library. */
  readonly vaults: ReadonlyArray<string>
  readonly lost: LostLibrary | undefined
}

/** What a vault says of itself without being opened further than its newest state; none that is empty or cannot be read. */
const lookInto = (cli: Cli, folder: string): Effect.Effect<LostLibrary | undefined> =>
  Effect.gen(function* () {
    const { listLines, openReader, vaultAt, vaultFileAt } = yield* loadVault
    const file = yield* vaultFileAt(folder, openingOf(cli))
    if (file?.kind === "sealed") return { folder, songs: undefined, savedAt: undefined }
    const vault = yield* vaultAt(folder, openingOf(cli))
    const arrivals = (yield* listLines(vault)).flatMap(({ segments }) =>
      segments.map(({ arrivedAt }) => arrivedAt)
    )
    if (arrivals.length === 0) return undefined
    const reader = yield* openReader(vault)
    const there = yield* reader.entries(yield* reader.head)
    const songs = there.filter(({ kind, size }) => kind === "song" && size > 0).length
    return { folder, songs, savedAt: new Date(Math.max(...arrivals)) }
  }).pipe(
    // It is only offered: `clone` finds out what is wrong with it, and says it.
    Effect.orElseSucceed(() => undefined)
  )

/** Places on the disk of the songs are no help, except where a service takes what is put there elsewhere. */
export const usefulPlaces = (folders: ReadonlyArray<string>, songs: string) =>
  Effect.map(Effect.all([loadTransfer, loadVault]), ([{ syncedFolder }, { onSameDisk }]) =>
    folders.flatMap((place): ReadonlyArray<FoundPlace> => {
      const service = syncedFolder(join(place, "vault.json"))
      if (service !== undefined && service !== "a network") return [{ place, label: service }]
      return onSameDisk(place, songs) ? [] : [{ place, label: basename(place) }]
    })
  )

/** The app's database, and what lies on disks and in synced folders, by their names alone. */
export const lookAround = (cli: Cli) =>
  Effect.promise(async () => ({ app: await findAppDatabase(cli.env), ...(await lookElsewhere()) }))

/** Reads, and changes nothing. Asks no network. */
export const findOut = (cli: Cli): Effect.Effect<Found> =>
  Effect.gen(function* () {
    const isLibrary = existsSync(cli.path)
    const around = yield* lookAround(cli)
    const app = isLibrary ? undefined : around.app
    const vaults = isLibrary ? [] : around.vaults
    const [only, ...others] = vaults
    const lost = only === undefined || others.length > 0 ? undefined : yield* lookInto(cli, only)
    const songs = isLibrary ? cli.path : (app?.path ?? existing(dirname(cli.path)))
    return { isLibrary, app, places: yield* usefulPlaces(around.places, songs), vaults, lost }
  })

/** The folder, or the nearest above it that is there. */
const existing = (folder: string): string =>
  existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder))

/** A place that somebody named, as it is called. */
export const namedPlace = (place: string): FoundPlace => ({
  place,
  label: isLink(place) ? hostOfLink(place) : existsSync(place) ? basename(place) : shortPath(place)
})
