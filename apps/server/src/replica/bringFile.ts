import * as fs from "node:fs"
import { NotImportable, type OnProgress, type WhiteRoomError } from "@white-room/core"
import { restoredJson } from "@white-room/core/output"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Imported } from "../api/Results.js"
import type { ChangeOf } from "./Messages.js"

const bundle = "WRBUNDLE"

const notImportable = new NotImportable({ file: "upload", reason: "it is not what can be brought in" })

/** What fails here, whatever was sent. */
const ofHere: ReadonlySet<string> = new Set([
  ...["DiskFull", "LibraryDamaged", "LibraryLocked", "LibraryReadOnly", "LibraryReplaced", "StorageFailed"]
])

/** What a file begins with, as far as that tells what it is. */
const beginningOf = (file: string): string => {
  const fd = fs.openSync(file, "r")
  try {
    const head = Buffer.alloc(64)
    const length = fs.readSync(fd, head, 0, head.length, 0)
    return head
      .subarray(0, length)
      .toString("latin1")
      .replace(/^\u00ef\u00bb\u00bf/, "")
      .trimStart()
  } finally {
    fs.closeSync(fd)
  }
}

/** JSON, or a bundle: nothing that SQLite, or anything that unpacks, would have to open. */
const isTaken = (file: string): boolean => {
  const beginning = beginningOf(file)
  return beginning.startsWith("{") || beginning.startsWith("[") || beginning.startsWith(bundle)
}

interface Named {
  readonly backupId: string
  readonly timestamp: Date
  readonly description: string
}

const named = ({ backupId, timestamp, description }: Named) => ({
  ...{ backupId, timestamp: timestamp.toISOString(), description }
})

const reasons = (problems: ReadonlyArray<{ readonly reason: string }>): ReadonlyArray<string> =>
  problems.map(({ reason }) => reason)

/** Brings in what a file holds, or says what that would be; as one import, which can be taken back. */
export const bringFile = (
  library: Library,
  { file, wish, request, command }: ChangeOf<"Import">,
  onProgress: OnProgress
): Effect.Effect<Imported, WhiteRoomError> =>
  Effect.gen(function* () {
    if (!isTaken(file)) return yield* notImportable
    const { dryRun = false, onConflict, backups = true, merge = true } = wish
    const opened = yield* library.imports.open([file], { named: "upload", dryRun, onProgress }).pipe(
      Effect.catchIf(
        ({ _tag }) => !ofHere.has(_tag),
        () => Effect.fail(notImportable)
      )
    )
    if (opened.entries.length + opened.backups.length === 0 && opened.problems.length > 0)
      return yield* notImportable
    const choice = { backups, merge, ...(onConflict !== undefined && { onConflict }) }
    const told = { problems: reasons(opened.problems), warnings: reasons(opened.warnings) }
    if (dryRun) {
      const { counts, conflicts } = yield* opened.plan(choice)
      const nothing = {
        songsRestored: 0,
        performancesRestored: 0,
        preferencesRestored: 0,
        errors: [],
        triggered: []
      }
      const found = backups ? opened.backups.filter(({ isNew }) => isNew).map(named) : []
      return { ...nothing, isSuccess: true, plan: counts, conflicts, backups: found, notes: [], ...told }
    }
    const result = yield* opened.apply({ ...choice, ...command, request, onProgress })
    return { ...restoredJson(result), backups: result.backups.map(named), notes: result.notes, ...told }
  }).pipe(Effect.scoped)
