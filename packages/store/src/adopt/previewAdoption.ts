import * as fs from "node:fs"
import * as path from "node:path"
import type { WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { checkPlace, openingError } from "../file/DatabaseFile.js"
import { headOfFile } from "../file/FileChunks.js"
import { Budget, type ForeignDatabase, openForeign } from "../file/ForeignDatabase.js"
import { refuseSyncedFolder } from "../file/NewDatabase.js"
import { otherPrograms } from "../file/otherPrograms.js"
import { privateFolder } from "../file/PrivateFolder.js"
import { snapshotDatabase } from "../file/snapshotDatabase.js"
import { attempt, failure } from "../session/Attempt.js"
import { type AdoptOptions, type AdoptReport, adoptError } from "./AdoptLibrary.js"
import { inventoryOf, recognise, requireWholeCopy } from "./AppDatabase.js"

/** Runs `body` on a private copy of a database, in which nothing of what it defines is left. */
export const inPrivateCopy = <A>(
  file: string,
  body: (foreign: ForeignDatabase) => A
): Effect.Effect<A, WhiteRoomError> =>
  Effect.gen(function* () {
    const copy = path.join(yield* privateFolder, "copy.db")
    yield* Effect.tryPromise({
      try: (signal) => snapshotDatabase(file, copy, { signal }),
      catch: (error) => adoptError(openingError(error, file), file)
    }).pipe(Effect.catchAll((error) => failure(error, file)))
    return yield* attempt(file, "openForeign", () => {
      let foreign: ForeignDatabase | undefined
      try {
        foreign = openForeign(copy, file)
        return body(foreign)
      } catch (error) {
        throw adoptError(openingError(error, file), file)
      } finally {
        foreign?.db.close()
      }
    })
  }).pipe(Effect.scoped)

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
