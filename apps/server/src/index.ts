/** The server of White Room Backup: keeps libraries of other computers, and gives them back. */
export type { Copies, Copy } from "./api/Copies.js"
export type { MadeKit, SealedPlace, TestedKit, VaultKeys } from "./api/Keys.js"
export type { AccessChange, AccessInfo, LibraryInfo, Role } from "./api/Model.js"
export type { Settings, SettingsChange } from "./api/Settings.js"
export type { Outlets } from "./digest/Outlets.js"
export {
  type CopiesHere,
  type KeysHere,
  type Limits,
  type LogLine,
  type RunHere,
  usualLimits
} from "./http/Desk.js"
export type { Certificate } from "./http/nodeServer.js"
export type { TraceOptions } from "./http/Traces.js"
export type { FailureHere, StatusHere } from "./replica/libraryHere.js"
export type { DatabaseOptions } from "./start/DataFolder.js"
export {
  type Elsewhere,
  type Erased,
  type Guest,
  type Invited,
  type Leaving,
  type Operations,
  operate,
  type Revoked
} from "./start/operate.js"
export type { Rebuilt } from "./start/rebuild.js"
export { type LibraryServer, type LibraryToServe, serveLibrary } from "./start/serveLibrary.js"
export { type RunningServer, type StartOptions, startServer } from "./start/startServer.js"
