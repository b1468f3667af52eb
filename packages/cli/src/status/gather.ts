/** Collects the facts that `assess` judges. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { BackupInfo } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { onSameDisk } from "../backup/onSameDisk.js"
import { loadTransfer, loadVault } from "../command/Load.js"
import type { CliFailure } from "../error/CliError.js"
import { viewSchedule } from "../schedule/ScheduleView.js"
import type { Facts, VaultPlaceFacts } from "./assess.js"
import { syncedVault } from "./syncedVault.js"

/** What cannot be read of it is told by whatever opens the vault. */
const lacksKit = (settings: string, vaultId: string) =>
  Effect.flatMap(loadVault, ({ readFacts }) => readFacts(settings, vaultId)).pipe(
    Effect.map((facts) => facts?.sealed === true && facts.hasKit !== true),
    Effect.orElseSucceed(() => false)
  )

/** A folder is looked for; whether a bucket answers is not asked every time somebody wants to know how things are. */
const vaultPlaces = (library: Library, path: string, now: Date, settings: string) =>
  Effect.gen(function* () {
    const { syncedFolder, vaultRecords } = yield* loadTransfer
    const { seenDevices } = yield* loadVault
    const records = vaultRecords(library)
    return yield* Effect.forEach(yield* records.all, (known) =>
      Effect.gen(function* () {
        const { name, place, vaultId, pushed, pushedAt, lastFile } = known
        const changed = yield* records.changedSince(pushed.position)
        // A bucket, or a library on a server.
        const isElsewhere = /^(?:s3|https?):\/\//.test(place)
        const at = pushedAt === 0 ? undefined : new Date(pushedAt)
        const found: VaultPlaceFacts = {
          name,
          place,
          position: pushed.position,
          pushedAt: at,
          changed,
          rolledBackAt: lastFile?.rolledBackAt === undefined ? undefined : new Date(lastFile.rolledBackAt),
          present: pushed.position > 0 && (isElsewhere || existsSync(join(place, "vault.json"))),
          sameDisk: !isElsewhere && onSameDisk(place, path),
          differing: seenDevices(known),
          lacksKit: yield* lacksKit(settings, vaultId),
          synced: isElsewhere ? undefined : syncedVault(place, syncedFolder(place), at, now)
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

export const gather = (library: Library, now: Date, settings: string): Effect.Effect<Gathered, CliFailure> =>
  Effect.gen(function* () {
    const staleReturn = yield* findStaleReturn(library)
    const status = yield* library.upkeep.status
    const backupIntervalHours = yield* intervalOf(library)
    const backups = yield* library.backups.list()
    // Runs that cannot be read are no reason to say nothing of the songs.
    const schedule = yield* viewSchedule(library, now.getTime()).pipe(
      Effect.catchTag("MalformedData", () => Effect.succeed({ profiles: [], unreadable: [] }))
    )
    const vaults = yield* vaultPlaces(library, status.path, now, settings)
    return { status, vaults, backups, staleReturn, schedule, backupIntervalHours, now }
  })
