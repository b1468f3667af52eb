/**
 * A restore drill: proves that what was backed up comes back, by restoring a part of it into a temporary library and
 * comparing every byte. It changes neither the library nor the place, and is told apart from a failed one when it
 * could not be held at all.
 */
import { createHash } from "node:crypto"
import { join } from "node:path"
import {
  type BackupEntry,
  type BackupInfo,
  type LibraryDamaged,
  StorageFailed,
  VaultDamaged
} from "@white-room/core"
import { createLibrary, type Library, openLibrary, type ScheduledRun } from "@white-room/store"
import { lookAt, privateFolder } from "@white-room/store/transfer"
import {
  destinationState,
  type KnownVault,
  knownDestination,
  type Opening,
  openKnown,
  openLibraryIn,
  vaultRecords
} from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Place } from "./Place.js"
import { activityAt, isGood, type ProfileState, runsOf } from "./ProfileState.js"

export interface DrillResult {
  /** `done`: everything came back as it was. `failed`: something did not. `inconclusive`: it could not be held. */
  readonly outcome: Extract<ScheduledRun["outcome"], "done" | "failed" | "inconclusive">
  readonly backupId?: string
  readonly detail: string
}

const inconclusive = (detail: string): DrillResult => ({ outcome: "inconclusive", detail })

/** Errors of the circumstances, which say nothing about what is kept. */
const ofCircumstances: ReadonlySet<string> = new Set([
  "BlobNotHere",
  "DiskFull",
  "LibraryLocked",
  "LibraryReadOnly",
  "LibraryReplaced",
  "PlaceRefused",
  "PlaceUnreachable",
  "StorageFailed",
  "VaultSealed"
])

/** Where an entity stands in the rotation: anywhere, and always there, so that each part is a mixture. */
const standOf = ({ kind, id }: BackupEntry): string =>
  createHash("sha256").update(`${kind} ${id}`).digest("hex").slice(0, 16)

/** The next `size` of a list after a stand, and from the start again: whatever comes and goes, each has its turn. */
export const rotatingPart = <A>(
  all: ReadonlyArray<A>,
  size: number | "all",
  after: string | undefined,
  stand: (each: A) => string
): ReadonlyArray<A> => {
  if (size === "all" || all.length <= size) return all
  const stands = new Map(all.map((each) => [each, stand(each)]))
  const of = (each: A): string => stands.get(each) ?? ""
  const round = [...all].sort((a, b) => (of(a) < of(b) ? -1 : 1))
  const from = round.findIndex((each) => after === undefined || of(each) > after)
  return [...round, ...round].slice(Math.max(0, from)).slice(0, size)
}

/** Runs on record say where the next goes on; one that failed is held again. */
const goesOn = (stand: string): string => `; the next goes on after ${stand}`
const standAfter = (detail: string | undefined): string | undefined =>
  /; the next goes on after ([0-9a-f]{16})$/.exec(detail ?? "")?.[1]

/** Gives an empty library the part, by a bundle that the library gives out itself. */
const bringIn = (
  library: Library,
  copy: Library,
  { backupId }: BackupInfo,
  only: ReadonlyArray<BackupEntry>
) =>
  Effect.gen(function* () {
    const bundle = join(copy.path, "..", "drill.whiteroom")
    yield* library.copies.bundle(backupId, bundle, { only })
    const opened = yield* copy.imports.open([bundle])
    yield* opened.apply()
  })

/** A temporary library that has the part as the library itself gives it out. */
const fromHere = (library: Library, backup: BackupInfo, part: ReadonlyArray<BackupEntry>) =>
  Effect.gen(function* () {
    const path = join(yield* privateFolder, "library.db")
    yield* createLibrary(path)
    const copy = yield* openLibrary(path, { actor: "drill" })
    yield* bringIn(library, copy, backup, part)
    return copy
  })

/** A temporary library that is cloned from a vault, with the part of the backup restored in it. */
const fromVault = (
  library: Library,
  { backupId }: BackupInfo,
  part: ReadonlyArray<BackupEntry>,
  known: KnownVault,
  opening: Opening | undefined
) =>
  Effect.gen(function* () {
    const vault = yield* openKnown(known, opening)
    const libraryId = yield* lookAt(library, (snapshot) => snapshot.libraryId)
    const { library: copy, report } = yield* openLibraryIn(vault, { library: libraryId, line: known.line })
    const [problem] = report.problems
    const [damage] = report.damaged
    // What came of it would be restored; what was promised is everything.
    if (problem !== undefined)
      return yield* new VaultDamaged({ place: known.place, detail: `${problem.segment} ${problem.reason}` })
    if (damage !== undefined)
      return yield* new VaultDamaged({ place: known.place, detail: `${damage.what}: ${damage.reason}` })
    yield* copy.backups.restore(backupId, { only: part, withoutSongs: true, onConflict: "replace" })
    return copy
  })

const named = (entries: ReadonlyArray<BackupEntry>): string => {
  const names = entries.slice(0, 5).map(({ name, id }) => (name === "" ? id : name))
  return names.join(", ") + (entries.length > 5 ? ` and ${entries.length - 5} more` : "")
}

/** Damage of the temporary library, as on a disk that fills up, is not damage of what is kept. */
const ofTemporary = (library: Library, error: LibraryDamaged): LibraryDamaged | StorageFailed =>
  error.path === library.path
    ? error
    : new StorageFailed({ path: error.path, operation: "restore into", detail: error.detail })

/** Restores a part of a backup into a temporary library, and tells which entities did not come back as they were. */
const restored = (
  library: Library,
  backup: BackupInfo,
  part: ReadonlyArray<BackupEntry>,
  known: KnownVault | undefined,
  opening: Opening | undefined
) =>
  Effect.gen(function* () {
    const copy = yield* known === undefined
      ? fromHere(library, backup, part)
      : fromVault(library, backup, part, known, opening)
    const expected = yield* library.history.rowHashes(backup.backupId, part)
    const found = yield* copy.history.rowHashes("now", part)
    return part.filter((_, index) => expected[index] === undefined || found[index] !== expected[index])
  }).pipe(
    Effect.catchTag("LibraryDamaged", (error) => Effect.fail(ofTemporary(library, error))),
    Effect.scoped
  )

/** The newest backup that the place got and that the library still has. */
const backupAt = (library: Library, state: ProfileState, place: Place) =>
  Effect.map(library.backups.list(), (all) =>
    runsOf(state, activityAt(place), place)
      .filter(isGood)
      .flatMap((run) => all.find(({ backupId }) => backupId === run.backupId) ?? [])
      .at(0)
  )

const hold = (
  library: Library,
  state: ProfileState,
  place: Place,
  known: KnownVault | undefined,
  opening: Opening | undefined
) =>
  Effect.gen(function* () {
    const backup = yield* backupAt(library, state, place)
    if (backup === undefined) return inconclusive("there is no backup yet that could be restored")
    const all = yield* library.backups.entries(backup.backupId)
    const last = runsOf(state, "drill", place).find(({ outcome }) => outcome === "done")
    const size = state.profile.drill?.sample ?? "all"
    const part = rotatingPart(all, size, standAfter(last?.detail), standOf)
    const end = part.at(-1)
    if (end === undefined) return inconclusive("the backup is empty")
    const wrong = yield* restored(library, backup, part, known, opening)
    const label = `b${backup.number}: ${part.length} of ${all.length}`
    const next = part.length < all.length ? goesOn(standOf(end)) : ""
    const result: DrillResult =
      wrong.length === 0
        ? { outcome: "done", detail: `${label} came back, every byte${next}` }
        : { outcome: "failed", detail: `${label}: did not come back as it was: ${named(wrong)}` }
    return { ...result, backupId: backup.backupId }
  })

/** Restores what is due at a place, a part of the newest backup or all of it, and compares. */
export const restoreDrill = (
  library: Library,
  state: ProfileState,
  place: Place,
  opening?: Opening
): Effect.Effect<DrillResult> => {
  /** Something else at the path of the place says nothing of what the place keeps. */
  const isAway =
    place._tag === "Here"
      ? Effect.succeed(false)
      : destinationState(library, place.destination).pipe(
          Effect.map(({ state }) => state !== "there"),
          Effect.orElseSucceed(() => false)
        )
  return Effect.gen(function* () {
    if (yield* isAway) return inconclusive("the place is not there")
    const known =
      place._tag === "Here"
        ? undefined
        : knownDestination(yield* vaultRecords(library).all, place.destination)
    if (place._tag !== "Here" && known === undefined)
      return inconclusive("there is no vault yet that could be restored from")
    return yield* hold(library, state, place, known, opening)
  }).pipe(
    Effect.catchAll((error) =>
      Effect.map(isAway, (away): DrillResult => {
        if (away) return inconclusive("the place went away")
        const outcome = ofCircumstances.has(error._tag) ? "inconclusive" : "failed"
        return { outcome, detail: error.message }
      })
    )
  )
}
