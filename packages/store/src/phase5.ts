/** The classes and functions of White Room's Phase 5 under their own names, over a protected library. */
export { formatBackupTimestamp } from "@white-room/core"
export { BackupError, type BackupErrorCode } from "./phase5/BackupError.js"
export { BackupManager, type BackupManagerOptions } from "./phase5/BackupManager.js"
export { BackupRepository } from "./phase5/BackupRepository.js"
export { ExportManager } from "./phase5/ExportManager.js"
export { formatBackupSize } from "./phase5/formatBackupSize.js"
export type { LibrarySource } from "./phase5/LibraryUser.js"
export * from "./phase5/Model.js"
export {
  PerformanceDataRepository,
  SongDataRepository,
  UserPreferencesRepository
} from "./phase5/Repositories.js"
export { type Library, type OpenLibraryOptions, openLibrary } from "./promise/Library.js"
