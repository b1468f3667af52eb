/** `ExportManager` over one session. */
import type {
  ExportManager,
  ExportOptions,
  ImportedFiles,
  ImportFilesOptions,
  Kind,
  RestoreSource,
  WhiteRoomError
} from "@white-room/core"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { openImport } from "../import/Import.js"
import type { Session } from "../library/Session.js"
import { attempt, attemptAsync } from "../repository/runner.js"
import { exportBackup } from "./exportBackup.js"
import { availableExports, defaultExportDirectory, deleteExport, exportFileName } from "./exportFolder.js"

/** Brings in a file or folder; with a kind only what is of that kind. */
const importFiles = (
  session: Session,
  file: string,
  kind: Kind | undefined,
  { keys, merge = true, onConflict, onProgress }: ImportFilesOptions
): Effect.Effect<ImportedFiles, WhiteRoomError> =>
  Effect.gen(function* () {
    const progress = onProgress && { onProgress }
    const opened = yield* openImport(session, [file], {
      ...progress,
      ...(keys !== undefined && { keys: () => Promise.resolve(keys) })
    })
    const problems = [...opened.problems, ...opened.warnings].map(({ file: where, reason }) => ({
      file: where,
      reason
    }))
    const backupIds = kind === undefined ? opened.backups.map(({ backupId }) => backupId) : []
    const only = opened.entries.filter((entry) => entry.kind === kind)
    const chosen = kind === undefined ? { merge } : { only, backups: false }
    if (kind !== undefined && only.length === 0)
      return { songs: 0, performances: 0, preferences: 0, backups: 0, backupIds, kept: 0, problems }
    const result = yield* opened.apply({ ...chosen, ...progress, ...(onConflict && { onConflict }) })
    return {
      songs: result.songsRestored,
      performances: result.performancesRestored,
      preferences: result.preferencesRestored,
      backups: result.backups.length,
      backupIds,
      kept: result.plan.keep,
      problems: [...problems, ...result.errors.map((reason) => ({ file, reason }))]
    }
  }).pipe(Effect.scoped)

export const makeExportManager = (session: Session): Context.Tag.Service<typeof ExportManager> => {
  const run = <A>(name: string, body: (now: number) => A) => attempt(session, `exports.${name}`, body)
  const write = (name: string, source: RestoreSource, target: string | undefined, options: ExportOptions) =>
    attemptAsync(session, `exports.${name}`, (now, signal) =>
      exportBackup(session, source, target, options, now, signal)
    )
  const writeKind =
    (name: string, kind: Kind) =>
    (target: string, ids?: ReadonlyArray<string>, options: ExportOptions = {}) =>
      write(name, "now", target, {
        format: "files",
        ...options,
        ...(ids === undefined ? { kinds: [kind] } : { only: ids.map((id) => ({ kind, id })) })
      })
  return {
    exportBackup: (source, target, options = {}) => write("exportBackup", source, target, options),
    exportSongs: writeKind("exportSongs", "song"),
    exportPerformances: writeKind("exportPerformances", "performance"),
    exportPreferences: writeKind("exportPreferences", "preferences"),
    importBackup: (file, options = {}) => importFiles(session, file, undefined, options),
    importSongs: (file, options = {}) => importFiles(session, file, "song", options),
    importPerformances: (file, options = {}) => importFiles(session, file, "performance", options),
    importPreferences: (file, options = {}) => importFiles(session, file, "preferences", options),
    getDefaultExportDirectory: run("getDefaultExportDirectory", defaultExportDirectory),
    generateBackupFilename: (at, format) =>
      run("generateBackupFilename", (now) => exportFileName(at ?? new Date(now), format)),
    getAvailableExports: (folder) =>
      run("getAvailableExports", () => availableExports(folder ?? defaultExportDirectory())),
    deleteExport: (file, folder) =>
      run("deleteExport", () => deleteExport(file, folder ?? defaultExportDirectory()))
  }
}
