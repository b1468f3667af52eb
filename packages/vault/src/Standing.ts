/**
 * How a vault that a library knows stands, as it is found: whether it is there, has what was sent there, and would be lost with
 * the library's own disk. A folder is looked into; a network is not asked, so that whoever wants to know how things are
 * is answered at once.
 */
import { existsSync, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { isRemote } from "@white-room/core"
import { type KnownVault, syncedFolder } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { folderBlobs } from "./blobs/folderBlobs.js"
import { listBlobs } from "./blobs/SmallFiles.js"
import { coverOf } from "./Path.js"
import { lineFolder } from "./segment/SegmentName.js"
import { type SyncedVault, syncedVault } from "./syncedVault.js"
import { filledSegmentsIn, readVaultFile } from "./Vault.js"

/** The number of the disk that a file lies on; `undefined` where that cannot be found out. */
export type DiskOf = (file: string) => number | undefined

/** What the file system says. */
export const diskOf: DiskOf = (file) => {
  try {
    return statSync(file).dev
  } catch {
    return undefined
  }
}

/** Two files on one disk are lost together. What cannot be found out counts as another disk. */
export const onSameDisk = (a: string, b: string, disk: DiskOf = diskOf): boolean => {
  const [one, other] = [disk(a), disk(b)]
  return one !== undefined && one === other
}

/** How a vault stands. */
export interface Standing {
  /**
   * `there`: as far as was looked · `away`: its disk is, or something else lies at its path · `emptied`: it is there, and
   * what was sent to it is not.
   */
  readonly state: "there" | "away" | "emptied"
  readonly sameDisk: boolean
  /** For one in the folder of a sync service. */
  readonly synced: SyncedVault | undefined
  /** It outlives the library's disk: it lies on another one, or a sync service had time to take it along. */
  readonly isElsewhere: boolean
}

/** Whether all of a line that was known to be there is listed, from wherever the line begins. */
const hasLine = ({ place, line, pushed }: KnownVault) =>
  Effect.gen(function* () {
    // A sealed vault names libraries so that only its key tells which is which; a line has a name of its own.
    const folders = readdirSync(place).filter((library) => existsSync(join(place, library, line)))
    const listed = yield* Effect.forEach(folders, (library) =>
      listBlobs(folderBlobs(place), lineFolder(library, line))
    )
    const segments = filledSegmentsIn(listed.flat())
    const first = segments.reduce((least, each) => Math.min(least, each.first), Number.POSITIVE_INFINITY)
    return (coverOf(segments, first - 1, pushed.position).at(-1)?.last ?? 0) >= pushed.position
  })

/** A name without its bytes, and a newer format, are there all the same: whoever opens the vault says more. */
const stateIn = (known: KnownVault): Effect.Effect<Standing["state"]> =>
  Effect.gen(function* () {
    const file = yield* readVaultFile(folderBlobs(known.place))
    if (file.vault !== known.vaultId) return "away" as const
    if (known.pushed.position === 0 || (yield* hasLine(known))) return "there" as const
    return "emptied" as const
  }).pipe(
    Effect.catchTags({
      BlobNotHere: () => Effect.succeed("there" as const),
      VaultTooNew: () => Effect.succeed("there" as const)
    }),
    // What cannot be read there, or vanished meanwhile, is not there.
    Effect.catchAllCause(() => Effect.succeed("away" as const))
  )

export interface StandingOptions {
  /** Where the library lies. */
  readonly library: string
  readonly now: Date
  readonly disk?: DiskOf | undefined
}

/** How a vault stands now. */
export const standingOf = (
  known: KnownVault,
  { library, now, disk = diskOf }: StandingOptions
): Effect.Effect<Standing> =>
  Effect.gen(function* () {
    const { place, pushedAt } = known
    if (isRemote(place)) return { state: "there", sameDisk: false, synced: undefined, isElsewhere: true }
    const at = pushedAt === 0 ? undefined : new Date(pushedAt)
    const synced = syncedVault(place, syncedFolder(place), at, now)
    const sameDisk = onSameDisk(place, library, disk)
    return {
      ...{ state: yield* stateIn(known), sameDisk, synced },
      isElsewhere: !sameDisk || synced?.isThere === true
    }
  })
