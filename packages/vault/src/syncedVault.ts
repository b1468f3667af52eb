import { readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { hour } from "@white-room/core"

/** A vault in the folder of a sync service, which takes it elsewhere. */
export interface SyncedVault {
  readonly service: string
  /** An hour has passed since the last push, and the service told of no conflict. Whether it has it is not proven. */
  readonly isThere: boolean
}

/** A second file that a service made where two were put under one name: `… (conflicted copy).seg`, `… 2.seg`. */
const isConflict = (name: string): boolean => name.endsWith(".seg") && !/^[a-z0-9./\\-]+$/.test(name)

const hasConflict = (place: string, since: Date): boolean => {
  try {
    return readdirSync(place, { recursive: true, encoding: "utf8" }).some(
      (name) => isConflict(name) && statSync(join(place, name)).mtimeMs >= since.getTime() - hour
    )
  } catch {
    // What cannot be read is not there; that is said elsewhere.
    return true
  }
}

/** How far a sync service is with a vault in its folder; `undefined` for a vault that is in no such folder. */
export const syncedVault = (
  place: string,
  service: string | undefined,
  pushedAt: Date | undefined,
  now: Date
): SyncedVault | undefined => {
  if (service === undefined || service === "a network") return undefined
  const isThere =
    pushedAt !== undefined && now.getTime() - pushedAt.getTime() >= hour && !hasConflict(place, pushedAt)
  return { service, isThere }
}
