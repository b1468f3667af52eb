/**
 * The model of White Room Backup: songs, events, the tree, backups, restore plans, retention and formats. Pure and
 * platform-neutral; `@white-room/store` keeps it on disk.
 */
export * from "./backup/Backup.js"
export * from "./backup/Backups.js"
export * from "./backup/copyFault.js"
export * from "./backup/copyFaultText.js"
export * from "./backup/History.js"
export * from "./backup/Lease.js"
export * from "./backup/Timeline.js"
export * from "./bounds/BoundedList.js"
export * from "./bounds/Bounds.js"
export * from "./bounds/formatCount.js"
export * from "./bundle/Bundle.js"
export * from "./bundle/BundleReader.js"
export * from "./bundle/writeBundle.js"
export * from "./codec/Bytes.js"
export * as MessagePack from "./codec/MessagePack.js"
export { type DocumentDiff, diffDocuments, type Sameness } from "./diff/DocumentDiff.js"
export { type DocumentParts, documentParts, settleParts } from "./diff/DocumentParts.js"
export { diffField } from "./diff/FieldDiff.js"
export { type Merge, merge3 } from "./diff/Merge.js"
export { type Part, type PartChoice, PartList } from "./diff/Parts.js"
export { diffRecords, type EntityDiff } from "./diff/RecordDiff.js"
export type { Json, JsonFields, JsonList } from "./document/Json.js"
export type { JsonPatch, JsonPatchOperation } from "./document/JsonPatch.js"
export type { Rejected } from "./document/JsonText.js"
export * from "./entity/Entities.js"
export * from "./errors/AppError.js"
export * from "./errors/asWhiteRoomError.js"
export * from "./errors/BundleError.js"
export * from "./errors/checkOptions.js"
export * from "./errors/DoorError.js"
export * from "./errors/ExitCode.js"
export * from "./errors/errorCode.js"
export * from "./errors/FileError.js"
export * from "./errors/fileErrorReason.js"
export * from "./errors/LibraryError.js"
export * from "./errors/malformed.js"
export * from "./errors/memoryFault.js"
export * from "./errors/PlaceError.js"
export * from "./errors/ServerError.js"
export { shellWord } from "./errors/shellWord.js"
export * from "./errors/WhiteRoomError.js"
export { spellTime, type TimeSpelling } from "./exchange/CellOfJson.js"
export * from "./exchange/ExchangeFile.js"
export * from "./exchange/ExchangeReader.js"
export * from "./exchange/ExchangeWriter.js"
export * from "./exchange/Exports.js"
export { type EntityOfJson, type ExchangeEntity, entityOfJson } from "./exchange/entityOfJson.js"
export { firstJson } from "./exchange/firstJson.js"
export { type JsonForm, keysOfJson } from "./exchange/keysOfJson.js"
export * from "./format/foldText.js"
export * from "./format/formatBackupSize.js"
export * from "./format/formatBackupTimestamp.js"
export * from "./format/formatRelativeTime.js"
export * from "./format/isRemote.js"
export * from "./format/LocalTime.js"
export * from "./format/Period.js"
export * from "./format/TimeSlots.js"
export * from "./log/backupTextFault.js"
export * from "./log/EntityState.js"
export * from "./log/Envelope.js"
export * from "./log/Event.js"
export * from "./log/EventLog.js"
export * from "./log/encodeChange.js"
export * from "./log/LineMerged.js"
export type { MemoryLogOptions } from "./log/MemoryLog.js"
export * from "./log/Request.js"
export * from "./log/requestHash.js"
export * from "./model/Entity.js"
export * from "./model/OnProgress.js"
export * from "./model/Performance.js"
export * from "./model/Record.js"
export { inlineLimit, ObjectRef, type RecordCells } from "./model/RecordCells.js"
export * from "./model/Song.js"
export { day, hour, minute, parseTime, second } from "./model/Time.js"
export * from "./model/UserPreferences.js"
export * from "./object/Block.js"
export * from "./object/ObjectStore.js"
export * from "./object/Sha256.js"
export { release } from "./release.js"
export * from "./restore/combineRecords.js"
export * from "./restore/Plan.js"
export * from "./restore/PlanChanges.js"
export * from "./restore/RecordParts.js"
export * from "./restore/RestorePlan.js"
export * from "./restore/SavedPlan.js"
export { type ClockReading, elapsed, type Moment, readClock } from "./retention/Clock.js"
export {
  defaultRetentionPolicy,
  describePolicy,
  type RetentionItem,
  type RetentionPolicy
} from "./retention/Policy.js"
export * from "./retention/Retention.js"
export { derivedId } from "./song-file/FieldReader.js"
export {
  type PerformanceFile,
  type PerformanceOfFile,
  readPerformanceFile
} from "./song-file/PerformanceFile.js"
export { type ReadFileOptions, readSongFile, type SongFile, type SongOfFile } from "./song-file/SongFile.js"
export { safeFileName } from "./song-file/safeFileName.js"
export * from "./tree/Node.js"
export {
  type DecodedNodes,
  diffTrees,
  emptyTree,
  entriesOf,
  lookup,
  type NodeStore,
  rootOf,
  type TreeChange,
  type TreeDifference,
  treePartOf,
  treeParts,
  updateTree,
  updateTreeByParts
} from "./tree/Tree.js"
export * from "./tree/treeInspector.js"
export * from "./tree/WalkTree.js"
export { faultsIn } from "./words/faultsIn.js"
export { type LanguageTag, languageTags, phrasesOf } from "./words/Language.js"
export type { Phrases } from "./words/Phrases.js"
