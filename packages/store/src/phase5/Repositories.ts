/** Phase 5's repositories of songs, performances and preferences. Each write is durable when it resolves. */
import {
  InvalidInput,
  type PerformanceSummary,
  type SongSummary,
  type Performance as StoredPerformance,
  type Song as StoredSong,
  type UserPreferencesInput
} from "@white-room/core"
import { performanceValue, preferencesValue, songValue } from "../promise/ArgumentValues.js"
import type { Fields } from "../promise/Values.js"
import { unlessMissing } from "./BackupError.js"
import { LibraryUser } from "./LibraryUser.js"
import type { Performance, Song, UserPreferences } from "./Model.js"
import { refuseOptions } from "./refuseOptions.js"

/** How many entities the lists of the newest hold, unless told otherwise. */
const newest = 20

/** What lists say of an entity. */
interface Summary {
  readonly id: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** What is used of the Promise door's songs and performances. */
interface Documents<Stored, Input, Listed> {
  readonly create: (entity: Input) => Promise<unknown>
  readonly read: (id: string) => Promise<Stored>
  readonly update: (entity: Input) => Promise<unknown>
  readonly upsert: (entity: Input) => Promise<unknown>
  readonly delete: (id: string) => Promise<unknown>
  readonly list: () => Promise<ReadonlyArray<Listed>>
  readonly search: (text: string) => Promise<ReadonlyArray<Listed>>
  readonly count: () => Promise<number>
  readonly documentBytes: () => Promise<number>
}

/** Milliseconds; what is not a time comes before all others. */
const timeOf = (time: Date): number => {
  const milliseconds = time.getTime()
  return Number.isNaN(milliseconds) ? Number.NEGATIVE_INFINITY : milliseconds
}

/** @throws InvalidInput */
const checkTime = (time: Date, field: string): void => {
  if (!(time instanceof Date) || Number.isNaN(time.getTime()))
    throw new InvalidInput({ field, reason: "it is not a time" })
}

/** @throws InvalidInput */
const checkLimit = (limit: number): void => {
  if (!Number.isSafeInteger(limit) || limit < 0)
    throw new InvalidInput({ field: "limit", reason: "it must be a whole number of 0 or more" })
}

/** Phase 5 passed over what it did not know; the library refuses it. */
const knownOf = <A extends object>(fields: Fields, given: A): A =>
  Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(fields, name))) as A

/** What the repositories of songs and performances have in common. */
abstract class DocumentRepository<Stored, Entity extends object, Listed extends Summary> extends LibraryUser {
  protected abstract entities(): Promise<Documents<Stored, Entity, Listed>>
  protected abstract entityOf(stored: Stored): Entity
  protected abstract readonly fields: Fields

  /** Lists name entities; each is read in full. One that is deleted meanwhile is left out. */
  private async readAll(list: ReadonlyArray<Summary>): Promise<Array<Entity>> {
    const entities = await this.entities()
    const found = await Promise.all(list.map(({ id }) => unlessMissing(entities.read(id))))
    return found.flatMap((entity) => (entity === undefined ? [] : [this.entityOf(entity)]))
  }

  private async list(): Promise<ReadonlyArray<Listed>> {
    return await (await this.entities()).list()
  }

  /** Those of the list that are wanted, in its order. */
  protected async readIf(wanted: (entity: Listed) => boolean): Promise<Array<Entity>> {
    return await this.readAll((await this.list()).filter(wanted))
  }

  private async readNewest(limit: number, at: (entity: Listed) => Date): Promise<Array<Entity>> {
    checkLimit(limit)
    const newestFirst = [...(await this.list())].sort((a, b) => timeOf(at(b)) - timeOf(at(a)) || 0)
    return await this.readAll(newestFirst.slice(0, limit))
  }

  /** Rejects with `VersionConflict` when the id is taken. */
  async create(entity: Entity): Promise<void> {
    await (await this.entities()).create(knownOf(this.fields, entity))
  }

  /** `undefined` when there is none. */
  async read(id: string): Promise<Entity | undefined> {
    const found = await unlessMissing((await this.entities()).read(id))
    return found === undefined ? undefined : this.entityOf(found)
  }

  /** Rejects with `EntityNotFound` when there is none. */
  async update(entity: Entity): Promise<void> {
    await (await this.entities()).update(knownOf(this.fields, entity))
  }

  /** Creates or updates. */
  async upsert(entity: Entity): Promise<void> {
    await (await this.entities()).upsert(knownOf(this.fields, entity))
  }

  /** Does nothing when there is none. */
  async delete(id: string): Promise<void> {
    await unlessMissing((await this.entities()).delete(id))
  }

  /** By name. */
  async getAll(): Promise<Array<Entity>> {
    return await this.readAll(await this.list())
  }

  /** In names and descriptive fields, without regard to case. */
  async search(query: string): Promise<Array<Entity>> {
    return await this.readAll(await (await this.entities()).search(query))
  }

  /** Newest first. */
  async getRecentlyCreated(limit: number = newest): Promise<Array<Entity>> {
    return await this.readNewest(limit, ({ createdAt }) => createdAt)
  }

  /** Newest first. */
  async getRecentlyUpdated(limit: number = newest): Promise<Array<Entity>> {
    return await this.readNewest(limit, ({ updatedAt }) => updatedAt)
  }

  /** By creation, both ends included, oldest first. */
  async getByDateRange(startDate: Date, endDate: Date): Promise<Array<Entity>> {
    checkTime(startDate, "from")
    checkTime(endDate, "to")
    const between = (await this.list()).filter(
      ({ createdAt }) => createdAt >= startDate && createdAt <= endDate
    )
    return await this.readAll([...between].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime()))
  }

  /** How many there are. */
  async count(): Promise<number> {
    return await (await this.entities()).count()
  }

  /** Bytes of all documents. */
  async getTotalSize(): Promise<number> {
    return await (await this.entities()).documentBytes()
  }
}

/** Songs, with their documents. */
export class SongDataRepository extends DocumentRepository<StoredSong, Song, SongSummary> {
  protected readonly fields = songValue.fields

  protected async entities() {
    return (await this.library()).songs
  }

  protected entityOf(stored: StoredSong): Song {
    return stored
  }
}

/** Performances, with their documents. */
export class PerformanceDataRepository extends DocumentRepository<
  StoredPerformance,
  Performance,
  PerformanceSummary
> {
  protected readonly fields = performanceValue.fields

  protected async entities() {
    return (await this.library()).performances
  }

  protected entityOf(stored: StoredPerformance): Performance {
    return { ...stored, tags: [...stored.tags] }
  }

  /** The performances of one song, newest first. */
  async getBySongId(songId: string): Promise<Array<Performance>> {
    const found = await this.readIf((performance) => performance.songId === songId)
    return found.sort((a, b) => timeOf(b.createdAt) - timeOf(a.createdAt) || 0)
  }

  /** By name. */
  async getFavorites(): Promise<Array<Performance>> {
    return await this.readIf(({ isFavorite }) => isFavorite)
  }
}

/** Phase 5 replaces all of a user's preferences: what is left out is unset, where the library would keep it. */
const whole = (preferences: UserPreferences): UserPreferencesInput => {
  const { displayName, defaultOutputDevice, defaultInputDevice, theme, language } = preferences
  const optional = { displayName, defaultOutputDevice, defaultInputDevice, theme, language }
  // The library takes `undefined` for unset, which the type of its input does not say.
  return knownOf(preferencesValue.fields, { ...preferences, ...optional }) as UserPreferencesInput
}

/** Preferences of each user. */
export class UserPreferencesRepository extends LibraryUser {
  /** Rejects with `VersionConflict` when this user has some. */
  async create(preferences: UserPreferences): Promise<void> {
    await (await this.library()).preferences.upsert(whole(preferences), { expected: "NoEntity" })
  }

  /** `undefined` when none are stored for this user. */
  async read(userId: string = "default"): Promise<UserPreferences | undefined> {
    return await unlessMissing((await this.library()).preferences.read(userId))
  }

  /** The same as `upsert`. */
  async update(preferences: UserPreferences): Promise<void> {
    await this.upsert(preferences)
  }

  /** Creates or updates. */
  async upsert(preferences: UserPreferences): Promise<void> {
    await (await this.library()).preferences.upsert(whole(preferences))
  }

  /** Does nothing when there are none. */
  async delete(userId: string): Promise<void> {
    await unlessMissing((await this.library()).preferences.delete(userId))
  }

  /** Those of every user, by id. */
  async getAll(): Promise<Array<UserPreferences>> {
    return [...(await (await this.library()).preferences.list())]
  }

  /** Those stored for `default`, else the defaults; stores nothing. */
  async getDefault(): Promise<UserPreferences> {
    return await (await this.library()).preferences.current()
  }

  /** How many there are. */
  async count(): Promise<number> {
    return await (await this.library()).preferences.count()
  }
}

refuseOptions(DocumentRepository, ["create", "update", "upsert"])
refuseOptions(PerformanceDataRepository, ["entityOf"])
refuseOptions(UserPreferencesRepository, ["create", "update", "upsert"])
