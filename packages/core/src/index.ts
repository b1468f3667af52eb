/**
 * The model of White Room Backup: songs, events, the tree, backups, restore plans, retention and formats. Pure and
 * platform-neutral; `@white-room/store` keeps it on disk.
 */
export * from "./backup/Backup.js"
export * from "./backup/BackupManager.js"
export * from "./codec/Bytes.js"
export * from "./errors/WhiteRoomError.js"
export * from "./format/formatBackupSize.js"
export * from "./format/formatBackupTimestamp.js"
export * from "./format/formatRelativeTime.js"
export * from "./format/localParts.js"
export * from "./format/parseMoment.js"
export * from "./log/decide.js"
export * from "./log/Envelope.js"
export * from "./log/Event.js"
export * as Events from "./log/EventLog.js"
export {
  type AppendRequest,
  type Change,
  EventLog,
  type ReadOptions,
  type Receipt
} from "./log/EventLog.js"
export * from "./log/requestHash.js"
export * from "./model/Entity.js"
export * from "./model/Performance.js"
export * from "./model/Record.js"
export * from "./model/Repositories.js"
export * from "./model/Song.js"
export * from "./model/UserPreferences.js"
export * from "./object/Block.js"
export * as Objects from "./object/ObjectStore.js"
export { ObjectStore } from "./object/ObjectStore.js"
export * from "./restore/RestorePlan.js"
export * from "./restore/SavedPlan.js"
export * from "./retention/Retention.js"
export { type PerformanceFile, readPerformanceFile } from "./song-file/PerformanceFile.js"
export { parseTime } from "./song-file/parseTime.js"
export { type ReadFileOptions, readSongFile, type SongFile } from "./song-file/SongFile.js"
export { safeFileName } from "./song-file/safeFileName.js"
export * from "./tree/Node.js"
export * from "./tree/Tree.js"
