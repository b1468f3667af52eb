/**
 * How a vault that a library knows stands, as it is found: whether it is there, has what was sent there, and would be lost with
 * the library's own disk. A folder is looked into; a network is not asked, so that whoever wants to know how things are
 * is answered at once.
 */
import { existsSync, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { isRemote, type WhiteRoomError } from "@white-room/core"
import { type KnownVault, syncedFolder } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { folderBlobs } from "./blobs/folderBlobs.js"
import { listBlobs } from "./blobs/SmallFiles.js"
import { coverOf, farthestOf, pathsIn } from "./Path.js"
import { type SyncedVault, syncedVault } from "./syncedVault.js"
import { filledSegmentsIn, type ListedLine, linesIn, openPlain, readVaultFile } from "./Vault.js"

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

/** Whether a line has all up to a position, and where it begins later another one what comes before, as far as names tell. */
const isThereUpTo = (
  lines: ReadonlyArray<ListedLine>,
  { line, segments }: ListedLine,
  until: number
): boolean => {
  const before = segments.reduce((least, { first }) => Math.min(least, first), Number.POSITIVE_INFINITY) - 1
  if ((coverOf(segments, before, until).at(-1)?.last ?? 0) < until) return false
  const others = lines.filter((each) => each.line !== line)
  return before <= 0 || others.some((other) => isThereUpTo(others, other, before))
}

/** Whether a line is there from its beginning on: a plain vault says where that is, in a sealed one names have to be enough. */
const isWhole = (
  { place, vaultId, pushed }: KnownVault,
  isSealed: boolean,
  lines: ReadonlyArray<ListedLine>,
  own: ListedLine
): Effect.Effect<boolean, WhiteRoomError> =>
  isSealed
    ? Effect.succeed(isThereUpTo(lines, own, pushed.position))
    : pathsIn(openPlain(folderBlobs(place), vaultId), lines, { isBrief: true })(own).pipe(
        Effect.map(() => farthestOf(own.segments) >= pushed.position),
        Effect.catchTag("VaultDamaged", () => Effect.succeed(false))
      )

/** Whether all of a line that was known to be there is listed. */
const hasLine = (known: KnownVault, isSealed: boolean) =>
  Effect.gen(function* () {
    const { place, line } = known
    // A sealed vault names libraries so that only its key tells which is which; a line has a name of its own.
    const folders = readdirSync(place).filter((library) => existsSync(join(place, library, line)))
    for (const folder of folders) {
      const listed = yield* listBlobs(folderBlobs(place), `${folder}/`)
      const lines = linesIn(listed, filledSegmentsIn)
      const own = lines.find((each) => each.line === line)
      if (own !== undefined && own.segments.length > 0 && (yield* isWhole(known, isSealed, lines, own)))
        return true
    }
    return false
  })

/** A name without its bytes, and a newer format, are there all the same: whoever opens the vault says more. */
const stateIn = (known: KnownVault): Effect.Effect<Standing["state"]> =>
  Effect.gen(function* () {
    const file = yield* readVaultFile(folderBlobs(known.place))
    if (file.vault !== known.vaultId) return "away" as const
    if (known.pushed.position === 0 || (yield* hasLine(known, file.kind === "sealed")))
      return "there" as const
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
