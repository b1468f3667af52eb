import { hour, type WhiteRoomError } from "@white-room/core"
import type { Concern } from "@white-room/core/output"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as Struct from "effect/Struct"
import type { LibraryStatus } from "../api/Model.js"
import type { Facts } from "./Messages.js"

const defaultInterval = 24

/** How old a backup may be while something changes; preferences that cannot be read are no reason to say nothing. */
const intervalOf = (library: Library) =>
  library.preferences.current.pipe(
    Effect.map(({ backupIntervalHours: hours }) => (hours > 0 ? hours : defaultInterval)),
    Effect.catchAll(() => Effect.succeed(defaultInterval))
  )

/**
 * How safe a library is, as far as its server knows: what came here is here, and elsewhere than on its device. Protected: a
 * backup that is not out of date, nothing damaged, and the last proof did not fail.
 */
export const statusOf = (library: Library, facts: Facts): Effect.Effect<LibraryStatus, WhiteRoomError> =>
  Effect.gen(function* () {
    const status = yield* library.upkeep.status
    const interval = yield* intervalOf(library)
    const { latestBackup: backup, changedSinceBackup: changed } = status
    const { line, devices, damaged, proven } = facts
    const own = devices.find((device) => device.line === line)
    const isStale =
      backup !== undefined && changed > 0 && facts.now - backup.timestamp.getTime() > interval * hour
    const check = proven && {
      ...{ level: "full" as const, checkedAt: proven.at, position: status.position, ok: proven.ok }
    }
    const warnings: ReadonlyArray<readonly [string, Concern]> = [
      ...damaged.map(
        (what) => [`Damaged or missing here: ${what}.`, { code: "DamagedThere", what }] as const
      ),
      ...(proven?.ok === false
        ? [["The last proof could not bring everything back.", { code: "NotProven" }] as const]
        : []),
      ...(backup === undefined ? [["There is no backup yet.", { code: "NoBackup" }] as const] : []),
      ...(isStale ? [["The newest backup is out of date.", { code: "BackupOld", changed }] as const] : [])
    ]
    return {
      protected: warnings.length === 0,
      library: {
        ...Struct.pick(status, "songs", "performances", "preferences", "backups", "position"),
        ...{ path: facts.library, readonly: true, bytes: facts.used }
      },
      here: backup
        ? {
            ...Struct.pick(backup, "backupId", "number"),
            ...{ timestamp: backup.timestamp.toISOString(), changed, stale: isStale },
            checked: proven?.ok === true
          }
        : null,
      vaults: [
        {
          ...{ name: "server", place: facts.library, position: status.position, changed: 0 },
          ...{ pushedAt: own?.arrivedAt ?? null, present: true, sameDisk: false, stale: false },
          ...{ differing: [], lacksKit: false }
        }
      ],
      capture: null,
      next: null,
      profiles: [],
      lastCheck: check,
      lastFullCheck: check,
      warnings: warnings.map(([text]) => text),
      concerns: warnings.map(([, concern]) => concern),
      line,
      devices,
      proven
    }
  })
