/**
 * The four repositories by their Phase 5 names. Reads go to the live tables and never wait; writes are events:
 * each is durable when it succeeds, captures another program's change first, and can be taken back.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { BackupDocument, BackupInfo } from "../backup/Backup.js"
import type { WhiteRoomError } from "../errors/WhiteRoomError.js"
import type { ExpectedVersion } from "../log/EntityState.js"
import type { Receipt } from "../log/Request.js"
import type { Performance, PerformanceInput } from "../model/Performance.js"
import type { Song, SongInput } from "../model/Song.js"
import type { UserPreferences, UserPreferencesInput } from "../model/UserPreferences.js"

type Result<A> = Effect.Effect<A, WhiteRoomError>

export interface WriteOptions {
  /** Makes the call idempotent: repeated with the same request it returns the first receipt and writes nothing. */
  readonly commandId?: string | undefined
  readonly actor?: string | undefined
  /** The entity version the caller has seen; another one is a `VersionConflict`. Default `Any`. */
  readonly expected?: ExpectedVersion | undefined
}

export interface Page {
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

/** What songs and performances have in common. `A`: as read. `I`: as written. `Summary`: without the document. */
export interface EntityRepository<A, I, Summary> {
  /** Fails with `VersionConflict` when the id is taken. */
  readonly create: (entity: I, options?: WriteOptions) => Result<Receipt>
  /** All or none, in one transaction; existing ids are replaced. */
  readonly upsertAll: (
    entities: ReadonlyArray<I>,
    options?: Omit<WriteOptions, "expected">
  ) => Result<Receipt>
  /** Fails with `EntityNotFound`. */
  readonly read: (id: string) => Result<A>
  /** Replaces the entity; fails with `EntityNotFound` when there is none. */
  readonly update: (entity: I, options?: WriteOptions) => Result<Receipt>
  /** Creates or replaces the entity. */
  readonly upsert: (entity: I, options?: WriteOptions) => Result<Receipt>
  /** Fails with `EntityNotFound` when there is none. */
  readonly delete: (id: string, options?: WriteOptions) => Result<Receipt>
  /** By name. Documents are left out: `read` has them. */
  readonly getAll: (page?: Page) => Result<ReadonlyArray<Summary>>
  /** In names and descriptive fields, without regard to case. */
  readonly search: (text: string, page?: Page) => Result<ReadonlyArray<Summary>>
  /** Newest first. */
  readonly getRecentlyCreated: (limit?: number) => Result<ReadonlyArray<Summary>>
  /** Newest first. */
  readonly getRecentlyUpdated: (limit?: number) => Result<ReadonlyArray<Summary>>
  /** By creation, both ends included, oldest first. */
  readonly getByDateRange: (from: Date, to: Date) => Result<ReadonlyArray<Summary>>
  readonly count: Result<number>
  /** Bytes of all documents. */
  readonly getTotalSize: Result<number>
}

export type SongSummary = Omit<Song, "songDataJSON">
export type PerformanceSummary = Omit<Performance, "performanceDataJSON">

/** The songs of a library. */
export class SongDataRepository extends Context.Tag("@white-room/core/SongDataRepository")<
  SongDataRepository,
  EntityRepository<Song, SongInput, SongSummary>
>() {}

/** The performances of a library. */
export class PerformanceDataRepository extends Context.Tag("@white-room/core/PerformanceDataRepository")<
  PerformanceDataRepository,
  EntityRepository<Performance, PerformanceInput, PerformanceSummary> & {
    /** The performances of one song, by name. */
    readonly getBySongId: (songId: string) => Result<ReadonlyArray<PerformanceSummary>>
    readonly getFavorites: Result<ReadonlyArray<PerformanceSummary>>
  }
>() {}

/** The preferences of each user of a library. */
export class UserPreferencesRepository extends Context.Tag("@white-room/core/UserPreferencesRepository")<
  UserPreferencesRepository,
  {
    /** Fails with `EntityNotFound` when none are stored for this user. */
    readonly read: (userId: string) => Result<UserPreferences>
    /** Those stored for `default`, else the defaults. */
    readonly getDefault: Result<UserPreferences>
    readonly getAll: Result<ReadonlyArray<UserPreferences>>
    /** Fields that are left out keep their value, or their default. */
    readonly upsert: (preferences: UserPreferencesInput, options?: WriteOptions) => Result<Receipt>
    /** Fails with `EntityNotFound` when there are none. */
    readonly delete: (userId: string, options?: WriteOptions) => Result<Receipt>
    readonly count: Result<number>
  }
>() {}

/** Queries over the catalogue; taking and forgetting backups is `BackupManager`. */
export class BackupRepository extends Context.Tag("@white-room/core/BackupRepository")<
  BackupRepository,
  {
    /**
     * Keeps a state that is given as documents, in either form of Phase 5, as an imported backup under its own id;
     * nothing is merged. Fails with `InvalidInput` when the id is taken or anything in it cannot be read.
     */
    readonly create: (backup: Omit<BackupDocument, "size">) => Result<BackupInfo>
    /** A backup with its documents as JSON; large libraries make large strings. */
    readonly read: (id: string) => Result<BackupDocument>
    readonly getAll: Result<ReadonlyArray<BackupInfo>>
    /** The one that `latest` names; `undefined` when there is none. */
    readonly getLatest: Result<BackupInfo | undefined>
    /** By the time they were taken, both ends included, oldest first. */
    readonly getByDateRange: (from: Date, to: Date) => Result<ReadonlyArray<BackupInfo>>
    /** Those of one version of the exchange data. */
    readonly getByVersion: (version: string) => Result<ReadonlyArray<BackupInfo>>
    /** In descriptions and tags, without regard to case. */
    readonly search: (text: string) => Result<ReadonlyArray<BackupInfo>>
    readonly count: Result<number>
    readonly getTotalSize: Result<number>
    /** Forgets those taken before a time; the newest always stays. Returns how many. */
    readonly deleteOlderThan: (time: Date) => Result<number>
  }
>() {}
