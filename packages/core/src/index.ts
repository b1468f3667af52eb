/**
 * The model of White Room Backup: songs, events, the tree, backups, restore plans, retention and formats. Pure and
 * platform-neutral; `@white-room/store` keeps it on disk.
 */
export * from "./backup/Backup.js"
export * from "./backup/BackupManager.js"
export * from "./codec/Bytes.js"
export * from "./errors/ExitCode.js"
export * from "./errors/LibraryError.js"
export * from "./errors/WhiteRoomError.js"
export * from "./format/formatBackupSize.js"
export * from "./format/formatBackupTimestamp.js"
export * from "./format/formatRelativeTime.js"
export * from "./format/localParts.js"
export * from "./log/decide.js"
export * from "./log/Envelope.js"
export * from "./log/Event.js"
export * from "./log/EventLog.js"
export * from "./log/encodeChange.js"
export * from "./log/requestHash.js"
export * from "./model/Entity.js"
export * from "./model/Performance.js"
export { parseTime } from "./model/parseTime.js"
export * from "./model/Record.js"
export * from "./model/Repositories.js"
export * from "./model/Song.js"
export * from "./model/UserPreferences.js"
export * from "./object/Block.js"
export * from "./object/ObjectStore.js"
export * from "./restore/RestorePlan.js"
export * from "./retention/Retention.js"
export { type ClockReading, elapsed, type Moment, readClock } from "./retention/readClock.js"
export {
  type PerformanceFile,
  type PerformanceOfFile,
  readPerformanceFile
} from "./song-file/PerformanceFile.js"
export { type ReadFileOptions, readSongFile, type SongFile, type SongOfFile } from "./song-file/SongFile.js"
export { safeFileName } from "./song-file/safeFileName.js"
export * from "./tree/Node.js"
export * from "./tree/Tree.js"
