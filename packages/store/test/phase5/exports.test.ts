/** Phase 5's export manager: files out of the library and back into another. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import {
  type Backup,
  BackupError,
  BackupManager,
  BackupRepository,
  ExportManager,
  type Library,
  openLibrary,
  PerformanceDataRepository,
  SongDataRepository
} from "../../src/phase5.js"
import { performance, song } from "../support/libraries.js"

let folder: string
let library: Library
let manager: BackupManager
let exports: ExportManager

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "white-room-test-"))
  library = await openLibrary(join(folder, "library.db"), { create: true })
  manager = new BackupManager(library)
  exports = new ExportManager(manager, new BackupRepository(library))
})

afterEach(async () => {
  await manager.destroy()
  await library.close()
  rmSync(folder, { recursive: true, force: true })
})

const other = async () => {
  const opened = await openLibrary(join(folder, "other.db"), { create: true })
  return { opened, exports: new ExportManager(opened) }
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => expect.unreachable(`it gave ${JSON.stringify(value)}`),
    (error: unknown) => error
  )

const documents = (id: string, more: Partial<Backup> = {}): Backup => ({
  id,
  timestamp: new Date("2025-11-01T08:00:00Z"),
  description: "From a program",
  songsJSON: JSON.stringify([
    { ...song("a"), createdAt: "2025-01-01T00:00:00.000Z", updatedAt: "2025-01-01T00:00:00.000Z" }
  ]),
  performancesJSON: "[]",
  preferencesJSON: "{}",
  size: 100,
  version: "0.9.0",
  ...more
})

describe("backups", () => {
  it("go out as the file that Phase 5 reads, and come in elsewhere as a backup, not as songs", async () => {
    await library.songs.upsertAll([song("a", { name: "Night Drive" }), song("b")])
    await library.performances.create(performance("p", "a", { tags: ["live"] }))
    const backup = await manager.createBackup("Before the tour")
    const file = join(folder, "exports", "deep", "tour.json")
    await exports.exportBackup(backup.id, file)
    const written: Record<string, string> = JSON.parse(readFileSync(file, "utf8"))
    expect(Object.keys(written).sort()).toEqual([
      "description",
      "performances",
      "preferences",
      "songs",
      "timestamp",
      "version"
    ])
    expect(JSON.parse(written.songs ?? "")).toHaveLength(2)
    expect(new Date(written.timestamp ?? "")).toEqual(backup.timestamp)

    const { opened, exports: there } = await other()
    const imported = await there.importBackup(file)
    expect(imported).toMatchObject({ description: "Imported: Before the tour", version: "1.0.0" })
    expect(imported.timestamp).toEqual(backup.timestamp)
    expect(await there.importBackup(file)).toEqual(imported)
    expect(await opened.songs.count()).toBe(0)
    await new BackupManager(opened).restoreFromBackup(imported.id)
    expect(await opened.songs.read("a")).toEqual(await library.songs.read("a"))
    expect(await opened.performances.read("p")).toEqual(await library.performances.read("p"))
    await opened.close()
  })

  it("come back into the library they left as backups of their own, which say that they were imported", async () => {
    await library.songs.create(song("a"))
    const backup = await manager.createBackup("Before the tour")
    const file = join(folder, "tour.json")
    await exports.exportBackup(backup.id, file)
    const imported = await exports.importBackup(file)
    expect(imported.description).toMatch(/^Imported/)
    expect(imported.id).not.toBe(backup.id)
    const backups = new BackupRepository(library)
    expect((await backups.read(backup.id))?.description).toBe("Before the tour")
    expect((await backups.read(imported.id))?.description).toBe(imported.description)
    expect(await backups.count()).toBe(2)
    expect(await backups.getTotalSize()).toBe(backup.size + imported.size)
  })

  it("that were given go out with their documents as they were given, those that nobody can read too", async () => {
    const backups = new BackupRepository(library)
    const file = join(folder, "given.json")
    for (const [id, songsJSON] of [
      ["spaced", " [ ] "],
      ["odd", "not JSON"]
    ] as const) {
      const given = documents(id, { songsJSON, performancesJSON: " [ ] " })
      await backups.create(given)
      await exports.exportBackup(id, file)
      expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
        version: given.version,
        timestamp: given.timestamp.toISOString(),
        description: given.description,
        songs: songsJSON,
        performances: " [ ] ",
        preferences: "{}"
      })
    }
  })

  it("replace a file of that name", async () => {
    const file = join(folder, "latest.json")
    writeFileSync(file, "yesterday's")
    await exports.exportBackup((await manager.createBackup("today's")).id, file)
    expect(readFileSync(file, "utf8")).toContain("today's")
  })

  it("that are none are refused with the codes of Phase 5", async () => {
    const broken = join(folder, "broken.json")
    writeFileSync(broken, '{"songs":')
    const file = join(folder, "none.json")
    const { id } = await manager.createBackup()
    for (const [ask, code] of [
      [() => exports.exportBackup("nobody", file), "BACKUP_NOT_FOUND"],
      [() => exports.importBackup(broken), "IMPORT_FAILED"],
      [() => exports.importBackup(join(folder, "missing.json")), "IMPORT_FAILED"],
      [() => exports.exportBackup(id, join(broken, "x.json")), "EXPORT_FAILED"]
    ] as const) {
      const error = await failureOf(ask())
      expect(error).toBeInstanceOf(BackupError)
      expect(error).toMatchObject({ code })
    }
    expect(existsSync(file)).toBe(false)
  })

  it("keep the documents, size and version they are created with, byte for byte, and can be restored", async () => {
    const backups = new BackupRepository(library)
    const given = documents("old-1", { preferencesJSON: ' { "theme" : "dark" } ', size: 4711 })
    await backups.create(given)
    expect(await backups.read("old-1")).toEqual(given)
    expect(await backups.getLatest()).toEqual(given)
    const { songsJSON: _, performancesJSON: __, preferencesJSON: ___, ...summary } = given
    expect(await backups.getAll()).toEqual([summary])
    expect(await backups.getTotalSize()).toBe(4711)
    expect(await manager.getBackupStatistics()).toMatchObject({ totalSize: 4711, averageSize: 4711 })
    expect(await manager.validateBackup("old-1")).toMatchObject({ isValid: true })
    expect(await library.songs.count()).toBe(0)
    expect(await failureOf(backups.create(given))).toMatchObject({ code: "INVALID_BACKUP" })
    for (const wrong of [documents("old-4", { timestamp: new Date(Number.NaN) }), documents("")])
      expect(await failureOf(backups.create(wrong))).toMatchObject({ code: "INVALID_BACKUP" })
    const timestamp = new Date("2025-10-01T08:00:00Z")
    const renamed = { ...given, description: "Renamed", size: 815, version: "0.9.1", timestamp }
    await backups.update(renamed)
    expect(await backups.read("old-1")).toEqual(renamed)
    for (const wrong of [{ size: 0.5 }, { timestamp: new Date(Number.NaN) }, { description: "\ud800" }])
      expect(await failureOf(backups.update({ ...renamed, ...wrong }))).toMatchObject({
        code: "INVALID_BACKUP"
      })
    expect(await backups.read("old-1")).toEqual(renamed)
    expect((await backups.getAll())[0]).toMatchObject({ description: "Renamed", size: 815 })
    expect(await backups.count()).toBe(1)
    expect(await library.upkeep.check({ level: "full" })).toMatchObject({ ok: true })
    await manager.restoreFromBackup("old-1")
    expect(await library.songs.count()).toBe(1)
    await backups.delete("old-1")
    expect(await backups.read("old-1")).toBeUndefined()
    expect(await library.backups.list({ trash: true })).toMatchObject([{ backupId: "old-1" }])
  })

  const trashed = async () => await library.backups.list({ trash: true })

  it("may have the id of one that was deleted, which goes on resting in the trash", async () => {
    const backups = new BackupRepository(library)
    const first = documents("again", { preferencesJSON: ' { "theme" : "dark" } ', description: "first" })
    const second = documents("again", { songsJSON: "[]", description: "second", size: 7 })
    const third = documents("again", { songsJSON: "not JSON", performancesJSON: "{", preferencesJSON: "" })
    await backups.create(first)
    await backups.delete("again")
    for (const ask of [
      () => manager.restoreFromBackup("again"),
      () => manager.validateBackup("again"),
      () => exports.exportBackup("again", join(folder, "x.json"))
    ])
      expect(await failureOf(ask())).toMatchObject({ code: "BACKUP_NOT_FOUND" })
    await backups.create(second)
    expect(await backups.read("again")).toEqual(second)
    expect(await backups.count()).toBe(1)
    const [rests] = await trashed()
    expect(rests).toMatchObject({ description: "first", songs: 1 })
    expect(await failureOf(backups.create(first))).toMatchObject({ code: "INVALID_BACKUP" })
    await backups.delete("again")
    await backups.create(third)
    expect(await backups.read("again")).toEqual(third)
    expect(await backups.count()).toBe(1)
    expect(await failureOf(backups.create(first))).toMatchObject({ code: "INVALID_BACKUP" })
    expect((await trashed()).map(({ description }) => description)).toEqual(["first", "second"])
    await backups.delete("again")
    expect(await backups.count()).toBe(0)
    await backups.create(second)
    const { backupId } = await library.backups.undelete(`b${rests?.number}`)
    expect(await backups.read(backupId)).toEqual({ ...first, id: backupId })
    await manager.restoreFromBackup(backupId)
    expect(await library.songs.count()).toBe(1)
    expect(await library.upkeep.check({ level: "full" })).toMatchObject({ ok: true, damaged: [] })
  })

  it("may have the id of one that the library took itself and that was deleted", async () => {
    const backups = new BackupRepository(library)
    await library.songs.create(song("a"))
    const taken = await manager.createBackup("taken")
    const { id } = taken
    expect(await failureOf(backups.update({ ...taken, version: "9" }))).toMatchObject({
      code: "INVALID_BACKUP"
    })
    await library.songs.delete("a")
    expect(await failureOf(backups.create(documents(id)))).toMatchObject({ code: "INVALID_BACKUP" })
    await manager.deleteBackup(id)
    await backups.create(documents(id, { description: "given" }))
    expect(await backups.getAll()).toMatchObject([{ id, description: "given" }])
    const [rests] = await trashed()
    expect(rests).toMatchObject({ description: "taken", songs: 1 })
    expect(await library.upkeep.check({ level: "full" })).toMatchObject({ ok: true })
    const numbers = [rests, ...(await library.backups.list())].map((backup) => backup?.number)
    expect(numbers).toEqual([2, 3])
    await library.history.undo()
    expect(await backups.getAll()).toMatchObject([{ description: "taken" }])
    expect(await trashed()).toMatchObject([{ backupId: id, description: "given" }])
  })

  it("may have the id of one that left the trash", async () => {
    const backups = new BackupRepository(library)
    await backups.create(documents("again"))
    await backups.delete("again")
    await library.close()
    const database = new Sqlite(join(folder, "library.db"))
    database.exec("UPDATE command SET recorded_at = recorded_at - 864000000")
    database.exec("UPDATE backup_catalog SET expiry_noted_at = forgotten_at - 864000000")
    database.close()
    library = await openLibrary(join(folder, "library.db"))
    await library.upkeep.prune()
    expect(await trashed()).toEqual([])
    const second = documents("again", { description: "second" })
    const later = new BackupRepository(library)
    await later.create(second)
    expect(await later.getAll()).toMatchObject([{ id: "again", description: "second" }])
    expect(await later.read("again")).toEqual(second)
  })

  it("that nobody can read are kept too, found to be invalid, and not restored", async () => {
    const backups = new BackupRepository(library)
    const given = documents("odd", { songsJSON: "not JSON", performancesJSON: "{", preferencesJSON: "" })
    await backups.create(given)
    expect(await backups.read("odd")).toEqual(given)
    expect(await backups.count()).toBe(1)
    const found = await manager.validateBackup("odd")
    expect(found).toMatchObject({ validSongs: false, isValid: false })
    expect(found.errors).toHaveLength(3)
    expect(await failureOf(manager.restoreFromBackup("odd"))).toMatchObject({ code: "INVALID_BACKUP" })
    const half = documents("half", { performancesJSON: "not JSON" })
    await backups.create(half)
    expect(await backups.read("half")).toEqual(half)
    expect(await manager.validateBackup("half")).toMatchObject({
      validSongs: true,
      validPerformances: false,
      isValid: false
    })
    await backups.delete("odd")
    expect(await backups.read("odd")).toBeUndefined()
    expect(await backups.count()).toBe(1)
    expect(await library.upkeep.check({ level: "full" })).toMatchObject({ ok: true })
  })
})

describe("songs, performances and preferences", () => {
  it("go into one file each, named after them, and come back", async () => {
    const songs = [
      song("a", { name: "AC/DC" }),
      song("b", { name: "Night Drive" }),
      song("c", { name: "NIGHT DRIVE" })
    ]
    await library.songs.upsertAll(songs)
    await library.performances.create(performance("p", "a", { name: "Live" }))
    await library.preferences.upsert({ theme: "dark" })
    const target = join(folder, "songs")
    mkdirSync(target)
    writeFileSync(join(target, "notes.txt"), "mine")
    await exports.exportSongs(target)
    await exports.exportSongs(target)
    expect(readdirSync(target)).toHaveLength(4)
    expect(readdirSync(target)).toContain("Night Drive.json")
    await exports.exportPerformances(join(folder, "performances"))
    expect(readdirSync(join(folder, "performances"))).toEqual(["Live.json"])
    await exports.exportPreferences(join(folder, "mine", "preferences.json"))
    await library.preferences.delete("default")
    await exports.exportPreferences(join(folder, "defaults.json"))
    expect(JSON.parse(readFileSync(join(folder, "defaults.json"), "utf8"))).toMatchObject({ maxBackups: 30 })

    const { opened, exports: there } = await other()
    rmSync(join(target, "notes.txt"))
    expect(await there.importSongs(target)).toBe(3)
    expect(await there.importSongs(target)).toBe(3)
    expect(await there.importPerformances(join(folder, "performances"))).toBe(1)
    expect(await there.importPreferences(join(folder, "mine", "preferences.json"))).toBe(1)
    expect(await new SongDataRepository(opened).getAll()).toEqual(
      await new SongDataRepository(library).getAll()
    )
    expect(await new PerformanceDataRepository(opened).read("p")).toEqual(
      await library.performances.read("p")
    )
    expect(await opened.preferences.current()).toMatchObject({ theme: "dark" })
    await opened.close()
  })
})

describe("files", () => {
  it("have names, are listed newest first, and are deleted when they are exports", async () => {
    expect(exports.generateBackupFilename()).toMatch(/^whiteroom_backup_\d{4}-\d\d-\d\d_\d{6}\.json$/)
    expect(exports.getDefaultExportDirectory()).toContain("White Room Exports")
    const backup = await manager.createBackup()
    const file = join(folder, "exports", exports.generateBackupFilename())
    await exports.exportBackup(backup.id, file)
    const notes = join(folder, "exports", "notes.txt")
    writeFileSync(notes, "mine")
    expect(await exports.getAvailableExports(join(folder, "exports"))).toEqual([file])
    expect(await failureOf(exports.deleteExport(notes))).toMatchObject({ code: "EXPORT_FAILED" })
    await exports.deleteExport(file)
    expect(readdirSync(join(folder, "exports"))).toEqual(["notes.txt"])
  })
})
