/**
 * The library: everything one can do with a White Room library file, as Effects. `Library.open` gives the object,
 * `layer` the same as services (`EventLog`, `ObjectStore`, `BackupManager`, the repositories).
 */
import type {
  AppendRequest,
  BackupInfo,
  BackupManager,
  BackupRepository,
  EventLog,
  LoggedEvent,
  ObjectStore,
  OnProgress,
  PerformanceDataRepository,
  PerformanceInput,
  Receipt,
  RetentionDecision,
  RetentionPolicy,
  SongDataRepository,
  SongInput,
  UserPreferencesInput,
  UserPreferencesRepository,
  WhiteRoomError
} from "@white-room/core"
import type * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"

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
  /** Changes of other programs that were noted and not taken over yet. */
  readonly pendingChanges: number
  /** Verified copies outside the library, newest first, and whether each file is still there. */
  readonly copies: ReadonlyArray<LibraryCopy & { readonly present: boolean }>
  readonly lastCheck: CheckRecord | undefined
  readonly lastFullCheck: CheckRecord | undefined
  /** Tables of the app that the library does not protect. */
  readonly unprotectedTables: ReadonlyArray<string>
}

export interface LibraryCopy {
  readonly path: string
  readonly copiedAt: Date
  readonly backupNumber: number
  readonly position: number
  readonly bytes: number
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
  /** True when expiry paused because the clock jumped. */
  readonly paused: boolean
}

export interface CopyReport extends LibraryCopy {
  readonly backup: BackupInfo
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
  /** Many songs, performances and preferences as one import: all or none, one marker in the log. */
  readonly importAll: (entities: {
    readonly source: string
    readonly songs?: ReadonlyArray<SongInput>
    readonly performances?: ReadonlyArray<PerformanceInput>
    readonly preferences?: ReadonlyArray<UserPreferencesInput>
    readonly commandId?: string
  }) => Result<ImportReceipt>
  /** Takes over what other programs wrote. Returns the number of events. */
  readonly capture: Result<number>
  readonly check: (options?: CheckOptions) => Result<CheckReport>
  /** Decides retention without changing anything. */
  readonly previewRetention: (policy?: RetentionPolicy) => Result<ReadonlyArray<RetentionDecision>>
  readonly prune: (options?: PruneOptions) => Result<PruneReport>
  /** Makes the live rows and the catalogue what the log says. Returns the number of rows written. */
  readonly rebuild: (options?: {
    readonly dryRun?: boolean
    readonly onProgress?: OnProgress
  }) => Result<number>
  /** Takes a backup, then writes a verified copy of the whole library into a folder. */
  readonly copyTo: (folder: string, options?: { readonly onProgress?: OnProgress }) => Result<CopyReport>
  readonly status: Result<LibraryStatus>
  readonly usage: Result<StorageUsage>
  readonly migrations: Result<MigrationStatus>
  /** Brings the library to a newer format (default: the newest). Returns the version it has then. */
  readonly migrateUp: (to?: number) => Result<number>
  /** Back to an older format; refused when that would lose something. */
  readonly migrateDown: (to: number) => Result<number>
  /** Events as they come, from a position on; also those of other processes. Ends never; polls the file. */
  readonly follow: (after?: number) => Stream.Stream<LoggedEvent, WhiteRoomError>
  readonly append: (request: AppendRequest) => Result<Receipt>
}
