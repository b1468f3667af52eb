/** The other places of a White Room library: vaults in folders and buckets, pushed to, cloned and checked. */

export {
  type FolderState,
  folderRecords,
  type KnownVault,
  offerPart,
  offerState,
  type PullChoices,
  type PullPlan,
  type PullResult,
  repairFrom,
  vaultRecords
} from "@white-room/store/transfer"
export { askingFirst } from "./blobs/askingFirst.js"
export { sourceOf, sourceOfFile } from "./blobs/BlobSource.js"
export * from "./blobs/Blobs.js"
export { blobsBelow } from "./blobs/blobsBelow.js"
export {
  type CountingBlobs,
  counting,
  type OperationCount,
  type OperationCounts
} from "./blobs/counting.js"
export { type BlobCall, type Fault, faulty } from "./blobs/faulty.js"
export { type FolderOptions, folderBlobs } from "./blobs/folderBlobs.js"
export { type HttpOptions, httpBlobs } from "./blobs/httpBlobs.js"
export { keepsFirst } from "./blobs/keepsFirst.js"
export { type MemoryOptions, memoryBlobs } from "./blobs/memoryBlobs.js"
export { readOnly } from "./blobs/readOnly.js"
export { type RetryOptions, retrying } from "./blobs/retrying.js"
export type { S3Options } from "./blobs/S3Client.js"
export { type Environment, readS3Account, type S3Account, type S3Credentials } from "./blobs/S3Credentials.js"
export { listBlobs, readSmall } from "./blobs/SmallFiles.js"
export { s3Blobs } from "./blobs/s3Blobs.js"
export { untilHere, type WaitOptions, waiting } from "./blobs/Waiting.js"
export { type Boxed, boxUp } from "./boxUp.js"
export { bringSent, isOfHistory, planSent } from "./bringSent.js"
export { checkVault, type VaultCheck, type VaultCheckOptions } from "./check.js"
export { type CloneOptions, type CloneReport, clone } from "./clone.js"
export {
  type Destination,
  type DestinationOptions,
  destinationState,
  knownDestination,
  openDestination
} from "./Destination.js"
export { noticeDevices, type SeenDevice, seenDevices } from "./Devices.js"
export { type DifferenceEnd, differenceIn } from "./differenceIn.js"
export {
  type Enrolment,
  enrol,
  type Link,
  leaveServer,
  narrowAccess,
  parseLink,
  settleLine,
  settleLink
} from "./Enrolment.js"
export { follow, type LineEnd, lineEnds } from "./Following.js"
export { findIn } from "./findIn.js"
export { forgetFacts, keepKey, noteReseal, type Opening, openHere, readFacts, settleKey } from "./Here.js"
export { historyIn } from "./historyIn.js"
export { type Asking, agreeTo, readAsking, settleAgreement } from "./InboxFile.js"
export { checksItself, isSpoiled } from "./isSpoiled.js"
export { exportKit, groupedFingerprint, type KitOptions, type RecoveryKit } from "./Kit.js"
export {
  finishSent,
  type InboxEvent,
  type InboxOptions,
  type KeepInboxOptions,
  keepInbox,
  lookIntoInboxes,
  type RemoteRestores
} from "./keepInbox.js"
export { type KeepPushedOptions, keepPushed, type PushEvent } from "./keepPushed.js"
export { type MergeReport, mergeLine } from "./merge.js"
export { devicesAhead, type OtherDevice } from "./OtherLines.js"
export { type LibraryInVault, openLibraryIn } from "./openLibraryIn.js"
export type { CacheFolders } from "./openPieceCache.js"
export { openReader, type ReaderOptions } from "./openReader.js"
export {
  type AddedVault,
  type AddOptions,
  addVault,
  beginLineOf,
  bucketPlace,
  knownVault,
  openKnown,
  openPlace,
  vaultAt,
  vaultFileAt
} from "./Places.js"
export { defaultPolicy, type Policy, readPolicy, readPolicyFor, writePolicy } from "./Policy.js"
export { type Proposal, proposedProfiles } from "./Proposals.js"
export {
  type DeviceDifference,
  deviceDifferences,
  type OpenedPull,
  openPull,
  type PullOptions
} from "./pull.js"
export { type PushOptions, type PushReport, push } from "./push.js"
export type { FoundEntity, FoundEvent, FoundVersion } from "./read/FoundEvent.js"
export type { PieceCache } from "./read/PieceCache.js"
export type { VaultReader } from "./read/VaultReader.js"
export { type Reclaimed, reclaimAll } from "./reclaim.js"
export { repairVault, type VaultRepair, type VaultRepairOptions } from "./repair.js"
export { type Resealed, type ResealOptions, reseal } from "./reseal.js"
export {
  type AddedSlot,
  addHeldSlot,
  addSlot,
  isSealed,
  listSlots,
  makeSealedVault,
  openSealed,
  removeSlot,
  rotate,
  type SealedVault,
  type SealOptions,
  type SlotList
} from "./SealedVault.js"
export {
  isServerPlace,
  keepServerKey,
  listServerKeys,
  readServerKey,
  removeServerKey,
  type ServerKey
} from "./ServerKey.js"
export {
  type RestoreTidings,
  type RestoreWish,
  type SentRestore,
  type ServerRestores,
  serverRestores
} from "./ServerRestores.js"
export {
  type DiskOf,
  diskOf,
  onSameDisk,
  type Standing,
  type StandingOptions,
  standingOf
} from "./Standing.js"
export { startedLines } from "./StartedLine.js"
export { keyFile, readKeyFile, removeKeyFile, writeKeyFile } from "./seal/KeyFile.js"
export type { Keyring } from "./seal/Keyring.js"
export { type KeyringName, type PlatformKeyring, platformKeyring } from "./seal/PlatformKeyring.js"
export type { Slot } from "./seal/Ring.js"
export type { SlotLock, VaultKeys } from "./seal/Slots.js"
export { hashInName } from "./segment/hashInName.js"
export type { Protection } from "./segment/Protection.js"
export * from "./segment/Segment.js"
export type { SyncedVault } from "./syncedVault.js"
export { type UpkeepOptions, type UpkeepReport, upkeep } from "./upkeep.js"
export { type KeptUp, upkeepDue } from "./upkeepDue.js"
export * from "./Vault.js"
export { checkFacts, factsIn, factsOf, type VaultFacts } from "./VaultFacts.js"
