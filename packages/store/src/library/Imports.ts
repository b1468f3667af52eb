/** What is brought into a library: files of whatever kind, and values of the model. */
import type {
  Imports as CoreImports,
  ImportedFiles,
  ImportFilesOptions,
  OnProgress,
  PerformanceInput,
  Receipt,
  SongInput,
  UserPreferencesInput,
  WhiteRoomError
} from "@white-room/core"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type OpenedImport, openImport } from "../import/Import.js"
import { keepDocuments } from "../import/keepDocuments.js"
import type { ImportOptions } from "../import/openSources.js"
import { attempt, type Result } from "../session/Attempt.js"
import type { Session } from "../session/Session.js"
import { appendWish, type KnownChange } from "../write/Append.js"
import { makePerformances, makeSongs, preferencesChange } from "./EntityServices.js"

/** Many entities of the model, as one import. */
export interface EntitiesToImport {
  /** Where they come from, as the log is to say. */
  readonly source: string
  readonly songs?: ReadonlyArray<SongInput>
  readonly performances?: ReadonlyArray<PerformanceInput>
  readonly preferences?: ReadonlyArray<UserPreferencesInput>
  readonly commandId?: string
  readonly onProgress?: OnProgress
}

/** What an import of many entities did. */
export interface ImportReceipt extends Receipt {
  /** Entities that were there already, exactly so. */
  readonly unchanged: number
}

/** `Imports` of core, and what only a library on a disk has. */
export type Imports = Context.Tag.Service<typeof CoreImports> & {
  /** Many songs, performances and preferences as one import: all or none, one marker in the log. */
  readonly entities: (entities: EntitiesToImport) => Result<ImportReceipt>
  /**
   * Opens files to be brought in, of whatever kind: exchange files of both families, single songs, performances and
   * preferences, folders of all these, bundles, databases of the app, other libraries, and age files of any of them.
   * Each is recognised by what it holds, and what was found can be looked at, planned and applied as one import while
   * the scope lasts. One bad file never stops the rest: see `problems`. Memory does not grow with the files.
   */
  readonly open: (
    paths: ReadonlyArray<string>,
    options?: ImportOptions
  ) => Effect.Effect<OpenedImport, WhiteRoomError, Scope.Scope>
}

const importFile = (
  session: Session,
  file: string,
  { kind, keys, merge = true, onConflict, onProgress }: ImportFilesOptions
): Effect.Effect<ImportedFiles, WhiteRoomError> =>
  Effect.gen(function* () {
    const progress = onProgress && { onProgress }
    const opened = yield* openImport(session, [file], {
      ...progress,
      ...(keys !== undefined && { keys })
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

const importEntities = (session: Session, entities: EntitiesToImport, now: number): ImportReceipt => {
  const { commandId, onProgress, ...wish } = entities
  const { source, songs = [], performances = [], preferences = [] } = wish
  const request = {
    importedFrom: source,
    ...(commandId !== undefined && { commandId }),
    ...(onProgress !== undefined && { onProgress })
  }
  const changes = (): ReadonlyArray<KnownChange> => [
    ...makeSongs(session).changesOf(songs, now),
    ...makePerformances(session).changesOf(performances, now),
    ...preferences.map((each) => preferencesChange(session, each, now))
  ]
  const receipt = appendWish(session, ["import", wish], request, changes, now)
  session.checkpoint()
  const asked = songs.length + performances.length + preferences.length
  return { ...receipt, unchanged: asked - receipt.events }
}

export const makeImports = (session: Session): Imports => {
  const run = <A>(name: string, body: (now: number) => A) => attempt(session, `imports.${name}`, body)
  return {
    file: (path, options = {}) => importFile(session, path, options),
    documents: (backup) => run("documents", (now) => keepDocuments(session, backup, now)),
    entities: (entities) => run("entities", (now) => importEntities(session, entities, now)),
    open: (paths, options) => openImport(session, paths, options)
  }
}
