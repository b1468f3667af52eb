/** Programs written for Phase 5's classes go on working: their import line is another, and they await. */
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import {
  type Backup,
  BackupError,
  BackupManager,
  BackupRepository,
  createDefaultUserPreferences,
  createEmptyRestoreResult,
  createEmptyValidationResult,
  formatBackupSize,
  formatBackupTimestamp,
  type Library,
  openLibrary,
  type Performance,
  PerformanceDataRepository,
  type Song,
  SongDataRepository,
  UserPreferencesRepository,
  validateBackupData
} from "../../src/phase5.js"

let folder: string
let path: string
let library: Library

const open = async () => {
  library = await openLibrary(path, { create: true, actor: "ada@studio" })
  return library
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "white-room-test-"))
  path = join(folder, "white_room.db")
  await open()
})

afterEach(async () => {
  vi.useRealTimers()
  await library.close()
  rmSync(folder, { recursive: true, force: true })
})

const song = (id: string, more: Partial<Song> = {}): Song => ({
  id,
  name: `Song ${id}`,
  createdAt: new Date("2026-01-02T03:04:05.678Z"),
  updatedAt: new Date("2026-01-03T03:04:05.678Z"),
  songDataJSON: `{"id":"${id}"}`,
  determinismSeed: "seed-123",
  ...more
})

const performance = (id: string, songId: string, more: Partial<Performance> = {}): Performance => ({
  id,
  name: `Performance ${id}`,
  songId,
  duration: 61.5,
  performanceDataJSON: "{}",
  createdAt: new Date("2026-01-02T03:04:05.678Z"),
  updatedAt: new Date("2026-01-03T03:04:05.678Z"),
  isFavorite: false,
  tags: [],
  ...more
})

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => expect.unreachable(`it gave ${JSON.stringify(value)}`),
    (error: unknown) => error
  )

const ids = (entities: ReadonlyArray<{ readonly id: string }>) => entities.map(({ id }) => id)

describe("a program of Phase 5", () => {
  /** As it was written, but for `await`; `Database` is the one of better-sqlite3. */
  const program = async (database: Sqlite.Database) => {
    const backups = new BackupRepository(database)
    const songs = new SongDataRepository(database)
    const performances = new PerformanceDataRepository(database)
    const preferences = new UserPreferencesRepository(database)
    const manager = new BackupManager(backups, songs, performances, preferences)

    await songs.create(song("s1", { name: "Night Drive", composer: "Ada" }))
    await songs.create(song("s2"))
    await performances.create(performance("p1", "s1", { isFavorite: true, tags: ["live"] }))
    await preferences.upsert({ ...createDefaultUserPreferences(), theme: "dark" })
    const backup = await manager.createBackup("Before the tour")
    const edited = await songs.read("s1")
    if (edited === undefined) throw new Error("the song is gone")
    edited.name = "Night Bus"
    await songs.update(edited)
    await songs.delete("s2")
    const result = await manager.restoreFromBackup(backup.id)
    const validation = await manager.validateBackup(backup.id)
    const all = (await songs.getAll()).map(({ name, songDataJSON }) => `${name} ${songDataJSON}`)
    const statistics = await manager.getBackupStatistics()
    await manager.destroy()
    database.close()
    return { backup, result, validation, all, statistics }
  }

  it("saves, backs up, restores and validates, with its own database handle", async () => {
    const { backup, result, validation, all, statistics } = await program(new Sqlite(path))
    expect(backup.description).toBe("Before the tour")
    expect(backup.timestamp).toBeInstanceOf(Date)
    expect(backup.version).toBe("1.0.0")
    const kept: ReadonlyArray<{ readonly id: string }> = JSON.parse(backup.songsJSON)
    expect(ids(kept).sort()).toEqual(["s1", "s2"])
    expect(kept.find(({ id }) => id === "s1")).toMatchObject({
      name: "Night Drive",
      composer: "Ada",
      createdAt: "2026-01-02T03:04:05.678Z"
    })
    expect(JSON.parse(backup.performancesJSON)).toMatchObject([
      { id: "p1", isFavorite: true, tags: ["live"] }
    ])
    expect(JSON.parse(backup.preferencesJSON)).toMatchObject({ userId: "default", theme: "dark" })
    expect(result).toEqual({
      songsRestored: 2,
      performancesRestored: 1,
      preferencesRestored: true,
      errors: [],
      isSuccess: true
    })
    expect(validation).toEqual({
      validSongs: true,
      validPerformances: true,
      validPreferences: true,
      isValid: true,
      errors: []
    })
    expect(all).toEqual(['Night Drive {"id":"s1"}', 'Song s2 {"id":"s2"}'])
    // The restore took a safety backup.
    expect(statistics.totalBackups).toBe(2)
  })

  it("runs on a database in memory, as its own tests do: what is given the same one shares it", async () => {
    const database = new Sqlite(":memory:")
    const other = new Sqlite()
    await new SongDataRepository(other).create(song("elsewhere"))
    const { result, all, statistics } = await program(database)
    expect(result).toMatchObject({ songsRestored: 2, isSuccess: true })
    expect(all).toEqual(['Night Drive {"id":"s1"}', 'Song s2 {"id":"s2"}'])
    // One of them was taken before the restore.
    expect(statistics.totalBackups).toBe(2)
    // Neither the manager that was destroyed nor the database that was closed takes it away.
    const backups = new BackupRepository(database)
    const given = {
      id: "mine",
      timestamp: new Date(),
      description: "",
      songsJSON: "[]",
      performancesJSON: "[]"
    }
    await backups.create({ ...given, preferencesJSON: "{}", size: 100, version: "1.0.0" })
    await backups.update({ ...given, preferencesJSON: "{}", size: 200, version: "1.0.0" })
    expect(await backups.read("mine")).toMatchObject({ size: 200, songsJSON: "[]" })
    expect(await backups.count()).toBe(3)
    await backups.delete("mine")
    expect(await backups.read("mine")).toBeUndefined()
    expect(ids(await new SongDataRepository(other).getAll())).toEqual(["elsewhere"])
    other.close()
  })

  it("makes a database in memory for each of its tests: those that it closed are let go of", async () => {
    const listeners = process.listenerCount("exit")
    const closed = new Sqlite(":memory:")
    await new SongDataRepository(closed).create(song("a"))
    closed.close()
    expect(await new SongDataRepository(closed).count()).toBe(1)
    for (let tests = 0; tests < 3; tests++) {
      const next = new Sqlite(":memory:")
      expect(await new SongDataRepository(next).count()).toBe(0)
      next.close()
    }
    expect(await failureOf(new SongDataRepository(closed).count())).toMatchObject({ _tag: "Closed" })
    expect(process.listenerCount("exit") - listeners).toBeLessThanOrEqual(1)
  })

  it("is refused, and leaves the file as it is, where no library is", async () => {
    const plain = new Sqlite(join(folder, "plain.db"))
    plain.exec("CREATE TABLE song_data(id TEXT PRIMARY KEY)")
    const songs = new SongDataRepository(plain)
    expect(await failureOf(songs.count())).toMatchObject({ _tag: "NotALibrary" })
    expect(plain.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all()).toEqual([
      "song_data"
    ])
    plain.close()
    const none = new SongDataRepository(join(folder, "none.db"))
    expect(await failureOf(none.count())).toMatchObject({ _tag: "LibraryNotFound" })
    expect(existsSync(join(folder, "none.db"))).toBe(false)
    const memory = new Sqlite(":memory:")
    memory.exec("CREATE TABLE song_data(id)")
    for (const source of [memory, ":memory:"])
      expect(await failureOf(new SongDataRepository(source).count())).toMatchObject({
        _tag: "InvalidInput",
        field: "database"
      })
    memory.close()
  })

  it("may name its library by path, by handle, or be given it, open or being opened", async () => {
    for (const source of [path, library, openLibrary(path)]) {
      const manager = new BackupManager(source, { maxBackups: 3 })
      await manager.createBackup()
      await manager.destroy()
    }
    expect(await library.backups.list()).toHaveLength(3)
  })

  it("opens the library again after destroy, and does not close one it was given", async () => {
    const manager = new BackupManager(path)
    await manager.createBackup()
    await manager.destroy()
    expect(await manager.getAllBackups()).toHaveLength(1)
    await manager.destroy()
    await new BackupManager(library).destroy()
    expect(await library.backups.list()).toHaveLength(1)
  })
})

describe("repositories", () => {
  it("of songs: create, read, update, upsert, delete, lists with documents", async () => {
    const songs = new SongDataRepository(library)
    await songs.create(
      song("a", { name: "Bohemian Night", composer: "Queen", customMetadata: { mood: "x" } })
    )
    await songs.create(song("b", { name: "Stairs", updatedAt: new Date("2026-02-01T00:00:00Z") }))
    expect(await songs.read("a")).toEqual(
      song("a", { name: "Bohemian Night", composer: "Queen", customMetadata: { mood: "x" } })
    )
    expect(await songs.read("nobody")).toBeUndefined()
    expect(await failureOf(songs.create(song("a")))).toMatchObject({ _tag: "VersionConflict" })
    await songs.update(song("b", { name: "Stairway" }))
    expect(await failureOf(songs.update(song("c")))).toMatchObject({ _tag: "EntityNotFound" })
    await songs.upsert(song("c", { createdAt: new Date("2026-03-01T00:00:00Z") }))
    expect(ids(await songs.search("queen"))).toEqual(["a"])
    expect(ids(await songs.getRecentlyCreated(1))).toEqual(["c"])
    expect(ids(await songs.getRecentlyUpdated())).toHaveLength(3)
    expect(ids(await songs.getByDateRange(new Date("2026-02-15"), new Date("2026-03-15")))).toEqual(["c"])
    expect(await songs.getAll()).toHaveLength(3)
    expect((await songs.getAll()).at(-1)?.songDataJSON).toBe('{"id":"b"}')
    expect(await songs.getTotalSize()).toBe(30)
    await songs.delete("a")
    await songs.delete("a")
    expect(await songs.count()).toBe(2)
  })

  it("of performances: by song, favourites", async () => {
    const performances = new PerformanceDataRepository(library)
    await performances.create(performance("p1", "a", { isFavorite: true, tags: ["live", "2026"] }))
    await performances.create(performance("p2", "a"))
    await performances.create(performance("p3", "b"))
    expect(ids(await performances.getBySongId("a"))).toEqual(["p1", "p2"])
    await performances.create(performance("p0", "a", { createdAt: new Date("2026-06-01T00:00:00Z") }))
    expect(ids(await performances.getBySongId("a"))).toEqual(["p0", "p1", "p2"])
    await performances.delete("p0")
    const favorites = await performances.getFavorites()
    expect(favorites).toEqual([performance("p1", "a", { isFavorite: true, tags: ["live", "2026"] })])
    favorites[0]?.tags.push("mine")
    expect((await performances.read("p1"))?.tags).toEqual(["live", "2026"])
  })

  it("of preferences: defaults that are not stored, replacing as a whole", async () => {
    const preferences = new UserPreferencesRepository(library)
    expect(await preferences.read()).toBeUndefined()
    expect(await preferences.getDefault()).toMatchObject({ userId: "default", maxBackups: 30 })
    expect(await preferences.count()).toBe(0)
    const { updatedAt: _, ...defaults } = createDefaultUserPreferences()
    const updatedAt = new Date("2026-01-03T03:04:05.678Z")
    await preferences.create({ ...defaults, updatedAt, theme: "dark", customPreferences: { a: "b" } })
    expect(await failureOf(preferences.create({ ...defaults, updatedAt }))).toMatchObject({
      _tag: "VersionConflict"
    })
    await preferences.update({ ...defaults, updatedAt, language: "is" })
    expect(await preferences.read()).toEqual({ ...defaults, updatedAt, language: "is" })
    expect(await preferences.getAll()).toHaveLength(1)
    await preferences.delete("default")
    await preferences.delete("default")
    expect(await preferences.count()).toBe(0)
  })

  it("of backups: newest first, documents only of the one that is read", async () => {
    const manager = new BackupManager(library)
    const backups = new BackupRepository(library)
    expect(await backups.getLatest()).toBeUndefined()
    const first = await manager.createBackup("First")
    const second = await manager.createBackup("Second")
    expect(ids(await backups.getAll())).toEqual([second.id, first.id])
    expect(Object.keys((await backups.getAll())[0] ?? {})).not.toContain("songsJSON")
    expect(await backups.getLatest()).toEqual(second)
    expect(await backups.read("nobody")).toBeUndefined()
    expect(ids(await backups.getByVersion("1.0.0"))).toEqual([second.id, first.id])
    expect(await backups.getByVersion("0.9")).toEqual([])
    expect(ids(await backups.search("firs"))).toEqual([first.id])
    const { timestamp } = first
    expect(ids(await backups.getByDateRange(timestamp, timestamp))).toContain(first.id)
    expect(await backups.count()).toBe(2)
    expect(await backups.getTotalSize()).toBe(first.size + second.size)
    await backups.update({ ...first, description: "The very first" })
    expect((await backups.read(first.id))?.description).toBe("The very first")
    const other: Backup = { ...first, songsJSON: "[{}]" }
    expect(await failureOf(backups.update(other))).toMatchObject({ code: "INVALID_BACKUP" })
    expect(await backups.deleteOlderThan(new Date(second.timestamp.getTime() + 1))).toBe(1)
    await backups.delete(first.id)
    expect(ids(await backups.getAll())).toEqual([second.id])
    expect(await backups.read(first.id)).toBeUndefined()
    expect(await backups.deleteOlderThan(new Date(second.timestamp.getTime() + 1))).toBe(0)
    await backups.update({ ...second, description: "Second, with another size", size: 1 })
    expect(await backups.read(second.id)).toEqual({ ...second, description: "Second, with another size" })
    await manager.destroy()
  })
})

/** A backup as a program of Phase 5 makes one itself. */
const given = (id: string, more: Partial<Backup> = {}): Backup => ({
  id,
  timestamp: new Date("2026-01-01T00:00:00.000Z"),
  description: `Backup ${id}`,
  songsJSON: JSON.stringify([song(id)]),
  performancesJSON: "[]",
  preferencesJSON: "{}",
  size: 1000,
  version: "1.0",
  ...more
})

describe("an id that reads as the name of another backup", () => {
  /** Numbered 1 to 4: `b1` is the second, `latest` the third and not the last. */
  const named = ["one", "b1", "latest", "b3"]

  beforeEach(async () => {
    const backups = new BackupRepository(library)
    for (const id of named) await backups.create(given(id))
  })

  it("names its own backup: to read, to describe, to restore, to delete", async () => {
    const backups = new BackupRepository(library)
    const manager = new BackupManager(library)
    for (const id of named) expect(await backups.read(id)).toEqual(given(id))
    await backups.update(given("b1", { description: "described" }))
    expect((await library.backups.find("b1")).description).toBe("Backup one")
    await manager.restoreFromBackup("b1")
    expect(ids(await new SongDataRepository(library).getAll())).toEqual(["b1"])
    await manager.deleteBackup("b1")
    await manager.deleteBackup("latest")
    await manager.deleteBackup("b2")
    await manager.destroy()
    const safety = (await library.backups.list()).find(({ trigger }) => trigger === "safety")
    expect(ids(await backups.getAll()).sort()).toEqual(["b3", "one", safety?.backupId].sort())
  })

  it("is in the trash by itself, and taken out by itself", async () => {
    await new BackupRepository(library).delete("b1")
    const [gone] = await library.backups.list({ trash: true })
    expect(gone?.backupId).toBe("b1")
    expect((await library.backups.undelete(`b${gone?.number}`)).backupId).toBe("b1")
  })
})

describe("the manager", () => {
  it("says of a backup of which a document is not JSON that it was not restored as a whole", async () => {
    await new BackupRepository(library).create(given("x", { preferencesJSON: "not JSON" }))
    const manager = new BackupManager(library)
    const result = await manager.restoreFromBackup("x")
    expect(result).toMatchObject({ songsRestored: 1, preferencesRestored: false, isSuccess: false })
    expect(result.errors).toEqual([expect.stringContaining("Invalid preferences JSON")])
    await manager.destroy()
  })

  it("says of preferences that nobody stored that they are as in the backup, unless somebody stored some since", async () => {
    const manager = new BackupManager(library)
    const { id } = await manager.createBackup("defaults")
    expect(await manager.restoreFromBackup(id)).toMatchObject({ preferencesRestored: true, isSuccess: true })
    await library.preferences.upsert({ theme: "dark" })
    expect(await manager.restoreFromBackup(id)).toMatchObject({ preferencesRestored: false })
    expect(await library.preferences.current()).toMatchObject({ theme: "dark" })
    await manager.destroy()
  })

  it("keeps the newest backups and forgets the oldest above the limit", async () => {
    const manager = new BackupManager(library, { maxBackups: 2 })
    for (const name of ["one", "two", "three", "four"]) await manager.createBackup(name)
    const kept = await manager.getAllBackups()
    expect(kept.map(({ description }) => description)).toEqual(["four", "three"])
    expect((await manager.getLatestBackup())?.description).toBe("four")
    await manager.destroy()
  })

  it("takes the limit from the preferences unless told", async () => {
    await library.preferences.upsert({ maxBackups: 1 })
    const manager = new BackupManager(library)
    await manager.createBackup("one")
    await manager.createBackup("two")
    expect(await manager.getAllBackups()).toHaveLength(1)
    await manager.destroy()
  })

  it("rejects with the codes of Phase 5, and says why", async () => {
    const manager = new BackupManager(library)
    for (const ask of [
      () => manager.restoreFromBackup("nobody"),
      () => manager.validateBackup("nobody"),
      () => manager.getBackupSize("nobody")
    ]) {
      const error = await failureOf(ask())
      expect(error).toBeInstanceOf(BackupError)
      expect(error).toMatchObject({
        name: "BackupError",
        code: "BACKUP_NOT_FOUND",
        message: expect.stringContaining("There is no backup nobody"),
        cause: { _tag: "BackupNotFound" }
      })
    }
    await manager.deleteBackup("nobody")
    expect((await manager.createBackup("")).description).toMatch(/^Backup - \d/)
    const backup = await manager.createBackup()
    expect(backup.description).toMatch(/^Backup - \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    expect(await manager.getBackupSize(backup.id)).toBe(backup.size)
    await manager.destroy()
  })

  it("counts the bytes of a backup's documents, which are never none", async () => {
    const manager = new BackupManager(library)
    const empty = await manager.createBackup("empty")
    expect(empty.size).toBe(
      empty.songsJSON.length + empty.performancesJSON.length + empty.preferencesJSON.length
    )
    expect(empty.size).toBeGreaterThan(0)
    await library.songs.create(song("a", { name: "Café" }))
    const more = await manager.createBackup("more")
    expect(more.size).toBeGreaterThan(more.songsJSON.length)
    expect(await manager.getBackupSize(more.id)).toBe(more.size)
    const statistics = await new BackupManager(library).getBackupStatistics()
    expect(statistics).toEqual({
      totalBackups: 2,
      totalSize: empty.size + more.size,
      averageSize: Math.floor((empty.size + more.size) / 2),
      oldestBackup: empty.timestamp,
      newestBackup: more.timestamp
    })
    expect(await new BackupRepository(library).getTotalSize()).toBe(empty.size + more.size)
    await manager.destroy()
  })

  it("deletes the backup that it is told to, also the newest and the only one", async () => {
    const manager = new BackupManager(library)
    const first = await manager.createBackup("first")
    const second = await manager.createBackup("second")
    await manager.deleteBackup(second.id)
    expect(ids(await manager.getAllBackups())).toEqual([first.id])
    await manager.deleteBackup(first.id)
    expect(await manager.getAllBackups()).toEqual([])
    expect(await manager.getLatestBackup()).toBeUndefined()
    expect(await manager.getBackupStatistics()).toEqual({ totalBackups: 0, totalSize: 0, averageSize: 0 })
    expect(await library.backups.list({ trash: true })).toHaveLength(2)
    await library.backups.undelete(first.id)
    expect(ids(await manager.getAllBackups())).toEqual([first.id])
    await manager.destroy()
  })

  it("takes no options that Phase 5 did not have, and does nothing then", async () => {
    const manager = new BackupManager(library)
    await library.songs.create(song("a"))
    const { id } = await manager.createBackup()
    await library.songs.delete("a")
    const loose = manager as unknown as Record<string, (...args: ReadonlyArray<unknown>) => Promise<unknown>>
    const asked = [
      loose.restoreFromBackup?.(id, { songs: ["a"] }),
      loose.createBackup?.({ description: "x" }),
      loose.deleteBackup?.(id, { reason: "x" })
    ]
    for (const each of asked)
      expect(await failureOf(each ?? Promise.resolve())).toMatchObject({
        _tag: "InvalidInput",
        field: "options"
      })
    expect(await library.songs.count()).toBe(0)
    expect(await library.backups.list()).toHaveLength(1)
    expect(() => new BackupManager(library, { maxBackup: 3 } as object)).toThrow("maxBackup")
    await manager.destroy()
  })

  it("takes backups by itself, when something changed and while the preferences allow it, until it is destroyed", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] })
    const manager = new BackupManager(library, { backupIntervalHours: 2 })
    const taken = async (hours: number) => {
      await vi.advanceTimersByTimeAsync(hours * 3_600_000)
      // More calls than the timer begins, so that those are done.
      for (let calls = 0; calls < 10; calls++) await library.upkeep.status()
      return (await manager.getAllBackups()).map(({ description }) => description)
    }
    await library.songs.create(song("a"))
    expect(await taken(1.9)).toEqual([])
    expect(await taken(0.2)).toEqual(["Scheduled backup"])
    expect(await taken(2)).toEqual(["Scheduled backup"])
    await library.preferences.upsert({ autoBackupEnabled: false })
    expect(await taken(2)).toEqual(["Scheduled backup"])
    await manager.destroy()
    await library.preferences.upsert({ autoBackupEnabled: true })
    expect(await taken(4)).toEqual(["Scheduled backup"])
  })

  it("tells when a backup by itself fails", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] })
    const told = new Promise<unknown>((resolve) => {
      new BackupManager(join(folder, "none.db"), { onError: resolve })
    })
    await vi.advanceTimersByTimeAsync(24 * 3_600_000)
    expect(await told).toMatchObject({ _tag: "LibraryNotFound" })
  })
})

describe("functions", () => {
  it("say whether documents are JSON", () => {
    const sound = { songsJSON: "[]", performancesJSON: "[]", preferencesJSON: "{}" }
    expect(validateBackupData(sound)).toEqual({
      ...createEmptyValidationResult(),
      validSongs: true,
      validPerformances: true,
      validPreferences: true,
      isValid: true
    })
    const broken = validateBackupData({ ...sound, songsJSON: "{oops" })
    expect(broken).toMatchObject({ validSongs: false, validPreferences: true, isValid: false })
    expect(broken.errors).toEqual([expect.stringMatching(/^Invalid songs JSON: /)])
  })

  it("make empty results and default preferences", () => {
    expect(createEmptyRestoreResult()).toMatchObject({ preferencesRestored: false, isSuccess: false })
    expect(createDefaultUserPreferences()).toMatchObject({ userId: "default", autoSaveInterval: 300 })
    expect(createDefaultUserPreferences().updatedAt).toBeInstanceOf(Date)
  })

  it("show sizes and times", () => {
    expect(formatBackupSize(0)).toBe("0.00 B")
    expect(formatBackupSize(500)).toBe("500.00 B")
    expect(formatBackupSize(1024)).toBe("1.00 KB")
    expect(formatBackupSize(1023.6)).toBe("1023.60 B")
    expect(formatBackupSize(5 * 1024 * 1024)).toBe("5.00 MB")
    expect(formatBackupSize(2 * 1024 ** 4)).toBe("2048.00 GB")
    expect(formatBackupTimestamp(new Date(2026, 10, 22, 14, 30, 5))).toBe("2026-11-22 14:30:05")
  })
})
