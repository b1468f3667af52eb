import type { WhiteRoomError } from "@white-room/core"
import { type Problem, problem } from "../api/Problem.js"

/** What a client is told of an error of a library; `undefined` for one that is nobody's business but the server's. */
export const problemOfError = (error: WhiteRoomError): Problem | undefined => {
  switch (error._tag) {
    case "BackupNotFound":
    case "MomentNotFound":
      return problem(error._tag, { near: error.near })
    case "EntityNotFound":
      return problem("EntityNotFound", { near: error.near.map(({ name }) => name) })
    case "ContentReleased":
      return problem("ContentReleased")
    case "InvalidInput":
      return problem("InvalidRequest", { detail: error.message })
    case "VersionConflict":
      return problem("VersionConflict", { version: error.actual })
    case "CommandReused":
      return problem("KeyReused")
    case "NotImportable":
    case "FileEncrypted":
      return problem("NotImportable")
    case "LibraryLocked":
      return problem("Busy")
    case "VaultSealed":
      return problem("Sealed")
    case "VaultNotFound":
      return problem("NothingThere")
    case "VaultDamaged":
      return problem("Damaged")
    case "DiskFull":
    case "PlaceFull":
      return problem("Full")
    case "PlaceUnreachable":
      // What will not pass by itself, such as a bucket that is gone, is a fault of who runs the server.
      return error.retryable ? problem("FilesAway") : undefined
    default:
      return undefined
  }
}
