/** Phase 5's repositories of songs, performances and preferences. Each write is durable when it resolves. */
import type {
  Performance as StoredPerformance,
  Song as StoredSong,
  UserPreferencesInput
} from "@white-room/core"
import { unlessMissing } from "./BackupError.js"
import { LibraryUser } from "./LibraryUser.js"
import type { Performance, Song, UserPreferences } from "./Model.js"

/** How many entities the lists of the newest hold, unless told otherwise. */
const newest = 20

type Named = Promise<ReadonlyArray<{ readonly id: string }>>

/** What is used of the Promise door's songs and performances. */
interface Documents<Stored, Input> {
  readonly create: (entity: Input) => Promise<unknown>
  readonly read: (id: string) => Promise<Stored>
  readonly update: (entity: Input) => Promise<unknown>
  readonly upsert: (entity: Input) => Promise<unknown>
  readonly delete: (id: string) => Promise<unknown>
  readonly getAll: () => Named
  readonly search: (text: string) => Named
  readonly getRecentlyCreated: (limit: number) => Named
  readonly getRecentlyUpdated: (limit: number) => Named
  readonly getByDateRange: (from: Date, to: Date) => Named
  readonly count: () => Promise<number>
  readonly getTotalSize: () => Promise<number>
}

/** What the repositories of songs and performances have in common. */
abstract class DocumentRepository<Stored, Entity> extends LibraryUser {
  protected abstract entities(): Promise<Documents<Stored, Entity>>
  protected abstract entityOf(stored: Stored): Entity

  /** Lists name entities; each is read in full. One that is deleted meanwhile is left out. */
  protected async readAll(list: Named): Promise<Array<Entity>> {
    const entities = await this.entities()
    const found = await Promise.all((await list).map(({ id }) => unlessMissing(entities.read(id))))
    return found.flatMap((entity) => (entity === undefined ? [] : [this.entityOf(entity)]))
  }

  /** Rejects with `VersionConflict` when the id is taken. */
  async create(entity: Entity): Promise<void> {
    await (await this.entities()).create(entity)
  }

  /** `undefined` when there is none. */
  async read(id: string): Promise<Entity | undefined> {
    const found = await unlessMissing((await this.entities()).read(id))
    return found === undefined ? undefined : this.entityOf(found)
  }

  /** Rejects with `EntityNotFound` when there is none. */
  async update(entity: Entity): Promise<void> {
    await (await this.entities()).update(entity)
  }

  /** Creates or updates. */
  async upsert(entity: Entity): Promise<void> {
    await (await this.entities()).upsert(entity)
  }

  /** Does nothing when there is none. */
  async delete(id: string): Promise<void> {
    await unlessMissing((await this.entities()).delete(id))
  }

  /** By name. */
  async getAll(): Promise<Array<Entity>> {
    return await this.readAll((await this.entities()).getAll())
  }

  /** In names and descriptive fields, without regard to case. */
  async search(query: string): Promise<Array<Entity>> {
    return await this.readAll((await this.entities()).search(query))
  }

  /** Newest first. */
  async getRecentlyCreated(limit: number = newest): Promise<Array<Entity>> {
    return await this.readAll((await this.entities()).getRecentlyCreated(limit))
  }

  /** Newest first. */
  async getRecentlyUpdated(limit: number = newest): Promise<Array<Entity>> {
    return await this.readAll((await this.entities()).getRecentlyUpdated(limit))
  }

  /** By creation, both ends included, oldest first. */
  async getByDateRange(startDate: Date, endDate: Date): Promise<Array<Entity>> {
    return await this.readAll((await this.entities()).getByDateRange(startDate, endDate))
  }

  /** How many there are. */
  async count(): Promise<number> {
    return await (await this.entities()).count()
  }

  /** Bytes of all documents. */
  async getTotalSize(): Promise<number> {
    return await (await this.entities()).getTotalSize()
  }
}

/** Songs, with their documents. */
export class SongDataRepository extends DocumentRepository<StoredSong, Song> {
  protected async entities() {
    return (await this.library()).songs
  }

  protected entityOf(stored: StoredSong): Song {
    return stored
  }
}

/** Performances, with their documents. */
export class PerformanceDataRepository extends DocumentRepository<StoredPerformance, Performance> {
  protected async entities() {
    return (await this.library()).performances
  }

  protected entityOf(stored: StoredPerformance): Performance {
    return { ...stored, tags: [...stored.tags] }
  }

  /** The performances of one song, by name. */
  async getBySongId(songId: string): Promise<Array<Performance>> {
    return await this.readAll((await this.entities()).getBySongId(songId))
  }

  /** By name. */
  async getFavorites(): Promise<Array<Performance>> {
    return await this.readAll((await this.entities()).getFavorites())
  }
}

/** Phase 5 replaces all of a user's preferences: what is left out is unset, where the library would keep it. */
const whole = (preferences: UserPreferences): UserPreferencesInput => {
  const { displayName, defaultOutputDevice, defaultInputDevice, theme, language } = preferences
  const optional = { displayName, defaultOutputDevice, defaultInputDevice, theme, language }
  // The library takes `undefined` for unset, which the type of its input does not say.
  return { ...preferences, ...optional } as UserPreferencesInput
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
    return [...(await (await this.library()).preferences.getAll())]
  }

  /** Those stored for `default`, else the defaults; stores nothing. */
  async getDefault(): Promise<UserPreferences> {
    return await (await this.library()).preferences.getDefault()
  }

  /** How many there are. */
  async count(): Promise<number> {
    return await (await this.library()).preferences.count()
  }
}
