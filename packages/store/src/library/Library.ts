import type {
  AppendRequest,
  BackupEntry,
  BackupManager,
  BackupRepository,
  EntityKey,
  EventLog,
  ExportManager,
  Kind,
  LoggedEvent,
  ObjectStore,
  OnProgress,
  Performance,
  PerformanceDataRepository,
  PerformanceInput,
  ReadOptions,
  Receipt,
  RestorePlan,
  RestoreResult,
  RestoreSource,
  RetentionDecision,
  RetentionPolicy,
  Song,
  SongDataRepository,
  SongInput,
  UserPreferences,
  UserPreferencesInput,
  UserPreferencesRepository,
  WhiteRoomError
} from "@white-room/core"
import type * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { CopyOptions, CopyReport } from "../bundle/CopyToFolder.js"
import type { BundleExport, BundleExportOptions } from "../bundle/exportBundle.js"
import type { BundledSource, BundleSourceOptions } from "../bundle/sourceFromBundles.js"
import type { CheckOptions, CheckReport } from "../check/Check.js"
import type { OpenProgram } from "../file/otherPrograms.js"
import type { DiffOptions, LibraryDifference } from "../history/differenceBetween.js"
import type { EntityVersion } from "../history/EntityHistory.js"
import type { FoundVersion } from "../history/findText.js"
import type { StaleReturn } from "../history/staleReturns.js"
import type { OpenedImport } from "../import/Import.js"
import type { ImportOptions } from "../import/openSources.js"
import type { MigrationStatus } from "../migrate/Migrations.js"
import type { Operation } from "../restore/Operations.js"
import type { UndoOptions } from "../restore/Undo.js"
import type { PruneOptions, PruneReport } from "../retention/prune.js"
import type { ScheduleStore } from "../schedule/Schedule.js"
import type { Result } from "../session/Attempt.js"
import type { LibraryStatus, StorageUsage } from "./Status.js"

/**
 * The library: everything one can do with a White Room library file, as Effects. `Library.open` gives the object,
 * `layer` the same as services (`EventLog`, `ObjectStore`, `BackupManager`, the repositories).
 */

/** What an import of many entities did. */
export interface ImportReceipt extends Receipt {
  /** Entities that were there already, exactly so. */
  readonly unchanged: number
}

export interface Library {
  readonly path: string
  readonly log: Context.Tag.Service<typeof EventLog>
  readonly objects: Context.Tag.Service<typeof ObjectStore>
  readonly songs: Context.Tag.Service<typeof SongDataRepository>
  readonly performances: Context.Tag.Service<typeof PerformanceDataRepository>
  readonly preferences: Context.Tag.Service<typeof UserPreferencesRepository>
  /** Take, look at, validate, restore and forget backups. */
  readonly backups: Context.Tag.Service<typeof BackupManager>
  readonly backupRepository: Context.Tag.Service<typeof BackupRepository>
  /** Files that leave the library. */
  readonly exports: Context.Tag.Service<typeof ExportManager>
  /** Many songs, performances and preferences as one import: all or none, one marker in the log. */
  readonly importAll: (entities: {
    readonly source: string
    readonly songs?: ReadonlyArray<SongInput>
    readonly performances?: ReadonlyArray<PerformanceInput>
    readonly preferences?: ReadonlyArray<UserPreferencesInput>
    readonly commandId?: string
    readonly onProgress?: OnProgress
  }) => Result<ImportReceipt>
  /**
   * Opens files to be brought in, of whatever kind: exchange files of both families, single songs, performances and
   * preferences, folders of all these, bundles, databases of the app, other libraries, and age files of any of them. Each is
   * recognised by what it holds, and what was found can be looked at, planned and applied as one import while the
   * scope lasts. One bad file never stops the rest: see `problems`. Memory does not grow with the files.
   */
  readonly openImport: (
    paths: ReadonlyArray<string>,
    options?: ImportOptions
  ) => Effect.Effect<OpenedImport, WhiteRoomError, Scope.Scope>
  /** Takes over what other programs wrote, backups of their own included. Returns the number of events. */
  readonly capture: Result<number>
  /**
   * `capture` for whoever asks again and again: next to nothing, and `undefined`, while no other connection wrote
   * anything. Fails with `LibraryReplaced` as soon as another file lies at the path.
   */
  readonly captureNew: Result<number | undefined>
  /** Verifies the library and names damage; repairs nothing. */
  readonly check: (options?: CheckOptions) => Result<CheckReport>
  /** What can be taken back, newest first. */
  readonly operations: (limit?: number) => Result<ReadonlyArray<Operation>>
  /** What `undo` would do; changes nothing. */
  readonly planUndo: (
    options?: UndoOptions
  ) => Result<{ readonly operation: Operation; readonly plan: RestorePlan }>
  /** Takes an operation of ours back, in one transaction; later edits stay unless told otherwise. Can itself be undone. */
  readonly undo: (options?: UndoOptions) => Result<RestoreResult & { readonly operation: Operation }>
  /** The distinct versions of an entity, oldest first, deleted ones included. */
  readonly history: (key: EntityKey) => Result<ReadonlyArray<EntityVersion>>
  /** Where version n of an entity stands in the log: a source for a restore. */
  readonly positionOfVersion: (key: EntityKey, version: number) => Result<number>
  /** The row of an entity as it was, as the model's JSON object; `undefined` when there was none. */
  readonly entityAt: (
    key: EntityKey,
    source: RestoreSource
  ) => Result<Song | Performance | UserPreferences | undefined>
  /** The record of an entity as it was; reads no documents. */
  readonly recordAt: (key: EntityKey, source: RestoreSource) => Result<Uint8Array | undefined>
  /** What a source holds, by kind (default: all) and name. Reads no documents. */
  readonly entries: (
    source: RestoreSource,
    kinds?: ReadonlyArray<Kind>
  ) => Result<{ readonly source: string; readonly entries: ReadonlyArray<BackupEntry> }>
  /**
   * The SHA-256 of entities' rows in a source, by the order of the keys; `undefined` for those it lacks. Equal hashes,
   * equal rows: every column, every byte of the documents. Reads no documents.
   */
  readonly rowHashes: (
    source: RestoreSource,
    keys: ReadonlyArray<EntityKey>
  ) => Result<ReadonlyArray<string | undefined>>
  /** What changed from one state to another: backups, positions, moments, or `now`. */
  readonly diff: (from: RestoreSource, to: RestoreSource, options?: DiffOptions) => Result<LibraryDifference>
  /** In names and metadata, through the whole history. */
  readonly find: (text: string) => Result<ReadonlyArray<FoundVersion>>
  /** Songs that an open app put back to what they were before the newest restore. */
  readonly staleReturns: Result<StaleReturn | undefined>
  /** Other programs that have the file open, as far as the system tells. */
  readonly otherPrograms: Result<ReadonlyArray<OpenProgram>>
  /** Decides retention without changing anything. */
  readonly previewRetention: (policy?: RetentionPolicy) => Result<ReadonlyArray<RetentionDecision>>
  /** Lets go what the policy does not keep, empties the trash of what rested long enough, and gives space back. */
  readonly prune: (options?: PruneOptions) => Result<PruneReport>
  /** Makes the live rows and the catalogue what the log says. Returns the number of rows written. */
  readonly rebuild: (options?: {
    readonly dryRun?: boolean
    readonly onProgress?: OnProgress
  }) => Result<number>
  /**
   * Takes a backup, unless told not to, then writes what a folder lacks of all backups as one verified bundle; with `full` everything, in a
   * bundle that stands on its own.
   */
  readonly copyTo: (folder: string, options?: CopyOptions) => Result<CopyReport>
  /** Writes a backup, or chosen entities of any state, as one bundle that stands on its own. */
  readonly exportBundle: (
    source: RestoreSource,
    target: string,
    options?: BundleExportOptions
  ) => Result<BundleExport>
  /**
   * Makes a backup of a bundle, or of a folder of them, a source that restores of this library can name. Where bundles of
   * several libraries lie, those of the library `libraryId` are meant (default: this one).
   */
  readonly sourceFromBundles: (
    place: string,
    backup: string,
    options?: BundleSourceOptions
  ) => Result<BundledSource>
  readonly schedule: ScheduleStore
  /** How the library is: what it holds, its newest backup, its copies and checks. */
  readonly status: Result<LibraryStatus>
  /** Where its bytes are. */
  readonly usage: Result<StorageUsage>
  /** Its format, and what newer ones there are. */
  readonly migrations: Result<MigrationStatus>
  /** Brings the library to a newer format (default: the newest). Returns the version it has then. */
  readonly migrateUp: (to?: number) => Result<number>
  /** Back to an older format; refused when that would lose something. */
  readonly migrateDown: (to: number) => Result<number>
  /**
   * The next page of events after a position, those of other processes included; what another program wrote by plain
   * SQL becomes events first. Cheap to ask again and again. Default: the first 1,000.
   */
  readonly newEvents: (options?: ReadOptions) => Result<ReadonlyArray<LoggedEvent>>
  /** Events as they come, from a position on, as `newEvents` gives them. Ends never; polls the file. */
  readonly follow: (after?: number) => Stream.Stream<LoggedEvent, WhiteRoomError>
  /** Writes changes to the log and the live rows, all or none. See `EventLog`. */
  readonly append: (request: AppendRequest) => Result<Receipt>
}
