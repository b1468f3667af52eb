/** A White Room library in one SQLite file: open it, change it, back it up, restore it, check it. */
export * from "@white-room/core"
export { type AdoptRequest, adopt } from "./adopt/adopt.js"
export type { AdoptReport } from "./adopt/adoptLibrary.js"
export type { SetAside } from "./adopt/oldBackups.js"
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
} from "./bundle/bundles.js"
export type { CopyOptions } from "./bundle/copyToFolder.js"
export type { BundleExport, BundleExportOptions } from "./bundle/exportBundle.js"
export type { BundledSource, BundleSourceOptions } from "./bundle/restoreFromBundles.js"
export type { FileProblem } from "./import/collectFiles.js"
export type { ImportChoice, ImportOptions, OpenedImport } from "./import/Import.js"
export type { ForeignBackup, ImportResult } from "./import/importStates.js"
export * from "./Library.js"
export { defaultActor } from "./library/actor.js"
export type { CreateOptions } from "./library/open.js"
export { createLibrary, layer, type OpenOptions, openLibrary } from "./openLibrary.js"
