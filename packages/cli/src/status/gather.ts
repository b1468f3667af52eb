/** Collects the facts that `assess` judges. */

import { type BackupInfo, isRemote } from "@white-room/core"
import type { Library, LibraryStatus } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli, OnServer } from "../command/Cli.js"
import { loadTransfer, loadVault } from "../command/Load.js"
import { isInstalled } from "../daemon/ServiceCommands.js"
import type { CliFailure } from "../error/CliError.js"
import { viewSchedule } from "../schedule/ScheduleView.js"
import { arrivalOnServer } from "../select/ServerLibrary.js"
import { settingsFolder } from "../settings/Environment.js"
import type { Facts } from "./assess.js"
import type { VaultPlaceFacts } from "./PlaceWarnings.js"

/** What cannot be read of it is told by whatever opens the vault. */
const lacksKit = (settings: string, vaultId: string) =>
  Effect.flatMap(loadVault, ({ readFacts }) => readFacts(settings, vaultId)).pipe(
    Effect.map((facts) => facts?.sealed === true && facts.hasKit !== true),
    Effect.orElseSucceed(() => false)
  )

/** A folder is looked into; whether a bucket answers is not asked every time somebody wants to know how things are. */
const vaultPlaces = (library: Library, path: string, now: Date, settings: string) =>
  Effect.gen(function* () {
    const { vaultRecords } = yield* loadTransfer
    const { readAsking, seenDevices, standingOf } = yield* loadVault
    const records = vaultRecords(library)
    return yield* Effect.forEach(yield* records.all, (known) =>
      Effect.gen(function* () {
        const { name, place, vaultId, pushed, pushedAt, lastFile } = known
        const changed = yield* records.changedSince(pushed.position)
        // A bucket, or a library on a server.
        const isOnNetwork = isRemote(place)
        const { state, sameDisk, synced } = yield* standingOf(known, { library: path, now })
        const at = pushedAt === 0 ? undefined : new Date(pushedAt)
        const found: VaultPlaceFacts = {
          name,
          place,
          position: pushed.position,
          pushedAt: at,
          changed,
          rolledBackAt: lastFile?.rolledBackAt === undefined ? undefined : new Date(lastFile.rolledBackAt),
          present: pushed.position > 0 && state === "there",
          emptied: state === "emptied",
          sameDisk,
          differing: seenDevices(known),
          asking: isOnNetwork ? (yield* readAsking(settings, place)).asking : [],
          lacksKit: yield* lacksKit(settings, vaultId),
          synced
        }
        return found
      })
    )
  })

/** After a restore, what an app wrote since is taken over first: only then is it known. */
const findStaleReturn = (library: Library) =>
  Effect.gen(function* () {
    const restored = (yield* library.history.operations()).some(({ what }) => what === "restore")
    if (!restored) return undefined
    const { pendingChanges, readonly } = yield* library.upkeep.status
    if (pendingChanges > 0 && !readonly) yield* library.log.capture
    return yield* library.history.staleReturns
  })

const defaultInterval = 24

/** Preferences that cannot be read, or an app without any, are no reason to say nothing of the songs. */
const intervalOf = (library: Library) =>
  library.preferences.current.pipe(
    Effect.map(({ backupIntervalHours: hours }) => (hours > 0 ? hours : defaultInterval)),
    Effect.catchTag("MalformedData", () => Effect.succeed(defaultInterval))
  )

export interface Gathered extends Facts {
  /** Those that are kept, oldest first. */
  readonly backups: ReadonlyArray<BackupInfo>
}

/** What is on a server is elsewhere, and as its device pushed it; what comes by itself comes at its home. */
const onServer = (cli: Cli, { name, place }: OnServer, status: LibraryStatus) =>
  Effect.gen(function* () {
    const pushedAt = yield* arrivalOnServer(cli, { name, place })
    const vault: VaultPlaceFacts = {
      ...{ name: name.split("/")[0] ?? name, place, position: status.position, pushedAt },
      ...{ present: true, sameDisk: false, changed: 0, differing: [], lacksKit: false }
    }
    return {
      status: { ...status, path: name, readonly: true },
      vaults: [vault],
      schedule: { profiles: [], unreadable: [] }
    }
  })

/** `cli`: whose library it is. */
export const gather = (library: Library, cli: Cli): Effect.Effect<Gathered, CliFailure> =>
  Effect.gen(function* () {
    const now = cli.now()
    const staleReturn = yield* findStaleReturn(library)
    const status = yield* library.upkeep.status
    const backupIntervalHours = yield* intervalOf(library)
    const backups = yield* library.backups.list()
    const known = { backups, staleReturn, backupIntervalHours, now }
    if (cli.server !== undefined) return { ...known, ...(yield* onServer(cli, cli.server, status)) }
    // Runs that cannot be read are no reason to say nothing of the songs.
    const schedule = yield* viewSchedule(library, now.getTime()).pipe(
      Effect.catchTag("MalformedData", () => Effect.succeed({ profiles: [], unreadable: [] }))
    )
    const vaults = yield* vaultPlaces(library, status.path, now, settingsFolder(cli.env))
    return { ...known, status, vaults, schedule, isInstalled: isInstalled(cli) }
  })
