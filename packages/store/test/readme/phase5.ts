import Database from "better-sqlite3"
import {
  BackupManager,
  BackupRepository,
  PerformanceDataRepository,
  SongDataRepository,
  UserPreferencesRepository
} from "../../src/phase5.js"

const database = new Database("library.db")
const songs = new SongDataRepository(database)
const performances = new PerformanceDataRepository(database)
const preferences = new UserPreferencesRepository(database)
const manager = new BackupManager(new BackupRepository(database), songs, performances, preferences)

const backup = await manager.createBackup("before the tour")
await songs.delete("s1")
const result = await manager.restoreFromBackup(backup.id)
console.log(`${result.songsRestored} song is back, ${(await songs.getAll())[0]?.name}`)
await manager.destroy()
