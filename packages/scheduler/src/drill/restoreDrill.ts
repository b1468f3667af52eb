/**
 * A restore drill: proves that what was backed up comes back, by restoring a part of it into a temporary library and
 * comparing every byte. It changes neither the library nor the place, and is told apart from a failed one when it
 * could not be held at all.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type BackupEntry, type BackupInfo, isWhiteRoomError, type WhiteRoomError } from "@white-room/core"
import { createLibrary, type Library, openLibrary, type ScheduledRun } from "@white-room/store"
import * as Effect from "effect/Effect"
import { Outside } from "../outside/Outside.js"
import { here, type ProfileState, runsOf } from "../run/planWork.js"

export interface DrillResult {
  /** `done`: everything came back as it was. `failed`: something did not. `inconclusive`: it could not be held. */
  readonly outcome: Extract<ScheduledRun["outcome"], "done" | "failed" | "inconclusive">
  readonly backupId?: string
  readonly detail: string
}

const inconclusive = (detail: string): DrillResult => ({ outcome: "inconclusive", detail })

/** Errors of the circumstances, which say nothing about what is kept. */
const ofCircumstances: ReadonlySet<string> = new Set([
  "DiskFull",
  "LibraryLocked",
  "LibraryReadOnly",
  "LibraryReplaced",
  "StorageFailed"
])

/** The part of a list whose turn it is: runs of `size`, one after the other, and from the start again. */
export const rotatingPart = <A>(
  all: ReadonlyArray<A>,
  size: number | "all",
  turn: number
): ReadonlyArray<A> => {
  if (size === "all" || all.length <= size) return all
  const from = (turn * size) % all.length
  return [...all, ...all].slice(from, from + size)
}

/** A private folder that is gone afterwards, whatever happens. */
const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "white-room-drill-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** Brings the part into an empty library: out of a folder, or by a bundle that the library gives out itself. */
const bringIn = (
  library: Library,
  copy: Library,
  { backupId }: BackupInfo,
  only: ReadonlyArray<BackupEntry>,
  place: string
) =>
  Effect.gen(function* () {
    if (place === here) {
      const bundle = join(copy.path, "..", "drill.whiteroom")
      yield* library.exportBundle(backupId, bundle, { only })
      const opened = yield* copy.openImport([bundle])
      yield* opened.apply()
      return
    }
    const { reference } = yield* copy.sourceFromBundles(place, backupId)
    yield* copy.backups.restoreFromBackup(reference, { only, withoutSongs: true })
  })

const named = (entries: ReadonlyArray<BackupEntry>): string => {
  const names = entries.slice(0, 5).map(({ name, id }) => (name === "" ? id : name))
  return names.join(", ") + (entries.length > 5 ? ` and ${entries.length - 5} more` : "")
}

/** Restores a part of a backup into a new library, and tells which entities did not come back as they were. */
const restored = (library: Library, backup: BackupInfo, part: ReadonlyArray<BackupEntry>, place: string) =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const path = join(folder, "library.db")
    yield* createLibrary(path)
    const copy = yield* openLibrary(path, { actor: "drill" })
    yield* bringIn(library, copy, backup, part, place)
    const expected = yield* library.rowHashes(backup.backupId, part)
    const found = yield* copy.rowHashes("now", part)
    return part.filter((_, index) => expected[index] === undefined || found[index] !== expected[index])
  }).pipe(Effect.scoped)

/** The newest backup of the profile that the place got. */
const backupAt = (library: Library, state: ProfileState, place: string) =>
  Effect.gen(function* () {
    const runs = runsOf(state, place === here ? "backup" : "copy", place)
    const newest = runs.find(({ outcome, backupId }) => outcome !== "failed" && backupId !== undefined)
    const all = yield* library.backups.getAllBackups()
    return all.find(({ backupId }) => backupId === newest?.backupId)
  })

/** Restores what is due at a place, a part of the newest backup or all of it, and compares. */
export const restoreDrill = (
  library: Library,
  state: ProfileState,
  place: string
): Effect.Effect<DrillResult, WhiteRoomError, Outside> =>
  Effect.gen(function* () {
    const { isThere } = yield* Outside
    if (place !== here && !isThere(place)) return inconclusive("the folder is not there")
    const backup = yield* backupAt(library, state, place)
    if (backup === undefined) return inconclusive("there is no backup yet that could be restored")
    const entries = yield* library.backups.getBackupEntries(backup.backupId)
    const all = [...entries].sort((a, b) => (a.kind + a.id < b.kind + b.id ? -1 : 1))
    const turn = runsOf(state, "drill", place).filter(({ outcome }) => outcome === "done").length
    const part = rotatingPart(all, state.profile.drill?.sample ?? "all", turn)
    if (part.length === 0) return inconclusive("the backup is empty")
    const wrong = yield* restored(library, backup, part, place)
    const label = `b${backup.number}: ${part.length} of ${all.length}`
    return {
      backupId: backup.backupId,
      ...(wrong.length === 0
        ? ({ outcome: "done", detail: `${label} came back, every byte` } as const)
        : ({ outcome: "failed", detail: `${label}: did not come back as it was: ${named(wrong)}` } as const))
    }
  }).pipe(
    Effect.catchAll((error) => {
      if (!isWhiteRoomError(error)) return Effect.fail(error)
      const outcome = ofCircumstances.has(error._tag) ? "inconclusive" : "failed"
      return Effect.succeed<DrillResult>({ outcome, detail: error.message })
    })
  )
