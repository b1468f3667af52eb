/**
 * Songs, performances and preferences as services. Reads go to the live tables and never wait; writes are events:
 * each is durable when it succeeds, captures another program's change first, and can be taken back.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
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
export interface EntityService<A, I, Summary> {
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
  readonly list: (page?: Page) => Result<ReadonlyArray<Summary>>
  /** In names and descriptive fields, without regard to case. */
  readonly search: (text: string, page?: Page) => Result<ReadonlyArray<Summary>>
  readonly count: Result<number>
  /** Bytes of all documents. */
  readonly documentBytes: Result<number>
}

export type SongSummary = Omit<Song, "songDataJSON">
export type PerformanceSummary = Omit<Performance, "performanceDataJSON">

/** The songs of a library. */
export class Songs extends Context.Tag("@white-room/core/Songs")<
  Songs,
  EntityService<Song, SongInput, SongSummary>
>() {}

/** The performances of a library. */
export class Performances extends Context.Tag("@white-room/core/Performances")<
  Performances,
  EntityService<Performance, PerformanceInput, PerformanceSummary> & {
    /** The performances of one song, by name. */
    readonly ofSong: (songId: string) => Result<ReadonlyArray<PerformanceSummary>>
  }
>() {}

/** The preferences of each user of a library. */
export class Preferences extends Context.Tag("@white-room/core/Preferences")<
  Preferences,
  {
    /** Fails with `EntityNotFound` when none are stored for this user. */
    readonly read: (userId: string) => Result<UserPreferences>
    /** Those stored for the user `default`, else what holds without any. */
    readonly current: Result<UserPreferences>
    readonly list: Result<ReadonlyArray<UserPreferences>>
    /** Fields that are left out keep their value, or their default. */
    readonly upsert: (preferences: UserPreferencesInput, options?: WriteOptions) => Result<Receipt>
    /** Fails with `EntityNotFound` when there are none. */
    readonly delete: (userId: string, options?: WriteOptions) => Result<Receipt>
    readonly count: Result<number>
  }
>() {}
