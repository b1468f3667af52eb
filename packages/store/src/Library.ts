/**
 * The library: everything one can do with a White Room library file, as Effects. `Library.open` gives the object,
 * `layer` the same as services (`EventLog`, `ObjectStore`, `BackupManager`, the repositories).
 */
import type {
  AppendRequest,
  BackupEntry,
  BackupInfo,
  BackupManager,
  BackupRepository,
  EntityKey,
  EventLog,
  ExportManager,
  JsonPatchOperation,
  Kind,
  Lease,
  LoggedEvent,
  ObjectStore,
  OnConflict,
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
import type { SetAside } from "./adopt/oldBackups.js"
import type { CopyOptions } from "./bundle/copyToFolder.js"
import type { BundleExport, BundleExportOptions } from "./bundle/exportBundle.js"
import type { BundledSource, BundleSourceOptions } from "./bundle/restoreFromBundles.js"
import type { ImportOptions, OpenedImport } from "./import/Import.js"
import type { OpenProgram } from "./library/otherPrograms.js"
import type { Session, sessionOf } from "./library/Session.js"

type Result<A> = Effect.Effect<A, WhiteRoomError>

export interface LibraryStatus {
  readonly path: string
  readonly readonly: boolean
  readonly songs: number
  readonly performances: number
  readonly preferences: number
  /** Bytes of the file, its log of unwritten pages included. */
  readonly bytes: number
  readonly position: number
  readonly latestBackup: BackupInfo | undefined
  readonly backups: number
  /** Entities that differ from the newest backup, noted changes of other programs included. */
  readonly changedSinceBackup: number
  /** Entities that other programs wrote and that were not taken over yet. */
  readonly pendingChanges: number
  /** Verified copies outside the library, newest first, and whether each file is still there. */
  readonly copies: ReadonlyArray<LibraryCopy & { readonly present: boolean }>
  readonly lastCheck: CheckRecord | undefined
  readonly lastFullCheck: CheckRecord | undefined
  /** Tables of the app that the library does not protect. */
  readonly unprotectedTables: ReadonlyArray<string>
  /** Rows of the app without a key: they name no song, so nothing can keep or restore them. */
  readonly namelessRows: ReadonlyArray<{ readonly table: string; readonly rows: number }>
  /** Rows of the app's own `backups`: how many were not taken over yet, and those that cannot be read. */
  readonly oldBackups: { readonly waiting: number; readonly setAside: ReadonlyArray<SetAside> }
}

export interface LibraryCopy {
  readonly path: string
  readonly copiedAt: Date
  readonly backupNumber: number
  readonly position: number
  readonly bytes: number
}

/** A profile of the scheduler as it is stored; `definition` is JSON that `@white-room/scheduler` reads and writes. */
export interface StoredProfile {
  readonly name: string
  readonly definition: string
  readonly changedAt: Date
}

/** One run of a profile, or of a part of it: its backup, its copy to a place, its drill. */
export interface ScheduledRun {
  /** Counts up in the order in which runs began. */
  readonly number: number
  readonly profile: string
  /** What was done, such as `backup` or `drill`. */
  readonly activity: string
  /** The folder it was done to; the empty text is the library itself. */
  readonly place: string
  /** The moment that asked for it. */
  readonly dueAt: Date
  readonly startedAt: Date
  /** Absent while it lasts, and when its process ended before it did. */
  readonly endedAt?: Date
  readonly outcome?: "done" | "skipped" | "failed" | "inconclusive"
  readonly backupId?: string
  /** In words: why it failed, what it found. */
  readonly detail?: string
}

/** What the scheduler keeps in the library: profiles, a record of every run, and leases. */
export interface ScheduleStore {
  readonly profiles: Result<ReadonlyArray<StoredProfile>>
  /** Creates or replaces a profile. */
  readonly saveProfile: (profile: Pick<StoredProfile, "name" | "definition">) => Result<void>
  /** Returns false when there is none of that name. Its runs and backups stay. */
  readonly removeProfile: (name: string) => Result<boolean>
  /** Newest first; 100 unless `limit` says otherwise. */
  readonly runs: (filter?: {
    readonly profile?: string
    readonly activity?: string
    readonly place?: string
    readonly outcome?: ScheduledRun["outcome"]
    readonly limit?: number
  }) => Result<ReadonlyArray<ScheduledRun>>
  /** The newest 30 runs of each activity and place of a profile, and the newest good one however old; newest first. */
  readonly recentRuns: (profile: string) => Result<ReadonlyArray<ScheduledRun>>
  /** Fails with `LeaseLost` when the lease is no longer held; so does `endRun`. */
  readonly beginRun: (
    run: Pick<ScheduledRun, "profile" | "activity" | "place" | "dueAt">,
    lease: Lease
  ) => Result<ScheduledRun>
  /** Notes how a run ended. */
  readonly endRun: (
    number: number,
    end: Pick<ScheduledRun, "outcome" | "backupId" | "detail">,
    lease: Lease
  ) => Result<void>
  /** Takes a lease for so many milliseconds, or says who has it and until when. */
  readonly acquireLease: (
    name: string,
    holder: string,
    milliseconds: number
  ) => Result<Lease | { readonly heldBy: string; readonly until: Date }>
  /** Prolongs it, from now on; fails with `LeaseLost` when another process took it. */
  readonly renewLease: (lease: Lease, milliseconds: number) => Result<Lease>
  /** Gives a lease back before its time. */
  readonly releaseLease: (lease: Lease) => Result<void>
}

export interface CheckRecord {
  readonly level: "quick" | "full"
  readonly checkedAt: Date
  readonly position: number
  readonly ok: boolean
}

/** Something that is not as it must be, and what it belongs to, in words. */
export interface Damage {
  /** `block 12`, `event @1234`, `backup b3`, `song "Night Drive" (id)`. */
  readonly what: string
  readonly reason: string
  /** Backups that need it, as `b31`. */
  readonly backups: ReadonlyArray<string>
  /** Songs, performances or preferences it holds, as `Night Drive (id)`. */
  readonly entities: ReadonlyArray<string>
}

export interface CheckOptions {
  /** `quick`: structure, catalogue, chain head, roots. `full`: every byte. Default quick. */
  readonly level?: "quick" | "full"
  /** Read only part n of t of the stored objects (1 ≤ n ≤ t), or a share of them (0 < share ≤ 1). Full checks only. */
  readonly subset?: { readonly part: number; readonly of: number } | { readonly share: number }
  readonly onProgress?: OnProgress
}

export interface CheckReport {
  readonly ok: boolean
  readonly level: "quick" | "full"
  readonly objects: number
  readonly bytes: number
  readonly damaged: ReadonlyArray<Damage>
  /** Events written because the app had removed the capture triggers: a gap in what was watched, not damage. */
  readonly gapEvents: number
  readonly durationMs: number
}

export interface PruneOptions {
  readonly policy?: RetentionPolicy
  /** Decide only about the backups that this profile took; all others stay. */
  readonly profile?: string
  /** False: decide, forget and expire, but leave reclaiming space, which reads the whole library, to another time. */
  readonly reclaim?: boolean
  /** Versions older than this many days that nothing holds are released. Default 90. */
  readonly keepEditsDays?: number
  /** Only say what would be done. */
  readonly dryRun?: boolean
  readonly onProgress?: OnProgress
}

export interface PruneReport {
  /** What the policy says of every backup. */
  readonly decisions: ReadonlyArray<RetentionDecision>
  /** Moved to the trash by this run. */
  readonly forgotten: ReadonlyArray<BackupInfo>
  /** Taken out of the trash for good by this run. */
  readonly expired: ReadonlyArray<BackupInfo>
  /** Waiting in the trash for their time, or for the second prune. */
  readonly waiting: ReadonlyArray<BackupInfo>
  /** Entities that no kept backup and no live row would hold any more, as `Night Drive (id)`. */
  readonly lastCopies: ReadonlyArray<string>
  readonly objectsRemoved: number
  /** Compressed bytes that were freed inside the file. */
  readonly bytesFreed: number
  /** Bytes by which the file became smaller. */
  readonly bytesReturned: number
  /** False for a file of an app that keeps its size: what was freed is there for what comes next. */
  readonly returnsSpace: boolean
  /** True when expiry paused because the clock jumped. */
  readonly paused: boolean
}

/** What a copy into a folder did. `path` is the newest bundle there, `bytes` that of its whole chain. */
export interface CopyReport extends LibraryCopy {
  /** The newest backup, taken for the copy when something had changed. */
  readonly backup: BackupInfo
  /** Bytes that were written now; 0: the folder had everything. */
  readonly written: number
  /** Backups that the folder lacked, or described otherwise. */
  readonly backups: number
  /** The files that belong together. */
  readonly files: ReadonlyArray<string>
  /** Why everything was written anew although the folder had bundles of this library. */
  readonly anew?: string
  /** Backups that are damaged here and so could not be copied. */
  readonly left: ReadonlyArray<Damage>
}

export interface StorageUsage {
  readonly fileBytes: number
  readonly liveBytes: number
  readonly logBytes: number
  readonly freeBytes: number
  readonly objects: number
  readonly rawBytes: number
  readonly storedBytes: number
}

export interface MigrationStatus {
  readonly current: number
  readonly latest: number
  readonly minReader: number
  readonly minWriter: number
  readonly pending: ReadonlyArray<{
    readonly version: number
    readonly name: string
    readonly stopsWorking: string
  }>
}

/** What an import of many entities did. */
export interface ImportReceipt extends Receipt {
  /** Entities that were there already, exactly so. */
  readonly unchanged: number
}

/** Something of ours that can be taken back. */
export interface Operation {
  /** Its number, for `undo`. */
  readonly command: number
  readonly what: "restore" | "import" | "delete" | "forget" | "undo"
  readonly description: string
  readonly actor: string
  readonly timestamp: Date
  /** Positions before its first and after its last event. */
  readonly before: number
  readonly after: number
}

/** One distinct version of an entity. */
export interface EntityVersion {
  /** 1, 2, 3 … as `restore --version` takes it. */
  readonly version: number
  readonly position: number
  /** When it was recorded; for a change of another program, when it was captured. */
  readonly timestamp: Date
  /** A change of another program happened between this and `timestamp`. */
  readonly since?: Date
  readonly actor: string
  readonly deleted: boolean
  readonly name: string
  /** Bytes, document included. */
  readonly size: number
  /** What changed since the version before it, in words. */
  readonly changes: ReadonlyArray<string>
}

export interface NamedEntity extends EntityKey {
  readonly name: string
}

export interface LibraryDifference {
  /** What was compared, in words. */
  readonly from: string
  readonly to: string
  readonly created: ReadonlyArray<NamedEntity>
  readonly deleted: ReadonlyArray<NamedEntity>
  /** `patch` is RFC 6902 on the entity's JSON; absent when a document is no JSON. */
  readonly changed: ReadonlyArray<
    NamedEntity & {
      readonly changes: ReadonlyArray<string>
      readonly patch: ReadonlyArray<JsonPatchOperation> | undefined
    }
  >
}

export interface DiffOptions {
  /** False: only name what changed; no document is read, and differences of spelling are not told apart. */
  readonly words?: boolean
}

/** A run of versions that hold a text. */
export interface FoundVersion extends NamedEntity {
  /** Columns that hold it. */
  readonly columns: ReadonlyArray<string>
  readonly position: number
  readonly since: Date
  /** Absent while it is still so. */
  readonly until?: Date
  readonly untilPosition?: number
}

/** Entities that an open app put back to what they were before the newest restore. */
export interface StaleReturn {
  /** What had been restored. */
  readonly source: string
  readonly entities: ReadonlyArray<NamedEntity>
}

export interface UndoOptions {
  /** Number of the command, as `operations` lists it. Default: the newest that is no undo. */
  readonly command?: number
  /** What happens to entities that were edited since. Default: their edits stay. */
  readonly onConflict?: OnConflict
}

export interface Library {
  /** @internal */
  readonly [sessionOf]: Session
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
