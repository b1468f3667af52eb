/** A White Room library in one SQLite file: open it, change it, back it up, restore it, check it. */
export * from "@white-room/core"
export type { AdoptReport } from "./adopt/AdoptLibrary.js"
export { type AdoptRequest, adopt } from "./adopt/adopt.js"
export { type AppGlance, glanceAtApp } from "./adopt/glanceAtApp.js"
export {
  type AgeKeys,
  type AgeLock,
  type AgeOptions,
  type AskForKeys,
  decryptFile,
  encryptFile,
  readIdentities
} from "./age/Age.js"
export {
  type BundleChain,
  type BundleCheck,
  type BundleListing,
  checkBundles,
  readBundles
} from "./bundle/Bundles.js"
export type { BundleExport, BundleExportOptions } from "./bundle/ExportBundle.js"
export type { RepairOptions, RepairReport } from "./bundle/Repair.js"
export type { BundledSource, BundleSourceOptions } from "./bundle/sourceFromBundles.js"
export type { CheckOptions, CheckReport } from "./check/Check.js"
export type { CheckRecord } from "./check/CheckRecords.js"
export type { Damage } from "./check/Findings.js"
export { mendSchema } from "./check/mendSchema.js"
export type { CreateOptions } from "./file/NewDatabase.js"
export type { Readers } from "./file/NewFile.js"
export { removeAbandoned } from "./file/NewFile.js"
export { readWhole } from "./file/OpenFile.js"
export type { OpenProgram } from "./file/otherPrograms.js"
export { writeNewFile } from "./file/writeNewFile.js"
export type { DiffOptions } from "./history/Difference.js"
export type { StaleReturn } from "./history/staleReturns.js"
export type { ImportChoice, OpenedImport } from "./import/Import.js"
export type { ImportResult } from "./import/ImportStates.js"
export type { ImportOptions } from "./import/openSources.js"
export type { AppBackups } from "./library/AppBackups.js"
export type { Copies } from "./library/Copies.js"
export type { EntityChange } from "./library/changeEntities.js"
export type { History } from "./library/History.js"
export type { EntitiesToImport, ImportReceipt } from "./library/Imports.js"
export type { Library } from "./library/Library.js"
export type { Log } from "./library/Log.js"
export { createLibrary, layer, type OpenOptions, openLibrary, setAside } from "./library/OpenLibrary.js"
export type { LibraryStatus, StorageUsage } from "./library/Status.js"
export type { Upkeep } from "./library/Upkeep.js"
export type { MigrationStatus } from "./migrate/Migrations.js"
export type { Operation } from "./restore/Operations.js"
export type { UndoOptions } from "./restore/Undo.js"
export type { PruneOptions, PruneReport } from "./retention/prune.js"
export type { ScheduledRun, ScheduleStore, StoredProfile } from "./schedule/Schedule.js"
export { defaultActor } from "./session/Actor.js"
export type { AppBackup } from "./staging/AppBackups.js"
export type { FileProblem, ForeignBackup } from "./staging/ImportSource.js"
export type { SetAside } from "./staging/OldBackup.js"
