import * as fs from "node:fs"
import type { WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { checkPlace } from "../file/DatabaseFile.js"
import { headOfFile } from "../file/FileChunks.js"
import { Budget, type ForeignDatabase } from "../file/ForeignDatabase.js"
import { refuseSyncedFolder } from "../file/NewDatabase.js"
import { otherPrograms } from "../file/otherPrograms.js"
import { attempt } from "../session/Attempt.js"
import type { AdoptOptions, AdoptReport } from "./AdoptLibrary.js"
import { inventoryOf, recognise, requireWholeCopy } from "./AppDatabase.js"
import { inPrivateCopy } from "./inPrivateCopy.js"

/** What is known of a file from outside. */
const aboutOf = (file: string) => {
  const real = fs.realpathSync(file)
  return {
    path: file,
    journalMode: headOfFile(real)[18] === 2 ? "wal" : "delete",
    openIn: otherPrograms(real),
    safetyCopy: undefined,
    backup: undefined
  }
}

const reportOf = (file: string, { db, schema, bytes }: ForeignDatabase): AdoptReport => {
  const what = recognise(db, file, schema, requireWholeCopy)
  const budget = new Budget(bytes)
  const inventory = inventoryOf(db, schema, (read) => budget.spend(read))
  const about = aboutOf(file)
  if (what === "app") return { ...about, ...inventory, already: false, skipped: 0, capturing: false }
  const { songs, performances, preferences } = inventory
  const known = db.row<[number]>("SELECT count(*) FROM backup_catalog WHERE trigger = 'imported'")?.[0] ?? 0
  const skipped = songs + performances + preferences + known
  return {
    ...about,
    ...inventory,
    already: true,
    songs: 0,
    performances: 0,
    preferences: 0,
    skipped,
    capturing: true
  }
}

/** What adopting the database at `file` would do: seen in a private copy, so that nothing happens to the file. */
export const previewAdoption = (
  file: string,
  options: Pick<AdoptOptions, "allowSyncedFolder">
): Effect.Effect<AdoptReport, WhiteRoomError> =>
  attempt(file, "adopt.preview", () => {
    checkPlace(file)
    refuseSyncedFolder(file, options)
  }).pipe(Effect.zipRight(inPrivateCopy(file, (foreign) => reportOf(file, foreign))))
